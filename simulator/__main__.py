# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m simulator`: serve until interrupted."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from .scenario import Scenario
from .server import API_VERSIONS, Simulator
from .tls import KINDS


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m simulator",
        description="An SMC on loopback, HTTP and WebSocket on one port. Prints a JSON line with its address when it is ready.",
    )
    made.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    made.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes any free one (%(default)s)")
    made.add_argument("--ready-file", type=Path, help="also write the JSON line to this file, when it is ready")
    made.add_argument("--product-version", default="7.1", help="the SMC's version (%(default)s)")
    made.add_argument(
        "--api-versions", default=",".join(API_VERSIONS), help="the API versions on offer, oldest first (%(default)s)"
    )
    made.add_argument(
        "--tls", choices=KINDS, help="serve TLS with a certificate of this kind (good, when there is a directory)"
    )
    made.add_argument("--tls-directory", type=Path, help="serve TLS; make or find the certificates here")
    made.add_argument(
        "--token-sessions", action="store_true", help='sessions by token, as with "Use SSL for session ID"'
    )
    made.add_argument("--scenario", default="{}", help="the scenario: JSON, or a file with JSON")
    made.add_argument("--seed", type=int, default=1, help="what makes the data (%(default)s)")
    made.add_argument("--engines", type=int, default=0, help="at least so many engines in the Shared Domain")
    made.add_argument("--connections", type=int, default=0, help="so many connections of one engine")
    made.add_argument("--connections-engine", default="Plano FW", help="which engine (%(default)s)")
    made.add_argument("--jinja", action="store_true", help="add an engine whose name is a Jinja expression")
    made.add_argument(
        "--replay",
        type=Path,
        metavar="TRACE",
        help="play back what an SMC said, as ngfw.smc.diagnose recorded it; any key and password log in",
    )
    made.add_argument("--still", action="store_true", help="time stands still unless /simulator/clock moves it")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    command = parser()
    options = command.parse_args(arguments)
    try:
        simulator = _simulator(options)
    except (KeyError, OSError, TypeError, ValueError) as problem:
        command.error(str(problem))
    try:
        asyncio.run(_serve(simulator, options.ready_file))
    except OSError as problem:
        sys.stderr.write(f"{command.prog}: {problem}\n")
        return 1
    return 0


def _simulator(options: argparse.Namespace) -> Simulator:
    text: str = options.scenario
    if not text.lstrip().startswith("{"):
        text = Path(text).read_text(encoding="utf-8")
    values: dict[str, Any] = json.loads(text)
    if options.token_sessions:
        values["session_kind"] = "token"
    return Simulator(
        Scenario.from_dict(values),
        host=options.host,
        port=options.port,
        product_version=options.product_version,
        api_versions=[version.strip() for version in options.api_versions.split(",")],
        tls=options.tls or ("good" if options.tls_directory else None),
        tls_directory=options.tls_directory,
        seed=options.seed,
        engines=options.engines,
        connections=options.connections,
        connections_engine=options.connections_engine,
        jinja=options.jinja,
        realtime=not options.still,
        replay=options.replay,
    )


async def _serve(simulator: Simulator, ready_file: Path | None) -> None:
    done = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, done.set)
    await simulator.start()
    try:
        line = json.dumps(_ready(simulator))
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        if ready_file is not None:
            # Whoever waits for the file must not read half of it.
            temporary = ready_file.with_name(ready_file.name + ".part")
            temporary.write_text(line + "\n", encoding="utf-8")
            temporary.replace(ready_file)
        await done.wait()
    finally:
        await simulator.stop()


def _ready(simulator: Simulator) -> dict[str, Any]:
    ready: dict[str, Any] = {
        "url": simulator.url,
        "pid": os.getpid(),
        "api_key": simulator.api_key,
        "username": simulator.username,
        "password": simulator.password,
    }
    if simulator.url.startswith("https:"):
        ready["ca_path"] = simulator.ca_path
    if simulator.replay is not None:
        ready["tables"] = simulator.replay.tables()
    return ready


if __name__ == "__main__":
    sys.exit(main())
