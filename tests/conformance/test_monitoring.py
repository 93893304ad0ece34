# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""fp-NGFW-SMC-python-monitoring 1.5.6 against the simulator: every query class, every filter class, every format."""

from __future__ import annotations

import threading

import pytest
from smc.api.exceptions import DeleteElementFailed
from smc.core.engine import Engine
from smc.elements.network import Host
from smc.elements.other import FilterExpression
from smc_monitoring.models.constants import Alerts, LogField
from smc_monitoring.models.filters import (
    AndFilter,
    CILikeFilter,
    CSLikeFilter,
    DefinedFilter,
    InFilter,
    NotFilter,
    OrFilter,
    QueryFilter,
    TranslatedFilter,
)
from smc_monitoring.models.formats import CombinedFormat, DetailedFormat, RawFormat, TextFormat
from smc_monitoring.models.formatters import CSVFormat, InvalidFieldFormat, RawDictFormat
from smc_monitoring.models.query import Query
from smc_monitoring.models.values import (
    ConstantValue,
    ElementValue,
    FieldValue,
    IPValue,
    NumberValue,
    ServiceValue,
    StringValue,
    TranslatedValue,
)
from smc_monitoring.monitors.alerts import ActiveAlertQuery, Alert
from smc_monitoring.monitors.blacklist import BlacklistEntry, BlacklistQuery
from smc_monitoring.monitors.block_list import BlockListEntry, BlockListQuery
from smc_monitoring.monitors.connections import Connection, ConnectionQuery
from smc_monitoring.monitors.logs import LogQuery
from smc_monitoring.monitors.neighbors import Neighbor, NeighborQuery
from smc_monitoring.monitors.routes import RoutingQuery, RoutingView
from smc_monitoring.monitors.sslvpn import SSLVPNQuery, SSLVPNUser
from smc_monitoring.monitors.users import User, UserQuery
from smc_monitoring.monitors.vpns import VPNSAQuery, VPNSecurityAssoc
from smc_monitoring.wsocket import FetchAborted

from simulator import Fault, Scenario

QUERIES = [
    (ConnectionQuery, Connection, "CONNECTIONS"),
    (BlockListQuery, BlockListEntry, "BLOCK_LIST"),
    (BlacklistQuery, BlacklistEntry, "BLOCK_LIST"),
    (VPNSAQuery, VPNSecurityAssoc, "VPN_SA"),
    (UserQuery, User, "USERS"),
    (RoutingQuery, RoutingView, "ROUTING"),
    (SSLVPNQuery, SSLVPNUser, "SSLVPNV2"),
    (NeighborQuery, Neighbor, "NEIGHBORS"),
    (ActiveAlertQuery, Alert, "ACTIVE_ALERTS"),
]
ENDED = Scenario(end_signals=["first_fetch", "end"])


def ended(**more) -> Scenario:
    return Scenario(end_signals=["end"], **more)


def everything(query) -> list:
    return [entry for batch in query.fetch_raw() for entry in batch]


@pytest.mark.parametrize("tls", [None, "good"])
@pytest.mark.parametrize("kind", ["cookie", "token"])
@pytest.mark.parametrize(("query", "element", "definition"), QUERIES)
def test_every_query(login, query, element, definition, kind, tls):
    smc = login(ended(session_kind=kind), tls=tls)
    alerts = definition == "ACTIVE_ALERTS"
    target = "Shared Domain" if alerts else "Plano FW"
    owner = smc.world.elements.domains[target] if alerts else smc.world.engine(target)
    count = len(smc.world.entries(definition, owner))

    entries = everything(query(target))
    assert len(entries) == count
    if not alerts:
        assert all(entry["Sender"] == "Plano FW node 1" for entry in entries)

    table = "".join(query(target).fetch_batch())
    lines = table.splitlines()
    assert lines[1].startswith("---")
    assert len(lines) == count + 2
    # Every default column has a label, which the client asks for over the log socket.
    assert len(lines[1].split()) == len(query.field_ids)

    elements = list(query(target).fetch_as_element())
    assert len(elements) == count
    assert isinstance(elements[0], element)
    # Recorded connected routes have no gateway.
    assert "None" not in str(elements[0]) or definition == "ROUTING"


