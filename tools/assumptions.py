# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the part of docs/protocol.md that says what each trace says of each assumption: `python tools/assumptions.py`."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._core.diagnosis.facts import facts_of
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.replaying import replay
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.trace import Trace, conversations, read_trace

PAGE = ROOT / "docs" / "protocol.md"
TRACES = ROOT / "tests" / "traces"
BEGIN, END = "<!-- written by tools/assumptions.py: begin -->\n", "<!-- written by tools/assumptions.py: end -->\n"
# A trace whose name begins so was recorded from an SMC of somebody's.
REAL = "real"

Facts = dict[str, Any]


class Assumption(NamedTuple):
    """One row: what is assumed, why, and what a trace says of it in a few words; empty where it says nothing."""

    text: str
    evidence: str
    says: Callable[[Facts], str]


def tables(facts: Facts, test: Callable[[Facts], str]) -> str:
    """What the tables of a trace that were complete say, each thing once."""
    return " and ".join(sorted({said for one in facts["tables"] if one["completed_by"] and (said := test(one))}))


def refusal(name: str) -> Callable[[Facts], str]:
    """How a question was answered that asks for what is not there."""
    return lambda facts: str(facts["refusals"].get(name, {}).get("answer", ""))


def empty(table: Facts) -> str:
    if table["entries"]:
        return ""
    kinds = {
        "an end message": table["end"] is not None,
        "SessionEvent 4": table["event4"],
        "an empty message": table["empty_messages"],
    }
    return next((kind for kind, came in kinds.items() if came), "silence")


def nodes(table: Facts) -> str:
    if not table["online"] or not table["entries"]:
        return ""
    return "each node" if table["nodes"] == table["online"] else "not each node"


def pause(facts: Facts) -> str:
    longest = max((one["longest_pause"] for one in facts["tables"] if one["completed_by"]), default=0.0)
    return "less than a second" if longest < 1 else f"{longest:g} s"


def polled(facts: Facts) -> str:
    told = {one.get("is_all") is not None for one in facts["polling"] if one["status"] < 400}
    return {frozenset({True}): "in each answer", frozenset({False}): "in none", frozenset(): ""}.get(
        frozenset(told), "in some"
    )


def one_socket(facts: Facts) -> str:
    both = facts["one_socket"]
    return "" if both is None else "both started" if both["fetches"] > 1 else "only one started"


def idle(facts: Facts) -> str:
    times = facts["idle"]
    return (
        ""
        if times is None
        else "not within the time that was waited"
        if times["expired"] is None
        else f"within {times['expired']:g} s"
    )


ASSUMPTIONS = (
    Assumption(
        "The end of a set shows by `first_fetch`, which entries of the initial set have",
        "in the vendor's client since 1.5.0",
        lambda facts: tables(facts, lambda one: {"over": "first_fetch, then without", "seen": "first_fetch", "never": "never"}[one["first_fetch"]]),
    ),
    Assumption(
        "SessionEvent 4 says that a node has sent all",
        "named in the vendor's client; no public message has it",
        lambda facts: tables(facts, lambda one: " or ".join(one["event4"]) or "never"),
    ),
    Assumption(
        "An `end` message ends a set",
        "public for stored logs; not seen on live tables",
        lambda facts: tables(facts, lambda one: "never" if one["end"] is None else f"'{one['end']}'"),
    ),
    Assumption("What an empty table sends", "not public", lambda facts: tables(facts, empty)),
    Assumption("No pause within a set is longer than half a quiet period", "not public", pause),
    Assumption("Each node that is online sends entries", "not public", lambda facts: tables(facts, nodes)),
    Assumption(
        "A snapshot is found complete by",
        "the rules above",
        lambda facts: " and ".join(facts["completed_by"]),
    ),
    Assumption("Several fetches may share a socket; here, each has its own", "fetch ids suggest it", one_socket),
    Assumption("An unknown engine is answered by a failure, or not at all", "the text is not public", refusal("unknown_engine")),
    Assumption("An unknown field is left out", "recorded from SMC 6.2, with field descriptors", refusal("unknown_field")),
    Assumption("An unknown table is answered by a failure", "recorded from SMC 6.2, without the text", refusal("unknown_definition")),
    Assumption("A request of more than 8,192 characters closes the socket", "an example of the vendor; Tomcat", refusal("long_request")),
    Assumption(
        "A ping is answered",
        "RFC 6455; Tomcat",
        lambda facts: "" if not facts["pongs"]["asked"] else "each" if facts["pongs"]["answered"] == facts["pongs"]["asked"] else "not each",
    ),
    Assumption(
        "Long messages come in frames of 8,192 bytes",
        "Tomcat",
        lambda facts: f"at most {facts['frames']['largest_frame']:,}" if facts["frames"]["split"] else "no long message",
    ),
    Assumption("The session is a cookie, or a token", "the vendor's clients", lambda facts: (facts["session"] or {}).get("kind", "")),
    Assumption("The polling interface says `is_all`", "the vendor's client, SMC 7.1 and later", polled),
    Assumption("An idle session expires", "the vendor's clients; how long it takes is not public", idle),
    Assumption(
        "The catalogue knows all fields",
        "captured records, the guide, the vendor's client",
        lambda facts: ", ".join(f"not `{name}`" for name in sorted({name for one in facts["tables"] for name in one["unknown_fields"]})) or "all",
    ),
)  # fmt: skip


def facts_of_trace(trace: Trace) -> Facts:
    """The facts of a trace, and by which signs its tables are found complete today."""
    found = {replay(one).completed_by for one in conversations(trace.events) if one.snapshot and one.is_whole}
    return {**facts_of(trace.events), "completed_by": sorted(by for by in found if by)}


def traces() -> dict[str, Facts]:
    """The facts of each trace by its name, real ones first."""
    files = sorted(TRACES.glob("*.jsonl.gz"), key=lambda file: (not file.name.startswith(REAL), file.name))
    return {
        file.name.removesuffix(".jsonl.gz"): facts_of_trace(
            read_trace(gzip.decompress(file.read_bytes()).decode().splitlines())
        )
        for file in files
    }


def cell(assumption: Assumption, known: dict[str, Facts]) -> str:
    """What the traces say: each thing once, with the names of those that say it."""
    said: dict[str, list[str]] = {}
    for name, facts in known.items():
        said.setdefault(assumption.says(facts), []).append(name)
    said.pop("", None)
    if len(said) == 1 and len(next(iter(said.values()))) == len(known):
        return f"all: {next(iter(said))}"
    return "; ".join(f"{what}: {', '.join(names)}" for what, names in said.items()) or "nothing yet"


def part() -> str:
    """The generated part of the page."""
    known = traces()
    real = [name for name in known if name.startswith(REAL)]
    first = (
        f"{len(real)} of {len(known)} traces are from real SMCs: {', '.join(real)}."
        if real
        else "No trace is from a real SMC yet."
    )
    return "\n".join((f"{first} [ten_minutes.md](ten_minutes.md) says how to record one.\n", *rows(known), ""))


def rows(known: dict[str, Facts]) -> Iterator[str]:
    """The table, line by line."""
    yield "| assumption | evidence | what traces say |"
    yield "| --- | --- | --- |"
    for assumption in ASSUMPTIONS:
        yield f"| {assumption.text} | {assumption.evidence} | {cell(assumption, known)} |"


def page(text: str) -> str:
    """The page with the generated part as it should be."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{part()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
