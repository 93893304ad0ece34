# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the options that say how long a snapshot may take."""

from __future__ import annotations


class ModuleDocFragment:
    """How long to wait for what."""

    DOCUMENTATION = r"""
options:
  first_entry_timeout:
    description:
      - How many seconds to wait for the first entry. After that the table is taken to be empty, if a node of the engine
        is online. SMC 7.1 and later is also asked outright, which makes an empty table a quick answer.
    type: float
    default: 10.0
  quiet_period:
    description:
      - How many seconds of silence end a set of entries that has no stronger signal. Four times as many after a full
        message (200 entries), after one without entries, and while a node that is online has sent nothing.
    type: float
    default: 2.0
  timeout:
    description:
      - How many seconds a snapshot may take at most. A snapshot that is not complete by then is an error.
    type: float
    default: 60.0
"""
