# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The options that plugins share. plugins/doc_fragments documents them."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.module_utils.basic import env_fallback

from ._core.api.connection import Connection, checked_password, checked_session, tidied
from ._core.engines.search import ENGINE_TYPE_CHOICES
from ._core.errors import OptionError
from ._core.schema.definitions import DEFINITIONS
from ._core.tables.corroboration import CORROBORATE
from ._core.tables.fetching import TRANSPORTS
from ._core.tables.snapshot import Waits

ArgumentSpec = dict[str, Any]


CONNECTION: ArgumentSpec = {
    # A text or a list; where the options come together, `joined_urls` makes it a text.
    "url": {"type": "raw", "fallback": (env_fallback, ["SMC_ADDRESS"])},
    "api_key": {"type": "str", "no_log": True, "fallback": (env_fallback, ["SMC_API_KEY"])},
    "username": {"type": "str", "fallback": (env_fallback, ["SMC_USERNAME"])},
    "password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["SMC_PASSWORD"])},
    "domain": {"type": "str", "fallback": (env_fallback, ["SMC_DOMAIN"])},
    "api_version": {"type": "str", "fallback": (env_fallback, ["SMC_API_VERSION"])},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path", "fallback": (env_fallback, ["SMC_CA_PATH"])},
    "connect_timeout": {"type": "float", "default": 10.0},
    "standby_statuses": {"type": "list", "elements": "int", "default": [404, 409, 503]},
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


def joined_urls(url: Any) -> Any:
    """The option `url` as one text: the addresses of several Management Servers with commas between them."""
    return ",".join(str(each) for each in url) if isinstance(url, (list, tuple)) else url


def connection_of(
    params: Mapping[str, Any], read_timeout: float | None = None, total_timeout: float | None = None
) -> Connection:
    """The connection that validated options describe.

    Args:
        params: options as CONNECTION validated them.
        read_timeout: how many seconds one answer may take, at least 1; 60 unless given.
        total_timeout: how many seconds everything may take together; None for no such bound.

    Raises:
        OptionError: something is missing, or options do not fit together.
    """
    texts = {name: tidied(name, joined_urls(params.get(name))) for name in _TEXTS}
    # AWX gives an empty variable for a field that was left empty.
    account = _account(texts["api_key"], texts["username"], checked_password("password", params.get("password")))
    session = checked_session(params["session"]) if params.get("session") else None
    if not texts["url"] and not session:
        raise OptionError("`url` is missing: give it, or SMC_ADDRESS in the environment, such as https://smc:8082.")
    if not session and not account["api_key"]:
        if bool(account["username"]) != bool(account["password"]):
            missing = "password" if account["username"] else "username"
            raise OptionError(f"`{missing}` is missing: an administrator's login takes both.")
        if not account["username"]:
            # An inventory and an event source have no such option.
            session_too = ", or a `session` of ngfw.smc.login" if "session" in params else ""
            raise OptionError(
                f"There is nothing to log in with: give `api_key` (SMC_API_KEY){',' if session_too else ' or'} `username` and "
                f"`password` (SMC_USERNAME, SMC_PASSWORD){session_too}."
            )
    positive(params, "connect_timeout")
    return Connection(
        url=texts["url"] or "",
        **account,
        domain=texts["domain"],
        api_version=texts["api_version"],
        validate_certs=params["validate_certs"],
        ca_path=texts["ca_path"],
        connect_timeout=params["connect_timeout"],
        read_timeout=max(read_timeout or 60.0, 1.0),
        total_timeout=total_timeout,
        session=session,
        standby_statuses=tuple(params.get("standby_statuses") or ()),
    )


# Options whose values never have white space or quotes around them.
_TEXTS = ("url", "api_key", "username", "domain", "api_version", "ca_path")


def _account(api_key: str | None, username: str | None, password: str | None) -> dict[str, str | None]:
    """What to log in with. A key of the environment gives way to an administrator of the task, and the other way round."""
    if api_key and (username or password):
        environment = {name: tidied(name, os.environ.get(name)) for name in ("SMC_API_KEY", "SMC_USERNAME")}
        own_key = api_key != environment["SMC_API_KEY"]
        own_account = username != environment["SMC_USERNAME"] or password != (os.environ.get("SMC_PASSWORD") or None)
        if own_account and not own_key:
            api_key = None
        else:
            username = password = None
    return {"api_key": api_key, "username": username, "password": password}


# Thirty days, in seconds. Much longer waits are more than sockets can take.
_LONGEST_WAIT = 30 * 24 * 3600


# What else is too large: each of these at a time takes a thread and a connection to the SMC.
_LARGEST = {"concurrency": 200}


def positive(params: Mapping[str, Any], *names: str) -> None:
    """Raises OptionError unless each of these options is unset or above zero, and not more than anybody can wait for or use."""
    for name in names:
        value = params.get(name)
        if isinstance(value, float):
            _check_seconds(name, value, "more than 0", value > 0)
        elif value is not None and value <= 0:
            raise OptionError(f"`{name}` is {value}; it must be more than 0.")
        elif value is not None and value > _LARGEST.get(name, math.inf):
            raise OptionError(f"`{name}` is {value}; it must be at most {_LARGEST[name]}.")


def not_negative(params: Mapping[str, Any], *names: str) -> None:
    """Raises OptionError unless each of these options is a number of seconds, or 0 for none, that anybody can wait for."""
    for name in names:
        _check_seconds(name, params[name], "0 or more", params[name] >= 0)


def _check_seconds(name: str, value: float, least: str, is_enough: bool) -> None:
    # What is not a number is neither enough nor little enough.
    if not (is_enough and value <= _LONGEST_WAIT):
        raise OptionError(f"`{name}` is {value:g}; it must be {least}, and at most {_LONGEST_WAIT:,} seconds.")


TARGET: ArgumentSpec = {"target": {"type": "str"}}


DEFINITIONS_OPTIONAL: ArgumentSpec = {
    "definitions": {"type": "list", "elements": "str", "choices": list(DEFINITIONS)},
}


DEFINITIONS_REQUIRED: ArgumentSpec = {"definitions": {**DEFINITIONS_OPTIONAL["definitions"], "required": True}}


ENGINE_SELECTION: ArgumentSpec = {
    "name_filter": {"type": "str"},
    "engine_types": {"type": "list", "elements": "str", "choices": list(ENGINE_TYPE_CHOICES)},
}


WAITS: ArgumentSpec = {
    "first_entry_timeout": {"type": "float", "default": 10.0},
    "quiet_period": {"type": "float", "default": 2.0},
    "timeout": {"type": "float", "default": 60.0},
}


def waits_of(params: Mapping[str, Any]) -> Waits:
    """The waits that validated options describe. Raises OptionError for one that is not more than 0."""
    positive(params, *WAITS)
    return Waits(params["first_entry_timeout"], params["quiet_period"], params["timeout"])


READING: ArgumentSpec = {
    "corroborate": {
        "type": "str",
        "choices": list(CORROBORATE),
        "default": "auto",
        "fallback": (env_fallback, ["SMC_CORROBORATE"]),
    },
}


TRANSPORT: ArgumentSpec = {
    "transport": {
        "type": "str",
        "choices": list(TRANSPORTS),
        "default": "auto",
        "fallback": (env_fallback, ["SMC_TRANSPORT"]),
    },
}


# What a host's variables, the environment and ansible.cfg may say for all tasks.
SETTABLE: ArgumentSpec = {
    **{name: option for name, option in CONNECTION.items() if name != "session"},
    **READING,
    **TRANSPORT,
}


def defaults_target(
    *instead: str,
    switches: Iterable[str] = (),
    needs_engine: Callable[[Mapping[str, Any]], bool] = lambda _arguments: True,
) -> Callable[[Mapping[str, Any]], bool]:
    """A test of raw task arguments: whether they leave out the target, so that the inventory host can stand for it.

    Args:
        instead: Options that say what the task is about as well as `target` does.
        switches: Boolean options that do so when they are on.
        needs_engine: Whether a task with these arguments is about an engine at all.
    """

    def is_left_out(arguments: Mapping[str, Any]) -> bool:
        named = any(arguments.get(name) for name in ("target", *instead))
        switched = any(str(arguments.get(name, "")).lower() in _ON for name in switches)
        return not named and not switched and needs_engine(arguments)

    return is_left_out


# How Ansible reads a true boolean.
_ON = ("true", "yes", "on", "1", "y", "t")


def names_engine_table(arguments: Mapping[str, Any]) -> bool:
    """Whether the raw option `definitions`, a list or a text with commas, names a table of an engine, not of a domain."""
    definitions = arguments.get("definitions") or []
    names = definitions.split(",") if isinstance(definitions, str) else definitions
    listed = [DEFINITIONS.get(str(name).strip()) for name in names]
    return any(definition is None or not definition.targets_domain for definition in listed)
