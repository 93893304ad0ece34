# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""HTTP requests to the SMC without a login: connections, TLS, proxies, retries, and errors in plain words.

The texts of requests' exceptions are never passed on: they quote the URL, and an administrator's login puts the
password there.
"""

from __future__ import annotations

import http.client
import logging
import os
import re
import ssl
from collections.abc import Callable, Collection, Mapping
from typing import Any

from ..errors import AnswerTooLarge, ConnectionFailed, MissingLibrary, SMCError, TLSRefused
from ..words import in_seconds, shorten
from .adapter import Adapter, ClosedMeanwhile, ProxyRefused
from .answers import Answer, Retries
from .body import BadBody, read_body
from .certificates import tls_context
from .connection import Connection, bare_url
from .deadline import Deadline
from .network_errors import chain, explain_tls, root_cause, words_in
from .observer import NOBODY, Observer
from .proxies import Proxy, proxy_for
from .secrets import HidePasswords
from .sockets import TooMuchReceived

try:
    import requests
    import requests.structures
    import requests.utils
    import urllib3

    REQUESTS_MISSING: ImportError | None = None
except ImportError as error:
    REQUESTS_MISSING = error
    _LIBRARY_ERRORS: tuple[type[Exception], ...] = ()
else:
    # What requests, urllib3 and http.client raise for what a server may send. Some of it they did not think of.
    _LIBRARY_ERRORS = (
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        http.client.HTTPException,
        OSError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
    )


# A URL without any character that requests would have to quote.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~=/-]*)?")

# How much of a body is read at a time, in bytes.
_PIECE = 64 * 1024

# A forwarding proxy answers with these itself; the SMC does so with a JSON document only.
_PROXY_STATUSES = (403, 502, 503, 504)


_NO_CONTENT = 204


logging.getLogger("urllib3.connectionpool").addFilter(HidePasswords())


class Transport:
    """Sends requests to one SMC, and connects its WebSockets. Safe for several threads.

    Attributes:
        deadline: Bounds every wait; None for none beside the timeouts of the connection.
        secrets: Never to be shown, beside those of the session.
        observer: Sees the answers.
    """

    def __init__(
        self, connection: Connection, pool_size: int, scrub: Callable[[str], str], observer: Observer = NOBODY
    ) -> None:
        """Sends nothing yet.

        Args:
            connection: The checked options.
            pool_size: How many connections to keep open.
            scrub: Hides the session's secrets in a text.
            observer: Sees the answers.

        Raises:
            MissingLibrary: requests is not installed, or PySocks for a SOCKS proxy.
            OptionError: `url`, `ca_path` or a variable of the environment is wrong.
        """
        if REQUESTS_MISSING is not None:
            raise MissingLibrary("requests", library="requests")
        self._base = connection.base
        self._timeout = (connection.connect_timeout, connection.read_timeout)
        self._scrub = scrub
        self.observer = observer
        self.deadline: Deadline | None = None
        self._proxy = proxy_for(self._base, os.environ)
        # Beside those of the session.
        self.secrets = [self._proxy.password] if self._proxy and self._proxy.password else []
        # Whether anything has answered yet, so that the port is the right one.
        self._answered = False
        self._validate = connection.validate_certs
        if not self._validate:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        # Not a requests.Session: that would use a .netrc password for this host, prefer the environment's CA over ours,
        # and hold back from the SMC a cookie that it set for the host name it believes it has.
        self._adapter = Adapter(self._context(connection), self._proxy, pool_size)
        defaults = requests.utils.default_headers()
        self._headers = {
            **{name: str(value) for name, value in defaults.items()},
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
        }

    def _context(self, connection: Connection) -> ssl.SSLContext:
        if not self._base.startswith("https:"):
            # What nobody connects by need not be there.
            return tls_context(False, None, {})
        return tls_context(
            connection.validate_certs, connection.ca_path, os.environ, requests.utils.DEFAULT_CA_BUNDLE_PATH
        )

    def close(self) -> None:
        self._adapter.close()

    def bounded(self, wait: float) -> float:
        """A wait in seconds, not beyond the deadline."""
        return self.deadline.bounded(wait) if self.deadline else wait

    def _as_happens(self, kinds: Collection[str]) -> str:
        """The likely cause of a connection that brought no answer, as the end of a sentence; empty after an answer."""
        if self._answered:
            return ""
        if self._base.startswith("http:"):
            silent = any(kind in kinds for kind in ("RemoteDisconnected", "ConnectionResetError", "BadStatusLine"))
            return ", as happens on a port that expects https://" if silent else ""
        if not any(kind in kinds for kind in ("SSLEOFError", "SSLZeroReturnError")):
            return ""
        if self._proxy:
            return f", as happens where the proxy {self._proxy} takes the connection and cannot make it"
        return ", as happens where a server wants a certificate of the client, which is not supported"

    def limit(self, wait: float) -> str:
        """How long was waited, in words: as long as this, or until the deadline."""
        over = self.deadline is not None and not self.deadline.left()
        return in_seconds(self.deadline.seconds if self.deadline and over else wait)

    def connect(self, doing: str) -> Any:
        """A connected socket to the SMC, with TLS and through the proxy's tunnel, for a WebSocket.

        Its deadline is that of the connection; what is read next may last until then.

        Args:
            doing: Completes "while …" in an error.

        Raises:
            ConnectionFailed: There is no connection.
            TLSRefused: The server's certificate was not accepted.
        """
        try:
            return self._adapter.connect(self._base, self.bounded(self._timeout[0]))
        except _LIBRARY_ERRORS as error:
            raise self._explain(error, doing) from None

    def send(
        self,
        method: str,
        url: str,
        doing: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        json: Any = None,
        repeatable: bool | None = None,
    ) -> Answer:
        """One request, repeated while the SMC is busy.

        Args:
            method: The HTTP method.
            url: The whole URL.
            doing: Completes "while …" in an error.
            headers: Beside those that every request has.
            params: The query.
            json: The body, as a JSON document.
            repeatable: Whether it may be sent once more if the server closed the connection just then; by default a
                GET may. What adds something may have been done.

        Returns:
            The answer, whatever its status is.

        Raises:
            ConnectionFailed: There was no answer, or a redirect, which is not followed.
            TLSRefused: The server's certificate was not accepted.
            AnswerTooLarge: The answer is too large to be one of the SMC.
        """
        retries = Retries(self.bounded(self._timeout[1]))
        repeatable = method == "GET" if repeatable is None else repeatable
        while True:
            answer = self._answer(method, url, doing, headers, params, json, repeatable, retries.tries)
            if 300 <= answer.status < 400 and answer.status != 304:
                raise ConnectionFailed(self._redirected(answer, doing))
            if not retries.wait(answer.status, answer.headers.get("Retry-After")):
                self._refuse_proxys(answer, doing)
                return answer

    def _answer(
        self,
        method: str,
        url: str,
        doing: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        json: Any,
        repeatable: bool,
        tries: int,
    ) -> Answer:
        """One answer. A kept connection that the server closed is replaced once."""
        for again in (repeatable, False):
            began = self.observer.begins()
            try:
                answer = self._exchange(method, url, params, json, headers, tries)
            except _LIBRARY_ERRORS as error:
                self.observer.unanswered(began, method, url, params, self._scrub(self._reason(error)))
                if again and any(isinstance(one, ClosedMeanwhile) for one in chain(error)):
                    continue
                raise self._explain(error, doing) from None
            self._answered = True
            self.observer.answered(began, method, url, params, answer)
            return answer
        raise AssertionError("the second try returns or raises")

    def _exchange(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        json: Any,
        headers: Mapping[str, str],
        tries: int,
    ) -> Answer:
        """One request and its whole answer. A redirect is not followed: a login would send the key to another host.

        An inventory, or a block list that is emptied, sends thousands of requests. A URL that needs no quoting
        therefore skips the preparation that requests would do.
        """
        everything = {**self._headers, **headers}
        if params is None and json is None and method in ("GET", "DELETE") and _PLAIN_URL.fullmatch(url):
            prepared = requests.PreparedRequest()
            prepared.method, prepared.url, prepared.hooks = method, url, {}
            prepared.headers = requests.structures.CaseInsensitiveDict(everything)
        else:
            prepared = requests.Request(method, url, params=params, json=json, headers=everything).prepare()
        timeout = (self.bounded(self._timeout[0]), self.bounded(self._timeout[1]))
        proxies = dict.fromkeys(("http", "https"), self._proxy.url) if self._proxy else {}
        response = self._adapter.send(prepared, stream=True, timeout=timeout, verify=self._validate, proxies=proxies)
        try:
            body = _body_of(response, method)
            cookies = response.raw.headers.getlist("Set-Cookie")
            return Answer(response.status_code, response.headers, body, url, cookies, tries)
        except BaseException:
            # Interrupts too: what is left of the answer must not be taken for the next one.
            response.close()
            raise

    def _redirected(self, answer: Answer, doing: str) -> str:
        elsewhere = self._scrub(bare_url(str(answer.headers.get("Location", "nowhere"))))
        return f"{self._base} answered with a redirect to {shorten(elsewhere, 200)} while {doing}. Is `url` right?"

    def _refuse_proxys(self, answer: Answer, doing: str) -> None:
        """Raises ConnectionFailed if a proxy gave this answer itself."""
        if self._proxy is None:
            return
        forwarding = self._base.startswith("http:") and not self._proxy.scheme.startswith("socks")
        own = answer.status in _PROXY_STATUSES and not answer.body.lstrip().startswith(b"{")
        if forwarding and (own or answer.status == 407):
            words = answer.message(self._scrub)
            raise ConnectionFailed(self._refused_by_proxy(self._proxy, answer.status, words, doing))

    def _refused_by_proxy(self, proxy: Proxy, status: int, words: str, doing: str) -> str:
        advice = (
            f"Give its user name and password in the environment variable {proxy.variable}"
            if status == 407
            else "See the proxy's rules and log"
        )
        ended = words if words.endswith(("?", "!", "…")) else f"{words}."
        return (
            f"The proxy {proxy} refused to connect to {self._base} while {doing}: HTTP {status}, {ended} {advice}, or "
            "exempt the SMC with `no_proxy`."
        )

    def _explain(self, error: Exception, doing: str) -> SMCError:
        """The error of a library as one of ours."""
        for one in chain(error):
            if isinstance(one, ProxyRefused) and self._proxy:
                words = words_in(one.said.encode(), self._scrub) or "no explanation"
                return ConnectionFailed(self._refused_by_proxy(self._proxy, one.status, words, doing))
            if isinstance(one, TooMuchReceived) or (isinstance(one, BadBody) and "larger" in str(one)):
                return AnswerTooLarge(
                    f"{self._base} sent an answer that is too large while {doing}: {one}. Is `url` the address of the "
                    "SMC API?"
                )
            if isinstance(one, ssl.SSLError) and not isinstance(one, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
                return TLSRefused(explain_tls(self._base, error))
        return ConnectionFailed(
            f"Could not reach the SMC API at {self._base} while {doing}: {self._scrub(self._reason(error))}. Check `url` "
            "(the API listens on port 8082 by default and must be enabled in the Management Server's properties), DNS "
            "and firewalls."
        )

    def _reason(self, error: Exception) -> str:
        kinds = {type(one).__name__ for one in chain(error)}
        if isinstance(error, BadBody):
            return str(error)
        if "LookUpUnanswered" in kinds:
            reason = f"no answer to the look-up of the host name within {self.limit(self._timeout[0])}"
        elif "ConnectTimeoutError" in kinds:
            reason = f"no connection within {self.limit(self._timeout[0])}"
        elif kinds & {"ReadTimeoutError", "ReadTimeout", "timeout", "TimeoutError"}:
            reason = f"no answer within {self.limit(self._timeout[1])}"
        else:
            reason = root_cause(error)
            reason += self._as_happens(kinds)
        if self._proxy and ("ProxyError" in kinds or kinds & {"NewConnectionError", "ConnectTimeoutError"}):
            return f"the proxy {self._proxy} did not take the connection ({reason})"
        return reason


def _body_of(response: Any, method: str) -> bytes:
    """The whole body of an answer. Raises what `read_body` raises."""
    encoding, length = (response.headers.get(f"Content-{name}", "") for name in ("Encoding", "Length"))
    if response.status_code == _NO_CONTENT and length.strip() not in ("", "0"):
        # It has no body, whatever its length says. What comes nevertheless must not be taken for the next answer.
        response.close()
        return b""
    return read_body(response.raw.stream(_PIECE, decode_content=False), encoding, "" if method == "HEAD" else length)
