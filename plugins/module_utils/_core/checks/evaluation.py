# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Health checks: what is to be measured for them, and their verdicts on what was measured.

A check names a table, selects entries and says what must hold for them:

    name: HQ tunnels are up
    definition: VPN_SA
    where: {peer_security_gateway: HQ, sa_class: IPsec}
    count: {min: 2}
    severity: critical

docs/checks.md has the whole language. A verdict is PASS, FAIL, ERROR (could not be measured) or SKIPPED. Whatever is wrong
with a check is an ERROR of that check and does not affect the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..api.protocol import LogQuery, time_range
from ..comparison.rules import default_rules
from ..errors import OptionError, Unmeasurable
from ..schema.conditions import SMCFilter, compared_alike, read_conditions
from ..schema.definitions import DEFINITIONS, LOG, Definition
from ..schema.fields import Field
from ..schema.records import Record
from ..verdicts import (
    DEFAULT_SEVERITY,
    DOES_NOT_APPLY,
    ERROR,
    FAIL,
    NOT_JUDGED,
    PASS,
    SEVERITIES,
    SKIPPED,
    SWITCHED_OFF,
    UNKNOWN_DOMAIN,
)
from ..words import count_entries
from .checked_table import Baseline, CheckedTable, select_entries
from .expectations import Expectation, read_expectations
from .findings import Finding
from .needed_fields import needed_fields
from .nodes import judge_nodes, names_of_online_nodes, needs_appliance
from .reading import (
    AppliesTo,
    Check,
    ReadCheck,
    as_read,
    fault,
    in_current_words,
    name_of,
    read_checks,
    severity_of,
    with_own_names,
)
from .values import as_text
from .wording import presentable

# How many entries of the log a check may read.
MOST_LOGS = 100_000

# How many of the offending entries a verdict shows.
SHOWN = 5

# Gives earlier entries of the named definitions, or why there are none.
BaselineReader = Callable[[Sequence[str]], Mapping[str, Baseline]]


@dataclass(frozen=True)
class Measurements:
    """What was measured of one engine (or, for checks with a target of their own, of one domain).

    engine: its name. facts: by definition, mappings as ngfw.smc.session_facts returns them (`target`, `entries`, `count`,
    `complete`). failures: why a definition could not be measured. groups: the inventory groups of the engine.
    engine_info: what ngfw.smc.engine_info returns for it. node_failure: why that could not be asked. baselines: earlier
    entries by definition, or why there are none. now: when it was measured, with its zone. engine_type: the SMC's name of the
    engine's type, where `engine_info` does not tell.
    """

    engine: str
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    groups: Sequence[str] = ()
    engine_info: Mapping[str, Any] | None = None
    node_failure: str = ""
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    now: datetime | None = None
    engine_type: str = ""


@dataclass(frozen=True)
class CheckOutcome:
    """How a check ended. status: PASS, FAIL, ERROR or SKIPPED. reason: a sentence. measured, wanted: short texts for people.

    target: what was measured, if known. offending: the first entries at fault, offending_count: how many there are.
    skipped: why it is SKIPPED, one of SKIPPED_BECAUSE. applies_to: the patterns of engines and groups that did not match.
    """

    status: str
    reason: str
    measured: str = ""
    wanted: str = ""
    target: str = ""
    offending: Sequence[Record] = ()
    offending_count: int = 0
    skipped: str = ""
    applies_to: Sequence[str] = ()


@dataclass(frozen=True)
class Verdict:
    """A check, and how it ended on one engine."""

    name: str
    engine: str
    severity: str
    definition: str
    target: str
    description: str
    category: str
    outcome: CheckOutcome

    @property
    def status(self) -> str:
        """PASS, FAIL, ERROR or SKIPPED."""
        return self.outcome.status

    @property
    def reason(self) -> str:
        """The sentence on why it ended so."""
        return self.outcome.reason

    def as_dict(self) -> dict[str, Any]:
        """The verdict as modules and filters return it, with JSON values only."""
        outcome = self.outcome
        return {
            "name": self.name,
            "engine": self.engine,
            "status": outcome.status,
            "severity": self.severity,
            "definition": self.definition,
            "target": self.target or outcome.target,
            "description": self.description,
            "category": self.category,
            "skipped": outcome.skipped,
            "applies_to": list(outcome.applies_to),
            "reason": outcome.reason,
            "measured": outcome.measured,
            "wanted": outcome.wanted,
            "offending": [presentable(entry) for entry in outcome.offending],
            "offending_count": outcome.offending_count,
        }


