# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The connection options that every plugin of this collection shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import env_fallback

from ._core.connection import Connection
from ._core.errors import OptionError

ArgumentSpec = dict[str, Any]

CONNECTION: ArgumentSpec = {
    "url": {"type": "str", "fallback": (env_fallback, ["SMC_ADDRESS"])},
    "api_key": {"type": "str", "no_log": True, "fallback": (env_fallback, ["SMC_API_KEY"])},
    "username": {"type": "str", "fallback": (env_fallback, ["SMC_USERNAME"])},
    "password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["SMC_PASSWORD"])},
    "domain": {"type": "str", "fallback": (env_fallback, ["SMC_DOMAIN"])},
    "api_version": {"type": "str", "fallback": (env_fallback, ["SMC_API_VERSION"])},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path", "fallback": (env_fallback, ["SMC_CA_PATH"])},
    "connect_timeout": {"type": "float", "default": 10.0},
    "session": {
        "type": "dict",
        "no_log": False,
        "options": {
            "url": {"type": "str", "required": True},
            "api_version": {"type": "str", "required": True},
            "product_version": {"type": "str"},
            "domain": {"type": "str"},
            "cookie": {"type": "str", "no_log": True},
            "token": {"type": "str", "no_log": True},
        },
    },
}


def connection_of(params: Mapping[str, Any], read_timeout: float | None = None) -> Connection:
    """The connection that validated options describe. Raises OptionError for what does not fit together."""
    session = params.get("session")
    if not params.get("url") and not session:
        raise OptionError("`url` is missing: give it, or SMC_ADDRESS in the environment, such as https://smc:8082.")
    if not session and not params.get("api_key"):
        if bool(params.get("username")) != bool(params.get("password")):
            missing = "password" if params.get("username") else "username"
            raise OptionError(f"`{missing}` is missing: an administrator's login takes both.")
        if not params.get("username"):
            raise OptionError(
                "There is nothing to log in with: give `api_key` (SMC_API_KEY), `username` and `password` "
                "(SMC_USERNAME, SMC_PASSWORD), or a `session` of ngfw.smc.login."
            )
    positive(params, "connect_timeout")
    return Connection(
        url=params.get("url") or "",
        api_key=params.get("api_key"),
        username=params.get("username"),
        password=params.get("password"),
        domain=params.get("domain"),
        # AWX gives an empty variable for a field that was left empty.
        api_version=params.get("api_version") or None,
        validate_certs=params["validate_certs"],
        ca_path=params.get("ca_path"),
        connect_timeout=params["connect_timeout"],
        read_timeout=max(read_timeout or 60.0, 1.0),
        session=session,
    )


def positive(params: Mapping[str, Any], *names: str) -> None:
    """Raises OptionError unless each of these options is unset or above zero."""
    for name in names:
        if params.get(name) is not None and params[name] <= 0:
            raise OptionError(f"`{name}` is {params[name]:g}; it must be more than 0.")
