# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/images/navigator.png: a health check in ansible-navigator's window, in the execution environment.

python tools/navigator_picture.py     (after `make images`; needs tmux and Chromium)
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from simulator import Scenario, Simulator
from tests.browser import Browser

PICTURE = ROOT / "docs" / "images" / "navigator.png"
IMAGE = "localhost/ngfw-smc-ee:latest"
COLUMNS, LINES = 140, 18
# How long to wait for a text on the terminal, in seconds.
PATIENCE = 180.0
WINDOW = "navigator-picture"


def main() -> None:
    with tempfile.TemporaryDirectory() as name, Simulator(Scenario(end_signals=["event4"])) as smc:
        folder = Path(name)
        folder.chmod(0o770)
        smc.world.change_route("Branch 7", "0.0.0.0/0", remove=True)
        (folder / "all.smc_engines.yml").write_text("plugin: ngfw.smc.engines\nname_filter: Branch*\n", "utf-8")
        command = (
            f"ansible-navigator run ngfw.smc.health_check -i all.smc_engines.yml --eei {IMAGE} --pull-policy never "
            "--penv SMC_ADDRESS --penv SMC_API_KEY --playbook-artifact-enable false --execution-environment true "
            "--container-engine podman --container-options=--network=host -e health_check_report_dir=reports"
        )
        kept = ("PATH", "HOME", "TMPDIR", "CONTAINERS_CONF", "LANG")
        environment = {key: os.environ[key] for key in kept if key in os.environ}
        environment |= {"SMC_ADDRESS": smc.url, "SMC_API_KEY": smc.api_key, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        variables = [part for key, value in environment.items() for part in ("-e", f"{key}={value}")]
        tmux("new-session", "-d", "-s", WINDOW, "-x", str(COLUMNS), "-y", str(LINES), "-c", name, *variables, command)
        try:
            wait_for("Failed")
            press("0", "Enter")
            wait_for("Task action")
            # The last word of the status line, which a view of tasks has nowhere else.
            screen = wait_for("Failed")
        finally:
            tmux("kill-session", "-t", WINDOW)
        draw(screen, folder)
    print(f"{PICTURE.relative_to(ROOT)}  {PICTURE.stat().st_size // 1000} kB")


def tmux(*arguments: str) -> str:
    return subprocess.run(("tmux", *arguments), check=True, capture_output=True, text=True).stdout


def press(*keys: str) -> None:
    tmux("send-keys", "-t", WINDOW, *keys)
    time.sleep(1)


def wait_for(text: str) -> str:
    """What stands in the window once it has this text, with its colours as escapes."""
    deadline = time.monotonic() + PATIENCE
    while text not in (screen := tmux("capture-pane", "-t", WINDOW, "-p", "-e")):
        if time.monotonic() > deadline:
            sys.exit(f"'{text}' did not appear. The window shows:\n{screen}")
        time.sleep(0.5)
    return screen


def draw(screen: str, folder: Path) -> None:
    console = Console(record=True, width=COLUMNS, file=(folder / "nowhere").open("w"), color_system="truecolor")
    console.print(Text.from_ansi(screen))
    (folder / "screen.html").write_text(console.export_html(inline_styles=True, theme=MONOKAI), "utf-8")
    with Browser(folder) as browser:
        browser.show(1370, 380)
        browser.open(folder / "screen.html")
        browser.screenshot(PICTURE, whole=False)


if __name__ == "__main__":
    main()
