# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator over HTTP."""

from __future__ import annotations

import pytest
import requests

from simulator import Fault, Scenario


def names(response: requests.Response) -> list[str]:
    return [item["name"] for item in response.json()["result"]]


def test_versions_and_entry_points_need_no_session(simulator, client):
    smc = simulator(api_versions=("6.10", "7.0", "7.1"))
    anybody = client(smc, login=False)
    versions = anybody.get(f"{smc.url}/api")
    assert [item["rel"] for item in versions.json()["version"]] == ["6.10", "7.0", "7.1"]
    assert versions.headers["Content-Type"] == "application/json"
    points = {item["rel"]: item["href"] for item in anybody.get("/api").json()["entry_point"]}
    assert points["elements"] == f"{smc.url}/7.1/elements"
    assert {"logout", "system", "current_user", "monitoring_status", "single_fw", "admin_domain"} <= set(points)
    assert anybody.get(f"{smc.url}/5.10/api").status_code == 404


def test_cookie_session_from_login_to_logout(simulator, client):
    smc = simulator()
    me = client(smc)
    assert me.login.status_code == 200
    assert "JSESSIONID" in me.login.cookies
    assert "Authorization" not in me.login.headers
    assert me.get(me.get("/current_user").json()["value"]).json()["name"] == "simulator-client"
    assert (smc.statistics.logins, smc.open_sessions) == (1, 1)
    assert me.http.put(f"{me.base}/logout").status_code == 204
    assert (smc.statistics.logouts, smc.open_sessions) == (1, 0)
    gone = me.get("/elements")
    assert gone.status_code == 401
    assert set(gone.json()) == {"message", "details", "status"}


def test_token_session_has_no_cookie(simulator, client):
    smc = simulator(Scenario(session_kind="token", login_status=201))
    me = client(smc)
    assert (me.login.status_code, dict(me.login.cookies)) == (201, {})
    assert me.get("/elements").status_code == 200
    del me.http.headers["Authorization"]
    assert me.get("/elements").status_code == 401


def test_token_session_may_hang_on_the_connection(simulator, client):
    smc = simulator(Scenario(session_kind="token", connection_sessions=True))
    me = client(smc)
    del me.http.headers["Authorization"]
    assert me.get("/elements").status_code == 200
    assert client(smc, login=False).get("/elements").status_code == 401


def test_administrator_logs_in_by_query_string(simulator, client):
    smc = simulator()
    me = client(smc, login=False)
    question = {"login": smc.username, "pwd": smc.password, "domain": "Retail"}
    assert me.post("/lms_login", params=question, json={"domain": "Retail"}).status_code == 200
    assert "Store 12" in names(me.get("/elements", params={"filter_context": "engine_clusters"}))
    assert me.post("/lms_login", params={**question, "pwd": "wrong"}).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"), [({"authenticationkey": "wrong"}, 401), ({}, 401), ({"domain": "Nowhere"}, 403)]
)
def test_login_refused(simulator, client, body, status):
    smc = simulator(Scenario(unknown_domain_status=403))
    key = {} if body.get("domain") is None else {"authenticationkey": smc.api_key}
    assert client(smc, login=False).post("/login", json={**key, **body}).status_code == status
    assert (smc.statistics.logins, smc.statistics.failed_logins) == (0, 1)


def test_without_domains_every_login_is_to_the_shared_one(simulator, client):
    smc = simulator(Scenario(domains_licensed=False))
    me = client(smc, domain="Nowhere")
    assert "Plano FW" in names(me.get("/elements", params={"filter_context": "single_fw"}))


