# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Engines or their nodes as hosts of an inventory: variables and names. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from ..errors import OptionError
from ..words import visible
from .details import EngineDetails, NodeDetails, StatusDetails

Variables = dict[str, Any]


# Characters that mean something in a host pattern, in the file name of a fact cache or in a template.
_UNSAFE = re.compile(r"[\s,:;!&~@*?\[\]{}|<>$`\"\\/]")


# What calls something where a condition is a host name, before ansible-core 2.19: `when: "{{ inventory_hostname }}"`. Behind a space, of
# which `_` is made, it cannot.
_CALL = re.compile(r"(?<=\S)\(")


# A file name has at most 255 bytes, and a fact cache may add to it.
_LONGEST = 150


# Goes before a name that somebody else has already.
OWN_PREFIX = "smc_"


# Names of groups that always exist.
_RESERVED_GROUPS = ("all", "ungrouped", "smc_engines")


_CONTROLLER = re.compile(r"(?:.*\.)?localhost[46]?(?:\.localdomain[46]?)?|ip6-(?:localhost|loopback)")


_STATUS_KEYS = tuple(StatusDetails.__annotations__)


def host_variables(engines: Sequence[EngineDetails], nodes: bool, prefix: str) -> Iterator[tuple[str, Variables]]:
    """The name and the variables of each host.

    Args:
        engines: The engines.
        nodes: Whether each node is a host, not each engine. An engine whose nodes are not known is a host then too.
        prefix: Goes before each variable's name, except `smc_target`, which the modules look for.
    """
    for engine in engines:
        if nodes and engine["nodes"]:
            for node in engine["nodes"]:
                yield node["name"], _named(_of_node(engine, node), engine, prefix)
        else:
            yield engine["name"], _named(dict(engine), engine, prefix)


def safe_name(name: str) -> str:
    """The name as a host name: `_` in place of each character that means something to Ansible or that nobody can see."""
    seen = "".join(one if visible(one) == one else "_" for one in name.strip())
    safe = _UNSAFE.sub("_", _CALL.sub("_", seen)).encode(errors="ignore")[:_LONGEST].decode(errors="ignore")
    # A leading dash would be an option, a leading dot a hidden file.
    return re.sub(r"^[-.]", "_", safe) or "_"


