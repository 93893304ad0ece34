# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A jump host that happens to be this machine: not the local connection, so modules are sent and run there."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = r"""
name: jump
short_description: A remote host on this machine
description: For tests.
"""


class Connection(Local):
    transport = "jump"
