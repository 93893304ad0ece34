# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What entries look like, and how the world changes."""

from __future__ import annotations

import json

import pytest

from simulator import Scenario, Simulator, World, delta_key
from simulator.entry import Entry, Named
from simulator.fields import ACTIVE_ALERTS, BY_ID, DEFINITIONS, FIELDS
from simulator.formats import Format

ENDED = Scenario(end_signals=["end"])
OF_ENGINES = tuple(name for name in DEFINITIONS.values() if name != ACTIVE_ALERTS)


def test_catalogue():
    assert len({field.slot for field in FIELDS}) == len(FIELDS)
    assert (BY_ID[7].name, BY_ID[7].pretty) == ("Src", "Src Addr")
    assert BY_ID[8].descriptor() == {
        "comment": BY_ID[8].comment,
        "name": "Dst",
        "filterable": True,
        "raw_type": "ip",
        "resolving": "IP",
        "visible": True,
        "pretty": "Dst Addr",
        "id": 8,
    }


@pytest.mark.parametrize(
    ("made", "recorded"),
    [
        (delta_key.connection("192.168.4.67", "52.206.43.66", 6, 35236, 80), "AcCoBEMBNM4rQgIGA4mkAlAAAAAA"),
        (delta_key.connection("172.18.1.70", "172.217.9.46", 6, 59004, 443), "AawSAUYBrNkJLgIGA+Z8AwG7AAAAAA=="),
        (delta_key.encode(delta_key.number(10720968705)), "BgJ/BQAB"),
        (delta_key.encode(delta_key.number(1)), "AgE="),
        (delta_key.encode(delta_key.ABSENT, delta_key.spi("5421cdf8")), "AAVUIc34"),
        (delta_key.encode(delta_key.ABSENT, delta_key.network("10.0.0.0"), delta_key.number(24)), "AAEKAhg="),
        (
            delta_key.encode(delta_key.text("user1@example.test domain"), delta_key.address("172.18.1.36")),
            "AXVzZXIxQGV4YW1wbGUudGVzdCBkb21haW4BrBIBJA==",
        ),
    ],
)
def test_delta_keys_as_recorded(made, recorded):
    assert made == recorded


@pytest.mark.parametrize("definition", OF_ENGINES)
def test_texts_are_all_strings_in_every_field_format(simulator, client, definition):
    me = client(simulator(ENDED))
    for field_format, key in (("name", "NodeId"), ("pretty", "Sender"), ("id", "4")):
        for entry in me.entries(definition, format={"type": "texts", "field_format": field_format}):
            assert entry[key] == "Plano FW node 1"
            assert all(isinstance(value, str) for value in entry.values())


def test_raw_is_typed(simulator, client):
    me = client(simulator(ENDED))
    entry = me.entries("VPN_SA", format={"type": "raw"})[1]
    assert isinstance(entry["ExpirationTime"], int)
    assert isinstance(entry["NodeId"], int)
    assert isinstance(entry["DataTags"], list)
    alert = me.entries("ACTIVE_ALERTS", "Shared Domain", format={"type": "raw"})[0]
    assert (alert["TlsDetected"], alert["TlsDecrypted"], alert["AlertSeverity"]) == (True, None, 5)
    assert alert["EventId"] > 2**53


def test_detailed_answers_with_descriptors(simulator, client):
    me = client(simulator(ENDED))
    messages = me.fetch(
        "CONNECTIONS", format={"type": "detailed", "field_ids": [1, 8, 99999], "field_names": ["Src", "Nonsense"]}
    )
    assert [field["name"] for field in messages[0]["fields"]] == ["Timestamp", "Dst", "Src"]
    assert set(messages[1]["records"]["added"][0]) == {"Timestamp", "Dst", "Src", "delta_key"}


def test_combined(simulator, client):
    me = client(simulator(ENDED))
    parts = {
        "data": {"type": "texts", "field_format": "name"},
        "id": {"type": "texts", "field_format": "pretty", "field_ids": [117]},
    }
    entry = me.entries("BLOCK_LIST", format={"type": "combined", "formats": parts})[1]
    assert set(entry) == {"data", "id", "delta_key"}
    assert (entry["data"]["BlacklistEntryId"], entry["id"]) == ("Mg==", {"Blacklist Entry ID": "2"})
    assert entry["data"]["block_list_href"].endswith("/block_list/Mg==")


