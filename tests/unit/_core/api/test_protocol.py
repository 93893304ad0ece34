# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The channel's language: requests as the record has them, frames of every shape."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.protocol import (
    LogQuery,
    build_abort,
    build_log_request,
    build_request,
    read_frame,
    required_fields,
    time_range,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import BadMessage, FilterTooLong
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.conditions import read_conditions
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import (
    BLOCK_LIST,
    CONNECTIONS,
    DEFINITIONS,
    LOG,
    Definition,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.fields import resolve_field
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


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=lambda definition: definition.name)
def test_what_a_table_needs_is_requested_with_the_fields_that_are_wanted(definition: Definition) -> None:
    wanted = [resolve_field("comp_id", definition, "fields")]
    names = [field.name for field in required_fields(definition, wanted)]
    assert names == ["CompId", "NodeId", "SessionEvent", definition.telling]
    # Each is requested once, and without a wish all come by themselves.
    assert [field.name for field in required_fields(definition, required_fields(definition, wanted))] == names
    assert required_fields(definition, []) == []


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
        (b'{"records":{"added":[]},"records":{"added":[{}]}}', "the key 'records' twice"),
        (b'{"records" : null, "fetch": 1, "records":[{}]}', "the key 'records' twice"),
        (b'{"records":{"added":[{"a":1}],"added":[]}}', "the key 'added' twice"),
        (b' { "records" : { "updated" : [ ] , "updated" : [ ] } } ', "the key 'updated' twice"),
        (b'{"\\u0072ecords":[],"records":[]}', "the key 'records' twice"),
        (b'{"Records":{"added":[{}]}}', "entries in 'Records' instead of records"),
        (b'{"records":{"Added":[{}]}}', "entries in 'Added' instead of added, updated or deleted"),
        (b'{"records":{"moved":[{}]}}', "entries in 'moved' instead of added, updated or deleted"),
        (b'{"records":{"added":[]}} more', "not JSON"),
        (b'{"records":{"added":[]', "not JSON"),
    ],
)
def test_what_is_no_message_is_an_error(frame: bytes, words: str) -> None:
    with pytest.raises(BadMessage, match=words):
        read_frame(frame)


@pytest.mark.parametrize(
    ("frame", "added"),
    [
        ('{"records" :\n {"added" : [{"Src":"a"}]}, "fetch":1}', 1),
        ('{"fetch":1,"records":{"added":[{"Src":"\\"records\\":"}]},"status":"two \\"records\\": of it"}', 1),
        ('{"o":{"records":{"added":[]}},"records":{"added":[{"Src":"a"}]}}', 1),
        ('{"records":{"added":[{"records":{"added":[]}}]}}', 1),
        ('{"a\\"records":{"added":[{"Src":"a"}]}}', 0),
    ],
)
def test_the_word_records_elsewhere_changes_nothing(frame: str, added: int) -> None:
    assert len(read_frame(frame).added) == added


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


def test_requests_for_logs() -> None:
    fields = [resolve_field(name, LOG, "fields") for name in ("src", "event_id")]
    form = {"type": "texts", "field_ids": [7], "field_names": ["EventId"], "resolving": {"timezone": "UTC"}}
    stored = LogQuery(fields, {"type": "defined"}, start_ms=5, end_ms=9, quantity=3)
    assert json.loads(build_log_request(stored)) == {
        "query": {"type": "stored", "start_ms": 5, "end_ms": 9, "filter": {"type": "defined"}},
        "fetch": {"backwards": True, "quantity": 3},
        "format": form,
    }
    assert json.loads(build_log_request(LogQuery(oldest_first=True)))["fetch"] == {"backwards": False}
    current = replace(stored, current=True, smc_filter=None)
    assert json.loads(build_log_request(current)) == {"query": {"type": "current"}, "fetch": {}, "format": form}
    with pytest.raises(FilterTooLong, match="The log query is 9"):
        build_log_request(LogQuery(smc_filter={"type": "translated", "value": "x" * 9000}))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, (0, 1_300_000)),
        ({"last": 600}, (400_000, 1_300_000)),
        ({"start": datetime.fromtimestamp(7, UTC)}, (7_000, 1_300_000)),
        ({"last": 0.5, "until": datetime.fromtimestamp(2000, UTC)}, (999_500, 2_000_000)),
    ],
)
def test_the_time_of_a_query_of_the_log(arguments: dict[str, Any], expected: tuple[int, int]) -> None:
    # Without an end, also what a clock that is five minutes ahead calls the present.
    assert time_range(datetime.fromtimestamp(1000, UTC), **arguments) == expected
