# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.login and ngfw.smc.logout."""

from __future__ import annotations

from .._arguments import CONNECTION, connection_of
from .._core.api.session import Session
from .._runner import Options, Result, Runner

# How many seconds a login or a logout may take as a whole.
_TIMEOUT = 60.0


def login(options: Options) -> Result:
    """A session that outlives the task, in check mode too: the tasks that follow read with it."""
    with Session(connection_of({**options.params, "session": None}, total_timeout=_TIMEOUT)) as session:
        return {"changed": False, "session": session.hand_over(), "warnings": session.warnings}


def logout(options: Options) -> Result:
    """Ends a handed-in session. One that has expired already is as good as ended."""
    with Session(connection_of(options.params, total_timeout=_TIMEOUT)) as session:
        session.logout()
        return {"changed": False, "warnings": session.warnings}


LOGIN = Runner(CONNECTION, login)


LOGOUT = Runner({**CONNECTION, "session": {**CONNECTION["session"], "required": True}}, logout)
