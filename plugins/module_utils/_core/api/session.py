# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""One session with the SMC over HTTP: version, login, requests, logout.

Every login is followed by a logout, unless the session was handed in. Every href is rebased on the configured URL,
because the SMC prints what it believes to be its own host name. No message holds a secret.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Optional
from urllib.parse import urlsplit, urlunsplit

from ..errors import (
    ApiVersionNotOffered,
    ConnectionFailed,
    LoginRefused,
    OptionError,
    RequestRefused,
    SessionExpired,
    SMCError,
    TLSRefused,
)
from ..words import join_names
from .answers import Answer, advice_of
from .connection import DEFAULT_DOMAIN, Connection, Version, is_loopback, offered_versions, version_key
from .deadline import Deadline
from .observer import NOBODY, Observer
from .secrets import scrub, session_ids
from .transport import Transport

# After this many new logins that were refused like the old session, no further login is tried.
_MAX_REFUSED_LOGINS = 3


# How many seconds the logout may take where the time for everything is over.
LOGOUT_GRACE = 5.0


# Cookie and token; None for what the SMC did not give.
Credentials = tuple[Optional[str], Optional[str]]


# With other statuses the SMC does not mean the key or the password.
_WRONG_CREDENTIALS = (400, 401, 403, 404, 422)


_NO_CREDENTIALS: Credentials = (None, None)


