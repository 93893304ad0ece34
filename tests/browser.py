# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chromium without a window, driven through its DevTools protocol: pages as people see them.

with Browser(folder) as browser:
browser.open(folder / "report.html")
assert browser.run("document.title") == "..."
browser.screenshot(folder / "report.png", dark=True)
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import websocket

_SECONDS = 60.0
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The browser's path: of the environment's CHROMIUM, else of the usual names."""
    return next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *_NAMES))), None)


class Browser:
    """One browser with one page. folder: where its profile may lie.

    requested: the URLs that the page asked for. complaints: errors on its console, and what its content security policy refused.
    """

    def __init__(self, folder: Path) -> None:
        self._profile = folder / "browser"
        self._numbers = itertools.count(1)
        self.requested: list[str] = []
        self.complaints: list[str] = []

    def __enter__(self) -> Self:
        executable = find_chromium()
        if executable is None:
            raise FileNotFoundError(f"There is none of {', '.join(_NAMES)} on PATH.")
        self._profile.mkdir(parents=True, exist_ok=True)
        port_file = self._profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        options = (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--hide-scrollbars",
            "--force-color-profile=srgb",
            f"--user-data-dir={self._profile}",
            "--remote-debugging-port=0",
        )
        self._process = subprocess.Popen(
            [executable, *options, "about:blank"],
            # Its crash reports go into the home directory, wherever the profile is.
            env={**os.environ, "HOME": str(self._profile)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._socket = websocket.create_connection(
                self._page_url(port_file), timeout=_SECONDS, suppress_origin=True, skip_utf8_validation=True
            )
            for domain in ("Page", "Runtime", "Network", "Log"):
                self._call(f"{domain}.enable")
        except BaseException:
            # Interrupts too: __exit__ is not called if __enter__ did not finish.
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self._call("Browser.close")
            self._socket.close()
        self._end()

    def open(self, page: Path | str) -> None:
        """Load a file or URL and wait until it has loaded."""
        url = page.resolve().as_uri() if isinstance(page, Path) else page
        # A page that differs only in its fragment would not be loaded again.
        self._go("about:blank")
        self.requested.clear()
        self.complaints.clear()
        self._go(url)

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression, a promise's included."""
        answer = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{script}: {answer['exceptionDetails']['exception'].get('description')}")
        return answer["result"].get("value")

    def show(self, width: int = 1280, height: int = 900, dark: bool = False, printed: bool = False) -> None:
        """The window's size in CSS pixels, and what the page is to know of the reader's wishes."""
        self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", media="print" if printed else "screen", features=[scheme])

    def scripts(self, run: bool) -> None:
        """Whether the page's own scripts run."""
        self._call("Emulation.setScriptExecutionDisabled", value=not run)

    def press(self, key: str) -> None:
        """One key, by the name that a keyboard event has for it."""
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        code = {"Enter": 13, "Tab": 9, "Escape": 27}.get(key, ord(key[0].upper()))
        pressed = {"key": key, "windowsVirtualKeyCode": code, **({"text": text} if text else {})}
        self._call("Input.dispatchKeyEvent", type="keyDown", **pressed)
        self._call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def screenshot(self, path: Path, whole: bool = True) -> None:
        """A PNG of the page, or of the window alone."""
        shot = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def pdf(self, path: Path) -> None:
        """The page as it is printed on A4."""
        printed = self._call("Page.printToPDF", printBackground=True, paperWidth=8.27, paperHeight=11.69)
        path.write_bytes(base64.b64decode(printed["data"]))

    def _page_url(self, port_file: Path) -> str:
        deadline = time.monotonic() + _SECONDS
        while not (port_file.exists() and port_file.stat().st_size):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Chromium did not start (exit status {self._process.poll()}).")
            time.sleep(0.05)
        port = port_file.read_text().split()[0]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{port}/json/list", timeout=_SECONDS) as answer:
            pages = [target for target in json.load(answer) if target["type"] == "page"]
        return str(pages[0]["webSocketDebuggerUrl"])

    def _go(self, url: str) -> None:
        answer = self._call("Page.navigate", url=url)
        if "errorText" in answer:
            raise AssertionError(f"{url} did not load: {answer['errorText']}")
        # Asked, not waited for by a listener: a page may have its scripts switched off.
        while self.run("document.readyState") != "complete":
            time.sleep(0.02)

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise AssertionError(f"{method}: {message['error']}")
                result: dict[str, Any] = message["result"]
                return result
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        method, params = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requested.append(params["request"]["url"])
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.complaints.append(params["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(params["exceptionDetails"]))

    def _end(self) -> None:
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
