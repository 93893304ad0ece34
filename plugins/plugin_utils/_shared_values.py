# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of one variable for many hosts: what is the same for several of them is rendered once.

Rendering a list of fifty checks takes ansible-core much longer than checking an engine. A value is rendered again only if one of
the variables whose names stand in its templates, or in theirs, has another value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Render = Callable[[Any], Any]

# What leads to values whose names do not stand in the template, or that change by themselves.
_DYNAMIC = frozenset(("hostvars", "vars", "lookup", "query", "q", "now", "random", "shuffle"))
_NAME = re.compile(r"[A-Za-z_]\w*")
_REFERENCE = re.compile(r"\s*\{\{\s*([A-Za-z_]\w*)\s*\}\}\s*")
_SIGNS = ("{{", "{%", "{#")
_PLAIN = (str, int, float, bool, type(None))
_MISSING = object()
# How many different values of one template are remembered.
_MOST = 20


class SharedValues:
    """Renders values for one host after the other, and remembers them."""

    def __init__(self) -> None:
        # By the place of what is written, which is kept so that nothing else gets the place: the variables used, and the result.
        self._known: dict[int, tuple[Any, list[tuple[dict[str, Any], Any]]]] = {}

    def render(self, written: Any, variables: Mapping[str, Any], render: Render) -> Any:
        """What is written, as a host with these variables has it.

        Args:
            written: The value with its templates.
            variables: Of the host, with their templates.
            render: Renders a value with these variables.
        """
        seen: set[str] = set()
        while isinstance(written, str):
            reference = _REFERENCE.fullmatch(written)
            if reference is None or reference[1] in seen or reference[1] not in variables:
                break
            seen.add(reference[1])
            written = variables[reference[1]]
        if isinstance(written, str) and not any(sign in written for sign in _SIGNS):
            return render(written)
        kept, results = self._known.setdefault(id(written), (written, []))
        for used, rendered in results:
            if all(_same(variables.get(name, _MISSING), value) for name, value in used.items()):
                return rendered
        rendered = render(kept)
        own = used_variables(kept, variables)
        if own is not None and len(results) < _MOST:
            results.append((own, rendered))
        return rendered


def used_variables(written: Any, variables: Mapping[str, Any]) -> dict[str, Any] | None:
    """The variables whose names stand in the templates of a value, or in theirs, with their values; some of them may not be used.

    Returns:
        None if something else may be used as well.
    """
    used: dict[str, Any] = {}
    waiting = [written]
    while waiting:
        for text in _texts_in(waiting.pop()):
            if text is None:
                return None
            for name in _NAME.findall(text) if any(sign in text for sign in _SIGNS) else ():
                if name in _DYNAMIC:
                    return None
                if name not in used:
                    used[name] = variables.get(name, _MISSING)
                    if used[name] is not _MISSING:
                        waiting.append(used[name])
    return used


def _texts_in(value: Any) -> Iterator[str | None]:
    """All texts in a value; None for something that is not plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts_in(key)
            yield from _texts_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts_in(item)
    elif not isinstance(value, _PLAIN):
        yield None


def _same(one: Any, other: Any) -> bool:
    return one is other or (type(one) is type(other) and bool(one == other))
