# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's world as files, for the Tomcat server to serve: python -m tests.tomcat.export FOLDER.

documents/PATH.json is what GET /PATH answers, PATH.keys.json what it answers with full=False, PATH.error.json with what
words it refuses. elements.jsonl holds what a search finds. tables/TARGET/DEFINITION.jsonl holds the messages of one
fetch as they come over the simulator's socket, the server's end message last; a table of an engine that is off is an
empty file. Hrefs name a host that does not exist, so that a client which does not re-base them fails.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import websocket

from simulator import Scenario, Simulator
from simulator.fields import ACTIVE_ALERTS, DEFINITIONS

VERSION = "7.1"
DOMAIN = "Shared Domain"
# The SMC's own idea of its address.
FOREIGN_HOST = "http://smc.example.invalid:8082"
# The only fetch id in the files; the server puts its own there.
FETCH = 1
POLLED = ("routing", "neighbor", "connection", "blocklist", "vpnsa", "user", "sslvpn")


class Exporter:
    """Asks a simulator for everything that a client may ask the Tomcat server for."""

    def __init__(self, smc: Simulator, folder: Path) -> None:
        self.smc = smc
        self.folder = folder
        self.http = requests.Session()
        self.http.trust_env = False
        login = self.http.post(f"{smc.url}/{VERSION}/login", json={"authenticationkey": smc.api_key}, timeout=60)
        login.raise_for_status()

    def document(self, path: str, *, keys: bool = False) -> dict[str, Any] | None:
        """Copy one document. None where the SMC refuses it: then its words are copied."""
        answer = self.http.get(self.smc.url + path, params={"full": "False"} if keys else None, timeout=60)
        kind = (".keys" if keys else "") + ("" if answer.ok else ".error")
        file = self.folder / "documents" / f"{path.lstrip('/')}{kind}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(answer.content)
        if not answer.ok:
            return None
        document: dict[str, Any] = answer.json()
        return document

    def elements(self) -> list[dict[str, str]]:
        """All elements that a search can find, engines first."""
        found: list[dict[str, str]] = []
        for context in ("engine_clusters", "admin_domain", "log_server", "location", "master_engine"):
            parameters = {"filter": "*", "filter_context": context}
            answer = self.http.get(f"{self.smc.url}/{VERSION}/elements", params=parameters, timeout=60)
            found += [item for item in answer.json()["result"] if item not in found]
        return found

    def everything(self) -> None:
        for path in ("/api", *(f"/{VERSION}/{tail}" for tail in ("api", "system", "elements/admin_domain"))):
            self.document(path)
        for tail in ("smc_version", "smc_time", "alert_monitoring"):
            self.document(f"/{VERSION}/system/{tail}")
        self.document(f"/{VERSION}/system/alert_monitoring", keys=True)
        elements = self.elements()
        lines = [json.dumps(item) + "\n" for item in elements]
        (self.folder / "elements.jsonl").write_text("".join(lines), encoding="utf-8")
        for item in elements:
            path = urlsplit(item["href"]).path
            document = self.document(path)
            if document is not None and "nodes" in document:
                self.engine(path, document)

    def engine(self, path: str, document: dict[str, Any]) -> None:
        """What hangs below an engine, and its tables."""
        for wrapped in document["nodes"]:
            for node in wrapped.values():
                (href,) = [link["href"] for link in node["link"] if link["rel"] == "self"]
                for tail in ("", "/status", "/appliance_status"):
                    self.document(urlsplit(href).path + tail)
        self.document(path + "/node")
        self.document(path + "/monitoring_status")
        for word in POLLED:
            self.document(f"{path}/{word}_monitoring")
            self.document(f"{path}/{word}_monitoring", keys=True)
        online = any(node.online for node in self.smc.world.engine(document["name"]).nodes)
        for definition in DEFINITIONS.values():
            if definition != ACTIVE_ALERTS:
                self.table(document["name"], definition, self.messages(document["name"], definition) if online else ())

    def table(self, target: str, definition: str, messages: Iterator[str] | tuple[str, ...]) -> None:
        file = self.folder / "tables" / target / f"{definition}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", encoding="utf-8", newline="\n") as opened:
            opened.writelines(message + "\n" for message in messages)

    def messages(self, target: str, definition: str) -> Iterator[str]:
        """The messages of one fetch after the first answer, the end included, with FETCH as their fetch id."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)
        url = self.smc.url.replace("http", "ws", 1) + f"/{VERSION}/monitoring/session/socket"
        channel = websocket.create_connection(
            url, cookie=cookies, suppress_origin=True, timeout=60, skip_utf8_validation=True
        )
        query = {"definition": definition, "target": target}
        channel.send(json.dumps({"query": query, "fetch": {}, "format": {"type": "texts"}}))
        before = f'{{"fetch":{json.loads(channel.recv())["fetch"]},'
        text = ""
        while '"end"' not in text[:100]:
            text = str(channel.recv()).replace('{"fetch": ', '{"fetch":', 1)
            if not text.startswith(before):
                raise ValueError(f"the {definition} fetch of {target} sent {text[:200]}")
            yield f'{{"fetch":{FETCH},' + text[len(before) :].lstrip()
        channel.close()


def export(folder: Path, *, connections: int = 0, signals: tuple[str, ...] = ("event4", "end")) -> None:
    """Write the world into a folder.

    connections: of the engine Plano FW, if not its usual few. signals: which signs of the end the messages bear.
    """
    scenario = Scenario(end_signals=list(signals), foreign_host=FOREIGN_HOST)
    with Simulator(scenario, api_versions=(VERSION,), connections=connections) as smc:
        exporter = Exporter(smc, folder)
        exporter.everything()
        exporter.table(DOMAIN, ACTIVE_ALERTS, exporter.messages(DOMAIN, ACTIVE_ALERTS))
        exporter.http.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tomcat.export", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--connections", type=int, default=0, help="so many connections of the engine Plano FW")
    chosen = parser.parse_args()
    export(chosen.folder, connections=chosen.connections)
    return 0


if __name__ == "__main__":
    sys.exit(main())
