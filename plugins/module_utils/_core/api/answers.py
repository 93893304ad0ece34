# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The SMC's HTTP answers, and when a busy SMC is asked again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from json import loads as parse_json
from typing import Any

from ..errors import ConnectionFailed
from ..words import shorten
from .connection import bare_url
from .network_errors import words_in

# The SMC answers 503 while the database is busy and 429 when it is asked too often. Both pass after a while.
BUSY = (429, 503)


_TRIES = 5


# The pause after the first try, in seconds; it doubles with each one.
_FIRST_PAUSE = 0.3


# How long one request may be repeated, in seconds.
_LONGEST_WAIT = 30.0


class Retries:
    """Decides whether, and when, one request is repeated because the SMC is busy. tries: how many there were."""

    def __init__(self, seconds: float) -> None:
        """Starts the clock. seconds: how long to try at most."""
        self._until = time.monotonic() + min(_LONGEST_WAIT, seconds)
        self.tries = 1

    def wait(self, status: int, retry_after: str | None) -> bool:
        """Waits until it is time to ask again.

        Args:
            status: the answer's.
            retry_after: the answer's header, if it has one.

        Returns:
            False, at once, if the request is not to be repeated.
        """
        if status not in BUSY or self.tries >= _TRIES:
            return False
        pause = _retry_after(retry_after, _FIRST_PAUSE * 2 ** (self.tries - 1))
        if time.monotonic() + pause > self._until:
            return False
        time.sleep(pause)
        self.tries += 1
        return True


class Answer:
    """What the SMC answered. Nothing of it has been scrubbed.

    Attributes:
        status: Its HTTP status.
        headers: Its headers; names are not case-sensitive.
        body: Its body, unpacked.
        tries: How often the SMC was asked, including the last time.
    """

    def __init__(
        self,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        url: str,
        set_cookies: Sequence[str] = (),
        tries: int = 1,
    ) -> None:
        """An answer that has been read.

        Args:
            status: Its HTTP status.
            headers: Its headers.
            body: Its body, unpacked.
            url: What was asked.
            set_cookies: Each of its headers Set-Cookie.
            tries: How often the SMC was asked.
        """
        self.status = status
        self.headers = headers
        self.body = body
        self.tries = tries
        self._url = url
        self._set_cookies = set_cookies

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def document(self) -> Any:
        """The JSON document; None for an empty body. Raises ConnectionFailed for anything else."""
        if not self.body.strip():
            return None
        try:
            # JSON is UTF-8 by its standard, whatever the header says.
            return parse_json(self.body)
        except (ValueError, RecursionError):
            raise ConnectionFailed(
                f"{bare_url(self._url)} answered HTTP {self.status} with something that is not JSON. "
                "Is it the address of the SMC API (by default port 8082)?"
            ) from None

    @property
    def is_page(self) -> bool:
        """Whether the body is a page for people, which the SMC API does not send."""
        return self.body[:500].lstrip().lower().startswith((b"<!doctype html", b"<html"))

    def message(self, scrub: Callable[[str], str]) -> str:
        """The server's explanation: message and details of an error document, or the text of a page.

        Args:
            scrub: Hides secrets.
        """
        return words_in(self.body, scrub) or "no explanation"

    def cookies(self, path: str) -> str | None:
        """The cookies that the answer sets, as a browser would send them: the value of a Cookie header.

        Args:
            path: The path of the SMC's API, with a slash at its end, for which the cookies must be meant.
        """
        return read_cookies(self._set_cookies, path)


def read_cookies(headers: Sequence[str], path: str) -> str | None:
    """What several Set-Cookie headers of one answer leave: the last one of a name wins, an expired one removes it.

    Args:
        headers: Each of them whole.
        path: The path of the SMC's API, with a slash at its end. A cookie for another one is left out.
    """
    # A gateway may have moved the SMC to another path than its cookies say; then they are all there is.
    return _kept(headers, path) or _kept(headers, "")


def _kept(headers: Sequence[str], path: str) -> str | None:
    kept: dict[str, str] = {}
    for header in headers:
        pair, *attributes = (part.strip() for part in header.split(";"))
        name, equals, value = (part.strip() for part in pair.partition("="))
        # A control character would end the header that the cookie is sent back in.
        if not equals or not name or re.search(r"[\x00-\x1f\x7f]", pair):
            continue
        said = {
            key.strip().lower(): value.strip() for key, _equals, value in (one.partition("=") for one in attributes)
        }
        if path and not _is_for(said.get("path", ""), path):
            continue
        kept.pop(name, None)
        # Without a value it is no session, but what some servers take one away with.
        if value.strip('"') and not _is_over(said):
            kept[name] = pair
    return "; ".join(kept.values()) or None


def _is_for(cookies: str, path: str) -> bool:
    """Whether a cookie's path holds the API's; without one, it is that of the request, which is below the API's."""
    if not cookies.startswith("/"):
        return True
    # One for a single API version is as good: all requests are for the version of the login.
    below = cookies.rstrip("/") + "/"
    return path.startswith(below) or re.fullmatch(re.escape(path) + r"[0-9.]+/", below) is not None


def _is_over(attributes: Mapping[str, str]) -> bool:
    """Whether Max-Age or, without it, Expires lies in the past."""
    age = attributes.get("max-age", "")
    if re.fullmatch(r"-?[0-9]{1,20}", age):
        return int(age) <= 0
    date = _read_date(attributes.get("expires", ""))
    return date is not None and date <= datetime.now(timezone.utc)


def _read_date(text: str) -> datetime | None:
    """A date of HTTP, or one as cookies have it; None for anything else."""
    try:
        date = parsedate_to_datetime(text)
    # Old versions of Python raise TypeError for what is not a date.
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=timezone.utc)


# A longer wait than this, in seconds, is never waited for; the number only says "not now".
_LONGEST_RETRY_AFTER = 10.0**9


def _retry_after(header: str | None, default: float) -> float:
    """How many seconds to wait: the header has a number, or a date."""
    said = (header or "").strip()
    if re.fullmatch(r"[0-9]+", said):
        return float(said) if len(said) < 10 else _LONGEST_RETRY_AFTER
    date = _read_date(said) if said else None
    if date is None:
        return default
    return max(0.0, (date - datetime.now(timezone.utc)).total_seconds())


def advice_of(answer: Answer) -> str:
    """What to do about a refusal, as a sentence with a leading space; empty if there is nothing to say."""
    if answer.status == 403:
        return " The API client or administrator lacks the permission for this."
    if answer.status in BUSY:
        if answer.tries == 1:
            return f" The SMC is busy and asks for a longer wait than this task allows (Retry-After: {_shown(answer)})."
        return f" The SMC was busy at each of {answer.tries} tries. Try again later, or with fewer requests at a time."
    if answer.status >= 500:
        return " See the SMC's log."
    return ""


def _shown(answer: Answer) -> str:
    """The header as the server sent it, if it is one."""
    said = str(answer.headers.get("Retry-After", ""))
    return shorten(said, 40) if re.fullmatch(r"[0-9A-Za-z,: +-]+", said) else "not a time"
