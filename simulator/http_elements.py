# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: element search and listings, engines, nodes, status and the system element."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator

from aiohttp import web

from .documents import Documents, etag
from .elements import ENGINE_TYPES, Domain, Engine, Node
from .http_api import HttpApi, json_body
from .sessions import Session
from .state import Answered, State, answer, error

# No test blocks anything near it.
LOG_SERVER_ADDRESS = "172.31.255.250"


class ElementsApi:
    """Reading elements."""

    def __init__(self, state: State, api: HttpApi) -> None:
        self.state = state
        engine = "/{v}/elements/{type}/{key}"
        node = engine + "/{node_type:[a-z0-9_]+_node}/{node}"
        api.route("GET", "/{v}/elements", "listing", self.search)
        api.route("GET", "/{v}/elements/{type}", "listing", self.listing)
        api.route("GET", engine, "engine", self.engine)
        api.route("DELETE", engine, "engine_delete", self.delete_engine)
        api.route("GET", engine + "/node", "node", self.nodes)
        api.route("GET", engine + "/monitoring_status", "monitoring_status", self.engine_monitoring)
        api.route("GET", node, "node", self.node)
        api.route("GET", node + "/status", "status", self.status)
        api.route("GET", node + "/monitoring_status", "status", self.status)
        api.route("GET", node + "/appliance_status", "appliance_status", self.appliance_status)
        api.route("POST", "/{v}/monitoring_status", "monitoring_status", self.monitoring_status)
        api.route("GET", "/{v}/system", "system", self.system)
        api.route("GET", "/{v}/system/smc_version", "system", self.smc_version)
        api.route("GET", "/{v}/system/smc_time", "system", self.smc_time)
        api.route("GET", "/{v}/monitoring/log/schemas", "http", self.schemas)

    def _open(self, request: web.Request) -> tuple[Documents, Session]:
        version = self.state.version(request)
        return self.state.documents(version), self.state.session(request)

    # -- search

    def _candidates(
        self, documents: Documents, domain: Domain, context: str
    ) -> Iterator[tuple[dict[str, str], list[str]]]:
        """Elements of a kind, each with the texts that a search looks through besides the name."""
        elements = self.state.world.elements
        if context in ENGINE_TYPES or context in ("", "engine_clusters"):
            for engine in elements.of_domain(domain):
                if context in ("", "engine_clusters", engine.type):
                    yield documents.meta(engine), [engine.comment, engine.address, engine.outside]
        others: dict[str, list[tuple[int, str]]] = {
            "admin_domain": [(item.key, item.name) for item in elements.domains.values()],
            "log_server": [(1441, "LogServer")],
            "filter_expression": [(1500 + number, name) for number, name in enumerate(self.state.world.saved_filters)],
            "host": [(1601, "DNS server")],
        }
        for kind, items in others.items():
            if context in ("", kind):
                for key, name in items:
                    yield {"name": name, "href": f"{documents.base}/elements/{kind}/{key}", "type": kind}, []

    def _result(self, found: list[dict[str, str]]) -> web.Response:
        if not found and self.state.scenario.empty_search == "no_content":
            return web.Response(status=204)
        return answer({"result": found})

    async def search(self, request: web.Request) -> web.StreamResponse:
        """`/elements` with filter, filter_context, exact_match and case_sensitive."""
        documents, session = self._open(request)
        context = request.query.get("filter_context", "")
        return self._result(_matching(request, self._candidates(documents, session.domain, context)))

    async def listing(self, request: web.Request) -> web.StreamResponse:
        """All elements of one type."""
        documents, session = self._open(request)
        kind = request.match_info["type"]
        known = {*ENGINE_TYPES, "engine_clusters", "admin_domain", "log_server", "filter_expression", "host"}
        if kind not in known:
            return error(404, "Not found.", f"Unknown element type {kind}.")
        return self._result(_matching(request, self._candidates(documents, session.domain, kind)))

    # -- engines and nodes

    async def engine(self, request: web.Request) -> web.StreamResponse:
        """An engine, or one of the few other elements."""
        documents, session = self._open(request)
        kind = request.match_info["type"]
        if kind not in ENGINE_TYPES:
            href = f"{documents.base}/elements/{kind}/{request.match_info['key']}"
            for meta, _unused in self._candidates(documents, session.domain, kind):
                if meta["href"] == href:
                    key = int(request.match_info["key"])
                    links = [{"href": href, "rel": "self", "type": kind}]
                    if kind == "admin_domain" and documents.product >= (7, 1):
                        links.append({"href": f"{href}/alert_monitoring", "rel": "alert_monitoring"})
                    element = {"name": meta["name"], "key": key, "link": links}
                    if kind == "log_server":
                        element["address"] = LOG_SERVER_ADDRESS
                    return answer(element, headers={"ETag": etag(key, 1)})
            return error(404, "Element not found.")
        engine = self.state.engine(request, session)
        document = documents.engine(engine)
        document["link"] = self._hostile(document["link"])
        return answer(document, headers={"ETag": etag(engine.key, engine.edition)})

    async def delete_engine(self, request: web.Request) -> web.StreamResponse:
        """Deleting an engine works as well: that is what clients must not do by mistake."""
        _unused, session = self._open(request)
        engine = self.state.engine(request, session)
        given = request.headers.get("If-Match") or request.headers.get("Etag")
        wanted = etag(engine.key, engine.edition)
        if given != wanted and (given is not None or self.state.scenario.etag_required):
            return error(409, "The element was changed by somebody else.", "The ETag does not match.")
        del self.state.world.elements.engines[engine.key]
        return web.Response(status=204)

    async def nodes(self, request: web.Request) -> web.StreamResponse:
        """The nodes of an engine."""
        documents, session = self._open(request)
        return answer(documents.nodes(self.state.engine(request, session)))

    def _node(self, request: web.Request) -> tuple[Documents, Engine, Node]:
        documents, session = self._open(request)
        engine = self.state.engine(request, session)
        for node in engine.nodes:
            if (node.type, str(node.key)) == (request.match_info["node_type"], request.match_info["node"]):
                return documents, engine, node
        raise Answered(error(404, "Element not found.", f"{engine.name} has no such node."))

    async def node(self, request: web.Request) -> web.StreamResponse:
        """A node."""
        documents, engine, node = self._node(request)
        return answer(documents.node(engine, node), headers={"ETag": etag(node.key, 1)})

    async def status(self, request: web.Request) -> web.StreamResponse:
        """A node's status."""
        return answer(Documents.status(*self._node(request)))

    async def appliance_status(self, request: web.Request) -> web.StreamResponse:
        """A node's hardware and interfaces."""
        documents, engine, node = self._node(request)
        if not node.online:
            return error(400, "Impossible to retrieve the appliance status.", f"{node.name} is not connected.")
        return answer(documents.appliance_status(engine, node))

    async def engine_monitoring(self, request: web.Request) -> web.StreamResponse:
        """The composite status of an engine, by GET."""
        documents, session = self._open(request)
        return answer(documents.monitoring(self.state.engine(request, session)))

    async def monitoring_status(self, request: web.Request) -> web.StreamResponse:
        """The composite status of whatever the href in the body names."""
        documents, _unused = self._open(request)
        body = await json_body(request)
        engine, node, rest = self.state.engine_of_href(str(body.get("value")))
        if engine is None or rest not in ("", "monitoring_status"):
            return error(400, "The element is not monitored.", str(body.get("value")))
        return answer(documents.status(engine, node) if node else documents.monitoring(engine))

    def _hostile(self, links: list[dict[str, str]]) -> list[dict[str, str]]:
        """The links as an SMC gives them that lies."""
        lies = self.state.scenario.hostile_links
        return [{**link, "href": lies.get(link["rel"], link["href"])} for link in links]

    # -- system

    async def system(self, request: web.Request) -> web.StreamResponse:
        """The system element."""
        documents, _unused = self._open(request)
        word = "block_list" if documents.version >= (7, 0) else "blacklist"
        rels = {"smc_version": "smc_version", "smc_time": "smc_time", word: word}
        if documents.product >= (7, 1):
            rels["alert_monitoring"] = "alert_monitoring"
        href = f"{documents.base}/system"
        links: list[dict[str, str]] = [{"href": href, "rel": "self", "type": "system"}]
        links += [{"href": f"{href}/{tail}", "rel": rel} for rel, tail in rels.items()]
        return answer({"link": self._hostile(links), "name": "System", "read_only": False, "system": True})

    async def smc_version(self, request: web.Request) -> web.StreamResponse:
        """The product version, which is not that of the API."""
        self._open(request)
        return answer({"value": f"{self.state.world.product_version}.2 [11520]"})

    async def smc_time(self, request: web.Request) -> web.StreamResponse:
        """The time, as a text of milliseconds."""
        self._open(request)
        return answer({"value": str(self.state.world.clock.now)})

    async def schemas(self, request: web.Request) -> web.StreamResponse:
        """Served by an SMC, but what is in it was never published."""
        self._open(request)
        return answer({})


def as_bool(text: str) -> bool:
    """Clients send booleans as `True` and as `true`."""
    return text.lower() == "true"


def _matching(request: web.Request, candidates: Iterator[tuple[dict[str, str], list[str]]]) -> list[dict[str, str]]:
    wanted = request.query.get("filter")
    if wanted is None:
        return [meta for meta, _unused in candidates]
    exact = as_bool(request.query.get("exact_match", "false"))
    fold = (lambda text: text) if as_bool(request.query.get("case_sensitive", "true")) else str.lower
    pattern = re.compile(fnmatch.translate(fold(_only_stars(wanted if exact else f"*{wanted}*"))))
    found = []
    for meta, others in candidates:
        # With a slash or a dash the SMC looks at names and comments only.
        texts = [meta["name"]] if exact else [meta["name"], *(others[:1] if re.search("[/-]", wanted) else others)]
        if any(pattern.match(fold(text)) for text in texts):
            found.append(meta)
    return found


def _only_stars(text: str) -> str:
    return re.sub(r"([\[?])", r"[\1]", text)
