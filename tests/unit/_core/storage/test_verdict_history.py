# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of verdicts: since when, what is new, what is fixed; bounded, and safe with several writers."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import FileFailed, OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage import verdict_history
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.verdict_history import CheckKey, VerdictHistory
from hypothesis import given
from hypothesis import strategies as st

KEY = CheckKey("", "Plano FW", "tunnels", "")


def verdict(status: str, engine: str = "Plano FW", name: str = "tunnels") -> dict[str, Any]:
    return {"engine": engine, "name": name, "status": status, "severity": "major", "reason": f"It is {status}."}


def add(history: VerdictHistory, day: int, *results: dict[str, Any], run: str = "") -> dict[CheckKey, Any]:
    at = f"2026-01-{day:02}T01:00:00+00:00"
    return history.add_run(run or f"run {day}", at, results)


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ("FAIL", "new"),
        ("PASS", ""),
        ("PASS FAIL", "new"),
        ("PASS FAIL FAIL FAIL", "since 2026-01-02 (3 runs)"),
        ("FAIL FAIL PASS", "fixed since the last run"),
        ("FAIL PASS PASS", ""),
        ("ERROR FAIL", "new"),
        ("FAIL SKIPPED PASS", ""),
        ("FAIL SKIPPED", ""),
        ("FAIL WAIVED WAIVED", "since 2026-01-02 (2 runs)"),
        ("WAIVED PASS", "fixed since the last run"),
    ],
)
def test_since_when(tmp_path: Path, statuses: str, said: str) -> None:
    history = VerdictHistory(tmp_path / "history.db")
    for day, status in enumerate(statuses.split(), 1):
        standing = add(history, day, verdict(status))[KEY]
    assert standing.says(status) == said


def test_slices_of_one_run_are_one_run(tmp_path: Path) -> None:
    history = VerdictHistory(tmp_path / "history.db")
    add(history, 1, verdict("FAIL"), run="job 7")
    add(history, 1, verdict("PASS", engine="HQ"), run="job 7")
    again = add(history, 1, verdict("FAIL"), run="job 7")
    assert again[KEY].runs == 1
    assert add(history, 1, verdict("PASS"), run="job 7")[KEY].before == "FAIL"
    ((_at, totals),) = history.trend()
    assert totals == {"FAIL": 0, "PASS": 2}


def test_changes_of_an_engine_between_two_dates(tmp_path: Path) -> None:
    history = VerdictHistory(tmp_path / "history.db")
    for day, status in enumerate(("PASS", "FAIL", "FAIL", "PASS"), 1):
        add(history, day, verdict(status), verdict("PASS", engine="HQ"))
    found = history.changes(engine="Plano FW", start="2026-01-02", end="2026-01-03")
    assert [(change.status, change.since[:10], change.runs) for change in found] == [("FAIL", "2026-01-02", 2)]
    assert [change.status for change in history.changes(name="tunnels", engine="HQ")] == ["PASS"]


def test_a_run_without_changes_adds_one_row(tmp_path: Path) -> None:
    history = VerdictHistory(tmp_path / "history.db")
    results = [verdict("PASS", engine=f"FW {number}") for number in range(50)]
    for day in range(1, 29):
        add(history, day, *results)
    with sqlite3.connect(tmp_path / "history.db") as file:
        assert file.execute("SELECT count(*) FROM span").fetchone() == (50,)
        assert file.execute("SELECT count(*) FROM run").fetchone() == (28,)


def test_pruning_forgets_what_is_old_and_keeps_what_lasts(tmp_path: Path) -> None:
    history = VerdictHistory(tmp_path / "history.db")
    for day, status in enumerate(("PASS", "FAIL", "FAIL"), 1):
        add(history, day, verdict(status))
    assert history.prune("2026-01-02") == 2
    assert [change.status for change in history.changes()] == ["FAIL"]
    assert len(history.trend()) == 2


def write_run(path: str, number: int) -> None:
    results = [verdict("FAIL", engine=f"FW {number}.{index}") for index in range(20)]
    VerdictHistory(Path(path)).add_run("job", "2026-01-01T00:00:00+00:00", results)


def test_concurrent_jobs_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with ProcessPoolExecutor(4) as pool:
        for job in [pool.submit(write_run, str(path), number) for number in range(8)]:
            job.result()
    history = VerdictHistory(path)
    assert history.trend() == [("2026-01-01T00:00:00+00:00", {"FAIL": 160})]
    assert len(history.changes()) == 160


def test_files_that_are_no_history(tmp_path: Path) -> None:
    with pytest.raises(FileFailed, match="no history"):
        VerdictHistory(tmp_path / "none.db").changes()
    (tmp_path / "text.db").write_text("not a database, but longer than a header of one is" * 10)
    with pytest.raises(FileFailed, match="cannot be used"):
        add(VerdictHistory(tmp_path / "text.db"), 1, verdict("PASS"))
    with sqlite3.connect(tmp_path / "later.db") as file:
        file.execute("CREATE TABLE run (number)")
        file.execute("PRAGMA user_version=9")
    with pytest.raises(OptionError, match="schema version 9"):
        VerdictHistory(tmp_path / "later.db").trend()