@pytest.mark.parametrize(("query", "element", "definition"), QUERIES)
def test_default_fields_in_every_format(login, query, element, definition):
    del element
    login(ended())
    target = "Shared Domain" if definition == "ACTIVE_ALERTS" else "Plano FW"
    asked = query(target)
    asked.format.field_ids(query.field_ids)
    asked.format.field_format("id")
    entries = everything(asked)
    wanted = {str(number) for number in query.field_ids}
    extras = {"delta_key", "block_list_href", "vpn_sa_href"}
    assert {key for entry in entries for key in entry} <= wanted | extras
    labels = {field["id"] for field in Query.resolve_field_ids(query.field_ids)}
    assert labels == set(query.field_ids)


def test_elements_have_what_their_properties_read(login):
    login(ENDED)
    alert = next(iter(ActiveAlertQuery("Shared Domain", timezone="CST").fetch_as_element()))
    assert (alert.severity, alert.destination_port) == ("Critical", 443) or alert.source_port > 0
    connection = next(item for item in ConnectionQuery("Plano FW").fetch_as_element() if item.protocol == "TCP")
    assert (connection.source_port > 0, connection.state.startswith("TCP"), connection.engine) == (
        True,
        True,
        "Plano FW node 1",
    )
    entry = next(iter(BlockListQuery("Plano FW", timezone="Europe/Helsinki").fetch_as_element()))
    assert (entry.source, entry.destination, entry.block_list_id, entry.duration) == (
        "198.51.100.0/24",
        "0.0.0.0/0",
        "1",
        3600,
    )
    assert (entry.protocol, entry.source_ports, entry.first_fetch) == ("ANY", "ANY", True)
    assert entry.href.endswith("/block_list/MQ==")
    associations = list(VPNSAQuery("Plano FW").fetch_as_element())
    assert {item.sa_type for item in associations} == {"IKE", "IPsec"}
    assert (associations[1].peer_gateway, associations[1].bytes_sent, associations[1].first_fetch) == ("HQ", 0, True)
    route = next(item for item in RoutingQuery("Plano FW").fetch_as_element() if item.route_gw)
    assert (route.route_network, route.route_type, route.route_metric) == ("0.0.0.0", "Static", 0)
    assert next(iter(UserQuery("Plano FW").fetch_as_element())).username.endswith("domain")
    assert next(iter(SSLVPNQuery("Plano FW").fetch_as_element())).session_start.startswith("2025-03-")
    assert next(iter(NeighborQuery("Plano FW").fetch_as_element())).neighbor_l2_data.startswith("00:00:5e")


def test_formats(login):
    login(ended())
    query = RoutingQuery("Plano FW")
    query.update_format(RawFormat(field_format="name"))
    assert isinstance(everything(query)[0]["RouteNetmask"], int)
    query.update_format(DetailedFormat(field_format="name"))
    assert isinstance(everything(query)[0]["RouteNetmask"], int)
    assert {field["name"] for field in RoutingQuery("Plano FW")._get_field_schema()} >= {"RouteNetwork", "Dstif"}
    texts, raw = TextFormat(), RawFormat("id")
    texts.field_names(["RouteNetwork"])
    raw.field_ids([LogField.ROUTENETMASK])
    query.update_format(CombinedFormat(a=texts, b=raw))
    assert everything(query)[2] == {"a": {"Network": "0.0.0.0"}, "b": {"161": 0}, "delta_key": "AAECAA=="}
    with pytest.raises(InvalidFieldFormat):
        list(query.fetch_batch())
    query = RoutingQuery("Plano FW")
    assert next(iter(query.fetch_batch(CSVFormat))).splitlines()[0].startswith("Creation Time,Dst IF,")
    assert len(next(iter(query.fetch_batch(RawDictFormat)))) == 9


def translated_with(method: str, *arguments) -> TranslatedFilter:
    made = TranslatedFilter()
    getattr(made, method)(*arguments)
    return made


