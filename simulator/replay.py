# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An SMC that says what another one said: the trace that ngfw.smc.diagnose recorded, played back.

Requests get the recorded answers, those to the same question one after the other and then the last one again. A query on a
socket gets what came after the same query, with the same pauses. Any credentials log in.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from .frames import raw_frames
from .state import State, answer, cut, error

Event = dict[str, Any]
Question = tuple[str, str, tuple[tuple[str, str], ...]]


def read_events(file: Path) -> tuple[dict[str, Any], list[Event]]:
    """The header and the events of a trace, which may be compressed. ValueError for anything else."""
    content = file.read_bytes()
    try:
        lines = (gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content).decode().splitlines()
        header, *events = map(json.loads, lines)
    except (ValueError, EOFError, gzip.BadGzipFile) as problem:
        raise ValueError(f"{file} is not a trace: {problem}") from None
    if not isinstance(header, dict) or header.get("format") != "ngfw.smc trace" or header.get("version") != 1:
        raise ValueError(f"{file} is not a trace of version 1")
    return header, events


class Replay:
    """A trace, and the server that plays it."""

    def __init__(self, file: Path, state: State) -> None:
        self.state = state
        self.header, events = read_events(file)
        self._answers: dict[Question, list[Event]] = {}
        self._conversations = [*_conversations(events)]
        self._played: dict[Question, int] = {}
        self._sockets: set[web.WebSocketResponse] = set()
        self._login: Event = {}
        self._handshake: Event = next((one for one in events if one["event"] == "opened"), {})
        for event in events:
            if event["event"] != "http":
                continue
            if event["path"].rpartition("/")[2] in ("login", "lms_login"):
                self._login = self._login or event
            self._answers.setdefault(_question(event["method"], event["path"], event["query"]), []).append(event)

    def tables(self) -> list[dict[str, Any]]:
        """What can be asked for: each table that was recorded as a whole."""
        return [
            {"definition": definition, "target": target}
            for definition, target, probe, _events in self._conversations
            if probe == "tables"
        ]

    def app(self) -> web.Application:
        """The server's application."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.on_shutdown.append(self._stop)
        app.router.add_get("/{v}/monitoring/session/socket", self.socket)
        app.router.add_route("*", "/{tail:.*}", self.request)
        return app

    async def _stop(self, _app: web.Application) -> None:
        for socket in list(self._sockets):
            with contextlib.suppress(ConnectionError):
                await socket.close(code=1001, message=b"The web application is stopping")

    # -- HTTP

    async def request(self, request: web.Request) -> web.StreamResponse:
        """The recorded answer."""
        tail = request.path.rpartition("/")[2]
        if tail in ("login", "lms_login"):
            return self._log_in(request)
        if tail == "logout":
            self.state.statistics.logouts += 1
            return web.Response(status=204)
        question = _question(request.method, request.path, dict(request.query))
        recorded = self._answers.get(question)
        if recorded is None:
            return error(404, "Not in the trace.", f"Nobody asked for {request.method} {request.path_qs}.")
        place = min(self._played.get(question, 0), len(recorded) - 1)
        self._played[question] = place + 1
        event = recorded[place]
        if "body" in event and event["body"] is not None:
            return answer(event["body"], event["status"])
        return web.Response(text=event.get("text", ""), status=event["status"])

    def _log_in(self, request: web.Request) -> web.StreamResponse:
        self.state.statistics.logins += 1
        status = self._login.get("status", 200)
        if status >= 400:
            # Who recorded that could not go on either.
            return answer(self._login.get("body"), status)
        response = answer({}, status)
        if self._login.get("token"):
            response.headers["Authorization"] = "replayed-token"
        if self._login.get("cookies") or not self._login.get("token"):
            response.set_cookie("JSESSIONID", "replayed-session", path="/", httponly=True, secure=request.secure)
        return response

    # -- WebSocket

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """One monitoring socket."""
        protocols = ("access_token",) if self._handshake.get("subprotocol") else ()
        response = web.WebSocketResponse(compress=False, max_msg_size=0, protocols=protocols)
        await response.prepare(request)
        self._sockets.add(response)
        playing: set[asyncio.Task[None]] = set()
        try:
            async for message in response:
                playing.add(asyncio.create_task(self._play(request, response, message)))
        finally:
            self._sockets.discard(response)
            for task in playing:
                task.cancel()
            await asyncio.gather(*playing, return_exceptions=True)
        return response

    async def _play(self, request: web.Request, response: web.WebSocketResponse, message: WSMessage) -> None:
        asked = json.loads(message.data) if message.type is WSMsgType.TEXT else {}
        if "query" not in asked:
            return
        query = asked["query"]
        recorded = self._recorded(query.get("definition"), query.get("target"))
        if recorded is None:
            await response.send_str(json.dumps({"failure": "Not in the trace."}))
            return
        loop = asyncio.get_running_loop()
        began, before = loop.time(), recorded[0]["at"]
        for event in recorded[1:]:
            await asyncio.sleep(max(0.0, began + event["at"] - before - loop.time()))
            if event["event"] == "received":
                await self._send(request, response, event)
            elif event["event"] == "ping":
                await response.ping()
            elif event["event"] == "closed":
                reason = event.get("text", "").encode()[:120]
                await response.close(code=event.get("code") or 1000, message=reason)
            elif event["event"] == "lost":
                await cut(request, reset=False)

    def _recorded(self, definition: str, target: str) -> list[Event] | None:
        """The query and what came after it, from a table that was read if there is one."""
        found = [
            (probe == "tables", events)
            for name, whose, probe, events in self._conversations
            if (name, whose) == (definition, target)
        ]
        return max(found, key=lambda one: one[0])[1] if found else None

    async def _send(self, request: web.Request, response: web.WebSocketResponse, event: Event) -> None:
        message = json.dumps(event["message"]).encode() if "message" in event else event.get("text", "").encode()
        begin, last = raw_frames(message, event.get("part_bytes", 0))
        if begin and request.transport is not None and not response.closed:
            request.transport.write(begin)
        await response.send_frame(last.payload, last.opcode)


def _question(method: str, path: str, query: Mapping[str, str]) -> Question:
    return method, path, tuple(sorted(query.items()))


def _conversations(events: list[Event]) -> Iterator[tuple[str, str, str, list[Event]]]:
    """Definition, target and probe of each query, and the events from it to the next query of its socket."""
    found: list[tuple[str, str, str, list[Event]]] = []
    running: dict[int, list[Event]] = {}
    for event in events:
        message = event.get("message")
        query = message.get("query") if event["event"] == "sent" and isinstance(message, dict) else None
        if query is not None:
            running[event["socket"]] = [event]
            found.append((query["definition"], query["target"], event["probe"], running[event["socket"]]))
        elif event.get("socket") in running:
            running[event["socket"]].append(event)
    yield from found
