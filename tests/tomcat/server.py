# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apache Tomcat on loopback as an SMC: compiled, started and stopped from Python."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import ssl
import subprocess
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from simulator import Simulator

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "tomcat"
SOURCE = HERE / "TomcatServer.java"
# Where Debian's libtomcat10-embed-java puts them; another folder, as Maven's, may be named by TOMCAT_JARS.
JARS = ("tomcat10-embed-core.jar", "tomcat10-embed-websocket.jar")
PACKAGES = ("libtomcat10-embed-java", "openjdk-17-jdk-headless")
_PATIENCE_SECONDS = 60


def _jars() -> list[Path]:
    folder = Path(os.environ.get("TOMCAT_JARS", "/usr/share/java"))
    return [folder / name for name in JARS]


def missing() -> str | None:
    """Why Tomcat cannot run on this machine, and what to install; None if it can."""
    lacking = [name for name in ("java", "javac") if shutil.which(name) is None]
    lacking += [str(jar) for jar in _jars() if not jar.exists()]
    if not lacking:
        return None
    return f"Tomcat cannot run here: there is no {', no '.join(lacking)} (Debian: apt-get install {' '.join(PACKAGES)})"


def compiled() -> Path:
    """The folder with the compiled server. It is compiled once, and once more when its source or the jars change."""
    known = hashlib.sha256(SOURCE.read_bytes())
    for jar in _jars():
        known.update(f"{jar.resolve()} {jar.stat().st_mtime_ns}".encode())
    folder = CACHE / known.hexdigest()[:16]
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(dir=CACHE))
        # A warning is an error, but for annotations that the jars name and Debian does not ship.
        command = ["javac", "-Xlint:all,-classfile", "-Werror", "-cp", _classpath(), "-d", str(building), str(SOURCE)]
        try:
            subprocess.run(command, check=True)
            building.rename(folder)
        except OSError:
            if not folder.exists():
                raise
            # Another process was quicker.
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return folder


def _classpath(*more: Path) -> str:
    return os.pathsep.join(str(path) for path in (*more, *_jars()))


class Tomcat:
    """A server with a folder that `export` wrote. settings: see SETTINGS in TomcatServer.java.

    tls: a PEM file with key and certificate.
    """

    api_key = Simulator.api_key
    username = Simulator.username
    password = Simulator.password

    def __init__(self, folder: Path, *, tls: Path | None = None, **settings: Any) -> None:
        values = {"apiKey": self.api_key, "username": self.username, "password": self.password, **settings}
        self._settings = {"folder": folder, "tls": tls or "", **values}
        self._base = tempfile.TemporaryDirectory(prefix="tomcat-")
        self._log = Path(self._base.name) / "log.txt"
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        arguments = [f"{name}={_text(value)}" for name, value in {**self._settings, "base": self._base.name}.items()]
        # The heap is small so that several may run beside each other.
        command = ["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", _classpath(compiled()), "TomcatServer"]
        with self._log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                [*command, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            raise RuntimeError(f"Tomcat did not start:\n{self.log()}")
        self.url = json.loads(line)["url"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._base.cleanup()

    def stop(self) -> None:
        """Let Tomcat stop in its own way, sockets closed; until then nothing else happens."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(_PATIENCE_SECONDS)
        finally:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                pipe.close()
            self._process.wait()
            self._process = None

    def log(self) -> str:
        """What Java wrote so far."""
        return self._log.read_text(encoding="utf-8")

    def statistics(self) -> dict[str, Any]:
        """Counts of logins, logouts, sockets, fetches, messages, and the codes with which sockets closed."""
        return self._control("statistics")

    def expire_sessions(self) -> None:
        """End every HTTP session."""
        self._control("expire")

    def set(self, **settings: Any) -> None:
        """Change settings that are read at each request, which all are but the connector's."""
        self._control("set?" + urllib.parse.urlencode({name: _text(value) for name, value in settings.items()}))

    def reset(self) -> None:
        """Give all settings their first values again."""
        self._control("reset")

    def _control(self, what: str) -> dict[str, Any]:
        # Never through a proxy of the user's. Whether the certificate is good is not this request's business.
        handlers = [
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl._create_unverified_context()),
        ]
        opener = urllib.request.build_opener(*handlers)
        with opener.open(f"{self.url}/tomcat/{what}", timeout=_PATIENCE_SECONDS) as answer:
            counted: dict[str, Any] = json.load(answer)
        return {name: counted.get(name, 0) for name in (*_COUNTS, *counted)}


_COUNTS = (
    "logins",
    "logouts",
    "refused",
    "sockets",
    "sockets_open",
    "fetches",
    "messages",
    "aborts",
    "added",
    "too_large",
)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
