# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: writing block lists, and deleting VPN SAs."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from .block_list import RefusedEntryError
from .documents import version_tuple
from .elements import Engine
from .fields import BLOCK_LIST
from .formats import Format
from .http_api import HttpApi, json_body
from .state import Answered, State, answer, error


class BlockListApi:
    """Adding, reading, deleting and flushing."""

    def __init__(self, state: State, api: HttpApi) -> None:
        self.state = state
        engine = "/{v}/elements/{type}/{key}"
        for word in ("block_list", "blacklist"):
            api.route("POST", f"{engine}/{word}", "block_list_add", self.add)
            api.route("POST", f"/{{v}}/system/{word}", "block_list_add", self.add_everywhere)
            # Before the entry's own path, which would take it for an id.
            api.route("DELETE", f"{engine}/{word}/flush", "block_list_flush", self.flush)
            api.route("GET", f"{engine}/{word}/{{id}}", "block_list_read", self.read)
            api.route("DELETE", f"{engine}/{word}/{{id}}", "block_list_delete", self.delete)
        api.route("DELETE", f"{engine}/vpn_sa/{{id}}", "vpn_sa_delete", self.delete_sa)

    def _engine(self, request: web.Request) -> Engine:
        self.state.version(request)
        return self.state.engine(request, self.state.session(request))

    async def _bodies(self, request: web.Request) -> list[dict[str, Any]]:
        """The entries of a request: a list since 6.4, one bare entry before."""
        version = version_tuple(self.state.version(request))
        word = request.path.rstrip("/").rpartition("/")[2]
        if (word == "block_list") != (version >= (7, 0)):
            raise Answered(error(404, "Not found."))
        body = await json_body(request)
        if version < (6, 4):
            bodies: Any = [body]
        elif set(body) == {"entries"}:
            bodies = body["entries"]
        else:
            unknown = next(iter(set(body) - {"entries"}), "entries")
            raise Answered(
                error(
                    400, f"Invalid JSON format: At line 1 and column 2, {unknown} is not recognized as JSON attribute."
                )
            )
        if not isinstance(bodies, list) or not all(isinstance(item, dict) for item in bodies):
            raise Answered(error(400, "Invalid JSON format: entries is not a list of entries."))
        return bodies

    def _add(self, engines: list[Engine], bodies: list[dict[str, Any]]) -> web.StreamResponse:
        world, scenario = self.state.world, self.state.scenario
        # All or nothing: one bad entry refuses the request.
        for body in bodies:
            try:
                for engine in engines[:1]:
                    world.block_list(engine).check(body)
            except RefusedEntryError as problem:
                return error(400, "The block list entry is not valid.", str(problem))

        def put() -> None:
            for engine in engines:
                for body in bodies:
                    world.add_block_list(engine, body)

        if scenario.block_list_delay:
            asyncio.get_running_loop().call_later(scenario.block_list_delay, put)
        else:
            put()
        return web.Response(status=scenario.add_status)

    async def add(self, request: web.Request) -> web.StreamResponse:
        """Add entries to one engine."""
        engine = self._engine(request)
        return self._add([engine], await self._bodies(request))

    async def add_everywhere(self, request: web.Request) -> web.StreamResponse:
        """Add entries to every engine of the domain."""
        self.state.version(request)
        session = self.state.session(request)
        engines = [
            engine for engine in self.state.world.elements.of_domain(session.domain) if engine.type != "master_engine"
        ]
        return self._add(engines, await self._bodies(request))

    def _tail(self, request: web.Request, engine: Engine) -> str:
        word = "block_list" if self.state.world.product_7 else "blacklist"
        tail = f"{word}/{request.match_info['id']}"
        if not self.state.world.block_list(engine).find(tail):
            raise Answered(
                error(self.state.scenario.gone_status, "Element not found.", "There is no such block list entry.")
            )
        return tail

    async def read(self, request: web.Request) -> web.StreamResponse:
        """One entry; the shape of the document was never published."""
        engine = self._engine(request)
        entry = self.state.world.block_list(engine).find(self._tail(request, engine))[0]
        documents = self.state.documents(self.state.version(request))
        form = Format(
            {"type": "raw", "field_format": "name"},
            BLOCK_LIST,
            self.state.scenario,
            "block_list_href",
            lambda _unused: documents.engine_href(engine),
        )
        return answer(form.body(entry))

    async def delete(self, request: web.Request) -> web.StreamResponse:
        """Delete one entry; needs no ETag."""
        engine = self._engine(request)
        self.state.world.delete_block_list(engine, self._tail(request, engine))
        return web.Response(status=self.state.scenario.delete_status)

    async def flush(self, request: web.Request) -> web.StreamResponse:
        """Delete all entries of an engine."""
        self.state.world.flush_block_list(self._engine(request))
        return web.Response(status=self.state.scenario.delete_status)

    async def delete_sa(self, request: web.Request) -> web.StreamResponse:
        """Delete an SA, so that it is negotiated again."""
        engine = self._engine(request)
        if not self.state.world.delete_vpn_sa(engine, f"vpn_sa/{request.match_info['id']}"):
            return error(self.state.scenario.gone_status, "Element not found.", "There is no such VPN SA.")
        return web.Response(status=self.state.scenario.delete_status)