class Session:
    """A login, and requests with it. Use as a context manager; safe for several threads.

    api_version: the version in every URL. product: the newest version that the SMC offers, which is its own.
    domain: the administrative domain of the login. warnings: sentences for the user. logins: how many there were.
    """

    def __init__(self, connection: Connection, pool_size: int = 16, observer: Observer = NOBODY) -> None:
        self.connection = connection
        self._pool_size = pool_size
        self.transport = Transport(connection, pool_size, self.scrub, observer)
        if connection.total_timeout:
            self.transport.deadline = Deadline(connection.total_timeout)
        self.base = connection.base
        self.warnings: list[str] = warnings_of(connection)
        self.logins = 0
        self._handed_in = connection.session
        self._lock = threading.Lock()
        self._secrets = set(filter(None, (connection.api_key, connection.password)))
        self._cookie: str | None = None
        self._token: str | None = None
        self._own_login = False
        self._ended = False
        self._refused: list[Credentials] = []
        self._refused_logins = 0
        self._entry_points: dict[str, str] | None = None
        self.api_version = ""
        self.product: Version = ()
        self.domain = connection.domain or DEFAULT_DOMAIN

    def __enter__(self) -> Session:  # noqa: PYI034 (Self needs Python 3.11)
        try:
            if self._handed_in:
                self._resume(self._handed_in)
            else:
                self._log_in_to_active_server()
        except BaseException:
            # Interrupts too: __exit__ is not called if __enter__ did not finish.
            self.transport.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        with self._lock:
            # A request that is still under way in another thread must not log in again.
            self._ended = True
        if self.transport.deadline:
            # The work is done; what is left or this grace is for the logout.
            self.transport.deadline = Deadline(max(LOGOUT_GRACE, self.transport.deadline.left()))
        try:
            for credentials in self._refused:
                self._log_out_refused(credentials)
            if self._own_login:
                self.logout()
        finally:
            self.transport.close()

    def credentials(self) -> Credentials:
        """Cookie and token of the session, for the WebSocket."""
        return self._cookie, self._token

    def hand_over(self) -> dict[str, Any]:
        """What another task needs to use this session. It is not logged out when this object ends.

        Returns:
            A dictionary for the option `session`, with the secrets of the session in it.
        """
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
        """An href from the SMC, or a path such as `elements`, as a URL of the configured SMC.

        Raises ConnectionFailed for what is not an address at all.
        """
        try:
            parts = urlsplit(href)
        except ValueError:
            raise ConnectionFailed(f"{self.base} gave an href that cannot be read as an address.") from None
        if not parts.scheme and not href.startswith("/"):
            return f"{self.base}/{self.api_version}/{href}"
        base = urlsplit(self.base)
        path = parts.path
        if base.path and not path.startswith(base.path + "/"):
            path = base.path + path
        return urlunsplit((base.scheme, base.netloc, path, parts.query, ""))

    def get(self, href: str, doing: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON document at an href; None for an empty answer.

        Args:
            href: as for `rebase`.
            doing: completes "while …" in an error.
            params: the query.

        Raises:
            RequestRefused: the status is not a success.
        """
        return self.expect(self.request("GET", href, doing, params=params), doing).document()

    def entry_point(self, rel: str) -> str:
        """The href of one of the SMC's entry points. Raises RequestRefused if it has no such one."""
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
        """The answer, if it is a success. Raises RequestRefused, with the server's words, if it is not."""
        if answer.ok:
            return answer
        raise RequestRefused(
            f"{self.base} refused {doing}: HTTP {answer.status}, {self.words_of(answer)}.{advice_of(answer)}",
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
        """One request with the session's credentials, and with those of one new login if the session has expired.

        Args:
            method: the HTTP method.
            href: as for `rebase`.
            doing: completes "while …" in an error.
            params: the query.
            json: the body, as a JSON document.
            headers: beside those that every request has.

        Returns:
            The answer, whatever its status is, except 401.

        Raises:
            SessionExpired: the answer is 401 after a new login too, or there are no credentials for one.
            ConnectionFailed: there was no answer.
        """
        if self._ended:
            raise SessionExpired(f"The session with {self.base} ended before {doing}.")
        before = self.credentials()
        url, given = self.rebase(href), headers or {}
        answer = self.transport.send(method, url, doing, {**given, **_identity(before)}, params, json)
        if answer.status != 401:
            return answer
        if self._refused_logins < _MAX_REFUSED_LOGINS:
            self.renew(before, doing)
            answer = self.transport.send(method, url, doing, {**given, **_identity(self.credentials())}, params, json)
        if answer.status == 401:
            self._refused_logins += 1
            raise SessionExpired(
                f"{self.base} refused a new session as well, while {doing}: HTTP 401, {self.words_of(answer)}."
            )
        return answer

    def renew(self, refused: Credentials, doing: str) -> None:
        """Log in again because these credentials were refused, unless another thread has already done so."""
        with self._lock:
            if self.credentials() not in (refused, _NO_CREDENTIALS):
                return
            if self._ended:
                raise SessionExpired(f"The session with {self.base} ended while {doing}.")
            if not self.connection.has_credentials:
                raise SessionExpired(
                    f"{self.base} no longer accepts the session that was handed in, while {doing}. "
                    "Log in again with ngfw.smc.login, or give credentials together with `session`."
                )
            if self._own_login:
                self._refused.append(refused)
            self._cookie, self._token = _NO_CREDENTIALS
            self._own_login = False
            try:
                self._login()
            except LoginRefused as error:
                raise LoginRefused(
                    f"The session expired while {doing}, and a new login failed: {error.message}",
                    **error.facts(),
                ) from None

    def logout(self) -> None:
        """End the session on the SMC. A failure is only a warning, because the work is done by then."""
        self._own_login = False
        try:
            answer = self._send_logout(self.credentials())
        except SMCError as error:
            self.warnings.append(f"The logout failed, so the session stays until it expires: {error}")
            return
        if not answer.ok and answer.status != 401:
            self.warnings.append(
                "The logout failed, so the session stays until it expires: "
                f"HTTP {answer.status}, {self.words_of(answer)}."
            )

    def _send_logout(self, credentials: Credentials) -> Answer:
        headers = _identity(credentials)
        return self.transport.send("PUT", self.rebase("logout"), "logging out", headers, repeatable=True)

    def _log_out_refused(self, credentials: Credentials) -> None:
        """Log out of a session that was refused. It has ended as a rule; if not, it must not stay open."""
        try:
            self._send_logout(credentials)
        except SMCError:
            # The logout of the session that replaced it reports the same failure.
            return

    def words_of(self, answer: Answer) -> str:
        """The server's explanation of an answer, without secrets and without a full stop."""
        return answer.message(self.scrub).rstrip(".")

    def scrub(self, text: str) -> str:
        """The text without any secret of this session."""
        return scrub(text, (*self._secrets, *self.transport.secrets))

    def _take(self, cookie: str | None, token: str | None) -> None:
        """Use these credentials from now on, and never show them, also when others have replaced them."""
        self._cookie, self._token = cookie, token
        self._secrets.update(filter(None, (cookie, token, *session_ids(cookie))))

    def _log_in_to_active_server(self) -> None:
        """The login at the first of several Management Servers that is there and does not say that it is not the active one.

        Only here, before anything else is asked for: a request that may have changed something is never repeated elsewhere.
        """
        others, passed_over = self.connection.urls[1:], ""
        while (error := self._tried_login(len(others))) is not None:
            if not others or not _is_elsewhere(error, self.connection.standby_statuses):
                raise _with_history(error, passed_over)
            passed_over += f" {error.message}"
            self._move_to(others.pop(0))
            self.warnings.append(f"Another Management Server is used, {self.base}.{passed_over}")

    def _tried_login(self, others: int) -> SMCError | None:
        try:
            with self._leaving_time_to(others):
                self._choose_version()
            # Its time is not cut: it may have been taken, and some administrators confirm it elsewhere.
            self._login()
        except SMCError as error:
            return error
        return None

    @contextmanager
    def _leaving_time_to(self, others: int) -> Iterator[None]:
        """Within, this server has no more than its share of the task's time. others: how many servers are left to try."""
        whole = self.transport.deadline
        if whole and others:
            self.transport.deadline = Deadline(whole.left() / (others + 1))
        try:
            yield
        finally:
            self.transport.deadline = whole

    def _move_to(self, url: str) -> None:
        deadline, observer = self.transport.deadline, self.transport.observer
        self.transport.close()
        self.connection = replace(self.connection, url=url)
        self.transport = Transport(self.connection, self._pool_size, self.scrub, observer)
        # The next server gets what is left of the task's time.
        self.transport.deadline = deadline
        self.base = url

    def _choose_version(self) -> None:
        answer = self.transport.send("GET", self.base + "/api", "asking for its API versions", {})
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
                advice = f" Write '{wanted}0' in quotes: without them, YAML reads the number {wanted}."
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
            raise OptionError("No credentials to log in with: set `api_key`, or `username` and `password`.")
        where = f"in the domain '{connection.domain}'" if connection.domain else "in the default domain"
        doing = f"logging in {whose} {where}"
        answer = self.transport.send("POST", self.rebase(path), doing, {}, params, body, repeatable=True)
        if not answer.ok:
            message = self.words_of(answer)
            check = "the key" if connection.api_key else "name and password"
            if connection.domain:
                check += f", and that the domain exists and may be used with {'it' if connection.api_key else 'them'}"
            advice = f" Check {check}." if answer.status in _WRONG_CREDENTIALS else advice_of(answer)
            if answer.is_page and answer.status == 404:
                advice = " Is `url` the address of the SMC API (by default port 8082)?"
            raise LoginRefused(
                f"{self.base} refused the login {whose} {where} (API {self.api_version}): "
                f"HTTP {answer.status}, {message}.{advice}",
                status=answer.status,
                server_message=message,
            )
        # An SMC that gives a token may also stand behind a load balancer that sets a cookie.
        self._take(answer.cookies(f"{urlsplit(self.base).path}/"), answer.headers.get("Authorization"))
        if answer.is_page:
            raise LoginRefused(
                f"{self.base} answered the login {whose} with a page for people: {self.words_of(answer)}. Is `url` the "
                "address of the SMC API (by default port 8082)?",
                status=answer.status,
            )
        if not self._token and not self._cookie:
            raise LoginRefused(
                f"{self.base} accepted the login but gave neither a session cookie nor a token. If the Management "
                'Server\'s option "Use SSL for session ID" is set and this SMC gives no token, clear the option.',
                status=answer.status,
            )
        self.logins += 1
        self._own_login = True

    def _resume(self, handed_in: Mapping[str, Any]) -> None:
        self.api_version = str(handed_in["api_version"])
        self.product = version_key(str(handed_in.get("product_version") or self.api_version))
        self.domain = str(handed_in.get("domain") or self.domain)
        # Ansible tags texts with its own types, which requests refuses as header values.
        self._take("".join(handed_in.get("cookie") or "") or None, "".join(handed_in.get("token") or "") or None)
        if not self._cookie and not self._token:
            raise OptionError(
                "`session` has neither a cookie nor a token. Pass on the whole `session` that ngfw.smc.login returned."
            )


def _is_elsewhere(error: SMCError, standby_statuses: Collection[int]) -> bool:
    """Whether another Management Server may be the right one: this one is not there, or says that it is not the active one.

    A certificate that is not accepted is no reason: somebody may want just that.
    """
    if isinstance(error, ConnectionFailed):
        return not isinstance(error, TLSRefused)
    return isinstance(error, (LoginRefused, RequestRefused)) and error.facts().get("status") in standby_statuses


def _with_history(error: SMCError, passed_over: str) -> SMCError:
    """The error of the last server, and what the others said before."""
    return type(error)(f"{error.message} Before that:{passed_over}", **error.facts()) if passed_over else error


def _identity(credentials: Credentials) -> dict[str, str]:
    """The headers that say whose request it is."""
    headers = zip(("Cookie", "Authorization"), credentials)
    return {name: value for name, value in headers if value}


def warnings_of(connection: Connection) -> list[str]:
    """What is not safe about a connection, a sentence each; nothing for one that does not leave the machine."""
    base = connection.base
    if is_loopback(base):
        return []
    if base.startswith("http:"):
        what = "the session" if connection.session else "the API key" if connection.api_key else "the password"
        return [
            f"`url` begins with http://, so {what} goes over the network in clear text. Use https:// if the SMC can."
        ]
    if not connection.validate_certs:
        unsafe = (
            f"`validate_certs` is false, so the certificate of {base} is not checked, and whoever is in between may "
        )
        return [unsafe + "read and change everything. Give the SMC's CA in `ca_path` instead."]
    return []
