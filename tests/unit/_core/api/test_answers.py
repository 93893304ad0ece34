# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a busy SMC is asked again, and what an answer says."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.answers import Answer, Retries, advice_of
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import ConnectionFailed


def test_the_pauses_double(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    retries = Retries(60.0)
    while retries.wait(503, None):
        pass
    assert slept == pytest.approx([0.3, 0.6, 1.2, 2.4])
    assert retries.tries == 5


@pytest.mark.parametrize(
    "status,header,slept",
    [
        (429, "7", 7),
        (503, "0", 0),
        (503, "soon", 0.3),
        (503, "nan", 0.3),
        (503, "Fri, 01 Jan 2021 00:00:00 GMT", 0),
        (503, "600", None),
        (503, "9" * 5000, None),
        (503, "Fri, 01 Jan 29999999999 00:00:00 GMT", 0.3),
        (503, "\u0661\u0662", 0.3),
        (503, "Thu, 01 Jan 2099 00:00:00 GMT", None),
        (500, "1", None),
    ],
)
def test_what_retry_after_says(monkeypatch: pytest.MonkeyPatch, status: int, header: str, slept: float | None) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    assert Retries(60.0).wait(status, header) is (slept is not None)
    assert waits == ([] if slept is None else [slept])


def test_a_date_to_retry_after_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    assert Retries(60.0).wait(503, date)
    assert 10 < waits[0] <= 20


def answer(status: int, body: bytes, tries: int = 1) -> Answer:
    return Answer(status, {}, body, "http://admin:pw@smc:8082/7.1/x?pwd=pw", (), tries)


def test_a_document_is_json_in_utf_8_or_nothing() -> None:
    assert answer(200, json.dumps({"name": "Köln"}, ensure_ascii=False).encode()).document() == {"name": "Köln"}
    assert answer(204, b" \n").document() is None
    with pytest.raises(ConnectionFailed, match=r"http://smc:8082/7\.1/x answered HTTP 200 with something") as error:
        answer(200, b"<html>").document()
    assert "pw" not in error.value.message


def test_the_explanation_is_the_servers_own() -> None:
    assert answer(400, b'{"message": "Failure", "details": ["Locked."]}').message(str) == "Failure: Locked"
    assert answer(400, b"").message(str) == "no explanation"


@pytest.mark.parametrize(
    "status,tries,advice",
    [
        (403, 1, " The API client or administrator lacks the permission for this."),
        (503, 5, " The SMC was busy at each of 5 tries."),
        (429, 1, " The SMC is busy and asks for a longer wait"),
        (500, 1, " See the SMC's log."),
        (404, 1, ""),
    ],
)
def test_what_to_do_about_a_refusal(status: int, tries: int, advice: str) -> None:
    said = advice_of(answer(status, b"", tries))
    assert said.startswith(advice) and bool(said) is bool(advice)
    assert answer(status, b"").ok is False


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ([], None),
        (["JSESSIONID=1; Path=/; Secure"], "JSESSIONID=1"),
        (["JSESSIONID=1", "ROUTE=a; Path=/smc", "JSESSIONID=2; Path=/smc/"], "ROUTE=a; JSESSIONID=2"),
        (["JSESSIONID=1", "JSESSIONID=; Max-Age=0"], None),
        (["JSESSIONID=1", "OLD=2; Expires=Thu, 01-Jan-1970 00:00:10 GMT"], "JSESSIONID=1"),
        (["JSESSIONID=1; Expires=Thu, 01 Jan 1970 00:00:10 GMT; Max-Age=60"], "JSESSIONID=1"),
        (["JSESSIONID=1; Expires=tomorrow; Max-Age=soon"], "JSESSIONID=1"),
        (["JSESSIONID=1; Path=/smc/7.1", "JSESSIONID=2; Path=/other"], "JSESSIONID=1"),
        # A gateway moved the SMC to another path.
        (["JSESSIONID=1; Path=/inside"], "JSESSIONID=1"),
        (["no cookie", "=1", "BAD=a\x01b"], None),
        (["TOKEN=a=b=="], "TOKEN=a=b=="),
        (["JSESSIONID=; Path=/"], None),
        (["ROUTE=1", 'JSESSIONID=""', "JSESSIONID= ; Path=/"], "ROUTE=1"),
    ],
)
def test_cookies_are_kept_as_a_browser_keeps_them(headers: list[str], sent: str | None) -> None:
    assert Answer(200, {}, b"", "http://smc", headers).cookies("/smc/") == sent