def expression(text: str) -> QueryFilter:
    made = QueryFilter("translated")
    made.update_filter(TranslatedValue(text).value)
    return made


NETWORK = FieldValue(LogField.ROUTENETWORK)
STATIC = InFilter(FieldValue(LogField.ROUTETYPE), [StringValue("Static")])
DEFAULT = InFilter(FieldValue("RouteNetmask"), [NumberValue(0)])


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        (lambda: InFilter(NETWORK, [IPValue("10.200.0.0/16", "0.0.0.0")]), 2),
        (lambda: InFilter(IPValue("192.0.2.254"), [FieldValue(LogField.ROUTEGATEWAY, LogField.ROUTENETWORK)]), 1),
        (lambda: InFilter(FieldValue(LogField.ROUTETYPE), [ConstantValue(2)]), 4),
        (lambda: AndFilter([STATIC, DEFAULT]), 1),
        (lambda: OrFilter([STATIC, DEFAULT]), 2),
        (lambda: NotFilter([STATIC]), 7),
        (lambda: DefinedFilter(FieldValue(LogField.ROUTEGATEWAY)), 6),
        (lambda: AndFilter([DefinedFilter(FieldValue(LogField.ROUTEGATEWAY)), NotFilter([STATIC])]), 4),
        (lambda: translated_with("within_ipv4_network", "$RouteNetwork", ["172.16.0.0/12", "10.200.0.0/16"]), 5),
        (lambda: translated_with("within_ipv4_range", "$RouteNetwork", ["172.20.0.0-172.21.0.0"]), 2),
        (lambda: translated_with("exact_ipv4_match", "$RouteGateway", ["192.0.2.254"]), 1),
        (lambda: translated_with("exact_ipv4_match", "$RouteGateway", ["192.0.2.254", "192.0.2.250"]), 5),
        (lambda: expression("$RouteNetmask == 16 OR $RouteNetmask == 0"), 6),
        (lambda: InFilter(FieldValue(LogField.NODEID), [ElementValue(Engine("Plano FW"))]), 9),
        (lambda: InFilter(FieldValue(LogField.NODEID), [ElementValue(Host("DNS server"))]), 0),
    ],
)
def test_every_filter(login, condition, count):
    login(ended())
    query = RoutingQuery("Plano FW")
    query.update_filter(condition())
    assert len(everything(query)) == count


def test_filters_by_the_query_methods(login):
    login(ended())
    alerts = ActiveAlertQuery("Shared Domain")
    alerts.add_in_filter(FieldValue(LogField.ALERTSEVERITY), [ConstantValue(Alerts.CRITICAL)])
    assert {entry["Severity"] for entry in everything(alerts)} == {"Critical"}
    alerts.add_translated_filter().update_filter("$Situation==75112")
    assert {entry["Severity"] for entry in everything(alerts)} == {"Low"}
    connections = ConnectionQuery("Plano FW")
    connections.add_in_filter(FieldValue(LogField.SERVICE), [ServiceValue("TCP/443", "UDP/53")])
    assert {entry["Dst Port"] for entry in everything(connections)} == {"443", "53"}
    connections.add_existing_filter(FilterExpression("Plano web traffic"))
    assert {entry["Dst Port"] for entry in everything(connections)} == {"443", "80"}
    neighbors = NeighborQuery("Plano FW")
    neighbors.add_in_filter(FieldValue(LogField.NEIGHBORPROTOCOL), [StringValue("IPv6")])
    assert len(everything(neighbors)) == 2


def test_more_than_one_batch(login):
    login(ended(), connections=450)
    assert [len(batch) for batch in ConnectionQuery("Plano FW").fetch_raw()] == [200, 200, 10, 40]


