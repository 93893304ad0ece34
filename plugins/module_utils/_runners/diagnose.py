# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.diagnose."""

from __future__ import annotations

import gzip
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .._arguments import (
    CONNECTION,
    DEFINITIONS_OPTIONAL,
    TARGET,
    WAITS,
    connection_of,
    defaults_target,
    positive,
    waits_of,
)
from .._core.api.session import Session
from .._core.diagnosis.facts import SESSION, facts_of
from .._core.diagnosis.judgement import FAILED, judge
from .._core.diagnosis.probes import Probes, Wishes, watch_idle_sessions
from .._core.errors import OptionError, PartialFailure, SMCError
from .._core.reports.html_diagnosis import render_diagnosis
from .._core.schema.definitions import DEFINITIONS, definition_named
from .._core.storage.atomic_files import write_bytes_atomically
from .._core.traces.recorder import Recorder
from .._core.traces.trace import make_trace, read_trace
from .._runner import Options, Result, Runner

ARGUMENTS: dict[str, Any] = {
    **CONNECTION,
    **TARGET,
    **DEFINITIONS_OPTIONAL,
    **WAITS,
    "observe": {"type": "float", "default": 10.0},
    "idle_limit": {"type": "float", "default": 0.0},
    "dest": {"type": "path", "default": "diagnosis"},
    "record": {"type": "path"},
}

SCHEMA = "ngfw.smc diagnosis"
SCHEMA_VERSION = 1

# Longer than that nobody waits for a session to expire: a day, in seconds.
_LONGEST_IDLE = 86_400


class _Diagnosis:
    """One run: what was recorded, and with which sessions. error: what ended it before the probes; None if nothing did."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.recorder = Recorder()
        self.waits = waits_of(params)
        names = params["definitions"] or DEFINITIONS
        definitions = [definition_named(name) for name in dict.fromkeys(names)]
        self._wishes = Wishes(params["target"], definitions, self.waits, params["observe"], params["idle_limit"])
        self._connection = connection_of(params, self.waits.timeout)
        self._sessions: list[Session] = []
        self.error: SMCError | None = None
        self.header: dict[str, Any] = {"product": "", "api": "", "engine": None}
        self.warnings: list[str] = []

    def run(self) -> None:
        """Ask everything. What goes wrong is recorded, too."""
        self.recorder.probe = SESSION
        session = Session(self._connection, observer=self.recorder)
        self._sessions.append(session)
        try:
            with session:
                self._ask(session)
        except SMCError as error:
            self.error = error
            self.recorder.note("failed", kind=error.kind, text=error.message)
        self.warnings += session.warnings
        if self._wishes.idle and self.error is None:
            self._sessions += watch_idle_sessions(self._connection, self.recorder, self._wishes.idle)

    def _ask(self, session: Session) -> None:
        probes = Probes(session, self.recorder, self._wishes)
        probes.run()
        self.recorder.probe = SESSION
        self.header = {
            "product": ".".join(map(str, session.product)),
            "api": session.api_version,
            "engine": probes.about_engine(),
        }

    def scrub(self, text: str) -> str:
        for session in self._sessions:
            text = session.scrub(text)
        return text


def run(options: Options) -> Result:
    """Diagnoses, and writes the report and the trace.

    Raises:
        OptionError: an option is wrong.
        PartialFailure: there was no session; the report says why.
        FileFailed: a file could not be written.
    """
    params = options.params
    positive(params, "observe")
    if not 0 <= params["idle_limit"] <= _LONGEST_IDLE:
        raise OptionError(
            f"`idle_limit` is {params['idle_limit']:g}; it must be between 0 and {_LONGEST_IDLE:,} seconds."
        )
    diagnosis = _Diagnosis(params)
    diagnosis.run()
    lines, mapping = make_trace(diagnosis.recorder.events(), secrets.token_bytes(32), diagnosis.scrub, diagnosis.header)
    document = _document(lines, diagnosis)
    files = _files(Path(params["dest"]), document)
    if params["record"]:
        files.update(_trace_files(Path(params["record"]), lines, mapping))
    if not options.check_mode:
        for path, content, mode in files.values():
            write_bytes_atomically(path, content, mode)
    result: Result = {
        "changed": True,
        "summary": document["summary"],
        "suits": document["suits"],
        "proposals": document["proposals"],
        "observations": [f"{one['about']}: {one['says']}. {one['sentence']}" for one in document["observations"]],
        "failed_probes": [one["about"] for one in document["observations"] if one["says"] == FAILED],
        "files": {name: str(path.absolute()) for name, (path, _content, _mode) in files.items()},
        "warnings": diagnosis.warnings,
    }
    if diagnosis.error is not None:
        error = diagnosis.error
        raise PartialFailure(error.message, result, kind=error.kind, **error.facts())
    return result


def _document(lines: Sequence[str], diagnosis: _Diagnosis) -> dict[str, Any]:
    """The report, made of the trace alone: so it holds no name or address, and a mailed trace gives the same report."""
    trace = read_trace(lines)
    facts = facts_of(trace.events)
    judgement = judge(facts, diagnosis.waits)
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "generated_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "product_version": trace.header["product"],
        "api_version": trace.header["api"],
        "engine": trace.header["engine"],
        "waits": {
            "first_entry_timeout": diagnosis.waits.first_entry,
            "quiet_period": diagnosis.waits.quiet,
            "timeout": diagnosis.waits.timeout,
        },
        **asdict(judgement),
        "facts": facts,
    }


# Where a file goes, what is in it, and who may read it at most.
_File = tuple[Path, bytes, int]


def _files(folder: Path, document: Mapping[str, Any]) -> dict[str, _File]:
    text = json.dumps(document, indent=2) + "\n"
    return {
        "html": (folder / "diagnosis.html", render_diagnosis(document).encode("utf-8", "backslashreplace"), 0o666),
        "json": (folder / "diagnosis.json", text.encode(), 0o666),
    }


def _trace_files(path: Path, lines: Sequence[str], mapping: Mapping[str, str]) -> dict[str, _File]:
    content = "\n".join((*lines, "")).encode()
    owners = json.dumps(mapping, indent=1, sort_keys=True) + "\n"
    return {
        "trace": (path, gzip.compress(content, mtime=0), 0o666),
        "mapping": (path.with_name(f"{path.name}.mapping.json"), owners.encode(), 0o600),
    }


RUNNER = Runner(ARGUMENTS, run, defaults_target=defaults_target())
