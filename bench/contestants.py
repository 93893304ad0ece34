# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One contestant in a process of its own: python -m bench.contestants NAME URL KEY. Prints its own seconds as JSON.

The time runs from the login, after the libraries are imported, until the entries are in memory. Peak memory is that of the
process.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import CONNECTIONS
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.fetching import FetchResult, Query, fetch_all
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import Waits

ENGINE = "Plano FW"


def ours(url: str, key: str) -> tuple[int, float]:
    """Typed, folded entries of a complete snapshot."""
    with Session(Connection(url, api_key=key)) as session:
        (taken,) = fetch_all(session, [Query(CONNECTIONS, ENGINE)], Waits(timeout=600))
        assert isinstance(taken, FetchResult), taken
        entries = taken.snapshot.entries()
        return len(entries), time.perf_counter()


def bare_messages(url: str, key: str) -> Iterator[list[dict[str, str]]]:
    """The least possible work: receive and decode."""
    import websocket

    with Session(Connection(url, api_key=key)) as session:
        cookie, _token = session.credentials()
        socket = websocket.create_connection(
            session.rebase("monitoring/session/socket").replace("http", "ws", 1),
            cookie=cookie,
            suppress_origin=True,
            skip_utf8_validation=True,
        )
        query = {"definition": "CONNECTIONS", "target": ENGINE}
        socket.send(json.dumps({"query": query, "fetch": {}, "format": {"type": "texts"}}))
        while True:
            message = json.loads(socket.recv())
            if "records" in message:
                yield message["records"]["added"]
            if "end" in message:
                socket.close()
                return


def bare(url: str, key: str) -> tuple[int, float]:
    """Receive, decode and keep."""
    entries: list[dict[str, str]] = []
    last = time.perf_counter()
    for added in bare_messages(url, key):
        entries += added
        last = time.perf_counter()
    return len(entries), last


def vendor(url: str, key: str) -> tuple[int, float]:
    """The vendor's monitoring client. It does not know when a table is complete, so the time of its last record counts."""
    from smc import session
    from smc_monitoring.monitors.connections import ConnectionQuery

    session.login(url=url, api_key=key, api_version="7.1")
    entries: list[dict[str, str]] = []
    last = time.perf_counter()
    for batch in ConnectionQuery(ENGINE).fetch_raw(query_timeout=300, inactivity_timeout=2, sock_timeout=1):
        entries += batch
        last = time.perf_counter()
    session.logout()
    return len(entries), last


def main() -> None:
    contestant = {"ours": ours, "bare": bare, "vendor": vendor}[sys.argv[1]]
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    count, last = contestant(sys.argv[2], sys.argv[3])
    returned = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"count": count, "seconds": last - began, "returned": returned, "cpu": cpu}))


if __name__ == "__main__":
    main()
