# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail: a valid message whose text and HTML say the same, the same for the same report."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default
from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.mail import mail_of, render_mail
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from tests.reports import EVIL, report, result


def parts_of(text: str) -> tuple[EmailMessage, str, Any]:
    message = email.message_from_string(text, policy=default)
    assert isinstance(message, EmailMessage) and not message.defects
    plain, rich = message.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    return message, plain.get_content(), html.document_fromstring(rich.get_content())


def test_a_mail_says_what_failed_as_text_and_as_html() -> None:
    message, text, page = parts_of(render_mail(report()))
    assert message["Subject"] == "FAIL: Health check, 3 engines, 2 checks and 2 tables compared"
    assert message["Date"].datetime.isoformat() == "2026-11-24T05:00:00+00:00"
    assert message["To"] is None and message["From"] is None
    for said in ("tunnels (critical)", "tunnels is ERROR", "not measured", "HQ", "ROUTING"):
        assert said in text and said in page.text_content()
    assert render_mail(report()) == render_mail(report())
    assert max(map(len, render_mail(report()).splitlines())) <= 78


def test_a_mail_is_short() -> None:
    many = [result(f"check {number}", "HQ", "FAIL", reason="x" * 5000) for number in range(500)]
    text = render_mail(report(many, []))
    assert len(text) < 100_000
    assert "and 475 more" in parts_of(text)[1]


@given(st.text(max_size=60), st.sampled_from([EVIL, "a\r\nBcc: x@example.com", "\ud800", "é" * 90, "--=_x"]))
def test_no_name_breaks_the_message(name: str, title: str) -> None:
    built = report([result(name, title, "FAIL", reason=name)], [], title=title)
    message, _text, page = parts_of(render_mail(built))
    assert set(message.keys()) == {"Subject", "X-Unsent", "Date", "MIME-Version", "Content-Type"}
    assert not page.xpath("//script | //img")
    assert "\n" not in mail_of(built).subject


def test_a_mail_leaves_out_what_passed_and_what_a_cause_stands_for() -> None:
    waiver = {"until": "2026-12-31", "reason": "line ordered", "owner": "Anna", "status": "FAIL"}
    results = [
        result("well", "HQ", "PASS"),
        result("broken", "HQ", "FAIL", reason="Too few."),
        result("late", "HQ", "WAIVED", waiver=waiver, reason="Too slow."),
        *(result(f"blind {number}", "HQ", "ERROR", reason="No login.") for number in range(9)),
        result("seen", "Oslo", "PASS", reason="No login."),
    ]
    _message, _text, page = parts_of(render_mail(report(results, [])))
    rows = [[cell.text_content() for cell in row.xpath("td")] for row in page.xpath("//tr")]
    assert [row[2] for row in rows] == [
        "broken (major)Too few.",
        "late (major)Waived until 2026-12-31 by Anna: line ordered. Too slow.",
    ]
