# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the event program prints: each event, whatever is in it, until nobody reads any more."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils import _event_host
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.watching import Stopped


def lines_to(monkeypatch: pytest.MonkeyPatch, stream: Any) -> tuple[_event_host._Lines, list[str]]:
    monkeypatch.setattr(sys, "stdout", stream)
    ended: list[str] = []
    return _event_host._Lines(lambda: ended.append("ended")), ended


@pytest.mark.parametrize("name", ["FW \ud800", "Köln", "\x1b[2J", "\x9b2J", "a\u202eb", "日本"])
def test_every_name_is_printed_and_none_is_obeyed_by_a_terminal(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    written = io.BytesIO()
    lines, ended = lines_to(monkeypatch, io.TextIOWrapper(written, "utf-8"))
    lines.emit({"target": name})
    line = written.getvalue().decode("ascii")
    assert json.loads(line) == {"target": name} and line.removesuffix("\n").isprintable() and not ended


def test_it_ends_when_nobody_reads_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w")
    lines, ended = lines_to(monkeypatch, stream)
    with pytest.raises(Stopped):
        lines.emit({"kind": "added"})
    assert ended == ["ended"]
    with pytest.raises(BrokenPipeError):
        stream.close()


def test_it_ends_when_the_output_was_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    stream.close()
    lines, ended = lines_to(monkeypatch, stream)
    with pytest.raises(Stopped):
        lines.emit({"kind": "added"})
    assert ended == ["ended"]


def test_what_cannot_be_printed_for_another_reason_does_not_end_it_silently(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.StringIO):
        def write(self, _text: str) -> int:
            raise ValueError("odd")

    lines, ended = lines_to(monkeypatch, Broken())
    with pytest.raises(ValueError, match="odd"):
        lines.emit({"kind": "added"})
    assert not ended
