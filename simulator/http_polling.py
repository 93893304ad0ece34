# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: the polling interface, which lists a table in one answer and says whether it is all.

What an entry looks like is public for routes only, so the others are as the socket sends them, or in raw values, as the scenario has it.
"""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from .documents import Documents
from .elements import Domain, Engine
from .entry import Entry
from .fields import ACTIVE_ALERTS, BLOCK_LIST, CONNECTIONS, NEIGHBORS, ROUTING, SSLVPNV2, USERS, VPN_SA
from .filters import text_of
from .formats import Format
from .http_api import HttpApi
from .http_elements import as_bool
from .state import State, answer, error

_POLLED = {
    "routing_monitoring": ROUTING,
    "connection_monitoring": CONNECTIONS,
    "blocklist_monitoring": BLOCK_LIST,
    "user_monitoring": USERS,
    "vpnsa_monitoring": VPN_SA,
    "sslvpn_monitoring": SSLVPNV2,
    "neighbor_monitoring": NEIGHBORS,
}
# The first SMC that polls more than routes, and says whether an answer is complete.
_FIRST = (7, 1)
# Of a route, what the public keys of its entry show.
_PUBLIC = ("Dstif", "RouteNetwork", "RouteNetmask", "RouteGateway", "RouteType")


class PollingApi:
    """Tables over HTTP."""

    def __init__(self, state: State, api: HttpApi) -> None:
        self.state = state
        api.route("GET", "/{v}/elements/{type}/{key}/{what:[a-z]+_monitoring}", "polling", self.polling)
        api.route("GET", "/{v}/system/alert_monitoring", "polling", self.alerts)

    async def polling(self, request: web.Request) -> web.StreamResponse:
        """A table of an engine, since 7.1; routes much longer."""
        documents, session = self.state.documents(self.state.version(request)), self.state.session(request)
        what = request.match_info["what"]
        if (request.match_info["type"], request.match_info["key"]) == ("admin_domain", str(session.domain.key)):
            return await self.alerts(request)
        engine = self.state.engine(request, session)
        if what not in _POLLED or (documents.product < _FIRST and what != "routing_monitoring"):
            return error(404, "Not found.")
        if not any(node.online for node in engine.nodes):
            return error(500, f"Impossible to retrieve session monitoring entry for Id[{engine.key}]")
        return answer(self._polled(request, documents, what, _POLLED[what], engine))

    async def alerts(self, request: web.Request) -> web.StreamResponse:
        """The alerts of the login domain."""
        documents, session = self.state.documents(self.state.version(request)), self.state.session(request)
        if documents.product < _FIRST:
            return error(404, "Not found.")
        return answer(self._polled(request, documents, "alert_monitoring", ACTIVE_ALERTS, session.domain))

    def _polled(
        self, request: web.Request, documents: Documents, what: str, definition: str, owner: Engine | Domain
    ) -> dict[str, Any]:
        entries = self.state.world.entries(definition, owner)
        bulk = self.state.world.bulk(definition, owner)
        if bulk is not None:
            entries += bulk.entries()
        complete = self.state.scenario.polling_complete
        if not complete:
            entries = entries[: len(entries) // 2]
        form = Format(
            {"type": self.state.scenario.polling_values, "field_format": "name"},
            definition,
            self.state.scenario,
            "block_list_href" if definition == BLOCK_LIST else "vpn_sa_href",
            lambda entry: documents.engine_href(entry.engine),
        )
        if not as_bool(request.query.get("full", "true")):
            items: list[dict[str, Any]] = [
                {"timestamp": entry.values.get("Timestamp"), "component_id": entry.node.key, "event_id": number}
                for number, entry in enumerate(entries, 1)
            ]
        elif definition == ROUTING:
            items = [_route(entry, form, documents) for entry in entries]
        else:
            items = [form.render(entry) for entry in entries]
        result: dict[str, Any] = {f"{what}_entry": items}
        if documents.product >= _FIRST:
            result["is_all"] = complete
        return result


def _route(entry: Entry, form: Format, documents: Documents) -> dict[str, Any]:
    """A route under the public keys. SMC 7.1 and later have more keys, which nobody has published."""
    values = entry.values
    item: dict[str, Any] = {
        "cluster_ref": documents.engine_href(entry.engine),
        "dst_if": getattr(values["Dstif"], "raw", values["Dstif"]),
        "src_if": -1,
        "route_network": values["RouteNetwork"],
        "route_netmask": values["RouteNetmask"],
        "route_gateway": values.get("RouteGateway"),
        "route_type": text_of(values["RouteType"]),
    }
    if documents.product >= _FIRST:
        record = form.render(entry)
        item |= {_snake_case(name): value for name, value in record.items() if name not in _PUBLIC}
    return item


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