@dataclass(frozen=True)
class TargetChecks:
    """The checks of one target, and the tables that they need, by definition: the fields to ask for, none for all of them."""

    checks: Sequence[ReadCheck] = ()
    tables: Mapping[str, Sequence[Field]] = field(default_factory=dict)

    @property
    def definitions(self) -> list[str]:
        """The definitions of these tables, each once."""
        return list(self.tables)


@dataclass(frozen=True)
class CheckPlan:
    """What is to be measured for the checks of an engine.

    own: the checks of the engine that are switched on, also those that cannot be read, and the tables of those that apply
    to it. needs_nodes: whether the status of its nodes or its type is needed, needs_appliance: whether also that of their hardware
    and interfaces. by_target: the checks that do not depend on the engine, by the target that they name. of_log: the checks of
    the log, each of which is measured by itself.
    """

    own: TargetChecks
    needs_nodes: bool
    needs_appliance: bool
    by_target: Mapping[str, TargetChecks]
    of_log: Sequence[ReadCheck] = ()


def plan_checks(
    checks: Iterable[Any], engine: str, groups: Iterable[str] = (), domain: str = "", engine_type: str = ""
) -> CheckPlan:
    """What is to be measured.

    Args:
        checks: As the user wrote them, or read already.
        engine: The engine's name.
        groups: The inventory groups that it is in.
        domain: The target of checks of alerts that name none, the domain of the login.
        engine_type: The SMC's name of its type, empty while it is not known.
    """
    listed = list(groups)
    own: list[ReadCheck] = []
    needed: list[Check] = []
    by_target: dict[str, list[ReadCheck]] = {}
    of_log: list[ReadCheck] = []
    for one in read_checks(checks):
        if one.check is None:
            own.append(one)
        elif one.check.enabled and one.check.definition is LOG:
            of_log.append(one)
        elif one.check.enabled:
            target = target_of(one.check, domain or UNKNOWN_DOMAIN)
            by_target.setdefault(target, []).append(one) if target else own.append(one)
            if not target and one.check.applies_to.includes_engine(engine, listed):
                needed.append(one.check)
    return CheckPlan(
        TargetChecks(own, _tables_of(check for check in needed if check.applies_to.includes_type(engine_type))),
        any(_needs_nodes(check) or (check.applies_to.types and not engine_type) for check in needed),
        any(needs_appliance(check.written.get("nodes")) for check in needed),
        {target: _checks_of_target(found) for target, found in by_target.items()},
        [_of_no_engine(one) for one in of_log],
    )


def shared_checks(lists: Iterable[Iterable[ReadCheck]]) -> list[ReadCheck]:
    """The checks of several engines that do not depend on the engine, once each.

    Of two that differ and have one name, the second gets a name of its own, so that neither verdict is lost.
    """
    shared: dict[str, ReadCheck] = {}
    # Most engines have the same list.
    for one in (one for listed in {id(listed): listed for listed in lists}.values() for one in listed):
        if one.check is not None and one.check.enabled and target_of(one.check, UNKNOWN_DOMAIN):
            shared.setdefault(repr(one.written), one)
    found = list(shared.values())
    named = with_own_names(one.written for one in found)
    return [one if written is one.written else as_read(written) for one, written in zip(found, named)]


def query_of_log(check: Check, now: datetime) -> LogQuery:
    """What to ask of the log for a check of it: what it selects, as far as the SMC compares as it is compared here."""
    start_ms, end_ms = time_range(now, check.last)
    return LogQuery(smc_filter=_filter_of(check.written.get("where")), start_ms=start_ms, end_ms=end_ms)


def _filter_of(where: Any) -> SMCFilter | None:
    try:
        sent, _judged = read_conditions(where if isinstance(where, Mapping) else {}, LOG, "where").split(compared_alike)
    except OptionError:
        # Fields that only the entries have, or an error that the verdict tells.
        return None
    return sent.smc_filter()


def facts_of_log(target: str, entries: Sequence[Record], truncated: bool) -> tuple[dict[str, Any], dict[str, str]]:
    """The facts that a check of the log is judged on, and why there are none."""
    if truncated:
        return {}, {
            LOG.name: f"The log of this time has more than {MOST_LOGS:,} entries. Select by addresses or ports in `where`, or "
            "give a shorter `last`."
        }
    return {LOG.name: {"target": target, "entries": entries, "count": len(entries), "complete": True}}, {}


def _needs_nodes(check: Check) -> bool:
    """Whether it is about nodes, also about those that have no entry."""
    written, count = check.written, check.written.get("count")
    per = count.get("per") if isinstance(count, Mapping) else None
    return written.get("nodes") is not None or written.get("same_on_nodes") is not None or per in ("node", "node_id")


def _checks_of_target(found: Sequence[ReadCheck]) -> TargetChecks:
    checks = [_of_no_engine(one) for one in found]
    return TargetChecks(checks, _tables_of(one.check for one in checks if one.check))


