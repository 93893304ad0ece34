# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""WebSocket: the handshake, and the session and log channels."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import Mapping
from typing import Any

from aiohttp import WSMsgType, web

from .elements import Domain, Engine
from .entry import Entry
from .fetching import Fetch
from .fetching_logs import LogFetch
from .fields import ACTIVE_ALERTS, BLOCK_LIST, DEFINITIONS, LOG
from .filters import FilterError, References, compile_filter
from .formats import Format, FormatError
from .frames import IDLE, MOST_CHARACTERS, SESSION_ENDED, STOPPING, TOO_BIG, Goodbye, raw_frames
from .scenario import Fault
from .sessions import Session
from .state import Answered, State, cut, suffer


class _Response(web.WebSocketResponse):
    """A handshake whose status line may lack the reason phrase, as that of an SMC does since 6.4."""

    silent = True

    def set_status(self, status: int, reason: str | None = None) -> None:
        super().set_status(status, "" if self.silent and status == 101 else reason)


class SocketApi:
    """The two channels."""

    def __init__(self, state: State, app: web.Application) -> None:
        self.state = state
        self._random = random.Random(f"{state.world.seed}/fetches")
        self._scripted = 0
        self._channels: set[Channel] = set()
        state.sessions.ended = self.session_ended
        app.router.add_get("/{v}/monitoring/session/socket", self.session_socket)
        app.router.add_get("/{v}/monitoring/log/socket", self.log_socket)

    def next_fetch_id(self) -> int:
        """A signed 32-bit number, unless the scenario has one."""
        scripted = self.state.scenario.fetch_ids
        if self._scripted < len(scripted):
            self._scripted += 1
            return scripted[self._scripted - 1]
        return self._random.randint(-(2**31), 2**31 - 1)

    def session_ended(self, session: Session) -> None:
        """Close the sockets of a session that ended, as Tomcat does where the sessions are its own. From any thread."""
        if self.state.scenario.session_end_closes:
            for channel in list(self._channels):
                if channel.session is session:
                    channel.loop.call_soon_threadsafe(channel.leave, SESSION_ENDED)

    async def stop(self, _app: web.Application) -> None:
        """The server stops: each socket is told so, and nobody's answer is waited for."""
        why = SESSION_ENDED if self.state.scenario.session_end_closes else STOPPING
        for channel in list(self._channels):
            await channel.say_goodbye(why)

    async def session_socket(self, request: web.Request) -> web.StreamResponse:
        """Live tables."""
        return await self._serve(request, log=False)

    async def log_socket(self, request: web.Request) -> web.StreamResponse:
        """Logs, and the descriptors of fields."""
        return await self._serve(request, log=True)

    def _authenticate(self, request: web.Request) -> tuple[Session, str | None]:
        self.state.check_route(request)
        scenario, now = self.state.scenario, self.state.world.clock.now
        idle = scenario.session_idle_seconds * 1000
        if scenario.session_kind == "cookie":
            session = self.state.sessions.find(request.cookies.get("JSESSIONID"), now, idle)
            protocol = None
        else:
            # Two names in any order: the vendor's client makes the header from a set.
            names = [name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
            tokens = [name for name in names if name and name != "access_token"]
            session = (
                self.state.sessions.find(tokens[0], now, idle) if len(tokens) == 1 and "access_token" in names else None
            )
            protocol = "access_token" if scenario.echo_subprotocol and session else None
        if session is None and scenario.connection_sessions:
            session = self.state.sessions.of_connection(self.state.connection(request), now, idle)
        if session is None:
            raise Answered(self.state.no_session(scenario.no_session_status))
        return session, protocol

    async def _serve(self, request: web.Request, *, log: bool) -> web.StreamResponse:
        state = self.state
        try:
            state.version(request)
            await suffer(state.scenario.fault("handshake"), request, state)
            if request.headers.get("Origin") and state.scenario.refuse_origin:
                # Tomcat's CORS filter answers so.
                raise Answered(web.Response(status=403, text=""))
            session, protocol = self._authenticate(request)
        except Answered as refused:
            state.statistics.handshakes_refused += 1
            raise refused from None
        response = _Response(compress=False, max_msg_size=0, protocols=(protocol,) if protocol else (), timeout=2.0)
        response.silent = not state.scenario.reason_phrase
        await response.prepare(request)
        seen = state.statistics
        seen.sockets_opened += 1
        seen.sockets_open += 1
        seen.most_sockets_open = max(seen.most_sockets_open, seen.sockets_open)
        session.sockets += 1
        channel = Channel(self, request, response, session, log=log)
        self._channels.add(channel)
        try:
            await channel.run()
        finally:
            self._channels.discard(channel)
            session.sockets -= 1
            seen.sockets_open -= 1
            seen.socket_closes.append(response.close_code or 0)
        return response


class Channel:
    """One open socket."""

    def __init__(
        self, api: SocketApi, request: web.Request, response: web.WebSocketResponse, session: Session, *, log: bool
    ) -> None:
        self.api = api
        self.state = api.state
        self.request = request
        self.response = response
        self.session = session
        self.log = log
        self.parts: dict[str, Any] = {}
        self.running: dict[int, asyncio.Task[None]] = {}
        self.stalled = False
        self.halving = 0.0
        self.losing = False
        self.loop = asyncio.get_running_loop()
        self.last_heard = self.loop.time()
        self.leaving: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Read until the socket closes."""
        watching = [
            asyncio.create_task(self.ping(self.state.scenario.ping_seconds)),
            asyncio.create_task(self.expire(self.state.scenario.socket_idle_seconds)),
        ]
        try:
            async for message in self.response:
                if message.type is WSMsgType.TEXT or message.type is WSMsgType.BINARY:
                    text = (
                        message.data
                        if isinstance(message.data, str)
                        else bytes(message.data).decode("utf-8", "replace")
                    )
                    await self.receive(text)
        finally:
            tasks = [*watching, *self.running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def ping(self, seconds: float) -> None:
        """A ping every so many seconds; none for 0."""
        while seconds:
            await asyncio.sleep(seconds)
            await self.response.ping()
            self.last_heard = self.loop.time()

    async def expire(self, seconds: float) -> None:
        """Close the socket when nothing was sent or received for so many seconds; never for 0."""
        while seconds:
            left = self.last_heard + seconds - self.loop.time()
            if left <= 0:
                # Closing ends the task that this one belongs to, which would cancel it amid the closing.
                self.leave(IDLE)
                return
            await asyncio.sleep(left)

    def leave(self, why: Goodbye) -> None:
        """Close the socket from the outside of its own task."""
        self.leaving = asyncio.create_task(self._close(why.code, why.reason))

    async def say_goodbye(self, why: Goodbye) -> None:
        """Send a close frame, and nothing more."""
        self.stalled = True
        with contextlib.suppress(ConnectionError):
            await self.response.send_frame(why.payload, WSMsgType.CLOSE)

    async def receive(self, text: str) -> None:
        """One message of the client."""
        self.state.statistics.frames.append(text)
        self.state.statistics.bytes_received += len(text)
        self.last_heard = self.loop.time()
        if len(text) > MOST_CHARACTERS:
            await self._close(TOO_BIG.code, TOO_BIG.reason)
            return
        try:
            message = json.loads(text)
        except json.JSONDecodeError as problem:
            await self.fail("bad_json", detail=str(problem))
            return
        if not isinstance(message, dict):
            await self.fail("bad_json", detail="not an object")
            return
        if "abort" in message:
            await self.abort(message["abort"])
            return
        self.parts.update({name: message[name] for name in ("query", "format") if name in message})
        if "fetch" not in message:
            await self.send({"success": "No fetch"})
            return
        await self.start(message["fetch"])

    async def start(self, fetch: Any) -> None:
        """Begin a fetch, or say why not."""
        query = self.parts.get("query")
        if not isinstance(query, Mapping) or not isinstance(fetch, Mapping):
            await self.fail("no_query")
            return
        definition, target = str(query.get("definition")), str(query.get("target"))
        scenario = self.state.scenario
        fault = scenario.fault("request", engine=target, definition=definition)
        if fault is not None and await self.deed(fault):
            return
        if scenario.fetches_per_socket == "one" and self.running:
            await self.fail("one_fetch", target=target, definition=definition)
            return
        if self.log:
            await self.start_log(query, fetch)
            return
        if not self._known(definition):
            await self.fail("unknown_definition", target=target, definition=definition)
            return
        if scenario.log_server_down:
            await self.fail("log_server_down", target=target, definition=definition)
            return
        owner = self._owner(definition, target)
        if owner is None:
            if scenario.unknown_target == "failure":
                await self.fail("unknown_target", target=target, definition=definition)
            else:
                await self.send({"success": "Fetch started", "fetch": self.api.next_fetch_id()})
            return
        if (
            isinstance(owner, Engine)
            and scenario.offline_engine == "failure"
            and not any(node.online for node in owner.nodes)
        ):
            await self.fail("offline", target=target, definition=definition)
            return
        # Inside, both products' name means the same table.
        table = BLOCK_LIST if definition == "BLACKLIST" else definition
        try:
            form = self._format(table)
            predicate = compile_filter(query["filter"], self._references()) if query.get("filter") is not None else None
        except FormatError as problem:
            await self.fail("bad_format", detail=str(problem), target=target)
            return
        except FilterError as problem:
            await self.fail("bad_filter", detail=str(problem), target=target)
            return
        quantity = fetch.get("quantity")
        number = self.api.next_fetch_id()
        await self._started(number, form)
        if quantity == 0:
            return
        running = Fetch(number, table, owner, form, predicate, quantity, self.state.world, scenario)
        self.running[number] = asyncio.create_task(self.play(running))

    async def start_log(self, query: Mapping[str, Any], fetch: Mapping[str, Any]) -> None:
        """Logs, or only the descriptors of their fields, which are asked for here too."""
        if self.state.scenario.log_server_down:
            await self.fail("log_server_down", target=self.session.domain.name, definition=LOG)
            return
        try:
            form = self._format(LOG)
            predicate = compile_filter(query["filter"], self._references()) if query.get("filter") is not None else None
        except FormatError as problem:
            await self.fail("bad_format", detail=str(problem), target="")
            return
        except FilterError as problem:
            await self.fail("bad_filter", detail=str(problem), target="")
            return
        number = self.api.next_fetch_id()
        if fetch.get("quantity") == 0:
            await self._started(number, form)
            await self.send({"fetch": number, "end": "end of data"})
            return
        # It listens before the client hears that it has started.
        running = LogFetch(
            number, self.session.domain, form, predicate, query, fetch, self.state.world, self.state.scenario
        )
        await self._started(number, form)
        self.running[number] = asyncio.create_task(self.play(running))

    async def _started(self, number: int, form: Format) -> None:
        self.state.statistics.fetches += 1
        answer: dict[str, Any] = {"success": "Fetch started", "fetch": number}
        fields = form.descriptors()
        if fields is not None:
            answer["fields"] = fields
        await self.send(answer)

    async def play(self, fetch: Fetch | LogFetch) -> None:
        """Send what a fetch brings, as the scenario has it."""
        scenario, sent = self.state.scenario, 0
        faults = [fault for fault in scenario.faults if fault.at == "messages"]
        faults = [fault for fault in faults if fault.strikes(engine=fetch.target, definition=fetch.definition)]
        before = 0
        try:
            for fault in [fault for fault in faults if fault.after_messages == 0]:
                if await self.deed(fault):
                    return
            async for message in fetch.messages():
                if scenario.message_delay:
                    await asyncio.sleep(scenario.message_delay)
                if not self.losing:
                    await self.put(message)
                self.losing = False
                sent += 1
                self.state.statistics.entries_sent += fetch.sent_entries - before
                before = fetch.sent_entries
                for fault in [fault for fault in faults if fault.after_messages == sent]:
                    if await self.deed(fault):
                        return
        except ConnectionError:
            pass
        finally:
            fetch.close()

    async def deed(self, fault: Fault) -> bool:
        """Let a fault happen; True when nothing more must be sent."""
        if fault.do == "slow":
            await asyncio.sleep(fault.seconds)
            return False
        if fault.do in ("drop", "eof"):
            await cut(self.request, reset=fault.do == "drop")
        elif fault.do == "close":
            await self._close(fault.code, fault.text)
        elif fault.do == "bad_json":
            await self.response.send_frame(b'{"fetch":1,"records":{"added":[{', WSMsgType.TEXT)
            return False
        elif fault.do == "bad_utf8":
            await self.response.send_frame(b'{"fetch":1,"records":{"added":[{"Src":"\xc3\x28"}]}}', WSMsgType.TEXT)
            return False
        elif fault.do == "failure":
            await self.send({"failure": fault.text or "Internal failure"})
        elif fault.do == "expire":
            self.state.sessions.close(self.session)
            self.state.statistics.open_sessions = len(self.state.sessions)
            if not fault.code:
                return False
            await self._close(fault.code, fault.text)
        elif fault.do == "halve":
            self.halving = fault.seconds
            return False
        elif fault.do == "lose":
            self.losing = True
            return False
        elif fault.do == "stall":
            self.stalled = True
        return True

    async def _close(self, code: int, reason: str) -> None:
        if code == 1006:
            await cut(self.request, reset=False)
        else:
            await self.response.close(code=code, message=reason.encode()[:123])

    async def abort(self, number: Any) -> None:
        """End a fetch."""
        task = self.running.pop(number, None) if isinstance(number, int) else None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        # Counted when it is over, so that who waits for the number waits for that.
        self.state.statistics.aborts += 1
        if self.state.scenario.abort_answer == "none":
            return
        if task is None:
            await self.fail("unknown_fetch", detail=str(number))
        elif self.state.scenario.abort_answer == "end":
            await self.send({"fetch": number, "end": "aborted"})
        else:
            await self.send({"success": "Fetch aborted", "fetch": number})

    async def fail(self, kind: str, **details: str) -> None:
        """The failure message of some kind."""
        await self.send({"failure": self.state.scenario.failure(kind, **details)})

    async def send(self, message: Mapping[str, Any]) -> None:
        """One message."""
        await self.put(json.dumps(message).encode())

    async def put(self, message: bytes) -> None:
        """One message, serialised already."""
        if self.stalled:
            return
        self.last_heard = self.loop.time()
        begin, last = raw_frames(message, self.state.scenario.frame_bytes)
        if self.halving:
            await self.put_halves(b"".join([begin, last.whole()]))
        else:
            # The library cannot send a frame that is not the last; it sends the last one, and waits for a slow reader.
            if begin and not self.response.closed:
                self._transport.write(begin)
            await self.response.send_frame(last.payload, last.opcode)
        self.state.statistics.messages_sent += 1
        self.state.statistics.bytes_sent += len(message)

    @property
    def _transport(self) -> asyncio.Transport:
        transport = self.request.transport
        if not isinstance(transport, asyncio.Transport) or transport.is_closing():
            raise ConnectionResetError("the client has gone")
        return transport

    async def put_halves(self, message: bytes) -> None:
        """The frames of one message, of which the second half takes its time."""
        seconds, self.halving = self.halving, 0.0
        half = len(message) // 2
        self._transport.write(message[:half])
        await asyncio.sleep(seconds)
        self._transport.write(message[half:])

    # -- what requests mean

    def _known(self, definition: str) -> bool:
        """Which name the block list has is decided by the product's version, not the API's."""
        if definition in (BLOCK_LIST, "BLACKLIST"):
            return (definition == BLOCK_LIST) == self.state.world.product_7
        return definition in DEFINITIONS.values()

    def _owner(self, definition: str, target: str) -> Engine | Domain | None:
        sensitive = self.state.scenario.target_case_sensitive
        if definition == ACTIVE_ALERTS:
            name = self.session.domain.name
            return self.session.domain if target == name or (not sensitive and target.lower() == name.lower()) else None
        return self.state.world.elements.by_name(target, self.session.domain, case_sensitive=sensitive)

    def _format(self, definition: str) -> Format:
        documents = self.state.documents(self.request.match_info["v"])
        data = self.parts.get("format")
        if data is None:
            data = {}
        if not isinstance(data, Mapping):
            raise FormatError("not an object")
        key = "vpn_sa_href"
        if definition == BLOCK_LIST:
            key = "block_list_href" if self.state.world.product_7 else "blacklist_href"

        def base(entry: Entry) -> str:
            return self.state.scenario.hostile_links.get("record") or documents.engine_href(entry.engine)

        return Format(data, definition, self.state.scenario, key, base)

    def _references(self) -> References:
        world = self.state.world

        def saved(href: str) -> str | None:
            names = list(world.saved_filters)
            tail = href.rpartition("/")[2]
            if "/filter_expression/" in href and tail.isdigit() and 0 <= int(tail) - 1500 < len(names):
                return world.saved_filters[names[int(tail) - 1500]]
            return None

        def element(href: str) -> frozenset[str] | None:
            if href.endswith("/elements/host/1601"):
                return frozenset({"203.0.113.53"})
            engine, node, _unused = self.state.engine_of_href(href)
            if engine is None:
                return None
            return frozenset({node.name} if node else {item.name for item in engine.nodes})

        return References(saved, element)
