# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as a server, and as an object that runs one in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from .clock import DEFAULT_START
from .http_api import HttpApi, middleware
from .http_block_list import BlockListApi
from .http_control import ControlApi
from .http_elements import ElementsApi
from .http_polling import PollingApi
from .replay import Replay
from .scenario import Scenario
from .sessions import API_KEY, PASSWORD, USERNAME, Sessions
from .sockets import SocketApi
from .state import State
from .statistics import Statistics
from .tls import make_certificates, server_context
from .world import World

API_VERSIONS = ("6.10", "7.0", "7.1")
_TICK_SECONDS = 1.0


class Simulator:
    """An SMC on loopback.

    `with Simulator() as smc:` serves from a thread; `await smc.start()` and `await smc.stop()` from the caller's loop.
    """

    api_key = API_KEY
    username = USERNAME
    password = PASSWORD

    def __init__(
        self,
        scenario: Scenario | Mapping[str, Any] | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        product_version: str = "7.1",
        api_versions: Sequence[str] = API_VERSIONS,
        tls: str | None = None,
        tls_directory: Path | str | None = None,
        seed: int = 1,
        engines: int = 0,
        connections: int = 0,
        connections_engine: str = "Plano FW",
        jinja: bool = False,
        extra_engines: Iterable[tuple[str, str, str]] = (),
        realtime: bool = False,
        replay: Path | str | None = None,
    ) -> None:
        if not isinstance(scenario, Scenario):
            scenario = Scenario.from_dict(scenario or {})
        start = int(time.time()) * 1000 if realtime else DEFAULT_START
        self.world = World(
            product_version=product_version,
            seed=seed,
            engines=engines,
            connections=connections,
            connections_engine=connections_engine,
            jinja=jinja,
            extra_engines=extra_engines,
            start=start,
        )
        self.statistics = Statistics()
        self.state = State(self.world, scenario, self.statistics, Sessions(seed), tuple(api_versions))
        self.replay = Replay(Path(replay), self.state) if replay is not None else None
        self._host, self._port = host, port
        self._tls = tls
        self._tls_directory = Path(tls_directory) if tls_directory is not None else None
        self._own_directory: tempfile.TemporaryDirectory[str] | None = None
        self._realtime = realtime
        self._runner: web.AppRunner | None = None
        self._ticker: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    # -- what callers look at

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.state.url

    @property
    def scenario(self) -> Scenario:
        """The scenario; its fields may be changed while the simulator runs."""
        return self.state.scenario

    @scenario.setter
    def scenario(self, scenario: Scenario) -> None:
        self.state.scenario = scenario

    @property
    def ca_path(self) -> str:
        """The CA which vouches for the good certificate."""
        if self._tls_directory is None:
            raise RuntimeError("the simulator runs without TLS")
        return str(self._tls_directory / "ca.pem")

    @property
    def open_sessions(self) -> int:
        """How many are logged in."""
        return len(self.state.sessions)

    def advance(self, seconds: float) -> None:
        """Let simulated time pass."""
        self.world.advance(seconds)

    def expire_sessions(self) -> None:
        """End every session, as a restart of the SMC does."""
        self.state.sessions.close_all()
        self.statistics.open_sessions = 0

    # -- running

    def _app(self) -> web.Application:
        if self.replay is not None:
            return self.replay.app()
        app = web.Application(middlewares=[middleware(self.state)], client_max_size=64 * 1024 * 1024)
        app.on_shutdown.append(SocketApi(self.state, app).stop)
        api = HttpApi(self.state, app)
        BlockListApi(self.state, api)
        ElementsApi(self.state, api)
        PollingApi(self.state, api)
        ControlApi(self.state, app)
        return app

    async def start(self) -> None:
        """Listen."""
        context = None
        if self._tls is not None:
            if self._tls_directory is None:
                self._own_directory = tempfile.TemporaryDirectory(prefix="simulator-")
                self._tls_directory = Path(self._own_directory.name)
            make_certificates(self._tls_directory)
            context = server_context(self._tls_directory, self._tls)
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.2, keepalive_timeout=600)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port, ssl_context=context, backlog=1024)
        await site.start()
        port = self._runner.addresses[0][1]
        host = f"[{self._host}]" if ":" in self._host else self._host
        self.state.url = f"{'https' if context else 'http'}://{host}:{port}"
        if self._realtime:
            self._ticker = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        """Close everything."""
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()
        if self._own_directory is not None:
            self._own_directory.cleanup()

    async def _tick(self) -> None:
        before = time.monotonic()
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            now = time.monotonic()
            self.world.advance(now - before)
            before = now

    def __enter__(self) -> Self:
        ready = threading.Event()
        problem: list[BaseException] = []

        def serve() -> None:
            loop = self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            try:
                loop.run_until_complete(self.start())
            except BaseException as error:  # noqa: BLE001 (handed to the thread that waits for the start)
                problem.append(error)
                loop.close()
                ready.set()
                return
            ready.set()
            try:
                loop.run_forever()
                loop.run_until_complete(self.stop())
                loop.run_until_complete(loop.shutdown_asyncgens())
            finally:
                loop.close()

        self._thread = threading.Thread(target=serve, name="simulator", daemon=True)
        self._thread.start()
        ready.wait()
        if problem:
            raise problem[0]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None and self._thread is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