@given(st.lists(st.sampled_from(("PASS", "FAIL", "ERROR", "SKIPPED")), min_size=1, max_size=8))
def test_spans_tell_the_same_as_the_runs(tmp_path_factory: pytest.TempPathFactory, statuses: list[str]) -> None:
    history = VerdictHistory(tmp_path_factory.mktemp("history") / "history.db")
    for day, status in enumerate(statuses, 1):
        standing = add(history, day, verdict(status))[KEY]
    told = [change.status for change in reversed(history.changes()) for _run in range(change.runs)]
    assert told == statuses
    streak = next((n for n, status in enumerate(reversed(statuses)) if status != statuses[-1]), len(statuses))
    assert standing.runs == streak


@pytest.mark.parametrize("name", ["history.db", "history.db-wal", "history.db-shm", "history.db-journal"])
def test_no_file_of_a_history_is_reached_through_a_link(tmp_path: Path, name: str) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / name).symlink_to("victim")
    history = VerdictHistory(tmp_path / "history.db")
    with pytest.raises(FileFailed, match=f"{name} is not a file of its own, but a link"):
        add(history, 1, verdict("FAIL"))
    with pytest.raises(FileFailed, match="no history" if name != "history.db" else "but a link"):
        history.changes()
    assert (tmp_path / "victim").read_text() == "mine"


def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(FileFailed, match="all users may write there too"):
        add(VerdictHistory(tmp_path / "history.db"), 1, verdict("FAIL"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "nowhere/history.db"])
def test_a_path_that_no_file_can_have_is_a_sentence(tmp_path: Path, name: str) -> None:
    history = VerdictHistory(Path(f"{tmp_path}/{name}"))
    with pytest.raises(FileFailed, match="ould not use the history"):
        add(history, 1, verdict("FAIL"))
    with pytest.raises(FileFailed):
        history.trend()


def test_half_of_a_pair_costs_no_history(tmp_path: Path) -> None:
    history = VerdictHistory(tmp_path / "history.db")
    odd = {**verdict("FAIL", engine="FW \ud800"), "reason": "half \udc00"}
    for day in (1, 2):
        standings = add(history, day, odd, verdict("PASS"))
    assert standings[CheckKey("", "FW \ud800", "tunnels", "")].runs == 2 and standings[KEY].runs == 2
    (change,) = history.changes(engine="FW \ud800")
    assert (change.key.engine, change.reason) == ("FW \\ud800", "half \\udc00")


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE run SET totals = 'FAIL=abc'", "totals that are not counts"),
        (f"UPDATE run SET totals = 'FAIL={'9' * 5000}'", "totals that are not counts"),
        ("UPDATE run SET totals = x'00ff'", "a value of a wrong type"),
        ("UPDATE run SET totals = CAST(x'ff' AS TEXT)", "ould not decode"),
        ("UPDATE run SET at = x'00'", "a value of a wrong type"),
        ("UPDATE span SET last_at = x'7a'", "a value of a wrong type"),
        ("UPDATE span SET runs = 'abc'", "a value of a wrong type"),
        ("UPDATE span SET runs = 1.5", "a value of a wrong type"),
        ("UPDATE span SET runs = 9223372036854775807", "too large"),
        (
            f"ALTER TABLE span RENAME TO moved; CREATE VIEW span AS {ENDLESS}",
            "other tables, indexes, views or triggers",
        ),
        (f"CREATE VIEW more AS {ENDLESS}", "other tables, indexes, views or triggers"),
        (
            f"CREATE TRIGGER more AFTER UPDATE ON span BEGIN UPDATE span SET runs = (SELECT max(x) FROM ({ENDLESS})); END",
            "other tables, indexes, views or triggers",
        ),
        ("CREATE TABLE more (x)", "other tables, indexes, views or triggers"),
        ("CREATE INDEX more ON run (abs(at))", "other tables, indexes, views or triggers"),
        ("ALTER TABLE run ADD COLUMN more GENERATED ALWAYS AS (zeroblob(900000000))", "other tables, indexes"),
        ("DROP INDEX span_by_time", "other tables, indexes, views or triggers"),
    ],
)
def test_a_history_from_elsewhere_is_refused_with_a_sentence(tmp_path: Path, change: str, reason: str) -> None:
    path = tmp_path / "history.db"
    history = VerdictHistory(path)
    add(history, 1, verdict("FAIL"))
    with closing(sqlite3.connect(path)) as file:
        file.executescript(change)

    def use() -> None:
        history.changes()
        history.trend()
        add(history, 1, verdict("FAIL"))
        add(history, 2, verdict("FAIL"))

    with pytest.raises(FileFailed, match=rf"The history .* cannot be used: .*({reason})"):
        use()


def test_what_sqlite_keeps_of_its_own_is_no_hindrance(tmp_path: Path) -> None:
    history = VerdictHistory(tmp_path / "history.db")
    add(history, 1, verdict("FAIL"))
    with closing(sqlite3.connect(tmp_path / "history.db")) as file:
        file.executescript("ANALYZE; VACUUM")
    assert add(history, 2, verdict("FAIL"))[KEY].runs == 2


def test_a_history_takes_no_longer_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = VerdictHistory(tmp_path / "history.db")
    add(history, 1, *(verdict("FAIL", engine=f"FW {number}") for number in range(100)))
    monkeypatch.setattr(verdict_history, "_MOST_SECONDS", 0.0)
    monkeypatch.setattr(verdict_history, "_STEPS", 1)
    with pytest.raises(FileFailed, match="cannot be used: it took more than 0 seconds"):
        history.changes()
