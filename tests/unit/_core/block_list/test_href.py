# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only the href of a block-list entry is ever accepted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.href import (
    list_path,
    path_of,
    read_href,
    read_hrefs,
    rel_names,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError, SMCError
from hypothesis import given
from hypothesis import strategies as st

from tests.block_list import HREF


@pytest.mark.parametrize(
    "text",
    [
        HREF,
        "https://other.example/6.10/elements/fw_cluster/116/blacklist/MTA3MjA5Njg3MDU=",
        "http://localhost:8082/7.1/elements/virtual_fw_layer2/1/block_list/MQ%3D%3D",
        "/7.1/elements/single_fw/1563/block_list/MQ==",
        "http://user:pw@localhost/7.1/elements/master_engine/1/block_list/42",
    ],
)
def test_hrefs_of_entries_are_taken(text: str) -> None:
    href = read_href(text)
    assert href is not None
    assert href.path.startswith("/")


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        5,
        "http://localhost:8082/7.1/elements/single_fw/1563",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/flush",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/FLUSH",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ==/",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/..",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/../../1564",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/%2e%2e",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/a%2Fb",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ==?x=1",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ==#x",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ==\n",
        "http://localhost:8082/7.1/elements/single_fw/1563/block\t_list/MQ==",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list\\MQ==",
        "http://localhost:8082/7.1/elements/single_fw/1563/vpn_sa/MQ==",
        "http://localhost:8082/7.1/elements/host/1563/block_list/MQ==",
        "http://localhost:8082//7.1/elements/single_fw/1563/block_list/MQ==",
        "http://localhost:8082/elements/single_fw/1563/block_list/MQ==",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ==/extra",
        "ftp://localhost/7.1/elements/single_fw/1563/block_list/MQ==",
        "//localhost/7.1/elements/single_fw/1563/block_list/MQ==",
        "7.1/elements/single_fw/1563/block_list/MQ==",
        "MQ==",
    ],
)
def test_everything_else_is_refused(text: Any) -> None:
    assert read_href(text) is None
    with pytest.raises(OptionError, match="nothing was deleted"):
        read_hrefs([HREF, text])


@given(st.text(alphabet="/abcdeflist_kow7.10MQ=%2F3D\\?#:@ ", max_size=60))
def test_no_path_but_an_entrys_gets_through(tail: str) -> None:
    href = read_href("http://localhost:8082" + tail)
    if href is not None:
        parts = href.path.split("/")
        assert len(parts) == 7
        assert parts[2] == "elements"
        assert parts[5] in ("block_list", "blacklist")
        assert parts[6] not in ("", ".", "..", "flush")


def test_hrefs_are_one_entrys_once_and_keep_the_proxys_path() -> None:
    (href,) = read_hrefs([HREF, HREF.replace("localhost:8082", "smc/proxy").replace("==", "%3D%3D")], "/proxy")
    assert href.indexes == (0, 1)
    assert href.path == "/proxy/7.1/elements/single_fw/1563/block_list/MQ=="
    assert href.engine == "elements/single_fw/1563"
    assert href.path_in("7.1") == href.path
    assert href.path_in("7.4") == href.path.replace("7.1", "7.4")
    assert href.path_in("6.10") == "/proxy/6.10/elements/single_fw/1563/blacklist/MQ=="


def test_the_link_has_another_name_since_7_0() -> None:
    assert rel_names((7, 0)) == ("block_list", "blacklist")
    assert rel_names((6, 10), flush=True) == ("flush_blacklist", "flush_block_list")


def test_an_href_from_the_smc_names_its_entry_in_any_version() -> None:
    assert path_of(HREF) == path_of(HREF.replace("7.1", "6.10").replace("block_list", "blacklist"))
    assert path_of("https://gw/any/path/7.1/elements/single_fw/1563/block_list/MQ%3D%3D") == path_of(HREF)
    assert (
        path_of(None)
        is path_of("http://smc/7.1/elements/host/1")
        is path_of("nonsense")
        is path_of("http://[/7.1")
        is None
    )


def test_many_wrong_hrefs_are_not_all_listed() -> None:
    with pytest.raises(OptionError) as error:
        read_hrefs(["https://admin:s3cret@smc/x"] * 12, most=3)
    assert "hrefs[9] is 'https://smc/x'; and 2 more." in error.value.message
    assert len(error.value.details()["problems"]) == 3
    assert "s3cret" not in str(error.value.details()) + error.value.message


ENGINE = ("single_fw", "1563")


@pytest.mark.parametrize(
    "href, engine, flush",
    [
        ("http://localhost:8082/7.1/elements/single_fw/1563/block_list", ENGINE, False),
        ("https://other.example/7.1/elements/single_fw/1563/blacklist", ENGINE, False),
        ("/7.1/elements/single_fw/1563/block_list/flush", ENGINE, True),
        ("/7.1/elements/single_fw/1563/flush_block_list", ENGINE, True),
        ("http://localhost:8082/7.1/system/block_list", None, False),
    ],
)
def test_links_to_a_block_list_are_taken(href: str, engine: tuple[str, str] | None, flush: bool) -> None:
    assert list_path(href, "7.1", engine, flush=flush) == "/7.1/" + href.partition("/7.1/")[2]


@pytest.mark.parametrize(
    "href",
    [
        "/7.1/elements/single_fw/1563",
        "/7.1/elements/single_fw/1564/block_list/flush",
        "/7.1/elements/fw_cluster/1563/block_list/flush",
        "/7.1/elements/host/1563/block_list/flush",
        "/7.1/elements/single_fw/1563/block_list/flush/",
        "/7.1/elements/single_fw/1563/block_list/../../host/1/flush",
        "/7.1/elements/single_fw/1563/block_list/flush?x=/7.1/elements/single_fw/1563/block_list/flush",
        "/7.1/elements/single_fw/1563/block_list/flush#x",
        "/7.0/elements/single_fw/1563/block_list/flush",
        "/7.1/elements/single_fw/1563/block_list",
        "/7.1/system/block_list/flush",
        "//evil/7.1/elements/single_fw/1563/block_list/flush",
        "file:///7.1/elements/single_fw/1563/block_list/flush",
        "/7.1/elements/single_fw/1563/block_list\\flush",
        "/7.1/elements/single_fw/1563/block_list/fl\nush",
        "",
    ],
)
def test_any_other_link_is_refused(href: str) -> None:
    with pytest.raises(SMCError, match=r"^Nothing was changed: the SMC gives .* which it cannot be in API 7\.1"):
        list_path(href, "7.1", ENGINE, flush=True)


@given(st.text(st.sampled_from("/.%?#@:\\71elmnsigfwbock_t0536 \n\u202e"), max_size=60))
def test_no_text_leads_elsewhere(text: str) -> None:
    for start in ("", "/7.1/elements/single_fw/1563", "http://localhost:8082/smc/7.1/"):
        try:
            path = list_path(start + text, "7.1", ENGINE, "/smc", flush=True)
        except SMCError:
            continue
        assert path.startswith("/smc/7.1/elements/single_fw/1563/") and path.endswith(("/flush", "flush_block_list"))
