# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A TCP path to a server that can die silently: both connections stay open, and nothing more arrives."""

from __future__ import annotations

import socket
import threading
from typing import Self
from urllib.parse import urlsplit, urlunsplit


class Forwarder:
    """Forwards to a server. Use as a context manager; `url` is the server's, through this path.

    Args:
        url: The server's URL.
        websocket_bytes: After how many bytes from the server each WebSocket connection dies; None for never.
    """

    def __init__(self, url: str, websocket_bytes: int | None = None) -> None:
        parts = urlsplit(url)
        self._upstream = (parts.hostname or "", parts.port or 80)
        self._limit = websocket_bytes
        self._server = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self.url = urlunsplit((parts.scheme, f"127.0.0.1:{self._server.getsockname()[1]}", parts.path, "", ""))

    def heal(self) -> None:
        """Connections from now on do not die."""
        self._limit = None

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.close()
        for one in self._sockets:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._server.accept()
            except OSError:
                return
            far = socket.create_connection(self._upstream)
            self._sockets += [near, far]
            dies = threading.Event()
            threading.Thread(target=self._copy, args=(near, far, dies, True), daemon=True).start()
            threading.Thread(target=self._copy, args=(far, near, dies, False), daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket, is_websocket: threading.Event, up: bool) -> None:
        left = self._limit
        try:
            while data := source.recv(65536):
                if up and b"Upgrade: websocket" in data:
                    is_websocket.set()
                if not up and left is not None and is_websocket.is_set():
                    data, left = data[:left], max(0, left - len(data))
                if data:
                    target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return
