# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents with pseudonyms: what stays, what is replaced, and that nothing of a hostile document is left."""

from __future__ import annotations

import base64
import ipaddress
import json
from datetime import datetime
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.secrets import HIDDEN, scrub
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.pseudonyms import Pseudonyms
from hypothesis import given
from hypothesis import strategies as st

SECRET = b"a secret of this test"


def replaced(document: Any, key: str = "") -> Any:
    return Pseudonyms(SECRET).document(document, key)


@pytest.mark.parametrize(
    "document",
    [
        {"query": {"definition": "ROUTING", "target": "Shared Domain"}, "fetch": {}, "format": {"type": "texts"}},
        {"success": "Fetch started", "fetch": -1616514795},
        {"nodeid": 2, "src_if": -1, "dst_if": 7, "mtu": 1500},
        {"fetch": 1, "records": {"added": [], "updated": [], "deleted": []}},
        {"fetch": 1, "end": "end of data"},
        {"SessionEvent": "4", "Sport": "50123", "Protocol": "TCP", "State": "TCP established", "first_fetch": True},
        {"version": [{"rel": "6.10"}, {"rel": "7.1"}]},
        {"engine_node_status": "Locked Online", "monitoring_state": "READY", "configuration_status": "Installed"},
        {"RouteNetwork": "0.0.0.0", "RouteNetmask": "0"},
        {"format": {"field_ids": [7, 20007], "field_names": ["RefEvent"]}},
        {"is_all": True, "disabled": False, "comment": None},
    ],
)
def test_what_is_public_stays(document: Any) -> None:
    assert replaced(document) == document


@pytest.mark.parametrize(
    "key, text",
    [
        ("name", "Plano FW"),
        ("NodeId", "Plano FW node 1"),
        ("Username", "alice"),
        ("Service", "HTTP"),
        ("comment", "the engine of all engines"),
        ("installed_policy", "default policy"),
        ("delta_key", "AcCoBEMBNM4rQgIGA4mkAlAAAAAA"),
        ("IpsecSpi", "4711"),
        ("key", "1563"),
        ("Unheard", "value"),
        ("State", "a state of Plano"),
        ("rel", "plano_monitoring"),
        ("NumBytesSent", "123456789"),
        ("Timestamp", "2025-03-04 10:00:00"),
        ("NeighborL2Data", "00:1a:2b:3c:4d:5e"),
        ("Src", "10.1.2.3"),
        ("SrcAddrs", "10.1.2.3, 10.1.2.4"),
        ("SrcIpRange", "10.1.0.0 - 10.1.255.255"),
        ("self", "http://localhost:8082/7.1/elements/single_fw/1563"),
        ("Src", "not an address"),
    ],
)
def test_what_somebody_chose_is_replaced(key: str, text: str) -> None:
    made = replaced({key: text})[key]
    assert made
    assert made != text
    assert text not in made


def test_the_same_is_the_same_everywhere_and_nothing_else_is() -> None:
    pseudonyms = Pseudonyms(SECRET)
    record = pseudonyms.document({"NodeId": "Plano FW node 1", "delta_key": "A", "CompId": "Plano FW"})
    engine = pseudonyms.document({"name": "Plano FW", "nodes": [{"firewall_node": {"name": "Plano FW node 1"}}]})
    assert record["NodeId"] == engine["nodes"][0]["firewall_node"]["name"]
    assert record["CompId"] == engine["name"]
    assert len(set(record.values())) == 3
    assert pseudonyms.mapping["Plano FW"] == engine["name"]


@pytest.mark.parametrize(
    "key, number", [("key", 3), ("NodeId", 1563), ("component_id", 1563), ("bytes", 65_536), ("LogId", 7)]
)
def test_numbers_that_are_names_or_large_are_replaced(key: str, number: int) -> None:
    assert replaced({key: number})[key] != number


