# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""One session with the SMC over HTTP: versions, login, requests, logout.

Every login is followed by a logout unless the session was handed in; every href is re-based on the
configured URL, because the SMC prints its own idea of its host; no message holds a secret, which is why
the texts of requests' exceptions (they quote the URL, and an administrator's login puts the password there)
are never passed on.
"""

from __future__ import annotations

import logging
import re
import ssl
import threading
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from html import escape
from json import dumps
from json import loads as parse_json
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

from .causes import explain_tls, root_cause, words_in
from .connection import (
    DEFAULT_DOMAIN,
    Connection,
    Version,
    bare_url,
    certificate_authorities,
    offered_versions,
    version_key,
)
from .errors import (
    ApiVersionNotOffered,
    ConnectionFailed,
    LoginRefused,
    MissingLibrary,
    OptionError,
    RequestRefused,
    SessionExpired,
    SMCError,
    TLSRefused,
    join_names,
)

try:
    import requests
    import requests.adapters
    import requests.structures
    import requests.utils
    import urllib3

    REQUESTS_MISSING: ImportError | None = None
except ImportError as error:
    REQUESTS_MISSING = error

# The SMC answers 503 while the database is busy and 429 when asked too often; both are worth a wait.
_BUSY = (429, 503)
_TRIES = 5
_BACKOFF = 0.3
_LONGEST_WAIT = 30.0
# Characters of a session id, at least.
_SHORTEST_SESSION = 8
# How many new logins may change nothing, before it is clear that it is not the session that is refused.
_LOGINS_IN_VAIN = 3
# Cookie and token of no session.
_NOBODY = (None, None)
# A URL that goes over the wire as it is.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~=/-]*)?")


class Retries:
    """Patience with a busy SMC, for so many seconds in all."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + min(_LONGEST_WAIT, seconds)
        self.tries = 1

    def wait(self, status: int, retry_after: str | None) -> bool:
        """Whether to ask again after this answer; returns when it is time to."""
        if status not in _BUSY or self.tries >= _TRIES:
            return False
        pause = _retry_after(retry_after, _BACKOFF * 2 ** (self.tries - 1))
        if time.monotonic() + pause > self._until:
            return False
        time.sleep(pause)
        self.tries += 1
        return True


class Answer:
    """What the SMC answered: `status`, `headers`, and the JSON document if it is one.

    tries: how often it was asked, the last time included.
    """

    def __init__(self, response: requests.Response, tries: int = 1) -> None:
        self.tries = tries
        self.status = response.status_code
        self.headers = response.headers
        self._response = response

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def document(self) -> Any:
        """The JSON document; None for an empty body. Raises ConnectionFailed for anything else."""
        if not self._response.content.strip():
            return None
        try:
            # JSON is UTF-8 by its standard, whatever a header or a guess by the bytes may say.
            return parse_json(self._response.content)
        except (ValueError, RecursionError):
            raise ConnectionFailed(
                f"{bare_url(self._response.url)} answered HTTP {self.status} with something that is not JSON. "
                "Is it the address of the SMC API (by default port 8082)?"
            ) from None

    def message(self) -> str:
        """The server's own words for a person: message and details of the error body, else its text."""
        return words_in(self._response.content) or "no explanation"

    def cookies(self) -> str | None:
        """All cookies that the answer sets, as a Cookie header's value."""
        raw = self._response.raw.headers.getlist("Set-Cookie")
        return "; ".join(cookie.split(";", 1)[0].strip() for cookie in raw) or None


