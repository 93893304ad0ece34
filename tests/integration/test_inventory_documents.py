# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventory and engine_info from documents as real ones are: incomplete, in any order, of kinds that nobody told of.

The SMC here serves fixed documents that were written down from the public record, apart from the simulator.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from tests.integration.conftest import Ansible

# What this SMC takes itself for; nothing answers there.
ITSELF = "http://localhost:8082/7.4"


class FixedSmc(ThreadingHTTPServer):
    """found: results of a search by its filter_context. documents: by path; an integer is a status, a text no JSON."""

    daemon_threads = True

    def __init__(self, found: dict[str, list[dict[str, Any]]], documents: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.found = found
        self.documents = documents
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.open_sessions = 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FixedSmc

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it so)
        self.server.asked.append(f"{self.command} {self.path}")

    def _answer(self, status: int, document: Any = None, **headers: str) -> None:
        body = b"" if document is None else (document if isinstance(document, str) else json.dumps(document)).encode()
        self.send_response(status)
        # Which says nothing of JSON or UTF-8.
        self.send_header("Content-Type", "text/html")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.open_sessions += 1
        self._answer(200, None, Set_Cookie="JSESSIONID=4711; Path=/; HttpOnly")

    def do_PUT(self) -> None:
        self.server.open_sessions -= 1
        self._answer(204)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/api":
            self._answer(200, {"version": [{"rel": "7.4", "href": ITSELF + "/api"}]})
        elif self.headers["Cookie"] != "JSESSIONID=4711":
            self._answer(401)
        elif parts.path == "/7.4/elements":
            found = self.server.found.get(parse_qs(parts.query)["filter_context"][0], [])
            self._answer(200, {"result": found}) if found else self._answer(204)
        else:
            document = self.server.documents.get(parts.path.removeprefix("/7.4"), 404)
            if isinstance(document, int):
                self._answer(document, {"status": document, "message": "Not to be had.", "details": ["Really."]})
            else:
                self._answer(200, document)


def links(path: str, *rels: str) -> list[dict[str, str]]:
    tails = {rel: f"/{rel}" for rel in rels}
    return [{"rel": rel, "href": ITSELF + path + tail} for rel, tail in {"self": "", **tails}.items()]


CLUSTER = "/elements/fw_cluster/20"
VIRTUAL = "/elements/virtual_fw/30"
NEW = "/elements/fw_cloud_cluster/40"
FOUND = [
    {"name": "Wüste 1", "href": ITSELF + CLUSTER, "type": "fw_cluster"},
    {"name": "Tenant", "href": ITSELF + VIRTUAL},
    {"name": "all", "href": ITSELF + NEW, "type": "fw_cloud_cluster"},
    {"name": "Bare", "href": ITSELF + "/elements/single_fw/50", "type": None},
    {"name": "Gone", "href": ITSELF + "/elements/single_fw/51", "type": "single_fw"},
    {"name": "Refused", "href": ITSELF + "/elements/single_ips/52", "type": "single_ips"},
    {"name": "Broken", "href": ITSELF + "/elements/single_layer2/53", "type": "single_layer2"},
    {"name": "List", "href": ITSELF + "/elements/single_fw/54", "type": "single_fw"},
]


def node(path: str, number: int, *rels: str, **more: Any) -> dict[str, Any]:
    plain = {"name": f"{path} node {number}", "nodeid": number, "key": number, "link": links(f"{path}/{number}", *rels)}
    return {**plain, **more}