def _of_no_engine(one: ReadCheck) -> ReadCheck:
    """The check of something that does not depend on the engine, so `applies_to` cannot choose it."""
    written = {key: value for key, value in in_current_words(one.written).items() if key != "applies_to"}
    return ReadCheck(written, replace(one.check, applies_to=AppliesTo()) if one.check else None)


def _tables_of(checks: Iterable[Check]) -> dict[str, Sequence[Field]]:
    by_definition: dict[str, list[Check]] = {}
    for check in checks:
        if check.definition is not None:
            by_definition.setdefault(check.definition.name, []).append(check)
    return {name: needed_fields(tuple(own)) for name, own in by_definition.items()}


def target_of(check: Check, domain: str) -> str:
    """What a check measures instead of the engine: its `target`, for alerts the domain; empty if it measures the engine."""
    if check.target:
        return check.target
    if check.definition is not None and check.definition.targets_domain:
        return domain
    return ""


def definitions_with_baseline(checks: Iterable[ReadCheck]) -> list[str]:
    """The definitions whose earlier entries a check needs."""
    written = [one.written for one in checks]
    wanted = {str(one.get("definition")) for one in written if isinstance(one, Mapping) and _reads_baseline(one)}
    return [name for name in DEFINITIONS if name in wanted]


def _reads_baseline(check: Mapping[str, Any]) -> bool:
    count = check.get("count")
    return check.get("baseline") is not None or (isinstance(count, Mapping) and bool(count.get("groups_of_baseline")))


def judge_facts(
    checks: Sequence[Any],
    engine: str,
    facts: Mapping[str, Mapping[str, Any]],
    failures: Mapping[str, str],
    *,
    groups: Sequence[str] = (),
    engine_info: Mapping[str, Any] | None = None,
    node_failure: str = "",
    read_baselines: BaselineReader | None = None,
    now: datetime | None = None,
    engine_type: str = "",
) -> list[dict[str, Any]]:
    """Judge what modules and filters have measured; both do it through here.

    Args:
        checks: As the user wrote them, or read already.
        engine: The engine or domain that was measured.
        facts: By definition, as in Measurements.
        failures: Why a definition could not be measured.
        groups: The inventory groups of the engine.
        engine_info: What ngfw.smc.engine_info returns for it.
        node_failure: Why that could not be asked.
        now: When it was measured, with its zone.
        read_baselines: Reads earlier entries; called only if a check needs them.
        engine_type: The SMC's name of the engine's type, where `engine_info` does not tell.

    Returns:
        A verdict per check, as modules and filters return it.
    """
    read = read_checks(checks)
    compared = definitions_with_baseline(read)
    baselines = read_baselines(compared) if read_baselines and compared else {}
    measurements = Measurements(engine, facts, failures, groups, engine_info, node_failure, baselines, now, engine_type)
    return [verdict.as_dict() for verdict in evaluate(read, measurements)]


def evaluate(checks: Iterable[Any], measurements: Measurements) -> list[Verdict]:
    """A verdict per check, in their order, whatever is written in them."""
    return [_verdict_on(as_read(written), measurements) for written in checks]


def _verdict_on(read: ReadCheck, measurements: Measurements) -> Verdict:
    written = read.written
    known: Mapping[str, Any] = written if isinstance(written, Mapping) else {}
    severity = severity_of(known)
    return Verdict(
        name=name_of(written),
        engine=measurements.engine,
        severity=severity if severity in SEVERITIES else DEFAULT_SEVERITY,
        definition=str(known.get("definition") or ""),
        target=str(known.get("target") or ""),
        description=str(known.get("description") or ""),
        category=str(known.get("category") or ""),
        outcome=_outcome_of(read, measurements),
    )


def _outcome_of(read: ReadCheck, measurements: Measurements) -> CheckOutcome:
    check = read.check
    if check is None:
        return CheckOutcome(ERROR, read.error)
    try:
        engine_type = as_text((measurements.engine_info or {}).get("type")) or measurements.engine_type
        if not check.enabled:
            return CheckOutcome(SKIPPED, "The check is switched off.", skipped=SWITCHED_OFF)
        if not check.applies_to.includes(measurements.engine, measurements.groups, engine_type):
            return _outcome_elsewhere(check, measurements)
        if check.missing:
            return CheckOutcome(ERROR, check.missing)
        return _judge(check, measurements)
    except OptionError as error:
        return CheckOutcome(ERROR, error.message)
    except Exception as error:  # noqa: BLE001 (a fault in here must not cost the other checks their report)
        return CheckOutcome(ERROR, fault(error))


