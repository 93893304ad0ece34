# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pytest fixture `simulator`: `from simulator.fixtures import simulator` in a conftest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from .server import Simulator

Factory = Callable[..., Simulator]


@pytest.fixture
def simulator() -> Iterator[Factory]:
    """Start as many simulators as a test asks for; they stop when it ends."""
    with ExitStack() as stack:

        def start(*arguments: object, **options: object) -> Simulator:
            return stack.enter_context(Simulator(*arguments, **options))  # type: ignore[arg-type]

        yield start