def test_engines_belong_to_domains(simulator, client):
    smc = simulator()
    shared, retail = client(smc), client(smc, domain="Retail")
    engines = {"filter_context": "engine_clusters"}
    assert "Plano FW" in names(shared.get("/elements", params=engines))
    assert names(retail.get("/elements", params=engines)) == ["Store 12", "Store 14", "Retail cluster"]
    href = shared.get("/elements", params={"filter": "Plano FW", **engines}).json()["result"][0]["href"]
    assert retail.get(href).status_code == 404
    assert names(shared.get("/elements/admin_domain")) == ["Shared Domain", "Retail"]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"filter": "Plano FW", "exact_match": "True", "case_sensitive": "True"}, ["Plano FW"]),
        ({"filter": "plano fw", "exact_match": "true", "case_sensitive": "true"}, []),
        ({"filter": "plano fw", "exact_match": "true", "case_sensitive": "false"}, ["Plano FW"]),
        ({"filter": "Plano", "exact_match": "true"}, []),
        ({"filter": "Branch*", "exact_match": "true"}, ["Branch 7", "Branch 8"]),
        ({"filter": "Plano"}, ["Plano FW"]),
        ({"filter": "Helsinki"}, ["HQ cluster"]),
        ({"filter": "10.0.2.1"}, ["HQ cluster"]),
        ({"filter": "10.0.2.1/32"}, []),
        ({"filter": "[P]lano"}, []),
        ({"filter": "*"}, None),
        ({"filter_context": "fw_cluster"}, ["HQ cluster"]),
    ],
)
def test_search(simulator, client, question, found):
    smc = simulator()
    result = names(client(smc).get("/elements", params={"filter_context": "engine_clusters", **question}))
    assert result == found if found is not None else len(result) == 9


def test_search_without_result_may_be_no_content(simulator, client):
    smc = simulator(Scenario(empty_search="no_content"))
    assert client(smc).get("/elements", params={"filter": "nothing"}).status_code == 204


def test_hrefs_may_name_a_foreign_host(simulator, client):
    smc = simulator(Scenario(foreign_host="http://localhost:8082"))
    me = client(smc)
    found = me.get("/elements", params={"filter_context": "single_fw"}).json()["result"]
    assert all(item["href"].startswith("http://localhost:8082/7.1/elements/single_fw/") for item in found)
    assert all(point["href"].startswith("http://localhost:8082/") for point in me.get("/api").json()["entry_point"])


def test_engine_document(simulator, client):
    smc = simulator()
    me = client(smc)
    meta = me.get("/elements", params={"filter": "HQ cluster"}).json()["result"][0]
    response = me.get(meta["href"])
    assert response.headers["ETag"].startswith('"')
    engine = response.json()
    links = {link["rel"]: link["href"] for link in engine["link"]}
    assert links["nodes"] == meta["href"] + "/node"
    assert links["flush_block_list"] == meta["href"] + "/block_list/flush"
    assert {"connection_monitoring", "blocklist_monitoring"} <= set(links)
    assert [node["firewall_node"]["nodeid"] for node in engine["nodes"]] == [2, 1]
    assert len(me.get(links["nodes"]).json()["result"]) == 2
    virtual = me.get(me.get("/elements", params={"filter": "Virtual"}).json()["result"][0]["href"]).json()
    assert "virtual_fw_node" in virtual["nodes"][0]


def test_old_api_version_has_the_old_names(simulator, client):
    smc = simulator(api_versions=("6.3", "6.10"), product_version="6.10")
    me = client(smc, version="6.10")
    meta = me.get("/elements", params={"filter": "Plano FW"}).json()["result"][0]
    rels = {link["rel"] for link in me.get(meta["href"]).json()["link"]}
    assert {"blacklist", "flush_blacklist", "routing_monitoring"} <= rels
    assert not {"block_list", "connection_monitoring"} & rels
    entry = {"end_point1": {"address_mode": "any"}, "end_point2": {"address_mode": "any"}, "duration": 60}
    assert me.post(meta["href"] + "/block_list", json={"entries": [entry]}).status_code == 404
    assert me.post(meta["href"] + "/blacklist", json=entry).status_code == 400
    assert me.post(meta["href"] + "/blacklist", json={"entries": [entry]}).status_code == 201
    oldest = client(smc, version="6.3")
    assert oldest.post(meta["href"].replace("6.10", "6.3") + "/blacklist", json=entry).status_code == 201
    status = oldest.get(node_href(oldest, "Plano FW") + "/status").json()
    assert (status["status"], status["state"]) == ("Online", "READY")


