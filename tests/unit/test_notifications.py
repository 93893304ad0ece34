# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The notification templates for AWX, rendered as AWX does: sandboxed Jinja with the fields of a job and its artifacts."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from jinja2.sandbox import SandboxedEnvironment

from tests.examples import ROOT
from tests.reports import report

AWX = ROOT / "extensions" / "awx"
JOB = {"name": "NGFW health check", "status": "failed", "job_explanation": ""}


def rendered(template: str, part: str, artifacts: dict[str, Any]) -> str:
    described = yaml.safe_load((AWX / f"notification_template_{template}.yml").read_text("utf-8"))
    context = {"job": {**JOB, "artifacts": artifacts}, "url": "https://awx.example.com/#/jobs/7"}
    return SandboxedEnvironment().from_string(described["messages"]["error"][part]).render(**context)


@pytest.mark.parametrize("key", ["health_check", "change_window", "merge_reports"])
def test_a_message_has_what_the_job_handed_over(key: str) -> None:
    artifact = {"status": "FAIL", "totals": report()["totals"], "files": {"html": "/srv/reports/a.html"}}
    assert rendered("mail", "message", {key: artifact}) == "FAIL: NGFW health check"
    body = rendered("mail", "body", {key: artifact})
    assert "3 results or tables fail the run." in body and "2 failed, 1 not measured" in body
    assert "/srv/reports/a.html" in body and body.strip().endswith("/#/jobs/7")
    sent = json.loads(rendered("webhook", "body", {key: artifact}))
    assert sent["status"] == "FAIL" and sent["failing"] == 3 and sent["files"] == artifact["files"]


def test_a_job_without_a_report_is_not_called_good() -> None:
    assert rendered("mail", "message", {}) == "NO REPORT: NGFW health check"
    assert "ended with the status failed before it wrote a report" in rendered("mail", "body", {})
    assert json.loads(rendered("webhook", "body", {}))["status"] == "NO REPORT"
