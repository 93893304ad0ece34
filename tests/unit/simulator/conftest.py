# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain client, so that the simulator's tests stand on neither the collection nor the vendor's library."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests
import websocket

from simulator import Simulator
from simulator.fixtures import simulator

__all__ = ["simulator"]


class Client:
    """One login, and what can be done with it."""

    def __init__(self, smc: Simulator, *, domain: str | None = None, version: str = "7.1", login: bool = True) -> None:
        self.smc = smc
        self.base = f"{smc.url}/{version}"
        self.http = requests.Session()
        self.http.trust_env = False
        self.token: str | None = None
        if smc.url.startswith("https"):
            self.http.verify = smc.ca_path
        if login:
            body = {"authenticationkey": smc.api_key, **({"domain": domain} if domain else {})}
            self.login = self.post("/login", json=body)
            self.token = self.login.headers.get("Authorization")
            if self.token:
                self.http.headers["Authorization"] = self.token

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.http.get(path if path.startswith("http") else self.base + path, timeout=10, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self.http.post(path if path.startswith("http") else self.base + path, timeout=10, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.http.delete(path if path.startswith("http") else self.base + path, timeout=10, **options)

    def control(self, method: str, path: str, body: Any = None) -> requests.Response:
        return self.http.request(method, f"{self.smc.url}/simulator/{path}", json=body, timeout=10)

    def socket(self, channel: str = "session", **options: Any) -> Talk:
        settings: dict[str, Any] = {"suppress_origin": True, "timeout": 10}
        if self.token:
            settings["subprotocols"] = ["access_token", self.token]
        else:
            settings["cookie"] = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)
        if self.base.startswith("https"):
            settings["sslopt"] = {"ca_certs": self.smc.ca_path}
        settings.update(options)
        url = self.base.replace("http", "ws", 1) + f"/monitoring/{channel}/socket"
        return Talk(websocket.create_connection(url, **settings))

    def fetch(self, definition: str, target: str = "Plano FW", **parts: Any) -> list[dict[str, Any]]:
        """Messages of a fetch up to its end or failure."""
        talk = self.socket()
        talk.ask(definition, target, **parts)
        messages = talk.until(lambda message: "end" in message or "failure" in message)
        talk.close()
        return messages

    def entries(self, definition: str, target: str = "Plano FW", **parts: Any) -> list[dict[str, Any]]:
        """The entries of a fetch that ends."""
        messages = self.fetch(definition, target, **parts)
        assert "end" in messages[-1], messages[-1]
        return [entry for message in messages for entry in message.get("records", {}).get("added", [])]


class Talk:
    """A socket that speaks JSON."""

    def __init__(self, socket: websocket.WebSocket) -> None:
        self.socket = socket

    def ask(self, definition: str, target: str = "Plano FW", **parts: Any) -> None:
        query = {"definition": definition, "target": target}
        if "filter" in parts:
            query["filter"] = parts.pop("filter")
        self.send(
            {"query": query, "fetch": parts.pop("fetch", {}), "format": parts.pop("format", {"type": "texts"}), **parts}
        )

    def send(self, message: Any) -> None:
        self.socket.send(message if isinstance(message, str) else json.dumps(message))

    def read(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv())
        return message

    def until(self, done: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        messages = [self.read()]
        while not done(messages[-1]):
            messages.append(self.read())
        return messages

    def quiet(self, seconds: float = 0.15) -> bool:
        """Whether nothing comes for a moment."""
        self.socket.settimeout(seconds)
        try:
            self.socket.recv()
        except websocket.WebSocketTimeoutException:
            return True
        finally:
            self.socket.settimeout(10)
        return False

    def frame(self) -> tuple[int, bytes]:
        """The next frame, control frames too."""
        code, data = self.socket.recv_data(control_frame=True)
        return code, bytes(data)

    def close(self) -> None:
        self.socket.close(timeout=1)


@pytest.fixture
def client() -> Iterator[Callable[..., Client]]:
    """Make clients; their connections close with the test."""
    with ExitStack() as stack:

        def make(smc: Simulator, **options: Any) -> Client:
            made = Client(smc, **options)
            stack.callback(made.http.close)
            return made

        yield make