def test_block_list_entry_is_deleted(login):
    smc = login(ENDED)
    Engine("Plano FW").block_list("203.0.113.99/32", "any")
    query = BlockListQuery("Plano FW")
    query.add_in_filter(FieldValue(LogField.BLOCK_LISTENTRYSOURCEIP), [IPValue("203.0.113.99")])
    (entry,) = query.fetch_as_element()
    entry.delete()
    assert list(query.fetch_as_element()) == []
    with pytest.raises(DeleteElementFailed):
        entry.delete()
    assert len(list(Engine("Plano FW").block_list_show())) == 3
    assert smc.statistics.requests["DELETE /{v}/elements/{type}/{key}/block_list/{id}"] == 2


def test_blacklist_of_an_old_smc(login):
    login(ENDED, product_version="6.10", api_versions=("6.5", "6.10"), version="6.10")
    entry = next(iter(Engine("Plano FW").blacklist_show()))
    assert (entry.blacklist_id, entry.href.rpartition("/")[2]) == ("10720968705", "MTA3MjA5Njg3MDU=")
    entry.delete()
    assert len(list(BlacklistQuery("Plano FW").fetch_as_element())) == 2


def test_vpn_sa_is_deleted(login):
    login(ENDED)
    before = [item.vpn["delta_key"] for item in VPNSAQuery("Plano FW").fetch_as_element()]
    next(iter(VPNSAQuery("Plano FW").fetch_as_element())).delete()
    after = [item.vpn["delta_key"] for item in VPNSAQuery("Plano FW").fetch_as_element()]
    assert (len(before), len(after), len(set(before) & set(after))) == (4, 4, 3)


def test_log_query_of_stored_entries(login):
    smc = login(realtime=True)
    smc.world.add_log(Src="10.99.4.7", Action="Discard")
    query = LogQuery()
    query.time_range.last_five_minutes()
    entries = everything(query)
    # One every five seconds, and the one above, which is the newest.
    assert 59 <= len(entries) <= 62
    assert entries[0]["Src Addr"] == "10.99.4.7"
    times = [entry["Creation Time"] for entry in entries]
    assert times == sorted(times, reverse=True)
    query = LogQuery(backwards=False, fetch_size=450)
    sizes = [len(batch) for batch in query.fetch_raw()]
    assert sizes == [200, 200, 50]
    query.add_and_filter(
        [
            InFilter(FieldValue(LogField.SRC), [IPValue("10.99.0.0/16")]),
            InFilter(FieldValue(LogField.ACTION), [StringValue("Discard")]),
        ]
    )
    assert [entry["Src Addr"] for entry in everything(query)] == ["10.99.4.7"]
    assert everything(LogQuery(fetch_size=0)) == []


@pytest.mark.parametrize(
    ("form", "src", "action"),
    [
        (TextFormat(field_format="name"), "10.99.4.7", "Discard"),
        (DetailedFormat(field_format="name"), "10.99.4.7", 2),
        (RawFormat(field_format="name"), "10.99.4.7", 2),
    ],
    ids=["texts", "detailed", "raw"],
)
def test_formats_of_logs(login, form, src, action):
    smc = login()
    smc.world.add_log(Src="10.99.4.7", Action="Discard")
    (entry,) = everything(LogQuery(fetch_size=1, format=form))
    assert (entry["Src"], entry["Action"]) == (src, action)
    assert "delta_key" not in entry
    (line,) = list(LogQuery(fetch_size=1).fetch_batch(CSVFormat))[-1].splitlines()[-1:]
    assert "10.99.4.7" in line


def test_current_logs(login):
    smc = login()
    query = LogQuery(fetch_type="current")
    query.format.field_format("name")
    batches = query.fetch_raw()
    adding = threading.Timer(0.5, lambda: smc.world.add_log(Src="10.99.4.7"))
    adding.start()
    (entry,) = next(batches)
    assert entry["Src"] == "10.99.4.7"
    batches.close()
    adding.join()


def test_failures_are_raised(login):
    login(ended())
    with pytest.raises(FetchAborted, match="Nowhere"):
        list(RoutingQuery("Nowhere").fetch_raw())
    query = Query("123BLACKLIST", "Plano FW")
    query.location = RoutingQuery.location
    with pytest.raises(FetchAborted, match="123BLACKLIST"):
        everything(query)


