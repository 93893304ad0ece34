# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML report in a real browser: as it looks, and as it behaves under hands and keyboard."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.html import render_html
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.model import build_report

from tests.browser import Browser, find_chromium

pytestmark = pytest.mark.skipif(
    find_chromium() is None,
    reason="no Chromium on this machine (CI installs the Debian package chromium; CHROMIUM names another)",
)

EVIL = "<img src=x onerror='window.hacked=1'>\"{{ 7 * 7 }}"
CHECKS = (
    ("All nodes are online", "critical", ""),
    ("There is a default route", "critical", "ROUTING"),
    ("Each VPN peer has an IPsec tunnel to each of the data centers, in every region", "major", "VPN_SA"),
    ("No neighbor is unresolved", "minor", "NEIGHBORS"),
)


def results(engines: int) -> list[dict[str, Any]]:
    """Every hundredth engine fails a check, one could not be measured, one is called by a hostile name."""
    names = [f"Branch {number}" for number in range(1, engines - 1)] + ["W" * 80, EVIL]
    made = []
    for place, engine in enumerate(names):
        for name, severity, definition in CHECKS:
            status = "PASS"
            if place % 100 == 3 and definition == "ROUTING":
                status = "FAIL"
            if place == 7:
                status = "ERROR" if definition else "SKIPPED"
            entry = {f"field_{number}": f"192.0.2.{number}" for number in range(20)}
            made.append(
                {
                    "name": name,
                    "engine": engine,
                    "status": status,
                    "severity": severity,
                    "definition": definition,
                    "target": engine,
                    "reason": "Expected at least 1 entry with route_gateway 192.0.2.1, found 0 of 4."
                    if status == "FAIL"
                    else f"It is {status}.",
                    "measured": "0 of 4 entries",
                    "wanted": "at least 1 entry",
                    "offending": [entry] * 2 if status == "FAIL" else [],
                    "offending_count": 9 if status == "FAIL" else 0,
                }
            )
    alerts = {"name": "No critical alerts", "severity": "major", "definition": "ACTIVE_ALERTS", "status": "FAIL"}
    return [*made, {**alerts, "engine": "Shared Domain", "target": "Shared Domain", "reason": "1 entry."}]


AREA = {
    "target": "HQ cluster",
    "definition": "ROUTING",
    "status": "FAIL",
    "reason": "1 added.",
    "before": 3,
    "after": 4,
    "added_count": 1,
    "lines": ["+ 10.9.0.0 16", "- 10.8.0.0 16", "~ 10.7.0.0 16", "  the same"],
}


