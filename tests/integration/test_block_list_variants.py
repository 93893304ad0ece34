# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ngfw.smc.block_list against the kinds of SMC that the record leaves possible, over real sockets.

Each check runs the runner that module and action plugin share; the truth is the simulator's own world.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import SMCError
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options, failure
from ansible_collections.ngfw.smc.plugins.module_utils._runners.block_list import ARGUMENTS, run

from simulator import Fault, Scenario, Simulator

FAST = {"first_entry_timeout": 1.5, "quiet_period": 0.25, "timeout": 15.0}


@pytest.fixture
def smc(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    with Simulator(Scenario(end_signals=["event4"]), **getattr(request, "param", {})) as running:
        yield running


def task(smc: Simulator, check_mode: bool = False, diff: bool = False, **given: Any) -> dict[str, Any]:
    params = {name: argument.get("default") for name, argument in ARGUMENTS.items()}
    params.update(url=smc.url, api_key=smc.api_key, **FAST)
    params.update(given)
    try:
        result = run(Options(params, check_mode, diff))
    except SMCError as error:
        result = failure(error)
    assert smc.statistics.open_sessions == 0
    if "asked" in result and not result["truncated"]:
        done = result["added"] + result["removed"] + result["unchanged"]
        assert result["asked"] == done + len(result.get("failed_entries", []))
    return result


def counts(result: dict[str, Any]) -> tuple[int, int, int]:
    assert not result.get("failed"), result["msg"]
    return result["added"], result["removed"], result["unchanged"]


def sources(smc: Simulator, engine: str = "Plano FW") -> list[str]:
    entries = smc.world.entries("BLOCK_LIST", smc.world.engine(engine))
    return sorted(str(entry.values["BlacklistEntrySourceIp"]) for entry in entries)


def requests(smc: Simulator, method: str, path: str) -> int:
    """How many requests of this method went to paths with this part."""
    return sum(
        count for name, count in smc.statistics.requests.items() if name.startswith(method + " ") and path in name
    )


def addresses(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [{"source": f"10.77.{number // 250}.{number % 250 + 1}"} for number in range(start, start + count)]


def hrefs(smc: Simulator, engine: str = "Plano FW") -> list[str]:
    plan = task(smc, check_mode=True, target=engine, state="exact", entries=[], max_removals="100%")["plan"]
    return [href for step in plan["remove"] for href in step["hrefs"]]


@pytest.mark.parametrize(
    "kind",
    [
        {"field_spelling": "blackList", "masks": "dotted"},
        {"field_spelling": "BlackList", "masks": "both", "batching": "interleaved"},
        {"end_signals": [], "deleted_records": "key"},
        {"end_signals": ["first_fetch"], "foreign_host": "http://localhost:8082"},
        # The fetch is over with the initial set, so the list has to be read again.
        {"end_signals": ["end"]},
        {"end_signals": ["end"], "block_list_delay": 0.3, "fetches_per_socket": "one"},
        {"session_kind": "token", "add_status": 200, "delete_status": 200, "omit_empty_lists": True},
        {"add_status": 202, "gone_status": 410, "block_list_delay": 0.2},
        {"http_latency": 0.01, "status_lines": 2, "message_delay": 0.01},
    ],
    ids=str,
)
@pytest.mark.parametrize("engine", ["Plano FW", "HQ cluster", "Lab FW"])
def test_every_kind_of_smc(smc: Simulator, kind: dict[str, Any], engine: str) -> None:
    smc.scenario.update(kind)
    entries = [
        {"source": "192.0.2.1", "duration": 600},
        {"source": "192.0.2.0/25", "destination": "198.51.100.7", "protocol": "tcp", "destination_ports": "80-443"},
        {"destination": "2001:db8::/64", "protocol": "udp"},
    ]
    assert counts(task(smc, target=engine, entries=entries)) == (3, 0, 0)
    again = task(smc, target=engine, entries=entries)
    assert counts(again) == (0, 0, 3)
    assert not again["changed"]
    named = list(dict.fromkeys(item["block_list_href"] for item in again["entries"]))
    assert counts(task(smc, state="absent", hrefs=named[:1])) == (0, 1, 0)
    assert counts(task(smc, state="absent", hrefs=named[:1], wait=False)) == (0, 0, 1)
    kept = task(smc, target=engine, state="exact", entries=entries[1:])
    assert (kept["added"], kept["unchanged"]) == (0, 2)
    assert counts(task(smc, target=engine, state="absent", entries=entries)) == (0, 2, 1)
    assert sources(smc, engine) == []


@pytest.mark.parametrize(
    "smc",
    [
        {"product_version": "6.3", "api_versions": ("6.2", "6.3")},
        {"product_version": "6.10", "api_versions": ("6.5", "6.10")},
        {"product_version": "7.1", "api_versions": ("6.10", "7.1")},
    ],
    indirect=True,
    ids=lambda kind: kind["product_version"],
)
def test_names_and_bodies_by_version(smc: Simulator) -> None:
    assert counts(task(smc, target="Plano FW", entries=addresses(3))) == (3, 0, 0)
    assert counts(task(smc, target="Plano FW", entries=addresses(3))) == (0, 0, 3)
    assert counts(task(smc, target="Plano FW", state="exact", entries=addresses(1)))[1] == 5
    assert counts(task(smc, target="Plano FW", state="exact", entries=[])) == (0, 1, 0)
    assert sources(smc) == []


def test_an_older_api_version_of_a_new_smc(smc: Simulator) -> None:
    assert counts(task(smc, target="Plano FW", api_version="6.10", entries=addresses(3))) == (3, 0, 0)
    assert counts(task(smc, target="Plano FW", api_version="6.10", state="exact", entries=[]))[1] == 6


@pytest.mark.parametrize(
    "given",
    [
        ["10.0.0.1", "source=10.0.0.2 protocol=tcp destination_ports=443"],
        ['[{"source": "10.0.0.1"}', ' {"source": "10.0.0.2"', ' "protocol": "tcp"', ' "destination_ports": 443}]'],
    ],
    ids=["pairs", "JSON"],
)
def test_entries_of_a_command_line(smc: Simulator, given: list[str]) -> None:
    """What Ansible makes of `-a entries=...`, which it cuts at the commas."""
    entries = [{"source": "10.0.0.1"}, {"source": "10.0.0.2", "protocol": "tcp", "destination_ports": "443"}]
    assert counts(task(smc, target="Lab FW", entries=entries)) == (2, 0, 0)
    assert counts(task(smc, target="Lab FW", state="exact", entries=given)) == (0, 0, 2)
    assert counts(task(smc, target="Lab FW", state="exact", entries=["[]"])) == (0, 2, 0)


def test_requests_are_as_few_as_can_be(smc: Simulator) -> None:
    assert counts(task(smc, target="Lab FW", entries=addresses(1000), batch_size=250)) == (1000, 0, 0)
    assert requests(smc, "POST", "block_list") == 4
    assert smc.statistics.sockets_opened == 1
    assert counts(task(smc, state="absent", hrefs=hrefs(smc, "Lab FW"), concurrency=1, wait=False)) == (0, 1000, 0)
    assert requests(smc, "DELETE", "block_list") == 1000
    assert smc.statistics.sockets_opened == 2
    assert sources(smc, "Lab FW") == []


def test_a_list_is_emptied_with_one_request(smc: Simulator) -> None:
    assert counts(task(smc, target="Plano FW", state="exact", entries=[])) == (0, 3, 0)
    assert counts(task(smc, target="Plano FW", state="exact", entries=[])) == (0, 0, 0)
    assert requests(smc, "DELETE", "") == 1


def test_a_list_is_emptied_one_by_one_where_it_cannot_be_flushed(smc: Simulator) -> None:
    smc.scenario.faults = [Fault("block_list_flush", "status", 405, times=0)]
    assert counts(task(smc, target="Plano FW", state="exact", entries=[])) == (0, 3, 0)
    smc.scenario.faults = [Fault("block_list_flush", "status", 403, times=0)]
    result = task(smc, target="HQ cluster", state="exact", entries=[])
    assert result["error"] == {"kind": "request", "status": 403}
    assert len(result["failed_entries"]) == 3


@pytest.mark.parametrize("wait", [True, False])
def test_hrefs_of_an_api_version_that_is_no_longer_offered(smc: Simulator, wait: bool) -> None:
    older = [href.replace("/7.1/", "/6.10/").replace("/block_list/", "/blacklist/") for href in hrefs(smc)]
    older = [older[0].replace(smc.url, "https://smc.internal:8082"), older[1].replace("==", "%3D%3D"), older[2]]
    assert counts(task(smc, state="absent", hrefs=older, wait=wait)) == (0, 3, 0)
    assert counts(task(smc, state="absent", hrefs=older, wait=wait)) == (0, 0, 3)
    assert sources(smc) == []


def test_a_channel_that_shows_no_changes_is_doubted(smc: Simulator) -> None:
    smc.scenario.faults = [Fault("messages", "stall", after_messages=1)]
    opened = smc.statistics.sockets_opened
    assert counts(task(smc, target="Lab FW", entries=addresses(3))) == (3, 0, 0)
    # The list was read once more, and no oftener.
    assert smc.statistics.sockets_opened == opened + 2
    smc.scenario.faults = [Fault("messages", "stall", after_messages=1)]
    assert counts(task(smc, target="Lab FW", state="absent", entries=addresses(3))) == (0, 3, 0)


def test_a_result_can_be_kept_small(smc: Simulator) -> None:
    many = addresses(300)
    planned = task(smc, check_mode=True, diff=True, target="Plano FW", state="exact", entries=many, return_limit=2)
    assert counts(planned) == (300, 3, 0)
    assert (len(planned["entries"]), len(planned["plan"]["add"]), len(planned["plan"]["remove"])) == (2, 2, 2)
    assert planned["truncated"]
    assert planned["diff"]["after"].splitlines()[2:] == ["… and 298 more, left out because of return_limit"]
    done = task(smc, target="Plano FW", state="exact", entries=many, return_limit=0)
    assert (counts(done), done["entries"], done["truncated"]) == ((300, 3, 0), [], True)
    again = task(smc, diff=True, target="Plano FW", state="exact", entries=many, return_limit=300)
    assert (counts(again), len(again["entries"]), again["truncated"]) == ((0, 0, 300), 300, False)
    assert again["diff"]["before"] == again["diff"]["after"] == ""
    smc.scenario.faults = [Fault("block_list_add", "status", 403, times=0)]
    failed = task(smc, target="Lab FW", entries=many, return_limit=10)
    assert (len(failed["failed_entries"]), failed["truncated"]) == (10, True)
    assert "300 failed" in failed["msg"]
    assert "The first are in `failed_entries`" in failed["msg"]


def test_an_end_that_the_list_does_not_tell(smc: Simulator) -> None:
    smc.scenario.unknown_fields = {"Timestamp": "a while ago"}
    entries = addresses(1)
    assert counts(task(smc, target="Lab FW", entries=entries)) == (1, 0, 0)
    assert counts(task(smc, target="Lab FW", entries=entries)) == (0, 0, 1)
    result = task(smc, target="Lab FW", entries=entries, refresh=60)
    assert counts(result) == (1, 0, 0)
    assert "does not say how long 1 entry will last" in result["warnings"][0]


def test_one_node_that_lost_an_entry(smc: Simulator) -> None:
    assert counts(task(smc, target="HQ cluster", state="exact", entries=addresses(2)))[0] == 2
    lost = task(smc, target="HQ cluster", entries=addresses(1))["entries"][0]["block_list_href"]
    smc.world.lose_block_list("HQ cluster", "block_list/" + lost.rsplit("/", 1)[1], 2)
    result = task(smc, target="HQ cluster", entries=addresses(2))
    assert counts(result) == (1, 0, 1)
    assert "HQ cluster node 2" in result["warnings"][0]
    assert {tuple(item.get("missing_on", ())) for item in result["entries"]} == {("HQ cluster node 2",), ()}
    assert counts(task(smc, target="HQ cluster", entries=addresses(2))) == (0, 0, 2)


def test_a_node_that_is_offline_is_not_waited_for(smc: Simulator) -> None:
    smc.world.set_node("HQ cluster", 2, online=False)
    assert counts(task(smc, target="HQ cluster", entries=addresses(2))) == (2, 0, 0)


def test_refresh_adds_what_is_about_to_end(smc: Simulator) -> None:
    entries = [{"source": "192.0.2.1", "duration": 600}]
    assert counts(task(smc, target="Plano FW", entries=entries)) == (1, 0, 0)
    smc.advance(400)
    assert counts(task(smc, target="Plano FW", entries=entries)) == (0, 0, 1)
    assert counts(task(smc, target="Plano FW", entries=entries, refresh=60)) == (0, 0, 1)
    result = task(smc, diff=True, target="Plano FW", entries=entries, refresh=300)
    assert counts(result) == (1, 0, 0)
    assert {item["change"] for item in result["entries"]} == {"refreshed"}
    assert "192.0.2.1/32 -> any for 600 s, 200 s left" in result["diff"]["before"]
    again = task(smc, target="Plano FW", entries=entries, refresh=300)
    assert (counts(again), again["warnings"]) == ((0, 0, 1), [])
    restless = task(smc, check_mode=True, target="Plano FW", entries=entries, refresh=600)
    assert "entries[0] lasts no longer than that, so every run adds it again" in restless["warnings"][0]


def test_a_refused_entry_is_found_and_the_rest_is_done(smc: Simulator) -> None:
    smc.scenario.faults = [
        Fault("block_list_add", "status", 400, times=0, match=text, text="Not this one.", details=["Really."])
        for text in ("10.77.0.8/", "10.77.0.100/")
    ]
    result = task(smc, target="Lab FW", entries=addresses(120), batch_size=50)
    assert result["failed"]
    assert result["added"] == 118
    assert [item["index"] for item in result["failed_entries"]] == [7, 99]
    assert {item["status"] for item in result["failed_entries"]} == {400}
    assert "entries[7] (10.77.0.8/32 -> any)" in result["msg"]
    assert result["error"] == {"kind": "partial", "status": 400}
    assert len(sources(smc, "Lab FW")) == 118


def test_a_refused_deletion_does_not_stop_the_others(smc: Simulator) -> None:
    smc.scenario.faults = [Fault("block_list_delete", "status", 500, first=2)]
    result = task(smc, state="absent", hrefs=hrefs(smc), concurrency=1)
    assert (result["removed"], len(result["failed_entries"])) == (2, 1)
    assert len(sources(smc)) == 1


def test_what_was_done_of_an_entry_that_failed_is_a_change(smc: Simulator) -> None:
    entries = [{"source": "192.0.2.1", "duration": 600}]
    for refresh in (None, 3600):
        assert counts(task(smc, target="Lab FW", entries=entries, refresh=refresh)) == (1, 0, 0)
    smc.scenario.faults = [Fault("block_list_delete", "status", 500, first=2)]
    result = task(smc, target="Lab FW", state="absent", entries=entries)
    assert (result["changed"], result["removed"], len(result["failed_entries"])) == (True, 0, 1)
    assert len(result["failed_entries"][0]["hrefs"]) == 2
    assert len(sources(smc, "Lab FW")) == 1


@pytest.mark.parametrize("options", [{"state": "absent"}, {"state": "exact"}], ids=str)
def test_an_entry_that_ends_between_reading_and_deleting(smc: Simulator, options: dict[str, Any]) -> None:
    entries = [{"source": "192.0.2.1", "duration": 600}, {"source": "192.0.2.2", "duration": 86400}]
    assert counts(task(smc, target="Lab FW", entries=entries)) == (2, 0, 0)
    smc.scenario.faults = [Fault("block_list_delete", "slow", seconds=0.5)]
    named = entries[:1] if options["state"] == "absent" else entries[1:]
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(task, smc, target="Lab FW", entries=named, **options)
        while not smc.scenario.faults[0].fired:
            assert not running.done()
            time.sleep(0.01)
        smc.advance(1000)
        assert counts(running.result()) == (0, 0, 1 if options["state"] == "absent" else 2)
    assert sources(smc, "Lab FW") == ["192.0.2.2"]


@pytest.mark.parametrize("status", [404, 410, 400, 409, 500])
def test_gone_already_is_unchanged_whatever_the_smc_calls_it(smc: Simulator, status: int) -> None:
    known = hrefs(smc)
    smc.world.clear("BLOCK_LIST", "Plano FW")
    if status in (404, 410):
        smc.scenario.gone_status = status
    else:
        smc.scenario.faults = [Fault("block_list_delete", "status", status, times=0)]
    for wait in (False, True):
        assert counts(task(smc, state="absent", hrefs=known, wait=wait)) == (0, 0, 3)


def test_a_word_for_gone_that_could_mean_anything_is_a_failure_with_that_word(smc: Simulator) -> None:
    known = hrefs(smc)
    smc.world.clear("BLOCK_LIST", "Plano FW")
    # Reading it is refused in the same words as deleting it; and silence is all that says that the list is empty.
    smc.scenario.update({"gone_status": 400, "end_signals": [], "polling_complete": False})
    for wait in (False, True):
        result = task(smc, state="absent", hrefs=known, wait=wait)
        assert [item["status"] for item in result["failed_entries"]] == [400, 400, 400]
        assert "There is no such block list entry" in result["msg"]


def test_not_allowed(smc: Simulator) -> None:
    smc.scenario.faults = [Fault("block_list_add", "status", 403, times=0)]
    result = task(smc, target="Plano FW", entries=addresses(500))
    assert result["error"] == {"kind": "request", "status": 403}
    assert "lacks the permission" in result["msg"]
    assert len(result["failed_entries"]) == 500
    assert requests(smc, "POST", "block_list") == 2


@pytest.mark.parametrize("concurrency", [1, 4])
def test_the_session_expires_between_reading_and_deleting(smc: Simulator, concurrency: int) -> None:
    known = hrefs(smc)
    logins = smc.statistics.logins
    smc.scenario.faults = [Fault("block_list_delete", "expire", first=2)]
    assert counts(task(smc, state="absent", hrefs=known, concurrency=concurrency)) == (0, 3, 0)
    assert smc.statistics.logins == logins + 2


def test_a_connection_that_drops_once(smc: Simulator) -> None:
    known = hrefs(smc)
    smc.scenario.faults = [Fault("block_list_delete", "drop", first=2)]
    assert counts(task(smc, state="absent", hrefs=known, concurrency=1)) == (0, 3, 0)


def test_an_smc_that_is_gone_is_not_asked_ten_thousand_times(smc: Simulator) -> None:
    smc.scenario.faults = [Fault("block_list_add", "drop", first=2, times=0)]
    result = task(smc, target="Lab FW", entries=addresses(1000), batch_size=10, concurrency=1)
    assert result["added"] == 10
    assert len(result["failed_entries"]) == 990
    assert requests(smc, "POST", "block_list") <= 5
    assert "Not tried any more" in result["failed_entries"][-1]["msg"]


def test_deletions_that_cannot_be_sent_are_all_listed(smc: Simulator) -> None:
    known = hrefs(smc) + hrefs(smc, "HQ cluster")
    smc.scenario.faults = [Fault("block_list_delete", "drop", times=0)]
    result = task(smc, state="absent", hrefs=known, concurrency=1)
    assert [item["index"] for item in result["failed_entries"]] == [0, 1, 2, 3, 4, 5]
    assert "Could not reach the SMC API" in result["failed_entries"][0]["msg"]
    assert "Not tried any more" in result["failed_entries"][-1]["msg"]
    smc.scenario.faults = [Fault("block_list_flush", "drop", times=0)]
    assert len(task(smc, target="Plano FW", state="exact", entries=[])["failed_entries"]) == 3
    # Neither list can be read, and not because of one engine: nothing is deleted.
    smc.scenario.faults = [Fault("handshake", "status", 503, times=0)]
    assert task(smc, state="absent", hrefs=known)["error"]["kind"] == "handshake"
    assert len(sources(smc)) == 3


def test_a_list_that_is_not_to_be_read_again_in_time(smc: Simulator) -> None:
    smc.scenario.faults = [
        Fault("messages", "stall", after_messages=1),
        Fault("messages", "stall", first=2, times=0),
    ]
    result = task(smc, target="Lab FW", entries=addresses(2), timeout=2.0)
    assert result["error"]["kind"] == "timeout"
    assert result["added"] == 2
    assert "did not show it within 2 s: 2 added but not seen" in result["msg"]


def test_accepted_but_never_seen_is_a_timeout(smc: Simulator) -> None:
    smc.scenario.block_list_delay = 600
    result = task(smc, target="Plano FW", entries=addresses(2), timeout=1.0)
    assert result["error"]["kind"] == "timeout"
    assert result["added"] == 2
    assert "2 added but not seen, such as 10.77.0.1/32 -> any (missing on Plano FW node 1)" in result["msg"]
    assert counts(task(smc, target="Plano FW", entries=addresses(2), wait=False)) == (2, 0, 0)


def test_the_socket_dies_while_waiting(smc: Simulator) -> None:
    smc.scenario.block_list_delay = 600
    smc.scenario.faults = [Fault("messages", "drop", after_messages=2)]
    smc.scenario.periodic_seconds = 0.2
    result = task(smc, target="Plano FW", entries=addresses(2))
    assert result["error"]["kind"] == "channel_closed"
    assert "2 added, 0 removed" in result["msg"]
    assert "broke off before it could be seen" in result["msg"]


def test_duration_zero_is_a_deed_each_time(smc: Simulator) -> None:
    entries = [{"source": "192.0.2.1", "duration": 0}]
    for _unused in range(2):
        assert counts(task(smc, target="Plano FW", entries=entries)) == (1, 0, 0)
    assert len(sources(smc)) == 3


def test_matching_entries_go(smc: Simulator) -> None:
    task(smc, target="Plano FW", entries=addresses(5))
    match = {"block_list_entry_source_ip": "10.77.0.0/16", "BlacklistEntryDuration": {"min": 60}}
    assert counts(task(smc, check_mode=True, target="Plano FW", state="absent", match=match)) == (0, 5, 0)
    assert counts(task(smc, target="Plano FW", state="absent", match=match)) == (0, 5, 0)
    assert counts(task(smc, target="Plano FW", state="absent", match=match)) == (0, 0, 0)


def test_all_engines(smc: Simulator) -> None:
    assert counts(task(smc, target="Plano FW", entries=addresses(2))) == (2, 0, 0)
    result = task(smc, all_engines=True, entries=addresses(2))
    assert counts(result) == (2, 0, 0)
    assert any("Depot FW" in warning for warning in result["warnings"])
    assert {"10.77.0.1", "10.77.0.2"} <= set(sources(smc, "HQ cluster")) & set(sources(smc, "Branch 7"))
    assert counts(task(smc, all_engines=True, entries=addresses(2))) == (0, 0, 2)


def test_hrefs_of_several_engines_in_one_task(smc: Simulator) -> None:
    both = hrefs(smc) + hrefs(smc, "HQ cluster")
    assert "belong to another engine than 'Plano FW'" in task(smc, target="Plano FW", state="absent", hrefs=both)["msg"]
    assert len(sources(smc, "HQ cluster")) == 6
    assert counts(task(smc, state="absent", hrefs=both)) == (0, 6, 0)
    assert sources(smc) == sources(smc, "HQ cluster") == []


def test_hrefs_of_several_engines_of_which_one_is_off(smc: Simulator) -> None:
    both = hrefs(smc) + hrefs(smc, "HQ cluster")
    smc.world.set_node("Plano FW", 1, online=False)
    result = task(smc, state="absent", hrefs=both)
    assert counts(result) == (0, 6, 0)
    assert any("block list of 'Plano FW' was not read" in warning for warning in result["warnings"])
    assert sources(smc) == sources(smc, "HQ cluster") == []
    assert task(smc, target="Plano FW", state="exact", entries=[])["error"]["kind"] == "engine_offline"


@pytest.mark.parametrize(
    "given, words",
    [
        ({"state": "absent"}, "none is given"),
        ({"state": "absent", "entries": [], "hrefs": []}, "`entries` and `hrefs` together"),
        ({"state": "present", "match": {"protocol": "tcp"}}, "`match` goes with `state: absent` only"),
        ({"state": "exact", "hrefs": [], "entries": []}, "`hrefs` goes with `state: absent` only"),
        ({"state": "exact"}, "write `entries: []`"),
        ({"state": "present"}, "`entries` is missing"),
        ({"state": "absent", "match": {}}, "it would match every entry"),
        ({"state": "absent", "match": {"sauce": 1}}, "There is no field 'sauce'"),
        ({"state": "absent", "entries": [], "refresh": 5}, "`refresh` does not go"),
        ({"entries": [], "refresh": -5}, "below 0"),
        ({"entries": [], "all_engines": True}, "no `target`"),
        ({"entries": [], "target": None}, "`target` is missing"),
        ({"entries": [], "all_engines": True, "target": None, "state": "exact"}, "`all_engines` goes with"),
        ({"entries": [], "file_select": ["x"], "refang": True}, "`file_select` and `refang` go with `file`"),
        ({"entries": [], "max_removals": "5"}, "`max_removals` goes with `state: exact` only"),
        ({"state": "absent", "match": {"protocol": "tcp"}, "duration": 5}, "`duration` goes with `entries` or `file`"),
        ({"entries": ["8.0.0.0/7"]}, "Too wide, so nothing was sent: entries[0]: source 8.0.0.0/7 covers"),
        ({"entries": [], "protect": ["smc.example"]}, "protect[0] is 'smc.example'"),
        ({"entries": [], "widest": {"ipv4": 99}}, "Write a prefix length from 0 to 32"),
        ({"entries": [], "batch_size": 0}, "`batch_size` is 0"),
        ({"entries": [], "return_limit": -1}, "`return_limit` is -1"),
        ({"entries": [{"source": "x"}, {"source": "y"}]}, "2 of 2 entries are wrong"),
        ({"entries": ["[", "sauce=5", "a=b c"]}, "3 of 3 entries are wrong"),
        ({"state": "absent", "hrefs": ["{url}/7.1/elements/single_fw/1563"]}, "do not name a block-list entry"),
    ],
)
def test_wrong_options_send_nothing(smc: Simulator, given: dict[str, Any], words: str) -> None:
    result = task(smc, **{"target": "Plano FW", **given})
    assert result["error"]["kind"] == "option"
    assert words in result["msg"]
    assert sum(smc.statistics.requests.values()) == 0


def test_an_unknown_engine(smc: Simulator) -> None:
    assert task(smc, target="Plano", entries=addresses(1))["error"]["kind"] == "target_unknown"
    gone = f"{smc.url}/7.1/elements/single_fw/99999/block_list/MQ=="
    result = task(smc, state="absent", hrefs=[gone])
    assert counts(result) == (0, 0, 1)
    assert "knows no elements/single_fw/99999 in the domain 'Shared Domain'" in result["warnings"][0]


def test_entries_from_a_file(smc: Simulator, tmp_path: Path) -> None:
    feed = tmp_path / "feed.txt"
    feed.write_text("# a feed\n10.77.0.1\n10.77.0.2 ; x\n10.77.0.2/31\n")
    result = task(smc, target="Lab FW", file=str(feed), collapse=True, duration=600, addresses_as="destination")
    assert counts(result) == (2, 0, 0)
    assert result["file"] == {
        "format": "lines", "lines": 4, "entries": 2, "ignored": 1, "left_out": 0, "left_out_lines": []
    }  # fmt: skip
    assert {item["destination"] for item in result["entries"]} == {"10.77.0.1/32", "10.77.0.2/31"}
    assert {item["duration"] for item in result["entries"]} == {600}
    assert counts(task(smc, target="Lab FW", state="absent", file=str(feed), addresses_as="destination")) == (0, 2, 1)


@pytest.mark.parametrize(
    "text, options, words",
    [
        (None, {}, "feed.txt: no such file or directory"),
        ("10.77.0.1\nexample.com\n", {}, "Line 2: 'example.com' is a host name"),
        ("# nothing\n", {"state": "exact"}, "holds 0 entries, and file_at_least asks for 1"),
        ("10.77.0.1\n", {"file_at_least": 2}, "file_at_least asks for 2"),
        ("8.0.0.0/7\n", {}, "nothing wider than /8 is blocked"),
        ("source,source_ports\n10.77.0.1,80\n", {}, "line 2: source_ports need a protocol"),
        ("10.77.0.1\n", {"entries": ["10.77.0.2"]}, "Give `entries` or `file`, not both"),
    ],
)
def test_files_that_are_refused(
    smc: Simulator, tmp_path: Path, text: str | None, options: dict[str, Any], words: str
) -> None:
    feed = tmp_path / "feed.txt"
    if text is not None:
        feed.write_text(text)
    result = task(smc, target="Lab FW", file=str(feed), **options)
    assert words in result["msg"]
    assert str(feed) in result["msg"] or "entries" in options or "line 2: source_ports" in words
    assert sum(smc.statistics.requests.values()) == 0


def test_a_feed_that_never_ends_is_refused(smc: Simulator, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (str(tmp_path / "pipe"), "/dev/zero"):
        assert task(smc, target="Lab FW", file=path)["msg"] == f"Could not read {path}: it is not a file."
    assert sum(smc.statistics.requests.values()) == 0


def test_exact_removes_nothing_if_a_line_could_not_be_read(smc: Simulator, tmp_path: Path) -> None:
    feed = tmp_path / "feed.txt"
    feed.write_text("10.77.0.1\nexample.com\n")
    options = {"target": "Plano FW", "state": "exact", "file": str(feed), "on_bad_line": "warn"}
    result = task(smc, **options)
    assert counts(result) == (1, 0, 0)
    assert (result["file"]["left_out"], result["not_removed"]) == (1, 3)
    assert "1 line of the file could not be read, so nothing was removed" in " ".join(result["warnings"])
    assert len(sources(smc)) == 4
    # Renewed all the same, and the empty list of lines left out removes again.
    feed.write_text("10.77.0.1\n")
    assert counts(task(smc, **options)) == (0, 3, 1)


def test_own_addresses_are_never_blocked(smc: Simulator) -> None:
    entries = ["127.0.0.0/24", "10.77.0.1", {"destination": "172.31.255.0/24"}, {"protocol": "tcp"}, "192.0.2.7"]
    options = {"target": "Lab FW", "entries": entries, "protect": ["192.0.2.0/29"]}
    planned = task(smc, check_mode=True, **options)
    result = task(smc, **options)
    for one in (planned, result):
        assert counts(one) == (1, 0, 0)
        assert [(item["index"], item["protected"]) for item in one["withheld"]] == [
            (0, "127.0.0.1"),
            (2, "172.31.255.250"),
            (3, "127.0.0.1"),
            (4, "192.0.2.0/29"),
        ]
        assert one["protected"] == ["192.0.2.0/29", "127.0.0.1", "172.31.255.250"]
        assert "4 entries are not blocked, because they would block an address that is protected" in one["warnings"][0]
    assert sources(smc, "Lab FW") == ["10.77.0.1"]
    assert counts(task(smc, target="Lab FW", entries=entries[:1], protect_own=False)) == (1, 0, 0)
    # Removing is always safe.
    assert counts(task(smc, target="Lab FW", state="absent", entries=entries[:1])) == (0, 1, 0)


def test_exact_does_not_remove_most_of_a_list_by_mistake(smc: Simulator) -> None:
    task(smc, target="Lab FW", entries=addresses(30))
    before = requests(smc, "DELETE", "block_list")
    for check_mode in (True, False):
        result = task(smc, check_mode, target="Lab FW", state="exact", entries=addresses(10))
        assert result["error"] == {"kind": "max_removals", "removals": 20}
        assert "20 of 30 listed entries would be removed" in result["msg"]
        assert "max_removals: 20 or max_removals: 100%" in result["msg"]
    assert requests(smc, "DELETE", "block_list") == before
    assert counts(task(smc, target="Lab FW", state="exact", entries=addresses(10), max_removals="20")) == (0, 20, 10)
    # A short list is seen through at a glance.
    assert counts(task(smc, target="Lab FW", state="exact", entries=[])) == (0, 10, 0)


def test_defaults_of_the_entries(smc: Simulator) -> None:
    entries = ["10.77.0.1", {"source": "10.77.0.2", "destination_ports": "22", "duration": 60}]
    common = {"duration": 600, "protocol": "tcp", "destination_ports": "443"}
    result = task(smc, target="Lab FW", entries=entries, **common)
    assert [(item["destination_ports"], item["duration"]) for item in result["entries"]] == [("443", 600), ("22", 60)]
    empty = task(smc, target="Lab FW", entries=[{"duration": 5}], protocol="tcp")
    assert "it has no address, port or protocol" in empty["msg"]


def test_all_engines_lose_an_entry(smc: Simulator) -> None:
    assert counts(task(smc, all_engines=True, entries=addresses(2))) == (2, 0, 0)
    result = task(smc, all_engines=True, state="absent", entries=addresses(1))
    # What an engine holds that is off cannot be removed, and that is not a success.
    assert result["failed"]
    assert "The block list of 'Depot FW' was not read, so nothing was removed from it" in result["msg"]
    assert result["removed"] > 3
    assert "10.77.0.1" not in sources(smc, "HQ cluster") + sources(smc) and "10.77.0.2" in sources(smc)
    again = task(smc, all_engines=True, state="absent", match={"block_list_entry_source_ip": "10.77.0.0/16"})
    assert again["removed"] > 3
    assert "10.77.0.2" not in sources(smc, "HQ cluster") + sources(smc)
