# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A jump host that happens to be this machine: not the local connection, so modules are sent and run there."""

from __future__ import annotations

from typing import Any

from ansible.plugins.connection.local import Connection as Local
from ansible.utils.display import Display

DOCUMENTATION = r"""
name: jump
short_description: A remote host on this machine
description: For tests.
"""


class Connection(Local):
    transport = "jump"

    def exec_command(self, *arguments: Any, **options: Any) -> Any:
        answer = super().exec_command(*arguments, **options)
        # What the ssh connection does.
        if not self._play_context.no_log:
            Display().vvv(str(answer), host="jump")
        return answer