def test_hrefs_keep_their_form_and_the_keys_agree() -> None:
    pseudonyms = Pseudonyms(SECRET)
    engine = pseudonyms.document(
        {"key": 1563, "href": "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ=="}
    )
    beginning = f":8082/7.1/elements/single_fw/{engine['key']}/block_list/"
    assert beginning in engine["href"]
    assert engine["href"].startswith("http://host-")
    assert "localhost" not in engine["href"]
    assert "MQ==" not in engine["href"]
    assert pseudonyms.path("/7.1/elements") == "/7.1/elements"


@pytest.mark.parametrize(
    "address, size",
    [
        ({"RouteNetwork": "10.32.0.0"}, {"RouteNetmask": "12"}),
        ({"Network": "10.32.0.0"}, {"Netmask": "12"}),
        ({"160": "10.32.0.0"}, {"161": "12"}),
        ({"route_network": "2001:db8::"}, {"route_netmask": 32}),
        ({"BlackListEntrySourceIp": "192.168.4.0"}, {"BlackListEntrySourceIpMask": "255.255.255.0"}),
        ({"BlacklistEntryDestinationIp": "192.168.4.128"}, {"BlacklistEntryDestinationIpPrefixlen": "25"}),
    ],
)
def test_a_network_in_two_fields_stays_a_network(address: dict[str, str], size: dict[str, Any]) -> None:
    made = replaced({**address, **size})
    ((label, before),), ((_label, length),) = address.items(), size.items()
    assert {name: made[name] for name in size} == size
    assert made[label] != before
    assert str(ipaddress.ip_network(f"{made[label]}/{length}").network_address) == made[label]


def test_networks_and_their_addresses_fit_in_every_way_of_writing() -> None:
    made = replaced(
        {
            "ip_network": "10.32.0.0/12",
            "SrcIpRange": "10.32.0.0 - 10.47.255.255",
            "Src": "10.33.1.2",
            "RouteNetwork": "10.32.0.0",
            "RouteNetmask": "12",
            "SrcAddrs": "10.33.1.2, 10.33.1.3",
        }
    )
    network = ipaddress.ip_network(made["ip_network"])
    first, last = made["SrcIpRange"].split(" - ")
    assert (first, last) == (str(network[0]), str(network[-1]))
    assert made["RouteNetwork"] == first
    assert ipaddress.ip_address(made["Src"]) in network
    assert made["SrcAddrs"].split(", ")[0] == made["Src"]


def test_times_keep_their_distances() -> None:
    made = replaced(
        {"Timestamp": "2025-03-04 10:00:00", "ExpirationTime": "2025-03-04 11:30:05", "upload": 1741082400000}
    )
    first, second = (datetime.fromisoformat(made[name]) for name in ("Timestamp", "ExpirationTime"))
    assert (second - first).total_seconds() == 5405
    assert len(str(made["upload"])) >= 12


def test_a_sentence_keeps_public_words_and_the_names_have_their_pseudonyms() -> None:
    pseudonyms = Pseudonyms(SECRET)
    node = pseudonyms.document({"name": "Plano FW", "key": 1563})
    said = pseudonyms.document(
        {"failure": "Engine Plano FW is not connected at 10.1.2.3:4711; id 1563, ask Bob, limit 200"}
    )
    text = said["failure"]
    assert text.startswith(f"Engine {node['name']} is not connected at ")
    assert f"id {node['key']}" in text
    assert text.endswith("limit 200")
    for original in ("Plano", "10.1.2.3", "4711", "1563", "Bob"):
        assert original not in text


@pytest.mark.parametrize(
    "text", ["call 555 123 456 789", "host 192-168-4-67.example", "fe80::1:2%eth0", "at 10.0.0.1:8082", "user_10_20_30"]
)
def test_no_number_of_somebody_stays_in_a_sentence(text: str) -> None:
    made = replaced({"message": text})["message"]
    for part in ("555", "192", "168", "fe80", "10.0.0.1", "8082", "_10_20"):
        assert part not in made


