# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: versions, entry points, login and logout, and what every request goes through."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from .elements import ENGINE_TYPES
from .sessions import API_CLIENT, API_KEY, PASSWORD, USERNAME
from .state import ROUTE, Answered, State, answer, error, suffer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_USERS = {API_CLIENT: ("api_client", 1801), USERNAME: ("admin_user", 1802)}


class HttpApi:
    """Routes, and the handlers that have to do with sessions."""

    def __init__(self, state: State, app: web.Application) -> None:
        self.state = state
        self.app = app
        self.route("GET", "/api", "versions", self.api_versions)
        self.route("GET", "/{v}/api", "entry_points", self.entry_points)
        self.route("POST", "/{v}/login", "login", self.login)
        self.route("POST", "/{v}/lms_login", "login", self.lms_login)
        self.route("PUT", "/{v}/logout", "logout", self.logout)
        self.route("GET", "/{v}/current_user", "http", self.current_user)
        self.route("GET", "/{v}/elements/api_client/{key}", "http", self.user)
        self.route("GET", "/{v}/elements/admin_user/{key}", "http", self.user)

    def route(self, method: str, path: str, place: str, handler: Handler) -> None:
        """Serve a path, with the faults of its place."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            body = await request.text() if request.can_read_body else ""
            key = request.match_info.get("key", "")
            engine = self.state.world.elements.engines.get(int(key)) if key.isdigit() else None
            fault = self.state.scenario.fault("http", place, engine=engine.name if engine else None, body=body)
            await suffer(fault, request, self.state)
            return await handler(request)

        self.app.router.add_route(method, path, guarded)

    async def api_versions(self, request: web.Request) -> web.StreamResponse:
        """The versions on offer, oldest first; needs no session."""
        del request
        return answer(
            {
                "version": [
                    {"rel": version, "href": f"{self.state.base}/{version}/api"} for version in self.state.versions
                ]
            }
        )

    async def entry_points(self, request: web.Request) -> web.StreamResponse:
        """The entry points; needs no session either."""
        base = f"{self.state.base}/{self.state.version(request)}"
        points: list[dict[str, str]] = [
            {"href": f"{base}/{rel}", "rel": rel} for rel in ("elements", "system", "current_user", "monitoring_status")
        ]
        points += [{"href": f"{base}/{rel}", "rel": rel, "method": "POST"} for rel in ("login", "lms_login")]
        points.append({"href": f"{base}/logout", "rel": "logout", "method": "PUT"})
        kinds = (
            *ENGINE_TYPES,
            "engine_clusters",
            "admin_domain",
            "log_server",
            "filter_expression",
            "host",
            "api_client",
            "admin_user",
        )
        points += [{"href": f"{base}/elements/{kind}", "rel": kind} for kind in kinds]
        return answer({"entry_point": points})

    async def login(self, request: web.Request) -> web.StreamResponse:
        """Login of an API client with its key."""
        body = await json_body(request)
        user = API_CLIENT if body.get("authenticationkey") == API_KEY else None
        return self._log_in(request, user, body.get("domain"))

    async def lms_login(self, request: web.Request) -> web.StreamResponse:
        """Login of an administrator, whose name and password come in the query string."""
        body = await json_body(request)
        right = (request.query.get("login"), request.query.get("pwd")) == (USERNAME, PASSWORD)
        return self._log_in(request, USERNAME if right else None, request.query.get("domain") or body.get("domain"))

    def _log_in(self, request: web.Request, user: str | None, domain_name: Any) -> web.StreamResponse:
        state = self.state
        version = state.version(request)
        if not state.scenario.domains_licensed:
            domain_name = None
        domain = state.world.elements.domains.get(domain_name or "Shared Domain")
        if user is None:
            state.statistics.failed_logins += 1
            return error(
                state.scenario.bad_credentials_status, "Authentication failed.", "The credentials are not valid."
            )
        if domain is None:
            state.statistics.failed_logins += 1
            return error(
                state.scenario.unknown_domain_status,
                "Authentication failed.",
                f"Unknown administrative domain: {domain_name}",
            )
        session = state.sessions.open(domain, user, version, state.world.clock.now)
        session.connections.add(state.connection(request))
        state.statistics.logins += 1
        state.statistics.open_sessions = len(state.sessions)
        response = answer({}, state.scenario.login_status)
        if state.scenario.session_kind == "token":
            response.headers["Authorization"] = session.token
        else:
            response.set_cookie("JSESSIONID", session.token, path="/", httponly=True, secure=request.secure)
        if state.scenario.route_cookie:
            response.set_cookie("ROUTE", ROUTE, path="/")
        return response

    async def logout(self, request: web.Request) -> web.StreamResponse:
        """End the session."""
        self.state.version(request)
        self.state.sessions.close(self.state.session(request))
        self.state.statistics.logouts += 1
        self.state.statistics.open_sessions = len(self.state.sessions)
        return web.Response(status=204)

    async def current_user(self, request: web.Request) -> web.StreamResponse:
        """Who is logged in."""
        version = self.state.version(request)
        kind, key = _USERS[self.state.session(request).user]
        return answer({"value": f"{self.state.base}/{version}/elements/{kind}/{key}"})

    async def user(self, request: web.Request) -> web.StreamResponse:
        """The element of an API client or administrator."""
        version = self.state.version(request)
        self.state.session(request)
        for name, (kind, key) in _USERS.items():
            if request.match_info["key"] == str(key):
                href = f"{self.state.base}/{version}/elements/{kind}/{key}"
                return answer(
                    {"name": name, "key": key, "enabled": True, "link": [{"href": href, "rel": "self", "type": kind}]}
                )
        return error(404, "Element not found.")


async def json_body(request: web.Request) -> dict[str, Any]:
    """The JSON object that came with a request."""
    text = await request.text()
    if not text:
        return {}
    try:
        body = json.loads(text)
    except json.JSONDecodeError as problem:
        raise Answered(
            error(400, f"Invalid JSON format: At line {problem.lineno} and column {problem.colno}, {problem.msg}.")
        ) from None
    if not isinstance(body, dict):
        raise Answered(error(400, "Invalid JSON format: not an object."))
    return body


def middleware(state: State) -> Middleware:
    """Counting, latency and error bodies for every request."""

    @web.middleware
    async def through(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/simulator/"):
            return await _answered(request, handler)
        seen = state.statistics
        resource = request.match_info.route.resource
        template = resource.canonical if resource is not None else request.path
        seen.requests[f"{request.method} {template}"] += 1
        if len(seen.paths) < 100_000:
            seen.paths.append(f"{request.method} {request.path}")
        state.connection(request)
        socket = template.endswith("/socket")
        if not socket:
            seen.concurrent_requests += 1
            seen.most_concurrent_requests = max(seen.most_concurrent_requests, seen.concurrent_requests)
        try:
            if state.scenario.http_latency and not socket:
                await asyncio.sleep(state.scenario.http_latency)
            response = await _answered(request, handler)
        finally:
            if not socket:
                seen.concurrent_requests -= 1
        seen.statuses[str(response.status)] += 1
        if not response.prepared and not state.scenario.reason_phrase:
            # Tomcat sends a reason phrase with no answer at all.
            response.set_status(response.status, "")
        if isinstance(response, web.Response) and isinstance(response.body, bytes):
            seen.bytes_sent += len(response.body)
        return response

    return through


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Answered as known:
        return known.response
    except web.HTTPMethodNotAllowed as problem:
        return error(405, "Method not allowed.", headers={"Allow": problem.headers.get("Allow", "")})
    except web.HTTPException as problem:
        return error(problem.status, "Not found." if problem.status == 404 else problem.reason)
