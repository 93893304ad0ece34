# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block-list entries as a user writes them, and as the SMC accepts them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.entry import (
    read_desired,
    request_body,
    takes_many,
    with_defaults,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.identity import Identity
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError

from tests.block_list import identity


@pytest.mark.parametrize(
    "entry, expected",
    [
        ({"source": "10.0.0.1"}, Identity("10.0.0.1/32")),
        ({"source": "10.0.0.0/255.255.255.0", "destination": "any"}, Identity("10.0.0.0/24")),
        ({"source": "ANY", "destination": "2001:DB8:0::1"}, Identity(destination="2001:db8::1/128")),
        ({"source": "0.0.0.0/0", "destination": "192.0.2.1"}, Identity(destination="192.0.2.1/32")),
        (
            {"source": "10.0.0.1", "protocol": "TCP", "destination_ports": "1000 - 2000"},
            Identity("10.0.0.1/32", "any", "tcp", "any", "1000-2000"),
        ),
        (
            {"source": "10.0.0.1", "protocol": "17", "source_ports": 53, "destination_ports": "0-65535"},
            Identity("10.0.0.1/32", "any", "udp", "53", "any"),
        ),
        (
            {"source": "10.0.0.1", "protocol": "tcp", "destination_ports": "80-80"},
            Identity("10.0.0.1/32", "any", "tcp", "any", "80"),
        ),
    ],
)
def test_what_a_user_writes_has_one_canonical_form(entry: dict[str, Any], expected: Identity) -> None:
    assert identity(**entry) == expected


def test_host_bits_are_cleared_with_a_warning() -> None:
    (desired,), warnings = read_desired([{"source": "198.51.100.7/24"}])
    assert desired.identity.source == "198.51.100.0/24"
    assert warnings == ["entries[0]: source 198.51.100.7/24 has host bits; it is read as the network 198.51.100.0/24."]


def test_repeated_entries_are_one_with_the_longest_duration() -> None:
    desired, warnings = read_desired(
        [{"source": "10.0.0.1", "duration": 60}, {"source": "10.0.0.1/32", "duration": 600}, {"source": "10.0.0.2"}]
    )
    assert [(one.indexes, one.duration) for one in desired] == [((0, 1), 600), ((2,), 3600)]
    assert "entries[1]" in warnings[0]


@pytest.mark.parametrize(
    "entry, problem",
    [
        ({"source": "300.1.1.1"}, "source '300.1.1.1' is not an IP address, a network or any"),
        ({"source": "10.0.0.1-10.0.0.9"}, "does not accept ranges"),
        ({"source": "10.0.0.1,10.0.0.2"}, "one entry for each"),
        ({"source": ""}, "is not an IP address"),
        ({"source": "0.0.0.0"}, "unspecified address"),
        ({"source": "fe80::1%eth0"}, "zone"),
        ({"source": "10.0.0.1", "destination": "::1"}, "have different IP versions"),
        ({"source": "10.0.0.1", "protocol": "icmp"}, "protocol 'icmp' is not tcp, udp or any"),
        ({"source": "10.0.0.1", "destination_ports": "80"}, "need a protocol"),
        ({"source": "10.0.0.1", "protocol": "tcp", "destination_ports": "http"}, "is not a port like 80"),
        ({"source": "10.0.0.1", "protocol": "tcp", "destination_ports": "80-79"}, "ports in the wrong order"),
        ({"source": "10.0.0.1", "protocol": "tcp", "source_ports": "70000"}, "port above 65535"),
        ({"source": "10.0.0.1", "protocol": "tcp", "source_ports": "²"}, "is not a port"),
        ({"source": "10.0.0.1", "duration": -1}, "duration -1 is below 0"),
        ({"source": "10.0.0.1", "duration": "1_0"}, "duration '1_0' is not a whole number of seconds"),
        ({"source": "10.0.0.1", "duration": "soon"}, "not a whole number of seconds"),
        ({"duration": 60}, "has no address"),
        ({"src": "10.0.0.1", "source": "10.0.0.1"}, "there is no 'src'."),
        ({"sources": "10.0.0.1", "to": "10.0.0.1"}, "there is no 'sources' or 'to'. Did you mean source"),
        ({"source": "10.0.0.1", "protocol": "tcp", "source_ports": 0}, "port 0, which does not exist"),
        ({"source": "10.0.0.1", "protocol": "tcp", "source_ports": "0-80"}, "port 0, which does not exist"),
        ({"source": "10.0.0.1", "protocol": "tcp", "source_ports": [80, 443]}, "is not a port like 80"),
        ({"source": "10.0.0.1", "duration": True}, "not a whole number of seconds"),
        ({"source": "10.0.0.1", "duration": 1.5}, "not a whole number of seconds"),
        ({"source": "10.0.0.1-10.0.0.4"}, "one entry for each: 10.0.0.1/32, 10.0.0.2/31, 10.0.0.4/32)"),
        ({"source": "10.0.0.9-10.0.0.1"}, "write networks, one entry for each)"),
        ("somewhere", "source 'somewhere' is not an IP address"),
        (17, "'17' is neither an address nor a dictionary"),
        (None, "'None' is neither an address nor a dictionary"),
    ],
)
def test_what_is_wrong_is_said(entry: Any, problem: str) -> None:
    with pytest.raises(OptionError, match="nothing was sent") as error:
        read_desired([{"source": "10.9.9.9"}, entry])
    assert problem in error.value.message
    assert {item["index"] for item in error.value.details()["problems"]} == {1}