def test_an_unknown_name_of_a_field_stays_unless_it_is_somebodys() -> None:
    first = Pseudonyms(SECRET)
    document = {"SdwanLinkQuality": "7", "alice": "x", "10.1.2.3": "y", "Two words": "z", "Username": "alice"}
    first.document(document)
    made = Pseudonyms(SECRET, known=first.mapping).document(document)
    assert "SdwanLinkQuality" in made
    assert len(made) == 5
    assert not {"alice", "10.1.2.3", "Two words"} & set(made)


def test_the_owners_mapping_holds_no_secret() -> None:
    secret = "s3cret-api-key-of-somebody"
    pseudonyms = Pseudonyms(SECRET, lambda text: scrub(text, [secret]))
    document = {"comment": f"the key is {secret}", "name": "Plano FW", f"a_{secret.replace('-', '_')}": 1, secret: 1}
    made = json.dumps(pseudonyms.document(document))
    assert secret not in made
    assert secret not in json.dumps(pseudonyms.owners_mapping())
    assert HIDDEN not in made
    assert "Plano FW" in pseudonyms.owners_mapping()


# -- a hostile world

# Originals that no public word and no pseudonym can hold by chance.
TOKENS = st.text("qxzjkwvQXZJKWV", min_size=7, max_size=12)
ADDRESSES = (
    st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))
    .map(str)
    .filter(lambda text: len(text) > 7 and not text.startswith(("0.", "255.", "127.")))
)
HARDWARE = st.from_regex(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}", fullmatch=True)
NUMBERS = st.integers(10**8, 10**11).map(str)
ORIGINALS = st.one_of(TOKENS, ADDRESSES, HARDWARE, NUMBERS)
_KEYS = (
    "name NodeId CompId Src Dst RouteNetwork Username delta_key Service State rel type status message details failure end href "
    "self comment key value Unknown block_list_href SrcAddrs SrcIpRange DataTags SessionEvent target field_names version"
)
KEYS = st.sampled_from(_KEYS.split())


@st.composite
def hostile_texts(draw: Any, original: str) -> str:
    """The original as a server may wrap it."""
    wrap = draw(
        st.sampled_from(
            (
                "{}", " {} ", "Engine {} is offline", "http://{}/7.1/elements/{}?name={}", "/7.1/elements/single_fw/{}", "{},{}",
                "{}/32", "[{}]:8082", "{}:8082", "<b>{}</b>", "online {}", "{}%", "\u202e{}\u2028", "7.1.{}", "{}-{}", "10.0.0.{}",
            )
        )
    )  # fmt: skip
    return str(wrap.replace("{}", original))


@st.composite
def hostile_documents(draw: Any) -> tuple[list[str], Any]:
    originals = draw(st.lists(ORIGINALS, min_size=1, max_size=6, unique=True))
    document: Any = []
    for original in originals:
        text = draw(hostile_texts(original))
        value = draw(
            st.sampled_from((text, [text], {"name": text}, {text: 1, "name": original}, {original: {"type": text}}))
        )
        document.append({draw(KEYS): value, "name": original})
    return originals, document


@given(hostile_documents(), st.binary(min_size=16, max_size=16))
def test_nothing_of_a_hostile_document_is_left(case: tuple[list[str], Any], secret: bytes) -> None:
    originals, document = case
    first = Pseudonyms(secret)
    first.document(document)
    pseudonyms = Pseudonyms(secret, known=first.mapping)
    made = json.dumps(pseudonyms.document(document), ensure_ascii=False)
    if pseudonyms.coincidences:
        return
    for original in originals:
        assert original not in made
        assert base64.b64encode(original.encode()).decode() not in made


@given(hostile_documents())
def test_different_documents_stay_different(case: tuple[list[str], Any]) -> None:
    originals, _document = case
    made = Pseudonyms(SECRET).document({"added": [{"delta_key": original} for original in originals]})
    assert len({one["delta_key"] for one in made["added"]}) == len(originals)