class Session:
    """A login, and requests in its name. Use as a context manager; safe for several threads.

    api_version: the version in every URL. product: the newest version that the SMC offers, which tells its
    own. domain: the administrative domain of the login. warnings: sentences for the user.
    """

    def __init__(self, connection: Connection, pool_size: int = 16) -> None:
        if REQUESTS_MISSING is not None:
            raise MissingLibrary("requests", library="requests")
        self.connection = connection
        self.warnings: list[str] = []
        self.logins = 0
        self._handed_in = connection.session
        self.base = connection.base
        self.verify = certificate_authorities(connection, requests.utils.DEFAULT_CA_BUNDLE_PATH)
        if self.verify is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        # Not a requests.Session: that would take a .netrc password for this host, the environment's CA over ours, and
        # keep from the SMC a cookie that it set for the host it believes it is.
        self._adapter = requests.adapters.HTTPAdapter(pool_connections=1, pool_maxsize=pool_size)
        self._proxies = dict(requests.utils.get_environ_proxies(self.base))
        defaults = requests.utils.default_headers()
        self._headers = {**{name: str(value) for name, value in defaults.items()}, "Accept": "application/json"}
        self._lock = threading.Lock()
        self._cookie: str | None = None
        self._token: str | None = None
        self._own_login = False
        self._ended = False
        self._refused: list[tuple[str | None, str | None]] = []
        self._logins_in_vain = 0
        self._entry_points: dict[str, str] | None = None
        self.api_version = ""
        self.product: Version = ()
        self.domain = connection.domain or DEFAULT_DOMAIN

    def __enter__(self) -> Session:  # noqa: PYI034 (Self needs Python 3.11)
        try:
            if self._handed_in:
                self._resume(self._handed_in)
            else:
                self._choose_version()
                self._login()
        except BaseException:
            # An interrupt too: __exit__ is not called for what never was entered.
            self._adapter.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        with self._lock:
            # A look-up that nobody waits for any more must not log in anew.
            self._ended = True
        try:
            for credentials in self._refused:
                self._log_out_refused(credentials)
            if self._own_login:
                self.logout()
        finally:
            self._adapter.close()

    @property
    def proxies(self) -> Mapping[str, str]:
        return dict(self._proxies)

    def credentials(self) -> tuple[str | None, str | None]:
        """Cookie and token of the session, for the WebSocket; None for what the SMC did not give."""
        return self._cookie, self._token

    def tls_context(self) -> ssl.SSLContext:
        """What the WebSocket trusts: the same CAs as HTTP, host name included."""
        if self.verify is False:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context
        path = str(self.verify)
        folder = Path(path).is_dir()
        return ssl.create_default_context(cafile=None if folder else path, capath=path if folder else None)

    def hand_over(self) -> dict[str, Any]:
        """What another task needs to go on with this session. It is not logged out when this object ends."""
        self._own_login = False
        return {
            "url": self.base,
            "api_version": self.api_version,
            "product_version": ".".join(str(part) for part in self.product),
            "domain": self.domain,
            "cookie": self._cookie,
            "token": self._token,
        }

    def rebase(self, href: str) -> str:
        """An href of the SMC's, or a path such as `elements`, as a URL of the configured SMC."""
        parts = urlsplit(href)
        if not parts.scheme and not href.startswith("/"):
            return f"{self.base}/{self.api_version}/{href}"
        base = urlsplit(self.base)
        path = parts.path
        if base.path and not path.startswith(base.path + "/"):
            path = base.path + path
        return urlunsplit((base.scheme, base.netloc, path, parts.query, ""))

    def get(self, href: str, doing: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON document behind an href; None for an empty answer. `doing` completes "while …"."""
        return self.expect(self.request("GET", href, doing, params=params), doing).document()

    def entry_point(self, rel: str) -> str:
        """The href of one of the SMC's entry points. Raises RequestRefused when there is none."""
        if self._entry_points is None:
            document = self.get("api", "listing the entry points")
            listed = document.get("entry_point") if isinstance(document, dict) else None
            points = [item for item in listed or () if isinstance(item, dict)]
            self._entry_points = {str(item.get("rel")): str(item.get("href")) for item in points}
        try:
            return self._entry_points[rel]
        except KeyError:
            raise RequestRefused(f"{self.base} has no entry point '{rel}'.", status=404) from None

    def expect(self, answer: Answer, doing: str) -> Answer:
        """The answer, if it is a success. Raises RequestRefused with the server's words."""
        if answer.ok:
            return answer
        raise RequestRefused(
            f"{self.base} refused {doing}: HTTP {answer.status}, {self.words_of(answer)}.{_advice(answer)}",
            status=answer.status,
            server_message=self.words_of(answer),
        )

    def request(
        self,
        method: str,
        href: str,
        doing: str,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request in the session's name, with one new login when the session has expired.

        Any status is an answer, except 401 after the new login: SessionExpired. Raises ConnectionFailed.
        """
        if self._ended:
            raise SessionExpired(f"The session with {self.base} has ended, so it is too late for {doing}.")
        before = self.credentials()
        given = headers or {}
        answer = self._send(method, self.rebase(href), doing, params, json, {**given, **_identity(*before)})
        if answer.status != 401:
            return answer
        if self._logins_in_vain < _LOGINS_IN_VAIN:
            self.renew(before, doing)
            identity = _identity(*self.credentials())
            answer = self._send(method, self.rebase(href), doing, params, json, {**given, **identity})
        if answer.status == 401:
            self._logins_in_vain += 1
            raise SessionExpired(
                f"{self.base} does not accept a new session either, while {doing}: HTTP 401, {self.words_of(answer)}."
            )
        return answer

    def renew(self, refused: tuple[str | None, str | None], doing: str) -> None:
        """Log in anew because these credentials were refused, unless another thread has done so already."""
        with self._lock:
            if self.credentials() not in (refused, _NOBODY):
                return
            if self._ended:
                raise SessionExpired(f"The session with {self.base} ended while {doing}.")
            if not self.connection.has_credentials:
                raise SessionExpired(
                    f"The session that was handed in is not accepted by {self.base} any more, while {doing}. "
                    "Log in again with ngfw.smc.login, or give credentials beside `session`."
                )
            if self._own_login:
                self._refused.append(refused)
            self._cookie, self._token = _NOBODY
            self._own_login = False
            try:
                self._login()
            except LoginRefused as error:
                raise LoginRefused(
                    f"The session expired while {doing}, and a new one was not to be had: {error.message}",
                    **error.facts(),
                ) from None

    def logout(self) -> None:
        """End the session on the SMC. A failure is a warning: what was asked for has been done by then."""
        self._own_login = False
        try:
            answer = self._send("PUT", self.rebase("logout"), "logging out", None, None, _identity(*self.credentials()))
        except SMCError as error:
            self.warnings.append(f"The logout failed, so the session stays until it expires: {error}")
            return
        if not answer.ok and answer.status != 401:
            self.warnings.append(
                "The logout failed, so the session stays until it expires: "
                f"HTTP {answer.status}, {self.words_of(answer)}."
            )

    def _log_out_refused(self, credentials: tuple[str | None, str | None]) -> None:
        """Of a session that one request was refused with: for its end, as a rule, but perhaps for something else."""
        try:
            self._send("PUT", self.rebase("logout"), "logging out", None, None, _identity(*credentials))
        except SMCError:
            # The logout of the session that took its place tells.
            return

    def words_of(self, answer: Answer) -> str:
        """The server's explanation of an answer, without secrets and full stop."""
        return self.scrub(answer.message()).rstrip(".")

    def scrub(self, text: str) -> str:
        """The text without any secret of this session."""
        cookies = (part.strip().partition("=")[2] for part in (self._cookie or "").split(";"))
        # A short one, such as a route's number, is no secret.
        values = (value for value in cookies if len(value) >= _SHORTEST_SESSION)
        secrets = (self.connection.api_key, self.connection.password, self._cookie, self._token, *values)
        for secret in filter(None, secrets):
            # A server may quote the request: as it was sent, and in a page's or a document's own writing.
            for spelling in (
                secret,
                quote(secret),
                quote(secret, ""),
                quote_plus(secret),
                escape(secret),
                dumps(secret)[1:-1],
            ):
                text = text.replace(spelling, "********")
        return text

    def _choose_version(self) -> None:
        answer = self._send("GET", self.base + "/api", "asking for its API versions", None, None, {})
        document = self.expect(answer, "to list its API versions").document()
        offered = offered_versions(document)
        if not offered:
            raise ConnectionFailed(
                f"{self.base}/api answered, but not with a list of API versions. Is it the address of the SMC API "
                "(by default port 8082)?"
            )
        newest = max(offered, key=version_key)
        self.product = version_key(newest)
        wanted = self.connection.api_version
        if wanted is None:
            self.api_version = newest
            return
        if wanted not in offered:
            advice = ""
            if wanted + "0" in offered:
                advice = f" Write '{wanted}0' in quotes: YAML reads the bare number as {wanted}."
            raise ApiVersionNotOffered(
                f"{self.base} does not offer API version {wanted}; it offers {join_names(offered)}.{advice}",
                offered=offered,
            )
        self.api_version = wanted

    def _login(self) -> None:
        connection = self.connection
        domain = {"domain": connection.domain} if connection.domain else {}
        params: dict[str, str] | None = None
        body: dict[str, str] = dict(domain)
        if connection.api_key:
            path, whose = "login", "with the API key"
            body["authenticationkey"] = connection.api_key
        elif connection.username and connection.password:
            path, whose = "lms_login", f"as administrator '{connection.username}'"
            params = {"login": connection.username, "pwd": connection.password, **domain}
        else:
            raise OptionError("There is nothing to log in with: give `api_key`, or `username` and `password`.")
        where = f"in the domain '{connection.domain}'" if connection.domain else "in the default domain"
        doing = f"logging in {whose} {where}"
        answer = self._send("POST", self.rebase(path), doing, params, body, {})
        if not answer.ok:
            message = self.words_of(answer)
            check = "the key" if connection.api_key else "name and password"
            if connection.domain:
                check += f", and that the domain exists and may be used with {'it' if connection.api_key else 'them'}"
            advice = f" Check {check}." if answer.status < 500 and answer.status not in _BUSY else _advice(answer)
            raise LoginRefused(
                f"{self.base} refused the login {whose} {where} (API {self.api_version}): "
                f"HTTP {answer.status}, {message}.{advice}",
                status=answer.status,
                server_message=message,
            )
        self._token = answer.headers.get("Authorization")
        # Beside a token a cookie may still be a load balancer's.
        self._cookie = answer.cookies()
        if not self._token and not self._cookie:
            raise LoginRefused(
                f"{self.base} accepted the login but gave neither a session cookie nor a token. If the Management "
                'Server\'s option "Use SSL for session ID" is set and this SMC gives no token, untick it.',
                status=answer.status,
            )
        self.logins += 1
        self._own_login = True

    def _resume(self, handed_in: Mapping[str, Any]) -> None:
        self.api_version = str(handed_in["api_version"])
        self.product = version_key(str(handed_in.get("product_version") or self.api_version))
        self.domain = str(handed_in.get("domain") or self.domain)
        # Ansible marks texts with types of its own, which requests refuses as header values.
        self._cookie = "".join(handed_in.get("cookie") or "") or None
        self._token = "".join(handed_in.get("token") or "") or None
        if not self._cookie and not self._token:
            raise OptionError(
                "`session` holds neither a cookie nor a token. Hand on `session` of ngfw.smc.login whole."
            )

    def _send(
        self,
        method: str,
        url: str,
        doing: str,
        params: Mapping[str, str] | None,
        json: Any,
        headers: Mapping[str, str],
    ) -> Answer:
        retries = Retries(self.connection.read_timeout)
        while True:
            try:
                response = self._exchange(method, url, params, json, headers)
            except requests.RequestException as error:
                raise self._explain(error, doing) from None
            if 300 <= response.status_code < 400 and response.status_code != 304:
                elsewhere = bare_url(response.headers.get("Location", "nowhere"))
                raise ConnectionFailed(
                    f"{self.base} answered with a redirect to {elsewhere} while {doing}. Is `url` right?"
                )
            if not retries.wait(response.status_code, response.headers.get("Retry-After")):
                return Answer(response, retries.tries)

    def _exchange(
        self, method: str, url: str, params: Mapping[str, str] | None, json: Any, headers: Mapping[str, str]
    ) -> requests.Response:
        """One request and its whole answer. Redirects are not followed: a login would carry the key to another host.

        An inventory or an emptied block list sends thousands of these, so a URL that needs no preparation gets none.
        """
        everything = {**self._headers, **headers}
        if params is None and json is None and method in ("GET", "DELETE") and _PLAIN_URL.fullmatch(url):
            prepared = requests.PreparedRequest()
            prepared.method, prepared.url, prepared.hooks = method, url, {}
            prepared.headers = requests.structures.CaseInsensitiveDict(everything)
        else:
            prepared = requests.Request(method, url, params=params, json=json, headers=everything).prepare()
        response = self._adapter.send(
            prepared,
            timeout=(self.connection.connect_timeout, self.connection.read_timeout),
            verify=self.verify,
            proxies=self._proxies,
        )
        # Read here, so that a connection that breaks off within the answer fails like any other.
        _unused = response.content
        return response

    def _explain(self, error: requests.RequestException, doing: str) -> SMCError:
        if isinstance(error, requests.exceptions.SSLError):
            return TLSRefused(explain_tls(self.base, error))
        if isinstance(error, requests.exceptions.ProxyError):
            reason = f"the proxy did not take the connection ({root_cause(error)})"
        elif isinstance(error, requests.exceptions.ConnectTimeout):
            reason = f"no connection within {self.connection.connect_timeout:g} s"
        elif isinstance(error, requests.exceptions.ReadTimeout):
            reason = f"no answer within {self.connection.read_timeout:g} s"
        else:
            reason = root_cause(error)
            broken = any(isinstance(inner, urllib3.exceptions.ProtocolError) for inner in error.args)
            if broken and self.base.startswith("http:"):
                reason += ", which is what a port does that wants https://"
        return ConnectionFailed(
            f"Could not reach the SMC API at {self.base} while {doing}: {self.scrub(reason)}. Check `url` (the API "
            "listens on port 8082 by default and must be switched on in the Management Server's properties), DNS and "
            "firewalls."
        )


def _identity(cookie: str | None, token: str | None) -> dict[str, str]:
    identity = {}
    if cookie:
        identity["Cookie"] = cookie
    if token:
        identity["Authorization"] = token
    return identity


class _HidePasswords(logging.Filter):
    """The API wants an administrator's password in the query of lms_login, and urllib3 logs queries."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                re.sub(r"pwd=[^&\s]*", "pwd=********", item) if isinstance(item, str) else item for item in record.args
            )
        return True


logging.getLogger("urllib3.connectionpool").addFilter(_HidePasswords())


def _retry_after(header: str | None, default: float) -> float:
    """Seconds: the header has them, or a date."""
    if not header:
        return default
    if header.strip().isdecimal():
        return float(header)
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return default
    return max(
        0.0, ((date if date.tzinfo else date.replace(tzinfo=timezone.utc)) - datetime.now(timezone.utc)).total_seconds()
    )


def _advice(answer: Answer) -> str:
    if answer.status == 403:
        return " The API client or administrator lacks the permission for it."
    if answer.status in _BUSY:
        if answer.tries == 1:
            return f" The SMC is busy, and asks to wait longer than this would (Retry-After: {answer.headers.get('Retry-After')})."
        return f" The SMC stayed busy through {answer.tries} tries; try again later or with fewer requests at a time."
    if answer.status >= 500:
        return " The SMC's log may say more."
    return ""