def node_href(me, engine: str) -> str:
    href = me.get("/elements", params={"filter": engine}).json()["result"][0]["href"]
    return str(me.get(href + "/node").json()["result"][0]["href"])


def test_status_documents(simulator, client):
    smc = simulator()
    me = client(smc)
    online = me.get(node_href(me, "Plano FW") + "/status").json()
    assert (online["engine_node_status"], online["monitoring_state"], online["monitoring_status"]) == (
        "Online",
        "READY",
        "OK",
    )
    depot = me.get(node_href(me, "Depot FW") + "/status").json()
    assert (depot["monitoring_state"], depot["configuration_status"]) == ("NO_STATUS", "Declared")
    virtual = me.get(node_href(me, "Virtual FW 1") + "/status").json()
    assert "/master_node/" in virtual["master_node"]
    appliance = me.get(node_href(me, "Plano FW") + "/appliance_status").json()
    assert appliance["interface_statuses"]["interface_status"][0]["status"] == "Up"
    assert appliance["hardware_statuses"]["hardware_statuses"][0]["items"][0]["statuses"]
    smc.world.set_node("Plano FW", online=False)
    assert me.get(node_href(me, "Plano FW") + "/status").json()["monitoring_state"] == "TIMEOUT"


def test_monitoring_status(simulator, client):
    smc = simulator()
    me = client(smc)
    href = me.get("/elements", params={"filter": "HQ cluster"}).json()["result"][0]["href"]
    smc.world.set_node("HQ cluster", 2, online=False)
    status = me.post("/monitoring_status", json={"value": href}).json()
    assert (status["monitoring_status"], len(status["child"])) == ("PARTIAL_OK", 2)
    assert me.get(status["child"][1]["href"]).json()["monitoring_status"] == "OK"
    assert me.post("/monitoring_status", json={"value": f"{me.base}/elements/host/1"}).status_code == 400


def test_polling(simulator, client):
    smc = simulator()
    me = client(smc)
    href = me.get("/elements", params={"filter": "Plano FW"}).json()["result"][0]["href"]
    routes = me.get(href + "/routing_monitoring").json()
    assert routes["is_all"] is True
    assert {"route_network": "0.0.0.0", "route_netmask": 0, "route_gateway": "192.0.2.254"}.items() <= routes[
        "routing_monitoring_entry"
    ][2].items()
    assert len(me.get(href + "/vpnsa_monitoring").json()["vpnsa_monitoring_entry"]) == 4
    assert "event_id" in me.get(href + "/user_monitoring", params={"full": "False"}).json()["user_monitoring_entry"][0]
    alerts = me.get("/system/alert_monitoring").json()
    assert len(alerts["alert_monitoring_entry"]) == 9
    smc.scenario.polling_complete = False
    assert me.get(href + "/routing_monitoring").json()["is_all"] is False
    depot = me.get("/elements", params={"filter": "Depot FW"}).json()["result"][0]["href"]
    refused = me.get(depot + "/routing_monitoring")
    assert refused.status_code == 500
    assert refused.json()["message"].startswith("Impossible to retrieve session monitoring entry for Id[")


@pytest.mark.parametrize(("values", "at", "protocol"), [("texts", str, str), ("raw", int, int)])
def test_polled_values(simulator, client, values, at, protocol):
    smc = simulator(Scenario(polling_values=values), connections=450)
    me = client(smc)
    href = me.get("/elements", params={"filter": "Plano FW"}).json()["result"][0]["href"]
    listed = me.get(href + "/connection_monitoring").json()["connection_monitoring_entry"]
    assert len(listed) == 450
    assert {(type(entry["Timestamp"]), type(entry["Protocol"])) for entry in listed} == {(at, protocol)}
    keys = me.get(href + "/connection_monitoring", params={"full": "False"}).json()["connection_monitoring_entry"]
    assert {tuple(key) for key in keys} == {("timestamp", "component_id", "event_id")}
    assert len(keys) == 450