def write(folder: Path, engines: int) -> Path:
    report = build_report(
        results(engines), "2026-11-24T05:00:00+00:00", differences=[AREA], smc={"url": "https://smc:8082"}
    )
    path = folder / f"report-{engines}.html"
    path.write_text(render_html(report), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def browser(folder: Path) -> Iterator[Browser]:
    with Browser(folder) as one:
        yield one


# Text whose contrast with what lies behind it is below WCAG AA.
FAINT = """
(() => {
  const light = part => (part /= 255) <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const parts = color => color.match(/[\\d.]+/g).map(Number);
  const behind = element => {
    for (let one = element; one; one = one.parentElement) {
      const color = parts(getComputedStyle(one).backgroundColor);
      if (color.length === 3 || color[3] === 1) { return color; }
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  document.querySelectorAll("body *:not(script):not(style)").forEach(element => {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()) || element.matches("td > i");
    if (!own || !element.offsetParent) { return; }
    const [a, b] = [parts(getComputedStyle(element).color), behind(element)].map(luminance).sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) { faint.add(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`); }
  });
  return [...faint];
})()
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width,height", [(1280, 900), (390, 844), (320, 640)])
def test_it_fits_and_can_be_read_on_every_screen(
    browser: Browser, folder: Path, width: int, height: int, dark: bool
) -> None:
    browser.show(width, height, dark)
    page = write(folder, 12)
    browser.open(page)
    assert browser.complaints == []
    assert browser.requested == [page.as_uri()]
    assert browser.run("window.hacked") is None
    assert browser.run("document.documentElement.scrollWidth") == width
    assert browser.run(FAINT) == []
    # A name breaks between letters only where it must.
    assert browser.run("document.querySelector('.matrix tbody th').offsetWidth") >= 110
    shade = browser.run("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]")
    assert (shade < 60) is dark
    shot = folder / f"report-{width}-{dark}.png"
    browser.screenshot(shot)
    content = shot.read_bytes()
    assert struct.unpack(">II", content[16:24])[0] == width and len(content) > 40_000


def test_every_part_has_a_name_for_those_who_cannot_see_it(browser: Browser, folder: Path) -> None:
    browser.show()
    browser.open(write(folder, 12))
    levels = browser.run("[...document.querySelectorAll('h1,h2,h3')].map(one => +one.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert browser.run("document.documentElement.lang") == "en"
    assert browser.run("[...document.querySelectorAll('th')].every(one => one.scope)")
    assert browser.run("[...document.querySelectorAll('input')].every(one => one.labels.length)")
    # A cell's mark is a word to a screen reader.
    assert browser.run("[...document.querySelectorAll('.matrix i')].every(one => /^[A-Z]+$/.test(one.textContent))")
    # What scrolls can be reached with the keyboard.
    assert browser.run("[...document.querySelectorAll('.box, .entries .wide')].every(one => one.tabIndex === 0)")


VISIBLE = "[...document.querySelectorAll('.matrix tbody tr')].filter(row => row.offsetParent).map(row => row.cells[0].textContent)"


HEADINGS = "[...document.querySelectorAll('h2')].filter(one => one.offsetParent).map(one => one.textContent)"


def type_into_search(browser: Browser, text: str) -> None:
    browser.run(
        f"(field => {{ field.value = {text!r}; field.dispatchEvent(new Event('input')) }})(document.getElementById('find'))"
    )


def test_five_hundred_engines_are_searched_filtered_and_unfolded(browser: Browser, folder: Path) -> None:
    browser.show()
    page = write(folder, 500)
    assert page.stat().st_size < 5_000_000
    browser.open(page)
    assert browser.complaints == []
    assert len(browser.run(VISIBLE)) == 501
    assert browser.run(VISIBLE)[0] == "Branch 8"  # the worst first
    # The heads and the names stay when the matrix is scrolled.
    browser.run("document.querySelector('.box').scrollTo(0, 5000)")
    assert browser.run(
        "document.querySelector('.matrix thead th').getBoundingClientRect().top"
        " - document.querySelector('.box').getBoundingClientRect().top"
    ) == pytest.approx(1, abs=1)

    type_into_search(browser, "branch 104 ROUTE")
    assert browser.run(VISIBLE) == ["Branch 104"]
    assert browser.run("shown.textContent") == "1 of 2002 shown"
    assert browser.run("document.querySelectorAll('#e1 li:not(.gone)').length") == 1
    # What is found is opened, and everything else goes: other checks, tables and headings.
    assert browser.run("document.getElementById('e1').open")
    assert browser.run("[...document.querySelectorAll('.checks tbody tr')].filter(row => row.offsetParent).length") == 1
    assert browser.run(HEADINGS) == ["What failed and why", "Checks", "Engines and checks"]
    type_into_search(browser, "10.9.0.0")
    assert browser.run(HEADINGS) == ["What changed"]
    type_into_search(browser, "no such engine")
    assert browser.run("shown.textContent") == "None of 2002 shown"
    type_into_search(browser, "")
    assert len(browser.run(VISIBLE)) == 501
    browser.run(
        "document.querySelectorAll('.filter input[type=checkbox]').forEach(box => box.dataset.letter === 'f' || box.click())"
    )
    assert browser.run(VISIBLE) == [*(f"Branch {number}" for number in (104, 204, 304, 4, 404)), "Shared Domain"]

    browser.run("unfold.click()")
    assert browser.run("document.querySelectorAll('.cards details:not([open])').length") == 0
    browser.run("unfold.click()")
    assert browser.run("document.querySelectorAll('.cards details[open]').length") == 0


def test_links_and_cells_lead_to_the_details_by_hand_and_keyboard(browser: Browser, folder: Path) -> None:
    browser.show()
    browser.open(write(folder, 500))
    # The first ones are open. All of them say the worst in their first line.
    assert browser.run("document.querySelectorAll('details.engine[id][open]').length") == 6
    assert browser.run("document.querySelectorAll('#failed > .engine > summary > .brief').length") == 6
    browser.run("document.querySelector('.who a').focus()")
    browser.press("Enter")
    browser.run("new Promise(done => setTimeout(done, 50))")
    assert browser.run("document.querySelector(location.hash).open")
    browser.run("document.querySelector('.matrix tbody tr:nth-child(3) td.f').click()")
    assert browser.run("document.activeElement.querySelector('b').textContent") == "There is a default route"
    assert browser.run("document.activeElement.closest('details').open")
    top = browser.run("document.activeElement.getBoundingClientRect().top")
    assert 0 < top < 900
    browser.run("document.querySelector('.matrix td.f').dispatchEvent(new MouseEvent('mouseover', {bubbles: true}))")
    assert "There is a default route: Expected at least 1 entry" in browser.run(
        "document.querySelector('.matrix td.f').title"
    )
    # A summary is a button to the keyboard.
    browser.run("document.querySelector('#e5 summary').focus()")
    before = browser.run("document.getElementById('e5').open")
    browser.press("Enter")
    assert browser.run("document.getElementById('e5').open") is not before


def test_paper_shows_what_is_wrong_and_no_controls(browser: Browser, folder: Path) -> None:
    browser.show(printed=True)
    browser.open(write(folder, 500))
    assert browser.run("document.querySelector('.filter').offsetParent === null && unfold.offsetParent === null")
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert browser.run("[...document.querySelectorAll('details.f, details.e')].every(one => one.open)")
    assert browser.run("[...document.querySelectorAll('.wide')].every(one => one.scrollHeight <= one.clientHeight + 1)")
    browser.run("dispatchEvent(new Event('afterprint'))")
    browser.pdf(folder / "report.pdf")
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_without_javascript_everything_is_there_but_the_filter(browser: Browser, folder: Path) -> None:
    browser.show()
    browser.scripts(False)
    try:
        browser.open(write(folder, 12))
        assert not browser.run("document.querySelector('.filter').offsetParent")
        assert browser.run("document.querySelectorAll('.matrix tbody tr').length") == 13
        assert browser.run("document.querySelectorAll('details.engine[id][open]').length") == 2
    finally:
        browser.scripts(True)


@pytest.mark.parametrize("width,height", [(1280, 900), (390, 844)])
def test_what_failed_is_on_the_first_screen(browser: Browser, folder: Path, width: int, height: int) -> None:
    browser.show(width, height)
    browser.open(write(folder, 60))
    assert browser.run("document.querySelector('#failed li').getBoundingClientRect().top") < height
