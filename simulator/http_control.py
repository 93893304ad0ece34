# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP under /simulator/: statistics, scenario, clock and world, for tests and demonstrations in another process."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .http_api import json_body
from .scenario import Scenario
from .state import State, answer, error


class ControlApi:
    """None of this needs a session, and none of it exists on an SMC."""

    def __init__(self, state: State, app: web.Application) -> None:
        self.state = state
        app.router.add_get("/simulator/statistics", self.statistics)
        app.router.add_get("/simulator/scenario", self.scenario)
        app.router.add_patch("/simulator/scenario", self.change_scenario)
        app.router.add_post("/simulator/clock", self.clock)
        app.router.add_post("/simulator/reset", self.reset)
        app.router.add_post("/simulator/sessions/expire", self.expire)
        app.router.add_post("/simulator/world/{hook}", self.world)

    async def statistics(self, request: web.Request) -> web.StreamResponse:
        """What was seen; `?frames=0` leaves the frames out."""
        seen = self.state.statistics.to_dict()
        if request.query.get("frames") == "0":
            seen.pop("frames")
            seen.pop("paths")
        return answer(seen)

    async def scenario(self, request: web.Request) -> web.StreamResponse:
        """The scenario."""
        del request
        return answer(self.state.scenario.to_dict())

    async def change_scenario(self, request: web.Request) -> web.StreamResponse:
        """Change some of its fields."""
        try:
            self.state.scenario.update(await json_body(request))
        except (TypeError, ValueError) as problem:
            return error(400, str(problem))
        return answer(self.state.scenario.to_dict())

    async def clock(self, request: web.Request) -> web.StreamResponse:
        """Let time pass: {"advance": seconds}."""
        body = await json_body(request)
        try:
            self.state.world.advance(float(body.get("advance", 0)))
        except (TypeError, ValueError) as problem:
            return error(400, str(problem))
        return answer({"now": self.state.world.clock.now})

    async def reset(self, request: web.Request) -> web.StreamResponse:
        """Start counting again, with the plain scenario; the world stays as it is."""
        del request
        self.state.scenario.update(Scenario().to_dict())
        self.state.statistics.reset()
        return answer({})

    async def expire(self, request: web.Request) -> web.StreamResponse:
        """End every session."""
        del request
        self.state.sessions.close_all()
        self.state.statistics.open_sessions = 0
        return answer({})

    async def world(self, request: web.Request) -> web.StreamResponse:
        """Call a hook of the world with the body's members as its arguments; `entries` go to `block` one by one."""
        name = request.match_info["hook"]
        if name not in set(self.state.world.hooks()):
            return error(404, f"There is no hook {name}; there are {', '.join(self.state.world.hooks())}.")
        hook: Any = getattr(self.state.world, name)
        arguments = await json_body(request)
        entries = arguments.pop("entries", []) if name == "block" else []
        try:
            if entries:
                hook(arguments.pop("engine", "Plano FW"), *entries)
            else:
                hook(**arguments)
        except (KeyError, TypeError, ValueError) as problem:
            return error(400, str(problem))
        return answer({})