def folded(name: str) -> str:
    """What two names have in common that people or file systems take for the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def means_controller(name: str) -> bool:
    """Whether the name is one of the controller itself, such as localhost or 127.1."""
    plain = folded(name).rstrip(".")
    if _CONTROLLER.fullmatch(plain):
        return True
    try:
        numbers = [_number(part) for part in plain.split(".")]
    except ValueError:
        return False
    # As the system reads addresses: the last part fills all bytes that are left.
    address = sum(number << shift for number, shift in zip(numbers[:-1], (24, 16, 8))) + numbers[-1]
    return len(numbers) <= 4 and (address == 0 or address >> 24 == 127)


def _number(text: str) -> int:
    """A part of an IPv4 address, which may be octal or hexadecimal. Raises ValueError."""
    if not re.fullmatch(r"0x[0-9a-f]{1,8}|[0-9]{1,11}", text):
        raise ValueError(text)
    return int(text, 8 if re.fullmatch(r"0[0-7]+", text) else 16 if text.startswith("0x") else 10)


@dataclass(frozen=True)
class HostClaim:
    """What wants to be a host.

    Attributes:
        engine: The engine's or node's name, for people.
        wanted: The name that it would have if nobody else had it.
        domain: The engine's administrative domain.
        key: The engine's key in the SMC, which is larger for an engine that was made later.
    """

    engine: str
    wanted: str
    domain: str
    key: int | None = None


@dataclass(frozen=True)
class OtherOwners:
    """Who has names already.

    Attributes:
        hosts: Hosts of other inventory sources.
        groups: Groups of any source.
        smc_of_host: The URL of the SMC for hosts that are engines of another SMC.
    """

    hosts: Collection[str] = ()
    groups: Collection[str] = ()
    smc_of_host: Mapping[str, str] = field(default_factory=dict)


class HostNames:
    """Hands out host names, each once, and none that somebody else has.

    renamed: a sentence for each host that did not get the name that it wanted.
    """

    def __init__(self, owners: OtherOwners, prefix: str = "") -> None:
        self.renamed: list[str] = []
        self._prefix = prefix
        self._smcs = owners.smc_of_host
        self._like_theirs = set(map(folded, owners.smc_of_host))
        self._reasons = {folded(name): "another inventory source has a host of that name" for name in owners.hosts}
        for name in (*_RESERVED_GROUPS, *owners.groups):
            self._reasons.setdefault(folded(name), "a group has that name")
        self._given: set[str] = set()

    def natural(self, wanted: str) -> str:
        """The name for what is wanted, if nobody else has it."""
        return self._prefix + safe_name(wanted)

    def take_all(self, claims: Sequence[HostClaim]) -> list[str]:
        """The names for all claims, in their order. The engine that was made first has the first choice.

        So nobody can change the host name of an engine by giving another, newer engine a name like it.

        Raises:
            OptionError: an engine of another SMC is the host that one of these would be. A name that only looks like that of the other
                is no error: whoever may name an engine of one SMC could otherwise take away the hosts of the other.
        """
        names = [""] * len(claims)
        for place in sorted(range(len(claims)), key=lambda place: _age(claims[place])):
            names[place] = self._take(claims[place])
        return names

    def _take(self, claim: HostClaim) -> str:
        first = self.natural(claim.wanted)
        if first in self._smcs:
            raise OptionError(_same_name_in_two_smcs(claim.engine, first, self._smcs[first]))
        reason = _alters(claim.wanted) or self._obstacle(first)
        name = next(name for name in self._candidates(claim, first) if not self._obstacle(name)) if reason else first
        if reason:
            self.renamed.append(f"The engine '{claim.engine}' is the host '{name}' and not '{first}': {reason}.")
        self._given.add(folded(name))
        return name

    def _candidates(self, claim: HostClaim, first: str) -> Iterator[str]:
        if _alters(claim.wanted):
            base = first
        elif folded(first) in self._given:
            base = first
            yield f"{base}_{safe_name(claim.domain)}"
        else:
            base = OWN_PREFIX + first
            yield base
        if claim.key is not None:
            yield f"{base}_{claim.key}"
        for number in count(2):
            yield f"{base}_{safe_name(claim.domain)}_{number}"

    def _obstacle(self, name: str) -> str:
        """Why nobody may have the name; empty if it is free."""
        if means_controller(name):
            return "that name means the controller"
        if folded(name) in self._like_theirs:
            return "an engine of another SMC has that name, or one that differs from it only in upper and lower case"
        if folded(name) in self._given:
            return "another engine has that name"
        return self._reasons.get(folded(name), "")


def _age(claim: HostClaim) -> tuple[bool, int, str]:
    return claim.key is None, claim.key or 0, claim.engine


def _alters(wanted: str) -> str:
    """Why a name cannot stand for itself: nobody could tell it from another by its looks; else empty."""
    if visible(wanted) != wanted or wanted != " ".join(wanted.split()):
        return "its name has characters that cannot be seen"
    if len(wanted.encode()) > _LONGEST:
        return "its name is too long for a host name"
    return ""


def _same_name_in_two_smcs(engine: str, host: str, url: str) -> str:
    return (
        f"The engine '{engine}' would be the host '{host}', which is an engine of {url} already. Give this inventory file "
        "a `host_prefix`, such as `host_prefix: paris_`, or a template in `hostnames`, such as "
        "`hostnames: ['paris-{{ smc_name }}']`, so that engines of two SMCs do not become one host."
    )


def _named(values: Variables, engine: EngineDetails, prefix: str) -> Variables:
    return {**{prefix + key: value for key, value in values.items()}, "smc_target": engine["target"]}


def _of_node(engine: EngineDetails, node: NodeDetails) -> Variables:
    """The engine's values, and the node's own in place of the engine's where it has them."""
    plain: Variables = dict(node)
    return {
        **engine,
        **{key: plain[key] for key in _STATUS_KEYS},
        "management_address": node["address"] or engine["management_address"],
        "engine_version": node["version"] or engine["engine_version"],
        "node": plain,
    }
