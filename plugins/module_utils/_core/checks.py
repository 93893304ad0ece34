# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
r"""Health checks: data in, verdicts out.

A check names a definition, selects entries and says what must hold for them:

    name: HQ tunnels are up
    definition: VPN_SA
    where: {peer_security_gateway: HQ, sa_class: IPsec}
    count: {min: 2}
    severity: critical

Expectations, all of which must hold: `count` and `sum` (`min`, `max`, `equals`, `per` a field), `distinct`,
`unique`, `each`, `none`, `any` (conditions as in filters.py), `baseline` (diff.py), and `nodes` for the
engine's nodes. A verdict is PASS, FAIL, ERROR (could not be measured) or SKIPPED. A check that cannot be
read or measured is an ERROR of its own and leaves the others alone, whatever is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .check_findings import Finding, Unmeasurable
from .check_nodes import judge_nodes
from .check_reading import SEVERITIES, WHEN_EMPTY, Check, name_of, read_check
from .check_table import CheckedTable
from .check_values import as_text
from .check_words import presentable
from .definitions import DEFINITIONS, Definition
from .diff import DEFAULT_RULES
from .errors import OptionError
from .fields import Record
from .snapshot import count_entries

STATUSES = ("FAIL", "ERROR", "PASS", "SKIPPED")

# How many offending entries a verdict shows.
SHOWN = 5


@dataclass(frozen=True)
class Material:
    """What was measured of one engine (or, for checks with a target of their own, of one domain).

    facts: what ngfw.smc.session_facts returns, by definition. failures: why a definition could not be
    measured. groups: the inventory groups of the engine. engine_info: what ngfw.smc.engine_info says of it;
    node_failure: why it could not be asked. baselines: earlier entries by definition, or why there are none.
    """

    engine: str
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    groups: Sequence[str] = ()
    engine_info: Mapping[str, Any] | None = None
    node_failure: str = ""
    baselines: Mapping[str, Sequence[Record] | str] = field(default_factory=dict)


@dataclass
class Verdict:
    """How one check ended. measured and wanted are short texts for people."""

    name: str
    engine: str
    status: str
    reason: str
    severity: str = "major"
    definition: str = ""
    target: str = ""
    description: str = ""
    measured: str = ""
    wanted: str = ""
    offending: list[Record] = field(default_factory=list)
    offending_count: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "engine": self.engine,
            "status": self.status,
            "severity": self.severity,
            "definition": self.definition,
            "target": self.target,
            "description": self.description,
            "reason": self.reason,
            "measured": self.measured,
            "wanted": self.wanted,
            "offending": [presentable(entry) for entry in self.offending[:SHOWN]],
            "offending_count": self.offending_count,
        }


@dataclass
class Elsewhere:
    """Checks of a target that is not the engine: an administrative domain, or another engine."""

    checks: list[Any] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)


@dataclass
class Plan:
    """What is to be measured for an engine's checks.

    checks: the engine's own that are switched on, also those that cannot be read. definitions: each once. nodes: whether its nodes'
    status or its type is needed. elsewhere: by target, the checks that are the same for every engine.
    """

    checks: list[Any] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    nodes: bool = False
    elsewhere: dict[str, Elsewhere] = field(default_factory=dict)


# Stands for the administrative domain that a login which failed would have been of.
UNKNOWN_DOMAIN = "domain of the login"


def plan(
    checks: Iterable[Any], engine: str, groups: Iterable[str] = (), domain: str = "", engine_type: str = ""
) -> Plan:
    """domain: the target of alert checks that name none. engine_type: what is known of it so far."""
    planned = Plan()
    listed = list(groups)
    for written in checks:
        try:
            check = read_check(written)
        except OptionError:
            planned.checks.append(written)
            continue
        if not check.enabled:
            continue
        other = target_of(check, domain or UNKNOWN_DOMAIN)
        if other:
            # It does not depend on the engine, so `on` cannot choose it.
            there = planned.elsewhere.setdefault(other, Elsewhere())
            there.checks.append({key: value for key, value in written.items() if key not in ("on", True)})
            _add(there.definitions, check.definition)
            continue
        planned.checks.append(written)
        if not check.on.names(engine, listed):
            continue
        planned.nodes = planned.nodes or check.written.get("nodes") is not None or bool(check.on.types)
        if check.on.takes(engine_type):
            _add(planned.definitions, check.definition)
    return planned


def _add(names: list[str], definition: Definition | None) -> None:
    if definition is not None and definition.name not in names:
        names.append(definition.name)


def target_of(check: Check, domain: str) -> str:
    """What a check measures if it is not the engine at hand: its `target`, for alerts else the domain of the login."""
    if check.target:
        return check.target
    if check.definition is not None and check.definition.targets_domain:
        return domain
    return ""


def definitions_with_baseline(checks: Iterable[Any]) -> list[str]:
    """The definitions of which a check wants earlier entries."""
    wanted = {
        str(check.get("definition"))
        for check in checks
        if isinstance(check, Mapping) and check.get("baseline") is not None
    }
    return [name for name in DEFINITIONS if name in wanted]


def evaluate(checks: Iterable[Any], material: Material) -> list[Verdict]:
    """A verdict a check, in their order."""
    return [_evaluate_one(written, material) for written in checks]


def _evaluate_one(written: Any, material: Material) -> Verdict:
    verdict = Verdict(name_of(written), material.engine, "ERROR", "")
    if isinstance(written, Mapping):
        verdict.definition = str(written.get("definition") or "")
        verdict.target = str(written.get("target") or "")
        verdict.description = str(written.get("description") or "")
        if str(written.get("severity") or "major").lower() in SEVERITIES:
            verdict.severity = str(written.get("severity") or "major").lower()
    try:
        check = read_check(written)
        engine_type = as_text((material.engine_info or {}).get("type"))
        if not check.enabled:
            verdict.status, verdict.reason = "SKIPPED", "It is switched off."
        elif not check.applies_to(material.engine, material.groups, engine_type):
            verdict.status, verdict.reason = "SKIPPED", "It is not for this engine (`on`)."
        else:
            _measure(check, material, verdict)
    except OptionError as error:
        verdict.status, verdict.reason = "ERROR", error.message
    except Exception as error:  # noqa: BLE001 (a fault in here must not cost the other checks their report)
        verdict.status = "ERROR"
        verdict.reason = f"It could not be evaluated because of a fault in ngfw.smc; please report it: {error!r}."
    return verdict


def _measure(check: Check, material: Material, verdict: Verdict) -> None:
    findings: list[Finding] = []
    if check.written.get("nodes") is not None:
        findings += judge_nodes(check.written["nodes"], material.engine, material.engine_info, material.node_failure)
    if check.definition is not None:
        table = _table_of(check, check.definition, material)
        verdict.target = verdict.target or table.target
        expectations = table.read(check.written)
        if table.nothing_to_judge(check.written) and (outcome := _when_empty(check)):
            status, wanted = outcome
            verdict.status, verdict.measured, verdict.wanted = status, table.measured(), wanted
            verdict.reason = f"{table.measured().capitalize()}." if table.count else "The table is empty."
            return
        findings += [expectation() for expectation in expectations]
        first = (*table.used, *DEFAULT_RULES[check.definition.name].identity)
        for finding in findings:
            finding.offending = [_sorted_keys(entry, first) for entry in finding.offending[:SHOWN]]
    _conclude(findings, verdict)


def _when_empty(check: Check) -> tuple[str, str] | None:
    """What to say when nothing is selected: as the check says; else `each` and `any` need entries to hold for."""
    written = check.written
    if written.get("when_empty") is not None:
        return WHEN_EMPTY[str(written["when_empty"]).lower()], "entries to check"
    if written.get("each") is not None or written.get("any") is not None:
        return "FAIL", "entries to check (or `when_empty`)"
    return None


def _conclude(findings: Sequence[Finding], verdict: Verdict) -> None:
    failed = [finding for finding in findings if not finding.holds]
    verdict.status = "FAIL" if failed else "PASS"
    verdict.measured = "; ".join(dict.fromkeys(finding.measured for finding in findings))
    verdict.wanted = "; ".join(dict.fromkeys(finding.wanted for finding in findings))
    verdict.reason = " ".join(finding.reason for finding in failed) or f"As wanted: {verdict.measured}."
    for finding in failed:
        verdict.offending += finding.offending
        verdict.offending_count += finding.offending_count


def _table_of(check: Check, definition: Definition, material: Material) -> CheckedTable:
    name = definition.name
    if name in material.failures:
        raise Unmeasurable(material.failures[name])
    facts = material.facts.get(name)
    if facts is None:
        raise Unmeasurable(f"{name} was not fetched.")
    target = str(facts.get("target") or material.engine)
    if check.target and check.target != target:
        raise Unmeasurable(f"It is about {name} of '{check.target}', but the snapshot is of '{target}'.")
    entries = facts.get("entries")
    count = int(facts.get("count", len(entries or ())))
    if facts.get("complete") is False:
        raise Unmeasurable(
            f"The {name} snapshot of '{target}' is not complete ({count_entries(count)} had come), so nothing can be said."
        )
    if not isinstance(entries, Sequence) or isinstance(entries, str) or len(entries) != count:
        raise Unmeasurable(f"The {name} facts of '{target}' hold counts without entries; fetch them with the entries.")
    return CheckedTable(definition, target, entries, material.baselines.get(name))


def _sorted_keys(entry: Record, first: Iterable[str]) -> Record:
    """The entry with these keys before the others."""
    return {key: entry[key] for key in dict.fromkeys((*first, *entry)) if key in entry}