def test_default_is_names_and_time_zones_shift(simulator, client):
    me = client(simulator(ENDED))
    plain = me.entries("USERS", format={})[0]["Timestamp"]
    zoned = me.entries(
        "USERS", format={"resolving": {"timezone": "Europe/Helsinki", "time_show_zone": True, "time_show_millis": True}}
    )[0]["Timestamp"]
    assert int(zoned[11:13]) == (int(plain[11:13]) + 2) % 24
    assert zoned.endswith(".000 EET")
    assert me.entries("USERS", format={"resolving": {"timezone": "CST"}})[0]["Timestamp"] != plain
    assert me.entries("USERS", format={"resolving": {"timezone": "Nowhere/Else"}})[0]["Timestamp"] == plain


def test_block_list_spellings_and_masks(simulator, client):
    smc = simulator(
        Scenario(end_signals=["end"], field_spelling="BlackList", masks="dotted", unknown_fields={"FutureField": "1"})
    )
    me = client(smc)
    entry = me.entries("BLOCK_LIST")[0]
    assert (entry["BlackListEntrySourceIp"], entry["BlackListEntrySourceIpMask"]) == ("198.51.100.0", "255.255.255.0")
    assert entry["FutureField"] == "1"
    assert not any(key.startswith("Blacklist") and key != "Blacklister" for key in entry)
    smc.scenario.field_spelling, smc.scenario.masks, smc.scenario.any_prefixlen = "blackList", "both", 32
    entry = me.entries("BLOCK_LIST")[2]
    assert {"blackListEntryDestinationPort", "BlackListEntrySourceIpMask", "BlackListEntrySourceIpPrefixlen"} <= set(
        entry
    )


def test_old_product_has_old_names(simulator, client):
    smc = simulator(ENDED, product_version="6.10")
    me = client(smc, version="7.1")
    entry = me.entries("BLACKLIST")[0]
    assert entry["blacklist_href"].endswith("/blacklist/MTA3MjA5Njg3MDU=")
    assert (entry["BlacklistEntryId"], entry["delta_key"]) == ("TVRBM01qQTVOamczTURVPQ==", "BgJ/BQAB")
    assert entry["DataTags"] == "INFO: Blacklist Monitoring"


