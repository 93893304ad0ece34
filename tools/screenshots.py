# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/images/*.png: reports of the collection's playbooks about the demo's engines, and the site, as Chromium shows them.

python tools/screenshots.py     (`make screenshots` sets the environment and builds the site)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from demo.__main__ import ALERT, INVENTORY, SCENARIO, TUNNEL
from simulator import Simulator
from tests.browser import Browser

IMAGES = ROOT / "docs" / "images"
SITE = ROOT / "build" / "docs"
# Many people read these pages on GitHub and Galaxy, so a picture must not be large.
LARGEST = 300_000
CHANGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("change_route", {"engine": "Plano FW", "network": "10.200.0.0/16", "gateway": "10.0.1.253"}),
    ("change_route", {"engine": "Plano FW", "network": "10.201.0.0/16", "gateway": "10.0.1.253"}),
    ("drop_vpn_tunnel", {"engine": "HQ cluster", "peer": "Branch 8"}),
)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, Simulator(SCENARIO, port=8082) as smc:
        folder = Path(name)
        window = {"change_window_dir": str(folder), "change_window_settle": 0, "change_window_title": "Change CHG1234"}
        play(smc, "change_window", {**window, "change_window_step": "before"}, 0)
        plant(smc, CHANGES)
        play(smc, "change_window", {**window, "change_window_step": "after"}, 2)
        plant(smc, (*TUNNEL, *ALERT))
        play(smc, "health_check", {"health_check_report_dir": str(folder)}, 2, "-e", "@demo/checks.yml")
        with Browser(folder) as browser:
            browser.show(1280, 960)
            for report in ("health_check", "change_window"):
                draw(browser, folder / f"{report}.html", report)
            draw(browser, SITE / "index.html", "site")
            browser.show(390, 844)
            draw(browser, SITE / "recipes.html", "site_phone")


def draw(browser: Browser, page: Path, name: str) -> None:
    """Write the picture of this name. Exits if it is too large."""
    browser.open(page)
    picture = IMAGES / f"{name}.png"
    browser.screenshot(picture, whole=False)
    size = picture.stat().st_size
    print(f"{picture.relative_to(ROOT)}  {size // 1000} kB")
    if size > LARGEST:
        sys.exit(f"{picture} is larger than {LARGEST // 1000} kB.")


def play(smc: Simulator, playbook: str, variables: dict[str, Any], status: int, *options: str) -> None:
    """Run a playbook of the collection. Exits if it does not end with this status."""
    command = ["ansible-playbook", "-i", INVENTORY, f"ngfw.smc.{playbook}", "-e", json.dumps(variables), *options]
    environment = {**os.environ, "SMC_ADDRESS": smc.url, "SMC_API_KEY": smc.api_key}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode != status:
        sys.exit(
            f"{playbook}: expected exit status {status}, found {ended.returncode}:\n{ended.stdout}\n{ended.stderr}"
        )


def plant(smc: Simulator, changes: Iterable[tuple[str, dict[str, Any]]]) -> None:
    for hook, arguments in changes:
        getattr(smc.world, hook)(**arguments)


if __name__ == "__main__":
    main()
