# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Host names are safe and unique, and host variables tell of engines or of nodes."""

from __future__ import annotations

import re

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.inventory import (
    HostClaim,
    HostNames,
    OtherOwners,
    folded,
    host_variables,
    safe_name,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.words import visible
from hypothesis import given
from hypothesis import strategies as st

from tests.unit._core.engines.sample_engines import ONLINE, build, document, node


@pytest.mark.parametrize(
    "name, safe",
    [
        ("Plano FW", "Plano_FW"),
        ("  HQ cluster\t", "HQ_cluster"),
        ("FW \u202eone\u200b\u3164\x1b\x9b two", "FW__one_____two"),
        ("{{ lookup('pipe','id') }}", "___lookup_'pipe'_'id')___"),
        ("lipsum.__globals__.os.popen('id').read()", "lipsum.__globals__.os.popen_'id').read_)"),
        ("(lipsum)('x')", "(lipsum)_'x')"),
        ("Edge (a)", "Edge_(a)"),
        ("a,b:c!d&e~f[0]", "a_b_c_d_e_f_0_"),
        ("-rf", "_rf"),
        (".hidden", "_hidden"),
        ("../../etc/passwd", "_._.._etc_passwd"),
        ("Zürich-1", "Zürich-1"),
        ("", "_"),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.lists(st.tuples(st.text(max_size=6), st.sampled_from(["Shared Domain", "Retail"])), max_size=12))
def test_names_are_safe_and_unique_whatever_they_were(wanted: list[tuple[str, str]]) -> None:
    given_out = HostNames(OtherOwners()).take_all(
        [HostClaim(name, name, domain, key) for key, (name, domain) in enumerate(wanted)]
    )
    assert len({folded(name) for name in given_out}) == len(given_out)
    assert all(visible(name) == name for name in given_out)
    assert all(re.fullmatch(r"[^\s,:;!&~@*?\[\]{}/\\.-][^\s,:;!&~@*?\[\]{}/\\]*", name) for name in given_out)


def claims(*names: str, domain: str = "Retail") -> list[HostClaim]:
    return [HostClaim(name, name, domain, key) for key, name in enumerate(names, 1)]


@pytest.mark.parametrize(
    "name, host",
    [
        ("all", "smc_all"),
        ("Ungrouped", "smc_Ungrouped"),
        ("smc_engines", "smc_smc_engines"),
        ("localhost", "smc_localhost"),
        ("LocalHost.", "smc_LocalHost."),
        ("127.0.0.1", "smc_127.0.0.1"),
        ("127.1", "smc_127.1"),
        ("2130706433", "smc_2130706433"),
        ("0x7f.1", "smc_0x7f.1"),
        ("ip6-localhost", "smc_ip6-localhost"),
        ("\uff4cocalhost", "smc_\uff4cocalhost"),
        ("db01", "smc_db01"),
        ("DB01", "smc_DB01"),
        ("web servers", "smc_web_servers"),
    ],
)
def test_a_name_that_somebody_else_has_gets_a_prefix_and_a_sentence(name: str, host: str) -> None:
    names = HostNames(OtherOwners(hosts={"db01"}, groups={"web_servers"}))
    assert names.take_all(claims(name)) == [host]
    assert f"The engine '{name}' is the host '{host}'" in names.renamed[0]


@pytest.mark.parametrize("name", ["10.0.2.3", "192.0.2.1", "7.1", "128.0.0.1", "fw.example.com", "::1", "1.2.3.4.5"])
def test_other_addresses_are_names_like_any(name: str) -> None:
    names = HostNames(OtherOwners())
    assert names.take_all(claims(name)) == [safe_name(name)]
    assert names.renamed == []


def test_a_prefix_keeps_names_apart_from_those_of_other_sources() -> None:
    names = HostNames(OtherOwners(hosts={"db01"}), "fw_")
    assert names.take_all(claims("db01", "localhost")) == ["fw_db01", "fw_localhost"]
    assert names.renamed == []


def test_the_older_engine_keeps_its_name_and_the_younger_gets_the_domain_then_the_key() -> None:
    names = HostNames(OtherOwners())
    wanted = [
        HostClaim("Plano_FW", "Plano_FW", "Retail", 30),
        HostClaim("Plano FW", "Plano FW", "Shared Domain", 10),
        HostClaim("PLANO FW", "PLANO FW", "Retail", 20),
        HostClaim("Plano\tFW", "Plano\tFW", "Shared Domain", 1),
    ]
    assert names.take_all(wanted) == ["Plano_FW_30", "Plano_FW", "PLANO_FW_Retail", "Plano_FW_1"]
    assert len(names.renamed) == 3


def test_a_long_name_fits_into_a_file_name() -> None:
    [first, second] = HostNames(OtherOwners()).take_all(claims("é" * 300, "é" * 301))
    assert first != second
    assert len(first.encode()) < 200


@given(st.lists(st.text("aA_ \t\u200b1", max_size=4), max_size=8), st.text("aA_ \t\u200b1", max_size=4))
def test_no_engine_changes_the_host_name_of_an_older_one(names: list[str], newer: str) -> None:
    before = HostNames(OtherOwners()).take_all(claims(*names))
    assert HostNames(OtherOwners()).take_all(claims(*names, newer))[:-1] == before


def test_an_engine_of_another_smc_is_never_the_same_host() -> None:
    owners = OtherOwners(smc_of_host={"Plano_FW": "https://paris:8082"})
    with pytest.raises(OptionError, match=r"https://paris:8082 already.*host_prefix.*hostnames"):
        HostNames(owners).take_all(claims("Plano FW"))
    assert HostNames(owners, "b_").take_all(claims("Plano FW")) == ["b_Plano_FW"]


def test_hosts_are_engines_or_nodes() -> None:
    cluster = build(document(node(1), node(2)), {0: ONLINE})
    alone = build(None)
    [(name, variables)] = host_variables([cluster], nodes=False, prefix="fw_")
    assert name == "Plano"
    assert variables == {**{f"fw_{key}": value for key, value in cluster.items()}, "smc_target": "Plano"}
    hosts = list(host_variables([cluster, alone], nodes=True, prefix="smc_"))
    assert [name for name, _variables in hosts] == ["Plano node 1", "Plano node 2", "Plano"]
    assert [variables.get("smc_engine_node_status") for _name, variables in hosts] == ["Online", None, None]
    assert hosts[1][1]["smc_node"] == cluster["nodes"][1]
    assert all(variables["smc_target"] == "Plano" for _name, variables in hosts)
