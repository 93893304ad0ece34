# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics where monitoring lives: promtool, node-exporter and Prometheus read them, and an alert fires.

It needs the Debian packages prometheus and prometheus-node-exporter. Without them it says so, and fails only in CI.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
import yaml
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.openmetrics import render_openmetrics
from ansible_collections.ngfw.smc.plugins.module_utils._core.words import join_names

from tests.examples import ROOT
from tests.reports import AREAS, EVIL, RESULTS, report, result

MONITORING = ROOT / "extensions" / "monitoring"
RULES = MONITORING / "alert_rules.yml"
PROGRAMS = ("promtool", "prometheus", "prometheus-node-exporter")
# How long to wait for a server or an alert, in seconds. Nothing waits longer than it must.
PATIENCE = 120.0

HOSTILE = [
    *RESULTS,
    result(EVIL, 'HQ "x"\\', "FAIL", measured="3 of 12 entries", elapsed=0.25),
    result("x" * 500, "HQ", "ERROR"),
    result("x" * 501, "HQ", "PASS"),
]


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        said = f"{join_names(missing)} missing. Install them with: apt-get install prometheus prometheus-node-exporter"
        if os.environ.get("CI"):
            pytest.fail(said, pytrace=False)
        pytest.skip(said)


@pytest.fixture(scope="module")
def metrics() -> str:
    return render_openmetrics(report(HOSTILE, AREAS, title=EVIL))


def test_promtool_has_no_complaint(metrics: str) -> None:
    text = metrics.encode("utf-8")
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


def test_the_alert_rules_are_valid() -> None:
    subprocess.run(["promtool", "check", "rules", str(RULES)], check=True, capture_output=True)


def test_the_dashboard_asks_for_metrics_that_there_are(metrics: str) -> None:
    dashboard = json.loads((MONITORING / "grafana_dashboard.json").read_text("utf-8"))
    known = {line.split()[2] for line in metrics.splitlines() if line.startswith("# TYPE")}
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    words = {word for text in asked for word in text.replace("(", " ").replace("{", " ").split() if "ngfw_" in word}
    assert words and words <= known
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(command: Sequence[str], log: Path) -> Iterator[None]:
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            yield
        finally:
            process.terminate()


def ask(url: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as answer:
        return str(answer.read().decode("utf-8"))


def wait_for(what: str, question: Any) -> Any:
    """The first answer that is not empty."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if answer := question():
                return answer
        except (URLError, OSError):
            pass
        time.sleep(0.2)
    pytest.fail(f"There was no {what} within {PATIENCE:.0f} seconds.", pytrace=False)


def configuration(port: int) -> dict[str, Any]:
    return {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(RULES)],
        "scrape_configs": [{"job_name": "node", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}],
    }


def test_an_alert_fires(tmp_path: Path, metrics: str) -> None:
    exporter, server = free_port(), free_port()
    directory = tmp_path / "textfile"
    directory.mkdir()
    (directory / "health_check.prom").write_text(metrics, encoding="utf-8")
    written = tmp_path / "prometheus.yml"
    written.write_text(yaml.safe_dump(configuration(exporter)), encoding="utf-8")
    node = ["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{exporter}", "--collector.disable-defaults"]
    node += ["--collector.textfile", f"--collector.textfile.directory={directory}"]
    prometheus = ["prometheus", f"--config.file={written}", f"--storage.tsdb.path={tmp_path / 'data'}"]
    prometheus += [f"--web.listen-address=127.0.0.1:{server}"]
    with running(node, tmp_path / "node.log"), running(prometheus, tmp_path / "prometheus.log"):
        scraped = wait_for("answer of node-exporter", lambda: ask(f"http://127.0.0.1:{exporter}/metrics"))
        assert "node_textfile_scrape_error 0" in scraped
        assert scraped.count("ngfw_health_check_status{") == metrics.count("ngfw_health_check_status{")

        def firing() -> list[dict[str, Any]]:
            alerts = json.loads(ask(f"http://127.0.0.1:{server}/api/v1/alerts"))["data"]["alerts"]
            return [alert for alert in alerts if alert["state"] == "firing"]

        alerts = wait_for("alert that fires", firing)
    failed = {(one["labels"]["alertname"], one["labels"].get("engine")) for one in alerts}
    assert ("NGFWCheckFails", "HQ") in failed and ("NGFWCheckNotMeasured", "Oslo") in failed
    # The minor failure of Plano fails no run, so it raises no alert.
    assert not any(engine == "Plano" for _name, engine in failed)
    assert ("NGFWTableDiffers", "HQ") in failed
    hostile = next(one for one in alerts if one["labels"].get("engine") == 'HQ "x"\\')
    assert hostile["annotations"]["summary"].startswith('HQ "x"\\: <script>')