ENTRY = {
    "end_point1": {"address_mode": "address", "ip_network": "203.0.113.66/32"},
    "end_point2": {"address_mode": "any", "port1": 80, "port2": 80, "port_mode": "predefined_tcp"},
    "duration": 3600,
}


def test_block_list_written(simulator, client):
    smc = simulator()
    me = client(smc)
    href = me.get("/elements", params={"filter": "Plano FW"}).json()["result"][0]["href"]
    engine = smc.world.engine("Plano FW")
    assert me.post(href + "/block_list", json={"entries": [ENTRY, {**ENTRY, "duration": 0}]}).status_code == 201
    assert len(smc.world.entries("BLOCK_LIST", engine)) == 4
    entry = href + "/" + str(smc.world.entries("BLOCK_LIST", engine)[-1].href)
    assert me.get(entry).json()["BlacklistEntrySourceIp"] == "203.0.113.66"
    assert me.delete(entry).status_code == 204
    assert me.delete(entry).status_code == 404
    smc.scenario.gone_status = 410
    assert me.delete(entry).status_code == 410
    assert me.delete(href + "/block_list/flush").status_code == 204
    assert smc.world.entries("BLOCK_LIST", engine) == []
    assert me.post("/system/block_list", json={"entries": [ENTRY]}).status_code == 201
    assert len(smc.world.entries("BLOCK_LIST", smc.world.engine("HQ cluster"))) == 8


@pytest.mark.parametrize(
    "bad",
    [
        {**ENTRY, "end_point1": {"address_mode": "address", "ip_network": "10.0.0.1/24"}},
        {**ENTRY, "end_point1": {"address_mode": "address", "ip_network": "nonsense"}},
        {**ENTRY, "end_point1": {"address_mode": "elsewhere"}},
        {**ENTRY, "end_point2": {"address_mode": "any", "port1": 80, "port2": 70, "port_mode": "predefined_tcp"}},
        {**ENTRY, "duration": -1},
        {**ENTRY, "comment": "no such attribute"},
        {"duration": 1},
    ],
)
def test_block_list_refuses_the_whole_request(simulator, client, bad):
    smc = simulator()
    me = client(smc)
    href = me.get("/elements", params={"filter": "Lab FW"}).json()["result"][0]["href"]
    refused = me.post(href + "/block_list", json={"entries": [ENTRY, bad]})
    assert refused.status_code == 400
    assert refused.json()["details"]
    assert smc.world.entries("BLOCK_LIST", smc.world.engine("Lab FW")) == []


def test_engine_can_be_deleted_with_its_etag(simulator, client):
    smc = simulator(Scenario(etag_required=True))
    me = client(smc)
    href = me.get("/elements", params={"filter": "Lab FW"}).json()["result"][0]["href"]
    assert me.delete(href).status_code == 409
    assert me.delete(href, headers={"If-Match": me.get(href).headers["ETag"]}).status_code == 204
    assert me.get(href).status_code == 404


def test_faults(simulator, client):
    smc = simulator()
    me = client(smc)
    smc.scenario.faults = [
        Fault("listing", status=429, retry_after=3, first=2),
        Fault("engine", status=403, times=0, engine="Branch 7", details=["no"]),
        Fault("block_list_add", status=400, times=0, match="203.0.113.66"),
        Fault("system", "drop"),
        Fault("domains", "status"),
    ]
    assert [me.get("/elements").status_code for _unused in range(4)] == [200, 429, 200, 200]
    assert smc.scenario.faults[0].fired == 1
    engines = {
        item["name"]: item["href"]
        for item in me.get("/elements", params={"filter_context": "single_fw"}).json()["result"]
    }
    assert [me.get(engines["Branch 7"]).status_code for _unused in range(2)] == [403, 403]
    assert me.get(engines["Branch 8"]).status_code == 200
    assert me.post(engines["Branch 8"] + "/block_list", json={"entries": [ENTRY]}).status_code == 400
    with pytest.raises(requests.ConnectionError):
        me.get("/system")
    assert me.get("/system").status_code == 200


