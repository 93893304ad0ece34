# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a query asks for, and channels that are ended together."""

from __future__ import annotations

import json
import time

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import ChannelClosed, OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import USERS
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.fields import resolve_field
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.fetching import OpenChannels, Query

from simulator import Simulator


def test_a_query_for_all_fields_names_none() -> None:
    assert json.loads(Query(USERS, "Plano FW").request((7, 1)))["format"] == {"type": "texts"}


def test_a_query_for_some_fields_names_those_that_a_table_needs_too() -> None:
    query = Query(USERS, "Plano FW", [resolve_field("src", USERS, "fields")])
    assert json.loads(query.request((7, 1)))["format"]["field_ids"] == [
        resolve_field(name, USERS, "fields").id for name in ("src", "node_id", "session_event", "username")
    ]


@pytest.mark.parametrize("options", [{"transport": "polling"}, {"corroborate": "always"}])
def test_a_filter_does_not_go_with_the_polling_interface(options: dict[str, str]) -> None:
    with pytest.raises(OptionError, match="does not go with a filter"):
        Query(USERS, "Plano FW", smc_filter={"type": "defined"}, **options)


def test_channels_end_together_and_none_begins_afterwards() -> None:
    channels = OpenChannels()
    with Simulator() as smc, Session(Connection(smc.url, api_key=smc.api_key)) as session:
        with channels.open(session) as first, channels.open(session) as second:
            channels.interrupt()
            for channel in (first, second):
                with pytest.raises(ChannelClosed):
                    channel.receive(time.monotonic() + 30)
        with channels.open(session) as late, pytest.raises(ChannelClosed):
            late.receive(time.monotonic() + 30)