def test_request_too_long_is_raised(login):
    login(ended())
    for count, long in ((150, False), (300, True)):
        query = ConnectionQuery("Plano FW")
        query.add_in_filter(
            FieldValue(LogField.SRC), [IPValue(*(f"192.168.100.{100 + number % 100}" for number in range(count)))]
        )
        if long:
            with pytest.raises(FetchAborted, match="too big for the output buffer"):
                everything(query)
        else:
            assert everything(query) == []


# -- what the vendor's client does wrong


@pytest.mark.parametrize("deed", ["drop", "eof", "close", "bad_json"])
def test_bug_a_lost_connection_looks_like_a_short_list(login, deed):
    smc = login(ended(batch_size=10, faults=[Fault("messages", deed, after_messages=2)]), connections=100)
    assert len(everything(ConnectionQuery("Plano FW"))) == 20
    assert smc.statistics.fetches == 1


def test_bug_a_batch_is_the_first_message_only(login):
    login(ended(), connections=450)
    (batch,) = ConnectionQuery("Plano FW").fetch_batch(RawDictFormat)
    assert len(batch) == 200


def test_bug_updates_and_deletions_are_thrown_away(login):
    smc = login(ended(live_during_initial=True))
    entries = everything(RoutingQuery("Plano FW"))
    truth = {entry.key for entry in smc.world.entries("ROUTING", smc.world.engine("Plano FW"))}
    assert {entry["delta_key"] for entry in entries} - truth == {"Z2hvc3Q="}


def test_bug_inactivity_timeout_alone_gives_nothing(login):
    login(ended(faults=[Fault("request", "slow", seconds=0.4)]))
    assert list(RoutingQuery("Plano FW").fetch_raw(sock_timeout=0.1, inactivity_timeout=5)) == []


def test_bug_a_table_opens_a_second_socket(login):
    smc = login(ended())
    list(RoutingQuery("Plano FW").fetch_batch())
    assert smc.statistics.requests["GET /{v}/monitoring/log/socket"] == 1
    assert smc.statistics.sockets_opened == 2


def test_bug_host_name_is_not_checked_on_sockets(login):
    from smc_monitoring.wsocket import get_ssl_opt

    login(tls="good")
    assert get_ssl_opt()["check_hostname"] is False


def test_bug_first_fetch_of_a_connection(login):
    login(ENDED)
    with pytest.raises(AttributeError, match="cnx"):
        next(iter(ConnectionQuery("Plano FW").fetch_as_element())).first_fetch  # noqa: B018


def test_bug_route_without_metric():
    with pytest.raises(TypeError):
        RoutingView().route_metric  # noqa: B018


def test_bug_like_filters_are_the_same_and_have_no_arguments(login):
    login(ended())
    assert CILikeFilter().filter == CSLikeFilter().filter == {"type": "cs_like"}
    query = RoutingQuery("Plano FW")
    query.update_filter(CILikeFilter())
    with pytest.raises(FetchAborted, match="like"):
        everything(query)


def test_bug_blacklist_show_since_7_0(login):
    login(ENDED)
    with pytest.raises(NameError, match="BlockListQuery"):
        list(Engine("Plano FW").blacklist_show())


def test_bug_alerts_and_neighbors_take_no_socket_options():
    for query in (ActiveAlertQuery, NeighborQuery):
        with pytest.raises(TypeError):
            query("x", sock_timeout=1)


def test_bug_the_asynchronous_class_aborts_with_something_that_is_not_json(login):
    import threading

    from smc_monitoring.wsocket import SMCSocketAsyncProtocol

    smc = login()
    seen, came = [], threading.Event()
    client = SMCSocketAsyncProtocol(
        RoutingQuery("Plano FW"), lambda _unused, data: (seen.append(data), came.set()), formatter=RawDictFormat
    )
    client.run(background=True)
    assert came.wait(10)
    client.abort()
    client.close()
    client.thread.join(10)
    assert len(seen[0]) == 9
    assert smc.statistics.frames[-1].startswith("{'abort': ")
    assert smc.statistics.aborts == 0