def test_retry_after_and_bad_bodies(simulator, client):
    smc = simulator(
        Scenario(
            faults=[
                Fault("listing", status=429, retry_after=3),
                Fault("listing", "bad_json"),
                Fault("listing", "bad_utf8"),
                Fault("listing", "eof"),
            ]
        )
    )
    me = client(smc)
    assert me.get("/elements").headers["Retry-After"] == "3"
    with pytest.raises(ValueError, match="Expecting"):
        me.get("/elements").json()
    with pytest.raises(UnicodeDecodeError):
        me.get("/elements").content.decode()
    with pytest.raises(requests.ConnectionError):
        me.get("/elements")


def test_session_expires(simulator, client):
    smc = simulator(Scenario(session_idle_seconds=600, faults=[Fault("http", "expire", first=4)]))
    me = client(smc)
    assert [me.get("/elements").status_code for _unused in range(4)] == [200, 200, 401, 401]
    other = client(smc)
    smc.advance(599)
    assert other.get("/elements").status_code == 200
    smc.advance(601)
    assert other.get("/elements").status_code == 401
    third = client(smc)
    smc.expire_sessions()
    assert third.get("/elements").status_code == 401


def test_unknown_paths_and_methods_have_error_bodies(simulator, client):
    smc = simulator()
    me = client(smc)
    assert me.get("/nothing").json()["status"] == "404"
    assert me.http.patch(f"{me.base}/elements").json()["status"] == "405"
    broken = me.post("/login", data="{")
    assert (broken.status_code, broken.json()["message"].startswith("Invalid JSON format: At line 1")) == (400, True)


def test_many_engines_and_an_odd_name(simulator, client):
    smc = simulator(engines=2000, jinja=True, extra_engines=[("Plano FW backup", "single_fw", "Shared Domain")])
    found = names(client(smc).get("/elements", params={"filter_context": "engine_clusters"}))
    assert len(found) == 2000
    assert {"{{ lookup('pipe','id') }}", "Plano FW backup", "Branch 101"} <= set(found)
    assert smc.statistics.requests["GET /{v}/elements"] == 1


@pytest.mark.parametrize("latency", [0.0, 0.02])
def test_concurrent_requests_are_counted(simulator, client, latency):
    from concurrent.futures import ThreadPoolExecutor

    smc = simulator(Scenario(http_latency=latency))
    clients = [client(smc) for _unused in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda me: [me.get("/elements") for _unused in range(5)], clients))
    assert smc.statistics.requests["GET /{v}/elements"] == 20
    assert smc.statistics.connections == 4
    assert smc.statistics.most_concurrent_requests >= (2 if latency else 1)


def test_refused_requests_may_begin_a_session_that_nobody_is_logged_in_to(simulator, client):
    smc = simulator()
    assert "Set-Cookie" not in client(smc, login=False).get("/system").headers
    smc.scenario.anonymous_sessions = True
    me = client(smc, login=False)
    assert me.get("/system").headers["Set-Cookie"].startswith("JSESSIONID=")
    assert me.get("/system").status_code == 401


def test_status_lines_have_no_reason_phrase(simulator, client):
    smc = simulator()
    me = client(smc)
    answers = [me.get("/system"), me.get("/nothing"), client(smc, login=False).get("/system")]
    assert [(answer.status_code, answer.reason) for answer in answers] == [(200, ""), (404, ""), (401, "")]
    smc.scenario.reason_phrase = True
    assert me.get("/system").reason == "OK"
