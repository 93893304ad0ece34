# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Markdown: short, the worst first, and nothing that breaks out of its cell."""

from __future__ import annotations

from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.history import add_history
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.markdown import LONGEST, render_markdown
from hypothesis import given
from hypothesis import strategies as st

from tests.reports import RESULTS, area, report, result


def test_markdown_names_the_problems_worst_first() -> None:
    text = render_markdown(report())
    rows = [line for line in text.splitlines() if line.startswith(("| ❌", "| ⚠️"))]
    assert [row.split("|")[2].strip() for row in rows] == ["Oslo", "HQ", "Plano", "HQ"]
    assert "+ 10.0.0.0 8" in text
    short = render_markdown(report(), most=1)
    assert "\n\n… and 2 more problems.\n\n" in short and "have all of it" in short.splitlines()[-1]
    assert "Everything is as it should be." in render_markdown(report(RESULTS[:1], []))


def test_the_head_says_what_was_checked() -> None:
    text = render_markdown(
        report([*RESULTS, result("alerts", "Shared Domain", "PASS", definition="ACTIVE_ALERTS")], [])
    )
    assert "3 engines, 1 domain and 3 checks · 2026-11-24 05:00 UTC · SMC https\\://smc:8082" in text
    assert (
        "| PASS | FAIL | ERROR | WAIVED | SKIPPED | results |\n| ---: | ---: | ---: | ---: | ---: | ---: |\n| 3 | 2 | 1 | 0 | 1 | 7 |\n"
        in text
    )


def test_names_stand_for_themselves() -> None:
    text = render_markdown(report([result("a|b", "*HQ*", "FAIL", reason="<b>\n_x_")], []))
    assert "| ❌ FAIL | \\*HQ\\* | a\\|b | major | \\<b\\> \\_x\\_ |" in text


def test_no_name_becomes_a_link_or_an_emoji() -> None:
    reason = "https://evil.example ftp://a www.evil.example WWW.evil.example a :smile: at 10:20:30, fe80::1, next: b."
    text = render_markdown(report([result("a", "http://evil.example", "FAIL", reason=reason)], []))
    assert "| http\\://evil.example |" in text
    assert (
        "https\\://evil.example ftp\\://a www\\.evil.example WWW\\.evil.example a \\:smile: at 10:20:30, fe80::1, next: b."
        in text
    )


# The limit of a comment on GitHub, in UTF-16 units, which is the strictest way to count.
COMMENT = 65_536


def length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_a_long_report_stays_below_the_limit_of_a_comment_and_says_what_is_missing() -> None:
    lines = [f"- {'10.0.0.0/16 ' * 40}{number}" for number in range(150)]
    areas = [area(f"Branch {number}", "ROUTING", "FAIL", lines=lines) for number in range(50)]
    text = render_markdown(report(differences=areas))
    assert length(text) < COMMENT
    assert "… and the differences of 49 more tables." in text
    assert text.endswith("The HTML and JSON reports have all of it.\n")
    # Which tables differ is there all the same.
    assert sum(line.startswith("| ❌ FAIL | Branch") for line in text.splitlines()) == 50


def test_what_fits_is_whole() -> None:
    assert "have all of it" not in render_markdown(report())


_texts = st.sampled_from(["HQ", "x" * 5000, "*" * 3000, "🔥" * 2000, "a|b\n" * 500, "`" * 999])


@given(st.lists(st.tuples(_texts, _texts, st.sampled_from(["FAIL", "ERROR", "SKIPPED"])), max_size=40), _texts)
def test_no_input_makes_it_longer_than_a_comment(rows: list[tuple[str, str, str]], title: str) -> None:
    results = [result(name, engine, status, reason=name * 3, skipped="not_judged") for name, engine, status in rows]
    areas = [area(engine, name, status, reason=name, lines=[f"- {name}"] * 60) for name, engine, status in rows]
    built = report(results, areas, title=title, warnings=[name for name, _engine, _status in rows])
    assert length(render_markdown(built, most=1000)) < COMMENT
    assert LONGEST < COMMENT


def test_a_history_says_since_when_and_what_was_fixed() -> None:
    built = report([result("a", "HQ", "FAIL"), result("b", "HQ", "PASS")], [])
    standing = {"since": "2026-11-01", "before": "PASS"}
    standings = {
        ("smc", "HQ", "a", "HQ"): {**standing, "runs": 3, "says": "since 2026-11-01 (3 runs)"},
        ("smc", "HQ", "b", "HQ"): {**standing, "runs": 1, "says": "fixed since the last run"},
    }
    add_history(built, standings, [("2026-11-01", {"FAIL": 1}), ("2026-11-02", {"FAIL": 2})])
    text = render_markdown(built)
    assert "| | Engine | Check | Severity | Since | Reason |" in text.replace("|  |", "| |")
    assert "| ❌ FAIL | HQ | a | major | since 2026-11-01 \\(3 runs\\) | a is FAIL |" in text
    assert "Fixed since the last run: 1\n\n- HQ: b\n" in text
    assert "Problems in the last 2 runs: 1 in the first, 2 now, at most 2. ▅█" in text