def address(kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {kind: {"address": text, "network_value": text + "/24", "nicid": "0", "primary_mgt": False, **more}}


DOCUMENTS = {
    CLUSTER: {
        "name": "Wüste 1",
        "key": 20,
        "comment": None,
        "admin_domain": ITSELF + "/elements/admin_domain/1",
        "log_server_ref": ITSELF + "/elements/log_server/1441",
        "location_ref": None,
        "link": links(CLUSTER, "refresh", "nodes", "block_list"),
        "nodes": [
            {"firewall_node": node(f"{CLUSTER}/firewall_node", 2, "status", "appliance_status", engine_version="7.4.0")},
            {"firewall_node": node(f"{CLUSTER}/firewall_node", 1, "status", "appliance_status", disabled=False)},
        ],
        "physicalInterfaces": [
            {
                "physical_interface": {
                    "interface_id": "0",
                    "vlanInterfaces": [
                        {
                            "interface_id": "0.7",
                            "interfaces": [
                                address("cluster_virtual_interface", "10.0.0.1"),
                                address("node_interface", "10.0.0.3", nodeid=2, primary_mgt=True),
                                address("node_interface", "10.0.0.2", nodeid=1, primary_mgt=True),
                            ],
                        }
                    ],
                }
            },
            {"tunnel_interface": {"interface_id": "1000", "interfaces": [{"single_node_interface": {"dynamic": True}}]}},
        ],
    },
    # As before SMC 6.5; and the first node alone is asked.
    f"{CLUSTER}/firewall_node/1/status": {"name": "1", "status": "Standby", "state": "READY", "version": "7.4.1"},
    f"{CLUSTER}/firewall_node/2/status": 500,
    f"{CLUSTER}/firewall_node/1/appliance_status": {"hardware_statuses": None, "interface_status": [{"name": "eth0"}]},
    f"{CLUSTER}/firewall_node/2/appliance_status": 400,
    # Neither addresses nor an appliance, and the status tells of the master.
    VIRTUAL: {
        "name": "Tenant",
        "link": None,
        "nodes": [{"virtual_fw_node": {**node(f"{VIRTUAL}/virtual_fw_node", 1), "link": links(VIRTUAL + "/n/1", "status")}}],
        "physicalInterfaces": None,
    },
    f"{VIRTUAL}/n/1/status": {
        "engine_node_status": "Online",
        "monitoring_state": "READY",
        "monitoring_status": "OK",
        "installed_policy": None,
        "master_node": ITSELF + "/elements/master_engine/60/master_node/61",
    },
    # The nodes have no link to their status, but one to themselves.
    NEW: {"name": "all", "nodes": [{"fw_cloud_node": node(f"{NEW}/n", 1, disabled=None, engine_version=None)}]},
    f"{NEW}/n/1/status": {"engine_node_status": "Going Online", "monitoring_status": "OK", "unheard_of": {"a": [1]}},
    "/elements/single_fw/50": {"nodes": [{"firewall_node": {"name": "lonely"}}, {"firewall_node": None}, None]},
    "/elements/single_ips/52": 400,
    "/elements/single_layer2/53": "<html>Server error</html>",
    "/elements/single_fw/54": [],
}  # fmt: skip
NAMES = {
    "engine_clusters": FOUND,
    "log_server": [{"name": "LogServer", "href": ITSELF + "/elements/log_server/1441", "type": "log_server"}],
    "master_engine": [{"name": "Master", "href": ITSELF + "/elements/master_engine/60", "type": "master_engine"}],
}


@pytest.fixture
def smc() -> Iterator[FixedSmc]:
    with FixedSmc(NAMES, DOCUMENTS) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def inventory_of(ansible: Ansible, smc: FixedSmc, **options: Any) -> tuple[dict[str, Any], str]:
    """The listing, and what else the command said."""
    ansible.environment.update(SMC_ADDRESS=smc.url, SMC_API_KEY="any")
    (ansible.folder / "fixed.smc_engines.yml").write_text(
        yaml.safe_dump({"plugin": "ngfw.smc.engines", **options}), "utf-8"
    )
    command = [sys.executable, "-m", "ansible", "inventory", "-i", "fixed.smc_engines.yml", "--list"]
    run = ansible.run(*command, "--output", "listing.json").check()
    text = (ansible.folder / "listing.json").read_text("utf-8")
    assert ITSELF not in text
    return json.loads(text, object_hook=lambda item: item.get("__ansible_unsafe", item)), " ".join(run.output.split())


def test_every_engine_is_there_with_what_its_documents_tell(ansible: Ansible, smc: FixedSmc) -> None:
    listed, said = inventory_of(ansible, smc, details="status")
    hosts = listed["_meta"]["hostvars"]
    # A host must not be named like a group.
    assert set(hosts) == {"Wüste_1", "Tenant", "smc_all", "Bare", "Gone", "Refused", "Broken", "List"}
    assert all({*hosts["Bare"]} == {*host} for host in hosts.values())
    cluster = hosts["Wüste_1"]
    assert [member["id"] for member in cluster["smc_nodes"]] == [1, 2]
    assert [member["address"] for member in cluster["smc_nodes"]] == ["10.0.0.2", "10.0.0.3"]
    assert cluster["smc_management_address"] == "10.0.0.2"
    assert sorted(cluster["smc_addresses"]) == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert [member["version"] for member in cluster["smc_nodes"]] == ["7.4.1", "7.4.0"]
    assert (cluster["smc_comment"], cluster["smc_location"], cluster["smc_log_server"]) == ("", None, "LogServer")
    assert (cluster["smc_engine_node_status"], cluster["smc_monitoring_state"]) == ("Standby", "READY")
    assert cluster["smc_status_nodes"] == [f"{CLUSTER}/firewall_node node 1"]
    virtual = hosts["Tenant"]
    assert (virtual["smc_type"], virtual["smc_key"], virtual["smc_master_engine"]) == ("virtual_fw", 30, "Master")
    assert (virtual["smc_monitoring_status"], virtual["smc_addresses"]) == ("OK", [])
    new = hosts["smc_all"]
    assert listed["smc_type_fw_cloud_cluster"]["hosts"] == ["smc_all"]
    assert (new["smc_nodes"][0]["type"], new["smc_engine_node_status"]) == ("fw_cloud_node", "Going Online")
    assert hosts["Bare"]["smc_type"] == "single_fw"
    assert [member["name"] for member in hosts["Bare"]["smc_nodes"]] == ["lonely"]
    errors = {name: host["smc_error"] for name, host in hosts.items() if host["smc_error"]}
    assert set(errors) == {"Bare", "Gone", "Refused", "Broken", "List"}
    assert "gave no link for reading the status of 'lonely'" in errors["Bare"]
    assert "HTTP 404, Not to be had: Really" in errors["Gone"]
    assert "HTTP 400" in errors["Refused"]
    assert "not JSON" in errors["Broken"]
    assert "is not an element" in errors["List"]
    assert said.count("is listed with what is known") == len(errors)
    # At most two of each engine, and what is there once: versions, login, engines, three lists of names, logout.
    assert len(smc.asked) <= 2 * len(FOUND) + 7
    assert smc.open_sessions == 0


def test_a_search_that_finds_more_than_the_name_and_nothing_at_all(ansible: Ansible, smc: FixedSmc) -> None:
    listed, _said = inventory_of(ansible, smc, details="none", name_filter="*e*", engine_types=["ips", "layer2"])
    assert set(listed["_meta"]["hostvars"]) == {"Refused", "Broken"}
    assert any("filter=%2Ae%2A" in line for line in smc.asked)
    # An SMC without domains shows the same engines whatever domain is asked for.
    listed, said = inventory_of(ansible, smc, details="none", domains=["Shared Domain", "Retail", "Retail"])
    assert len(listed["_meta"]["hostvars"]) == len(FOUND)
    assert said.count("lists no engine in the domain 'Retail' that is not in a domain before it") == 1
    smc.found = {}
    listed, said = inventory_of(ansible, smc, name_filter="Nobody")
    assert listed["_meta"]["hostvars"] == {}
    assert "lists no engine in the domain 'Shared Domain' for name_filter 'Nobody'" in said
    assert smc.open_sessions == 0


def test_engine_info_of_the_same_documents(ansible: Ansible, smc: FixedSmc) -> None:
    ansible.environment.update(SMC_ADDRESS=smc.url, SMC_API_KEY="any")
    task = {"ngfw.smc.engine_info": {"gather": ["status", "appliance"]}}
    result = ansible.tasks({"name": "all", **task}, hosts="localhost,").check().result("all")
    engines = {engine["name"]: engine for engine in result["engines"]}
    assert set(engines) == {item["name"] for item in FOUND}
    first, second = engines["Wüste 1"]["nodes"]
    assert first["appliance"] == {"hardware": [], "interfaces": [{"name": "eth0"}]}
    assert second["appliance"] is None
    assert engines["Wüste 1"]["status_nodes"] == [first["name"]]
    assert "HTTP 500" in engines["Wüste 1"]["error"]
    assert "HTTP 400" in engines["Wüste 1"]["error"]
    # What has no appliance is asked for none.
    assert (engines["Tenant"]["nodes"][0]["appliance"], engines["Tenant"]["error"]) == (None, None)
    assert len(result["warnings"]) == 6
    assert smc.open_sessions == 0