def test_a_text_alone_is_a_source() -> None:
    assert read_desired(["10.0.0.1"]) == read_desired([{"source": "10.0.0.1"}])


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(OptionError) as error:
        read_desired([{"source": "x", "protocol": "y"}, {"source": "10.0.0.1"}, {"destination": "z"}])
    assert error.value.message.startswith("2 of 3 entries are wrong")
    assert [item["index"] for item in error.value.details()["problems"]] == [0, 0, 2]
    with pytest.raises(OptionError, match="30 of 30 entries") as error:
        read_desired(["x"] * 30, most=7)
    assert len(error.value.details()["problems"]) == 7
    assert error.value.message.endswith("; and 10 more.")


def test_cutting_a_connection_is_no_part_of_an_exact_list() -> None:
    with pytest.raises(OptionError, match="duration 0"):
        read_desired([{"source": "10.0.0.1", "duration": 0}], kept=True)
    assert read_desired([{"source": "10.0.0.1", "duration": 0}])[0][0].duration == 0


def test_bodies_by_api_version() -> None:
    desired, _unused = read_desired(
        [
            {"source": "10.0.0.0/8", "destination_ports": "80", "protocol": "tcp", "duration": 60},
            {"destination": "2001:db8::/32", "protocol": "udp"},
        ]
    )
    first = {
        "end_point1": {"address_mode": "address", "ip_network": "10.0.0.0/8"},
        "end_point2": {"address_mode": "any", "port1": 80, "port2": 80, "port_mode": "predefined_tcp"},
        "duration": 60,
    }
    second = {
        "end_point1": {"address_mode": "any"},
        "end_point2": {
            "address_mode": "address",
            "ip_network": "2001:db8::/32",
            "port1": 1,
            "port2": 65535,
            "port_mode": "predefined_udp",
        },
        "duration": 3600,
    }
    assert request_body(desired, (7, 1)) == request_body(desired, (6, 4)) == {"entries": [first, second]}
    assert request_body(desired[:1], (6, 3)) == first


def test_all_ipv4_is_not_widened_to_ipv6() -> None:
    (desired,), _unused = read_desired([{"source": "0.0.0.0/0", "destination": "192.0.2.1"}])
    assert desired.body()["end_point1"] == {"address_mode": "address", "ip_network": "0.0.0.0/0"}


def test_many_repetitions_are_one_warning() -> None:
    desired, warnings = read_desired(["10.0.0.1"] * 9)
    assert [one.indexes for one in desired] == [tuple(range(9))]
    assert warnings == [
        (
            "8 of 9 entries repeat another one (entries[1], entries[2], entries[3], entries[4], entries[5] and 3 more); "
            "each is added once, with its longest duration."
        )
    ]


def test_only_the_first_warnings_are_shown() -> None:
    _desired, warnings = read_desired([f"10.0.{number}.1/24" for number in range(13)])
    assert len(warnings) == 11 and warnings[-1] == "3 more warnings are left out."


def test_a_request_has_several_entries_since_6_4() -> None:
    assert [takes_many(version) for version in ((6, 3), (6, 4), (6, 10), (7,))] == [False, True, True, True]


@pytest.mark.parametrize(
    "entry, read",
    [
        ("10.0.0.1", {"source": "10.0.0.1", "protocol": "tcp", "duration": 60}),
        ({"source": "10.0.0.1", "duration": 5}, {"source": "10.0.0.1", "protocol": "tcp", "duration": 5}),
        ({"source": "10.0.0.1", "duration": None}, {"source": "10.0.0.1", "protocol": "tcp", "duration": 60}),
        # Otherwise a slip would become an entry for all traffic.
        ({"duration": 5}, {"duration": 5}),
        ({}, {}),
        (5, 5),
    ],
)
def test_defaults(entry: Any, read: Any) -> None:
    assert with_defaults([entry], {"protocol": "tcp", "duration": 60, "source_ports": None}) == [read]
    assert with_defaults([entry], {"duration": None}) == [entry]


def test_entries_are_named_by_their_line() -> None:
    with pytest.raises(OptionError, match="line 7: source 'x' is not an IP address"):
        read_desired(["x"], name_of=lambda index: f"line {index + 7}")
