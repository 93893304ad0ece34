# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The SMC's elements: searched, read, and their links and nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.session import Session
from ..errors import BadMessage, OptionError
from ..words import shorten

# The SMC's answer to a search that finds nothing has an empty list, or no content.
_NONE_FOUND = 204


def search_elements(session: Session, doing: str, params: Mapping[str, str]) -> list[dict[str, Any]]:
    """Search for elements.

    Args:
        session: An open session.
        doing: What is being done, for error messages.
        params: The search, such as `filter` and `filter_context`.

    Returns:
        Dictionaries with `name` and `href` at least.

    Raises:
        OptionError: If the search has a text that cannot be sent.
        BadMessage: If the answer is not a list, and does not say that there is none either (HTTP 204).
        SMCError: What else a request may raise.
    """
    for text in params.values():
        _refuse_unsendable(text, doing)
    answer = session.expect(session.request("GET", "elements", doing, params), doing)
    document = {"result": []} if answer.status == _NONE_FOUND else answer.document()
    found = document.get("result") if isinstance(document, dict) else document
    if not isinstance(found, list):
        said = session.words_of(answer)
        raise BadMessage(
            f"{session.base} answered with something that is not a list of elements, while {doing}: "
            f"HTTP {answer.status}, {shorten(said, 120)}. See the SMC's log, or try again."
        )
    return [item for item in dictionaries_in(found) if item.get("name") and item.get("href")]


def _refuse_unsendable(text: str, doing: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise OptionError(
            f"Could not ask the SMC for '{text}', while {doing}: half of a surrogate pair is in this name, which cannot be sent. "
            "Give the element another name in the Management Client."
        ) from None


def read_element(session: Session, href: str, doing: str) -> dict[str, Any]:
    """The JSON object behind an href. doing: what is being done, for error messages.

    Raises:
        BadMessage: If the answer is not an object.
        SMCError: What else a request may raise.
    """
    document = session.get(href, doing)
    if not isinstance(document, dict):
        raise BadMessage(f"{session.base} answered with something that is not an element, while {doing}.")
    return document


def link_below(document: Mapping[str, Any], rel: str) -> str:
    """The link of this rel; if there is none, what it would be below the element's own href; else empty."""
    links = links_of(document)
    return links.get(rel) or (f"{links['self']}/{rel}" if "self" in links else "")


def links_of(document: Mapping[str, Any]) -> dict[str, str]:
    """The links of an element by their rel, the first of each."""
    links: dict[str, str] = {}
    for link in dictionaries_in(document.get("link")):
        if link.get("rel") and link.get("href"):
            links.setdefault(str(link["rel"]), str(link["href"]))
    return links


def nodes_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The nodes of an engine's document, by node id. `type` is the name of the wrapper that each is in."""
    nodes = []
    for item in dictionaries_in(document.get("nodes")):
        if "nodeid" in item or "name" in item:
            # Without a wrapper. No public source shows this, but it can be understood.
            nodes.append({"type": "", **item})
            continue
        for kind, node in item.items():
            if isinstance(node, dict):
                nodes.append({**node, "type": kind})
    return sorted(nodes, key=lambda node: (_number(node.get("nodeid")), str(node.get("name"))))


def dictionaries_in(value: Any) -> list[dict[str, Any]]:
    """The dictionaries of a list; none if it is something else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
