# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The channel's language: requests as the record has them, frames of every shape."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.definitions import BLOCK_LIST, CONNECTIONS
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import BadMessage, FilterTooLong
from ansible_collections.ngfw.smc.plugins.module_utils._core.fields import resolve_field
from ansible_collections.ngfw.smc.plugins.module_utils._core.filters import read_conditions
from ansible_collections.ngfw.smc.plugins.module_utils._core.protocol import build_abort, build_request, read_frame
from hypothesis import given
from hypothesis import strategies as st


def test_the_plain_request_is_the_documented_one() -> None:
    request = json.loads(build_request(BLOCK_LIST, "Plano FW", (7, 0)))
    assert request == {
        "query": {"definition": "BLOCK_LIST", "target": "Plano FW"},
        "fetch": {},
        "format": {"type": "texts"},
    }


@pytest.mark.parametrize("product,name", [((6, 10), "BLACKLIST"), ((7, 0), "BLOCK_LIST"), ((7, 1), "BLOCK_LIST")])
def test_the_block_list_was_renamed(product: tuple[int, ...], name: str) -> None:
    assert json.loads(build_request(BLOCK_LIST, "x", product))["query"]["definition"] == name


def test_fields_go_by_number_where_there_is_one() -> None:
    fields = [resolve_field(name, CONNECTIONS, "fields") for name in ("src", "dport", "1028", "event_id")]
    request = json.loads(build_request(CONNECTIONS, "x", (7, 1), fields))
    assert request["format"] == {"type": "texts", "field_ids": [7, 10, 1028], "field_names": ["EventId"]}


def test_a_request_that_the_socket_would_not_take_is_not_sent() -> None:
    addresses = [f"10.0.{number // 250}.{number % 250}" for number in range(300)]
    smc_filter = read_conditions({"src": addresses}, CONNECTIONS, "filter").smc_filter()
    with pytest.raises(FilterTooLong, match="characters long; the SMC takes 8192") as caught:
        build_request(CONNECTIONS, "Plano FW", (7, 1), smc_filter=smc_filter)
    assert caught.value.details()["size"] > 8192


@pytest.mark.parametrize("fetch", [1, 0, -1616514795, "7f"])
def test_a_fetch_id_is_whatever_the_smc_says(fetch: int | str) -> None:
    assert read_frame(json.dumps({"success": "Fetch started", "fetch": fetch})).fetch == fetch
    assert json.loads(build_abort(fetch)) == {"abort": fetch}


@pytest.mark.parametrize(
    "frame,added",
    [
        ({"fetch": 1, "records": {"added": [{"Src": "a"}], "updated": [], "deleted": []}}, 1),
        ({"fetch": 1, "records": {"added": [{"Src": "a"}]}}, 1),
        ({"fetch": 1, "records": {"added": None}}, 0),
        ({"fetch": 1, "records": {}}, 0),
        ({"fetch": 1, "records": None}, 0),
        # The log socket's shape.
        ({"fetch": 1, "records": [{"Src": "a"}, {"Src": "b"}]}, 2),
    ],
)
def test_shapes_of_records(frame: dict[str, Any], added: int) -> None:
    message = read_frame(json.dumps(frame).encode())
    assert message.has_records
    assert len(message.added) == added
    assert message.updated == message.deleted == []


@pytest.mark.parametrize(
    "frame,words",
    [
        (b"", "not JSON"),
        (b'{"fetch":1,', "not JSON"),
        (b'{"fetch":"\\xff"}', "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"fetch":' + b"9" * 5000 + b"}", "not JSON"),
        (b"[1]", "a JSON list, not an object"),
        (b'{"records":{"added":["x"]}}', "'added' is not a list of objects"),
        (b'{"records":{"deleted":{"a":1}}}', "'deleted' is not a list of objects"),
        (b'{"records":"x"}', "'added' is not a list of objects"),
    ],
)
def test_what_is_no_message_is_an_error(frame: bytes, words: str) -> None:
    with pytest.raises(BadMessage, match=words):
        read_frame(frame)


def test_a_deleted_entry_may_be_its_key_alone() -> None:
    message = read_frame('{"fetch":1,"records":{"deleted":["AgE=",{"delta_key":"Aio="}]}}')
    assert message.deleted == [{"delta_key": "AgE="}, {"delta_key": "Aio="}]


def test_a_text_that_is_none_is_passed_on_as_it_is_written() -> None:
    assert read_frame('{"failure":{"message":"no","code":3}}').failure == '{"message": "no", "code": 3}'


@given(st.binary(max_size=60))
def test_garbage_is_a_message_or_an_error_but_no_other_exception(frame: bytes) -> None:
    try:
        read_frame(frame)
    except BadMessage as error:
        assert error.message  # noqa: PT017 (either outcome is right)
