# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all parts of the server share, and how they answer, fail and find the session of a request."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from .documents import Documents
from .elements import Engine, Node
from .scenario import Fault, Scenario
from .sessions import Session, Sessions
from .statistics import Statistics
from .world import World

# The cookie of a proxy before the SMC.
ROUTE = "smc-2"


class Answered(Exception):
    """The answer to a request, thrown from wherever it is known."""

    def __init__(self, response: web.StreamResponse) -> None:
        super().__init__(response.status)
        self.response = response


@dataclass
class State:
    """The running simulator."""

    world: World
    scenario: Scenario
    statistics: Statistics
    sessions: Sessions
    versions: Sequence[str]
    url: str = ""
    _connections: weakref.WeakKeyDictionary[asyncio.BaseTransport, int] = field(
        default_factory=weakref.WeakKeyDictionary
    )
    _connected: int = 0

    @property
    def base(self) -> str:
        """The SMC's own idea of its address."""
        return self.scenario.foreign_host or self.url

    def connection(self, request: web.Request) -> int:
        """A number which stays the same for all requests of one connection, and is never used again."""
        transport = request.transport
        if transport is None:
            return 0
        number = self._connections.get(transport)
        if number is None:
            self.statistics.connections += 1
            self._connected += 1
            number = self._connections[transport] = self._connected
        return number

    def documents(self, version: str) -> Documents:
        """Documents with hrefs of that API version."""
        return Documents(self.world, self.base, version)

    def version(self, request: web.Request) -> str:
        """The API version in the path."""
        version = request.match_info["v"]
        if version not in self.versions:
            raise Answered(error(404, "Not found.", f"API version {version} is not supported."))
        return version

    def check_route(self, request: web.Request) -> None:
        """What a proxy before the SMC wants of each request after the login."""
        if self.scenario.route_cookie and request.cookies.get("ROUTE") != ROUTE:
            raise Answered(web.Response(status=502, text="No route to the SMC."))

    def session(self, request: web.Request) -> Session:
        """The session of a request."""
        self.check_route(request)
        now, idle = self.world.clock.now, self.scenario.session_idle_seconds * 1000
        token = request.cookies.get("JSESSIONID")
        if self.scenario.session_kind == "token":
            token = request.headers.get("Authorization")
        session = self.sessions.find(token, now, idle)
        if session is None and self.scenario.connection_sessions:
            session = self.sessions.of_connection(self.connection(request), now, idle)
        self.statistics.open_sessions = len(self.sessions)
        if session is None:
            raise Answered(self.no_session(self.scenario.expired_status))
        return session

    def no_session(self, status: int) -> web.Response:
        """The answer to a request without a valid session."""
        refused = error(status, "Unauthorized.", "No valid session was found for this request.")
        if self.scenario.anonymous_sessions:
            # A server that asks Tomcat for a session before it looks whose it is; nobody is logged in to this one.
            refused.set_cookie("JSESSIONID", self.sessions.new_token(), path="/", httponly=True)
        return refused

    def engine(self, request: web.Request, session: Session) -> Engine:
        """The engine that the path names, if the session's domain has it."""
        key = request.match_info["key"]
        engine = self.world.elements.engines.get(int(key)) if key.isdigit() else None
        if engine is None or engine.type != request.match_info["type"] or engine.domain is not session.domain:
            raise Answered(
                error(404, "Element not found.", f"There is no element {request.match_info['type']} with key {key}.")
            )
        return engine

    def engine_of_href(self, href: str) -> tuple[Engine | None, Node | None, str]:
        """Engine, node and the rest of an href, whatever host it names."""
        parts = urlsplit(href).path.strip("/").split("/")
        if len(parts) < 4 or parts[1] != "elements" or not parts[3].isdigit():
            return None, None, ""
        engine = self.world.elements.engines.get(int(parts[3]))
        if engine is None or engine.type != parts[2]:
            return None, None, ""
        for node in engine.nodes:
            if len(parts) > 5 and parts[4] == node.type and parts[5] == str(node.key):
                return engine, node, "/".join(parts[6:])
        return engine, None, "/".join(parts[4:])


def answer(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON, with a content type that has no charset: the vendor's client compares it as a whole."""
    return web.Response(body=json.dumps(data).encode(), status=status, content_type="application/json", headers=headers)


def error(status: int, message: str, *details: str, headers: dict[str, str] | None = None) -> web.Response:
    """The SMC's error body."""
    return answer({"details": list(details), "message": message, "status": str(status)}, status, headers)


async def cut(request: web.BaseRequest, *, reset: bool) -> None:
    """End the connection without a word: with a TCP reset, or just so; what was sent before arrives."""
    transport = request.transport
    if transport is None:
        return
    if not reset:
        transport.close()
        return
    for _unused in range(500):
        if not transport.get_write_buffer_size():
            break
        await asyncio.sleep(0.01)
    plain = transport.get_extra_info("socket")
    if plain is not None:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def suffer(fault: Fault | None, request: web.Request, state: State) -> None:
    """Let a fault of an HTTP answer happen; returns when the request may still be answered."""
    if fault is None:
        return
    if fault.do == "slow":
        await asyncio.sleep(fault.seconds)
    elif fault.do == "expire":
        with contextlib.suppress(Answered):
            state.sessions.close(state.session(request))
    elif fault.do == "stall":
        await asyncio.sleep(fault.seconds or 3_600)
    elif fault.do in ("drop", "eof"):
        await cut(request, reset=fault.do == "drop")
        # Whatever is answered now reaches nobody.
        raise Answered(web.Response(status=fault.status))
    elif fault.do == "bad_json":
        raise Answered(web.Response(body=b'{"result": [', content_type="application/json"))
    elif fault.do == "bad_utf8":
        raise Answered(web.Response(body=b'{"result": "\xff\xfe"}', content_type="application/json"))
    else:
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        raise Answered(
            error(fault.status, fault.text or _MESSAGES.get(fault.status, "Failure."), *fault.details, headers=headers)
        )


_MESSAGES = {
    403: "Not enough privileges to perform this operation.",
    409: "The element was changed by somebody else.",
    429: "Too many requests.",
    503: "Service Unavailable",
}
