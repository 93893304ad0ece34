# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What may look on while the API is used: a session's HTTP answers, and what goes over its monitoring channels.

An observer never gets to see what a request says, nor its headers: credentials are in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from .answers import Answer
from .frames import Frame

Parameters = Optional[Mapping[str, str]]


class Observer:
    """Sees everything and keeps nothing; a subclass keeps what it wants. Its methods are called by several threads."""

    def begins(self) -> float:
        """A request is sent, or a channel opened. What is returned comes back with the answer."""
        return 0.0

    def answered(self, began: float, method: str, url: str, params: Parameters, answer: Answer) -> None:
        """An answer came, whatever its status is."""

    def unanswered(self, began: float, method: str, url: str, params: Parameters, reason: str) -> None:
        """No answer came, for this reason."""

    def opened(self, channel: int, began: float, url: str, headers: Mapping[str, str]) -> None:
        """A channel was opened; the number stands for it until it is closed. headers: the server's, in small letters."""

    def refused(self, began: float, url: str, status: int, reason: str) -> None:
        """A channel was not opened; the status is 0 if there was no answer."""

    def sent(self, channel: int, how: str, payload: str | bytes) -> None:
        """Something was sent. how: `send` for a message, `ping`, `pong` or `close`."""

    def received(self, channel: int, frame: Frame) -> None:
        """A message or a control frame was received."""

    def lost(self, channel: int, reason: str) -> None:
        """The connection was lost."""


NOBODY = Observer()