def _outcome_elsewhere(check: Check, measurements: Measurements) -> CheckOutcome:
    """applies_to: only the patterns of names, unless they match and the type of the engine is another."""
    by_name = not check.applies_to.includes_engine(measurements.engine, measurements.groups)
    patterns = [*check.applies_to.engines, *check.applies_to.groups] if by_name else []
    reason = "The check does not apply to this engine (`applies_to`)."
    return CheckOutcome(SKIPPED, reason, skipped=DOES_NOT_APPLY, applies_to=patterns)


def _judge(check: Check, measurements: Measurements) -> CheckOutcome:
    findings: list[Finding] = []
    if check.written.get("nodes") is not None:
        findings += judge_nodes(
            check.written["nodes"],
            measurements.engine,
            measurements.engine_info,
            measurements.node_failure,
            measurements.now,
        )
    if check.definition is None:
        return _conclude(findings)
    target, entries = _entries_of(check, check.definition, measurements)
    try:
        earlier = measurements.baselines.get(check.definition.name)
        nodes = None if check.target else names_of_online_nodes(measurements.engine_info, entries)
        where, now = check.written.get("where"), measurements.now
        table = select_entries(check.definition, target, entries, where, earlier, nodes, now)
        return _judge_table(check, table, findings)
    except OptionError as error:
        return CheckOutcome(ERROR, error.message, target=target)


def _judge_table(check: Check, table: CheckedTable, findings: Sequence[Finding]) -> CheckOutcome:
    """findings: those of the nodes, which the same check may expect something of."""
    expectations = read_expectations(check.written, table)
    if check.when_empty and expectations and all(one.expected.has_nothing_to_judge(table) for one in expectations):
        return _outcome_of_empty(check.when_empty, table)
    judged = [one.judge(table, accept_none=bool(check.when_empty)) for one in expectations]
    return _conclude([*findings, *judged], table.target, _keys_to_show_first(table, expectations))


def _outcome_of_empty(status: str, table: CheckedTable) -> CheckOutcome:
    reason = f"{table.measured().capitalize()}." if table.entries else "The table is empty."
    if status == SKIPPED:
        reason += " Nothing says how many entries there should be."
    skipped = NOT_JUDGED if status == SKIPPED else ""
    return CheckOutcome(status, reason, table.measured(), "entries to check", table.target, skipped=skipped)


def _keys_to_show_first(table: CheckedTable, expectations: Sequence[Expectation]) -> list[str]:
    """What the check names, then what identifies an entry."""
    named = [field.key for field, _test in table.where.tests]
    named += [key for one in expectations for key in one.expected.fields]
    # What is logged is not compared, so there is no rule for it.
    identity = ("timestamp", "node_id") if table.definition is LOG else default_rules(table.definition).identity
    return [*named, *identity]


def _conclude(findings: Sequence[Finding], target: str = "", first: Sequence[str] = ()) -> CheckOutcome:
    """All findings must hold. first: keys that offending entries show before others."""
    failed = [finding for finding in findings if not finding.holds]
    measured = "; ".join(dict.fromkeys(finding.measured for finding in findings))
    offending = [entry for finding in failed for entry in finding.offending]
    return CheckOutcome(
        status=FAIL if failed else PASS,
        reason=" ".join(finding.reason for finding in failed) or f"As expected: {measured}.",
        measured=measured,
        wanted="; ".join(dict.fromkeys(finding.wanted for finding in findings)),
        target=target,
        offending=[_with_keys_first(entry, first) for entry in offending[:SHOWN]],
        offending_count=len(offending),
    )


def _entries_of(check: Check, definition: Definition, measurements: Measurements) -> tuple[str, Sequence[Record]]:
    """What was measured, and all its entries. Raises Unmeasurable unless they are complete."""
    name = definition.name
    if name in measurements.failures:
        raise Unmeasurable(measurements.failures[name])
    facts = measurements.facts.get(name)
    if facts is None:
        raise Unmeasurable(f"{name} was not fetched.")
    target = str(facts.get("target") or measurements.engine)
    if check.target and check.target != target:
        raise Unmeasurable(f"The check is about {name} of '{check.target}', but the snapshot is of '{target}'.")
    entries = facts.get("entries")
    count = int(facts.get("count", len(entries or ())))
    if facts.get("complete") is False:
        raise Unmeasurable(
            f"The {name} snapshot of '{target}' is not complete ({count_entries(count)} received), so it was not judged."
        )
    if not isinstance(entries, Sequence) or isinstance(entries, str) or len(entries) != count:
        raise Unmeasurable(f"The {name} facts of '{target}' hold counts without entries. Fetch them with the entries.")
    return target, entries


def _with_keys_first(entry: Record, first: Iterable[str]) -> Record:
    return {key: entry[key] for key in dict.fromkeys((*first, *entry)) if key in entry}