@pytest.mark.parametrize("size", [200, 7])
def test_crowd_made_the_short_way_is_what_it_is_the_long_way(size):
    world = World(connections=60_540)
    bulk = world.bulk("CONNECTIONS", world.engine("Plano FW"))
    assert bulk is not None
    form = Format({"type": "texts"}, "CONNECTIONS", Scenario(), "", lambda _unused: "")
    for _unused in range(2):
        chunks = [data for data, _unused in bulk.chunks(form, size, first=True, cache_key="")]
        made = [entry for data in (chunks[0], *chunks[-1_000 // size :]) for entry in json.loads(b"[" + data + b"]")]
        keys = {entry["delta_key"]: entry for entry in made}
        for number in (0, 5, 59_999, 60_000, 60_499):
            entry = form.render(bulk.entry(number), first=True)
            assert keys[entry["delta_key"]] == entry


# -- filters

IP = {"type": "ip", "value": "10.200.0.0/16"}
NETWORK = {"type": "field", "name": "RouteNetwork"}


def translated(text):
    return {"type": "translated", "value": text}


@pytest.mark.parametrize(
    ("definition", "condition", "count"),
    [
        ("ROUTING", {"type": "in", "left": NETWORK, "right": [IP]}, 1),
        (
            "ROUTING",
            {"type": "in", "left": IP, "right": [{"type": "field", "id": 164}, {"type": "field", "id": 160}]},
            1,
        ),
        ("ROUTING", {"type": "not", "value": {"type": "in", "left": NETWORK, "right": [IP]}}, 8),
        ("ROUTING", {"type": "defined", "value": {"type": "field", "id": 164}}, 6),
        (
            "ROUTING",
            {"type": "in", "left": {"type": "field", "id": 161}, "right": [{"type": "number", "value": 16}]},
            5,
        ),
        (
            "ROUTING",
            {"type": "in", "left": {"type": "field", "id": 165}, "right": [{"type": "string", "value": "Static"}]},
            2,
        ),
        (
            "ROUTING",
            {
                "type": "in",
                "left": {"type": "field", "id": 165},
                "right": [{"type": "constant", "value": 1}, {"type": "constant", "value": "dynamic"}],
            },
            6,
        ),
        (
            "ROUTING",
            {"type": "or", "values": [translated("$RouteNetmask == 0"), translated('$RouteType == "Static"')]},
            2,
        ),
        (
            "ROUTING",
            {"type": "and", "values": [translated("$RouteNetmask == 0"), translated('$RouteType == "Static"')]},
            1,
        ),
        ("ROUTING", translated('$RouteNetwork IN union(ipv4_net("172.20.0.0/14"), ipv4("0.0.0.0"))'), 5),
        ("ROUTING", translated('$RouteNetwork IN range(ipv4("10.199.0.0"),ipv4("10.201.0.0"))'), 1),
        ("ROUTING", translated('$RouteNetwork == ipv4("10.200.0.0")'), 1),
        ("ROUTING", translated("$RouteNetmask >= 16 AND NOT ($RouteNetmask > 24 OR $RouteNetmask == 24)"), 5),
        ("ROUTING", translated("$RouteNetmask != 16 AND defined($RouteGateway)"), 1),
        ("ROUTING", translated("$RouteNetmask IN (0, 24)"), 2),
        (
            "ROUTING",
            {"type": "cs_like", "left": {"type": "field", "id": 165}, "right": {"type": "string", "value": "St%"}},
            2,
        ),
        (
            "ROUTING",
            {"type": "ci_like", "left": {"type": "field", "id": 165}, "right": {"type": "string", "value": "st*"}},
            2,
        ),
        (
            "ROUTING",
            {
                "type": "in",
                "left": {"type": "field", "id": 4},
                "right": [{"type": "element", "href": "http://x/7.1/elements/single_fw/1563"}],
            },
            9,
        ),
        ("ROUTING", {"type": "in", "left": {"type": "field", "id": 4}, "right": [{"type": "field", "id": 3}]}, 9),
        ("ROUTING", {"type": "expression", "href": "http://x/7.1/elements/filter_expression/1501"}, 9),
    ],
)
def test_filters(simulator, client, definition, condition, count):
    assert len(client(simulator(ENDED)).entries(definition, filter=condition)) == count


def test_service_filter(simulator, client):
    me = client(simulator(ENDED))
    condition = {
        "type": "in",
        "left": {"type": "field", "name": "Service"},
        "right": [{"type": "service", "value": "TCP/443"}, {"type": "service", "value": "ICMP/8"}],
    }
    found = me.entries("CONNECTIONS", filter=condition)
    assert {(entry["Protocol"], entry.get("Dport")) for entry in found} == {("TCP", "443"), ("ICMP", None)}


@pytest.mark.parametrize(
    "condition",
    [
        {},
        [],
        {"type": "in"},
        {"type": "in", "left": NETWORK, "right": [{"type": "ip", "value": "nonsense"}]},
        {"type": "in", "left": NETWORK, "right": [{"type": "number", "value": "1"}]},
        {"type": "in", "left": NETWORK, "right": [{"type": "moon", "value": "1"}]},
        {"type": "in", "left": NETWORK, "right": ["1"]},
        {"type": "in", "left": IP, "right": [IP]},
        {"type": "in", "left": {"type": "field", "name": "Nonsense"}, "right": [IP]},
        {
            "type": "in",
            "left": {"type": "field", "id": 4},
            "right": [{"type": "element", "href": "http://x/7.1/elements/host/9"}],
        },
        {"type": "and"},
        {"type": "not"},
        {"type": "defined"},
        {"type": "cs_like"},
        {"type": "expression", "href": "http://x/7.1/elements/filter_expression/1999"},
        {"type": "translated"},
        *(
            translated(text)
            for text in (
                "$Dport =",
                "$Nonsense == 1",
                "$Dport == 1 1",
                "$Dport ~ 1",
                "($Dport == 1",
                'ipv4("x") == $Src',
                "moon(1) == $Src",
                "defined(1)",
                "",
                "$Dport AND 1",
            )
        ),
    ],
)
def test_bad_filters_fail(simulator, client, condition):
    assert client(simulator(ENDED)).fetch("ROUTING", filter=condition)[-1]["failure"].startswith("Invalid filter")


# -- the world and its clock


def truth(world: World, definition: str, engine: str = "Plano FW") -> dict[tuple[int, str], Entry]:
    return {entry.identity: entry for entry in world.entries(definition, world.engine(engine))}


def test_same_seed_same_world_however_it_is_looked_at():
    one, other = World(seed=5), World(seed=5)
    for _unused in range(30):
        one.advance(20)
        truth(one, "CONNECTIONS")
    other.advance(600)
    assert truth(one, "CONNECTIONS").keys() == truth(other, "CONNECTIONS").keys()
    assert truth(World(seed=6), "CONNECTIONS").keys() != truth(World(seed=5), "CONNECTIONS").keys()


def test_connections_come_and_go():
    world = World()
    before = truth(world, "CONNECTIONS")
    world.advance(60)
    after = truth(world, "CONNECTIONS")
    assert before.keys() - after.keys()
    assert after.keys() - before.keys()
    assert before.keys() & after.keys()
    world.advance(100_000)
    assert len(truth(world, "CONNECTIONS")) > 20


def test_sas_rekey():
    world = World()

    def spis() -> dict[str, str]:
        found = truth(world, "VPN_SA").values()
        return {
            str(entry.values["PeerSecurityGateway"]): str(entry.values["IpsecSpi"])
            for entry in found
            if "IpsecSpi" in entry.values
        }

    before = spis()
    world.advance(3_700)
    after = spis()
    assert before.keys() == after.keys()
    assert all(before[peer] != after[peer] for peer in before)
    traffic = [entry.values["NumBytesSent"] for entry in truth(world, "VPN_SA").values() if "IpsecSpi" in entry.values]
    assert all(isinstance(sent, int) and sent >= 0 for sent in traffic)


def test_users_sessions_and_blocks_expire():
    world = World()
    for definition, seconds in (("BLOCK_LIST", 4_000), ("SSLVPNV2", 8_000), ("USERS", 30_000)):
        before = truth(world, definition)
        for _unused in range(seconds // 1_000):
            world.advance(1_000)
            truth(world, definition)
        after = truth(world, definition)
        if definition == "BLOCK_LIST":
            assert len(after) == len(before) - 1
        else:
            assert len(after) == len(before)
            assert any(before.get(key) is not entry for key, entry in after.items())


def test_hooks():
    with Simulator() as smc:
        world = smc.world
        world.change_route("Plano FW", "10.200.0.0/16", "10.0.1.253")
        world.change_route("Plano FW", "10.201.0.0/16", "10.0.1.253")
        world.change_route("Plano FW", "0.0.0.0/0", remove=True)
        routes = {
            (entry.values["RouteNetwork"], entry.values.get("RouteGateway"))
            for entry in truth(world, "ROUTING").values()
        }
        assert {("10.200.0.0", "10.0.1.253"), ("10.201.0.0", "10.0.1.253")} <= routes
        assert not any(network == "0.0.0.0" for network, _unused in routes)
        world.drop_vpn_tunnel("Plano FW", "HQ")
        assert {entry.values["PeerSecurityGateway"] for entry in truth(world, "VPN_SA").values()} == {
            Named(7002, "Partner Cisco")
        }
        world.advance(10_000)
        assert len(truth(world, "VPN_SA")) == 2
        world.restore_vpn_tunnel("Plano FW", "HQ")
        world.restore_vpn_tunnel("Plano FW", "HQ")
        assert len(truth(world, "VPN_SA")) == 4
        domain = world.elements.domains["Shared Domain"]
        count = len(world.entries(ACTIVE_ALERTS, domain))
        world.add_alert("Critical", "Test", "Branch 7")
        assert len(world.entries(ACTIVE_ALERTS, domain)) == count + 1
        world.set_node("HQ cluster", 2, online=False)
        assert {entry.node.node_id for entry in truth(world, "ROUTING", "HQ cluster").values()} == {1}
        entry = world.entries("BLOCK_LIST", world.engine("Retail cluster"))[0]
        world.lose_block_list("Retail cluster", str(entry.href), 2)
        assert [
            item.node.node_id
            for item in world.entries("BLOCK_LIST", world.engine("Retail cluster"))
            if item.href == entry.href
        ] == [1]
        world.clear("NEIGHBORS", "Plano FW")
        assert truth(world, "NEIGHBORS") == {}
        world.clear(ACTIVE_ALERTS, "Shared Domain")
        with pytest.raises(KeyError):
            world.set_node("Plano FW", 2)
        with pytest.raises(ValueError, match="back"):
            world.advance(-1)


def test_deleted_sa_is_negotiated_again(simulator, client):
    smc = simulator(ENDED)
    me = client(smc)
    before = me.entries("VPN_SA")
    assert me.delete(before[0]["vpn_sa_href"]).status_code == 204
    after = {entry["delta_key"] for entry in me.entries("VPN_SA")}
    assert len(after) == 4
    assert before[0]["delta_key"] not in after
    assert me.delete(before[0]["vpn_sa_href"]).status_code == 404
