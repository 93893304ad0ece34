# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ngfw.smc.block_list and its playbook through real ansible commands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator import Fault, Scenario, Simulator

from .conftest import Ansible

EVENT4 = Scenario(end_signals=["event4"])
ENTRIES = [
    {"source": "203.0.113.66", "duration": 600},
    {"source": "192.0.2.9/24", "destination": "198.51.100.7", "protocol": "TCP", "destination_ports": "80-443"},
    {"destination": "2001:DB8::/64", "protocol": "udp", "source_ports": 53},
]


def block_list(name: str, **options: Any) -> dict[str, Any]:
    return {"name": name, "ngfw.smc.block_list": options, "register": name.replace(" ", "_")}


def sources(smc: Simulator, engine: str = "Plano FW") -> list[str]:
    entries = smc.world.entries("BLOCK_LIST", smc.world.engine(engine))
    return sorted(str(entry.values["BlacklistEntrySourceIp"]) for entry in entries)


def counts(result: dict[str, Any]) -> tuple[int, int, int]:
    return result["added"], result["removed"], result["unchanged"]


@pytest.mark.smoke
def test_a_life_of_a_block_list(simulator: Any, ansible: Ansible) -> None:
    smc = simulator(EVENT4)
    ansible.use(smc)
    planned = block_list("planned", entries=ENTRIES) | {"check_mode": True, "diff": True}
    run = ansible.tasks(
        planned,
        block_list("added", entries=ENTRIES) | {"diff": True},
        block_list("again", entries=ENTRIES),
        block_list("by href", state="absent", hrefs="{{ again.entries[:1] | map(attribute='block_list_href') }}"),
        block_list("by href again", state="absent", hrefs="{{ again.entries[:1] | map(attribute='block_list_href') }}"),
        block_list("by condition", state="absent", match={"block_list_entry_destination_ip": "198.51.100.0/24"}),
        block_list("exactly planned", state="exact", entries=ENTRIES[:1]) | {"check_mode": True},
        block_list("exactly", state="exact", entries=ENTRIES[:1]),
        block_list("by entry", state="absent", entries=ENTRIES),
        block_list("emptied", state="exact", entries=[]),
    ).check()
    check, real = run.result("planned"), run.result("added")
    assert check["changed"]
    assert {name: check[name] for name in ("added", "removed", "unchanged")} == {
        "added": 3,
        "removed": 0,
        "unchanged": 0,
    }
    assert [step["source"] for step in check["plan"]["add"]] == ["203.0.113.66/32", "192.0.2.0/24", "any"]
    assert check["diff"] == real["diff"]
    assert "+192.0.2.0/24 -> 198.51.100.7/32 port 80-443 tcp for 3600 s" in run.output
    assert "+any port 53 -> 2001:db8::/64 udp for 3600 s" in run.output
    assert "source 192.0.2.9/24 has host bits" in run.output
    assert counts(real) == (3, 0, 0)
    assert {item["node"] for item in real["entries"]} == {"Plano FW node 1"}
    again = run.result("again")
    assert (again["changed"], *counts(again)) == (False, 0, 0, 3)
    assert 0 < again["entries"][0]["remaining"] <= 600
    assert (run.result("by href")["changed"], *counts(run.result("by href"))) == (True, 0, 1, 0)
    assert (run.result("by href again")["changed"], *counts(run.result("by href again"))) == (False, 0, 0, 1)
    assert counts(run.result("by condition")) == (0, 1, 0)
    assert counts(run.result("exactly planned")) == counts(run.result("exactly")) == (1, 4, 0)
    assert counts(run.result("by entry")) == (0, 1, 2)
    assert not run.result("emptied")["changed"]
    assert sources(smc) == []
    assert smc.open_sessions == 0


def test_module_and_action_plugin_give_the_same(simulator: Any, ansible: Ansible) -> None:
    results = []
    for connection in ("local", "jump"):
        smc = simulator(EVENT4)
        ansible.use(smc)
        run = ansible.tasks(
            block_list("added", target="HQ cluster", entries=ENTRIES),
            block_list("exactly", target="HQ cluster", state="exact", entries=ENTRIES[1:]) | {"diff": True},
            block_list("wrong", target="HQ cluster", entries=[{"source": "x"}]) | {"ignore_errors": True},
            connection=connection,
        ).check()
        texts = json.dumps([run.result(name) for name in ("added", "exactly")]).replace(smc.url, "")
        documents = json.loads(texts)
        for result in documents:
            result.pop("invocation", None)
            result.pop("warnings", None)
        results.append((documents, run.result("wrong")["msg"], run.result("wrong")["error"]))
    assert results[0] == results[1]


def test_one_wrong_entry_is_removed_on_the_command_line(simulator: Any, ansible: Ansible) -> None:
    smc = simulator(EVENT4)
    ansible.use(smc)
    href = f"{smc.url}/7.1/elements/single_fw/1563/block_list/Mg=="
    run = ansible.adhoc("plano_fw", "ngfw.smc.block_list", f"state=absent hrefs={href}", "-c", "local").check()
    assert '"removed": 1' in run.output
    assert len(sources(smc)) == 2


def test_many_with_a_bad_one_among_them_while_the_session_expires(simulator: Any, ansible: Ansible) -> None:
    faults = [
        Fault("block_list_add", "status", 400, times=0, match="10.0.3.7/"),
        Fault("block_list_add", "expire", first=3),
    ]
    smc = simulator(Scenario(end_signals=["event4"], faults=faults))
    ansible.use(smc)
    entries = [{"source": f"10.0.{number // 250}.{number % 250}"} for number in range(1, 1001)]
    run = ansible.tasks(
        block_list("blocked", target="Lab FW", entries=entries, batch_size=100) | {"ignore_errors": True}
    )
    result = run.result("blocked")
    assert run.statuses() == ["failed"]
    assert result["changed"]
    assert counts(result) == (999, 0, 0)
    assert [(item["index"], item["source"], item["status"]) for item in result["failed_entries"]] == [
        (756, "10.0.3.7/32", 400)
    ]
    assert "999 added" in result["msg"]
    assert "entries[756] (10.0.3.7/32 -> any): HTTP 400" in result["msg"]
    assert len(sources(smc, "Lab FW")) == 999


def test_two_runs_at_once(simulator: Any, ansible: Ansible) -> None:
    smc = simulator(EVENT4)
    ansible.use(smc)
    entries = [{"source": f"10.0.0.{number}"} for number in range(1, 101)]
    run = ansible.tasks(
        block_list("added", entries=entries, batch_size=10),
        block_list("again", entries=entries),
        block_list("removed", state="absent", entries=entries),
        block_list("gone", state="absent", entries=entries),
        hosts="one,two",
        vars={"smc_target": "Lab FW"},
    ).check()
    assert len(run.tasks) == 8
    for host in ("one", "two"):
        assert counts(run.result("again", host)) == (0, 0, 100)
        result = run.result("removed", host)
        assert result["removed"] + result["unchanged"] == 100
        assert counts(run.result("gone", host)) == (0, 0, 100)
    assert sources(smc, "Lab FW") == []


def test_each_mistake_has_a_sentence(simulator: Any, ansible: Ansible) -> None:
    smc = simulator(Scenario(end_signals=["event4"], faults=[Fault("block_list_add", "status", 403, times=0)]))
    ansible.use(smc)
    one = [{"source": "10.0.0.1"}]
    path = f"{smc.url}/7.1/elements/single_fw/1563"
    wrong: dict[str, tuple[dict[str, Any], list[str]]] = {
        "entries": (
            {
                "entries": [
                    "10.0.0.0/33",
                    {"source": "10.0.0.1", "protocol": "gre"},
                    {"source": "10.0.0.1", "protocol": "tcp", "destination_ports": "443-80"},
                    {"source": "10.0.0.1"},
                    {"source": "10.0.0.1", "protocol": "udp", "source_ports": 70000, "duration": "soon"},
                    {"sauce": "10.0.0.1"},
                ]
            },
            [
                "5 of 6 entries are wrong, so nothing was sent",
                "entries[0]: source '10.0.0.0/33' is not an IP address",
                "entries[1]: protocol 'gre' is not tcp, udp or any",
                "entries[2]: destination_ports '443-80' has its ports in the wrong order",
                "entries[4]: source_ports '70000' has a port above 65535",
                "entries[4]: duration 'soon' is not a whole number of seconds",
                "entries[5]: there is no 'sauce'. Did you mean source",
            ],
        ),
        "together": (
            {"state": "absent", "entries": one, "match": {"src": "x"}},
            ["not `entries` and `match` together"],
        ),
        "exact": ({"state": "exact"}, ["write `entries: []`"]),
        "hrefs": (
            {"state": "absent", "hrefs": [path, f"{path}/block_list/flush", f"{path}/block_list/MQ==?x", "MQ=="]},
            ["4 of 4 hrefs do not name a block-list entry", f"hrefs[0] is '{path}'", "hrefs[3] is 'MQ=='"],
        ),
        "engine": ({"target": "Plan FW", "entries": one}, ["knows no engine 'Plan FW'", "Did you mean Plano FW"]),
        "permission": ({"entries": one}, ["entries[0] (10.0.0.1/32 -> any): HTTP 403", "lacks the permission"]),
    }
    # The first four send nothing at all, not even a login.
    run = ansible.tasks(*(block_list(name, **wrong[name][0]) | {"ignore_errors": True} for name in list(wrong)[:4]))
    assert run.statuses() == ["failed"] * 4
    assert sum(smc.statistics.requests.values()) == 0
    again = ansible.tasks(*(block_list(name, **wrong[name][0]) | {"ignore_errors": True} for name in list(wrong)[4:]))
    assert again.statuses() == ["failed"] * 2
    for name, (_options, sentences) in wrong.items():
        result = (run if name in list(wrong)[:4] else again).result(name)
        for sentence in sentences:
            assert sentence in result["msg"]
    assert len(sources(smc)) == 3


def test_ten_thousand_entries_are_not_too_much_for_awx(simulator: Any, ansible: Ansible) -> None:
    smc = simulator(EVENT4)
    ansible.use(smc)
    entries = "{{ lookup('ansible.builtin.file', 'many.txt') | ngfw.smc.block_list_entries }}"
    project = ansible.folder / "project"
    project.mkdir()
    (project / "many.txt").write_text("".join(f"10.0.{number // 250}.{number % 250}\n" for number in range(3000)))
    short = {"entries": entries, "return_limit": 5}
    far = block_list("far", **short) | {"vars": {"ansible_connection": "jump"}}
    tasks = [block_list("whole", entries=entries), block_list("short", **short), far]
    play = {"hosts": "all", "connection": "local", "gather_facts": False, "tasks": tasks}
    (project / "play.yml").write_text(json.dumps([{**play, "vars": {"smc_target": "Lab FW"}}]))
    (ansible.folder / "inventory").mkdir()
    (ansible.folder / "inventory" / "hosts").write_text("lab\n")
    ansible.run("ansible-runner", "run", str(ansible.folder), "-p", "play.yml", "-q", "-i", "one").check()
    events = [json.loads(path.read_text()) for path in (ansible.folder / "artifacts/one/job_events").glob("*.json")]
    kept = {
        event["event_data"]["task"]: event["event_data"]["res"] for event in events if event["event"] == "runner_on_ok"
    }
    # What the option is for: of the whole result nothing is left.
    assert kept["whole"] == {}
    for name in ("short", "far"):
        assert counts(kept[name]) == (0, 0, 3000)
        assert (len(kept[name]["entries"]), kept[name]["truncated"]) == (5, True)
    # AnsibleModule returns the options too, before ansible-core 2.21.
    options = kept["far"].get("invocation", {}).get("module_args", {})
    assert len(options.get("entries", [])) in (0, 101)


FILES = {
    "blocked.yml": "- source: 203.0.113.66\n  duration: 600\n- 192.0.2.0/24\n",
    "blocked.json": json.dumps({"entries": [{"source": "203.0.113.66"}, {"source": "192.0.2.0/24"}]}),
    "blocked.csv": "\ufeffSource;Duration\r\n# a comment\r\n203.0.113.66;600\r\n192.0.2.0/24;\r\n",
    "blocked.txt": "# known scanners\n203.0.113.66\n\n192.0.2.0/24  # all of it\n",
}


def test_the_playbook_keeps_lists_as_a_file_says(simulator: Any, ansible: Ansible) -> None:
    smc = simulator(EVENT4)
    ansible.use(smc)
    inventory = ansible.folder / "inventory"
    inventory.write_text("[firewalls]\nplano smc_target='Plano FW'\nhq smc_target='HQ cluster'\n[others]\nbranch\n")
    mistakes = {
        "empty.txt": ("# nothing\n", "empty.txt holds 0 entries, and file_at_least asks for 1"),
        "header.csv": ("source;ports\n10.0.0.1;80\n", "Line 1: there is no column 'ports'. Did you mean source_ports"),
    }
    for name, text in FILES.items():
        (ansible.folder / name).write_text(text)
        run = ansible.playbook(
            "ngfw.smc.block_list",
            inventory=str(inventory),
            variables={"block_list_file": name, "block_list_hosts": "firewalls"},
        ).check()
        results = [run.result("Make the block list equal to the file", host) for host in ("plano", "hq")]
        # The first file changes the lists; the others say the same in other words.
        assert {result["changed"] for result in results} == {name == "blocked.yml"}
        assert set(sources(smc)) == set(sources(smc, "HQ cluster")) == {"203.0.113.66", "192.0.2.0"}
    for name, (text, words) in mistakes.items():
        (ansible.folder / name).write_text(text)
        wrong = {"block_list_file": name, "block_list_hosts": "firewalls"}
        run = ansible.playbook("ngfw.smc.block_list", inventory=str(inventory), variables=wrong)
        assert run.returncode
        assert words in run.output
    for given, words in (
        ({"block_list_file": "blocked.csv"}, "Name the engines: -e block_list_hosts=smc_engines"),
        ({"block_list_hosts": "firewalls"}, "-e block_list_file="),
    ):
        run = ansible.playbook("ngfw.smc.block_list", inventory=str(inventory), variables=given)
        assert run.returncode
        assert words in run.output
    nobody = {"block_list_file": "blocked.csv", "block_list_hosts": "firewall"}
    run = ansible.playbook("ngfw.smc.block_list", inventory=str(inventory), variables=nobody)
    assert run.returncode
    assert "No host of the inventory matches firewall, so there is no engine." in run.output
    assert len(sources(smc)) == 2
    empty = {"block_list_file": "empty.txt", "block_list_hosts": "firewalls"}
    ansible.playbook(
        "ngfw.smc.block_list", inventory=str(inventory), variables={**empty, "block_list_allow_empty": True}
    ).check()
    assert sources(smc) == sources(smc, "HQ cluster") == []


def test_the_playbook_reads_a_feed_and_keeps_most_of_a_list(simulator: Any, ansible: Ansible) -> None:
    smc = simulator(EVENT4)
    ansible.use(smc)
    inventory = ansible.folder / "inventory"
    inventory.write_text("lab smc_target='Lab FW'\n")
    feed = ansible.folder / "feed.json"
    feed.write_text(json.dumps({"prefixes": [{"ip": f"10.77.0.{number}"} for number in range(1, 31)]}))
    given = {"block_list_file": "feed.json", "block_list_hosts": "lab", "block_list_file_select": "prefixes[].ip"}
    given["block_list_protect"] = "10.77.0.7"
    run = ansible.playbook("ngfw.smc.block_list", inventory=str(inventory), variables=given).check()
    result = run.result("Make the block list equal to the file", "lab")
    assert (counts(result), result["withheld_count"]) == ((29, 0, 0), 1)
    assert (result["file"]["format"], result["file"]["entries"]) == ("json", 30)
    # Older versions of ansible-core break the lines of a warning.
    assert "1 entry is not blocked, because it would block an address that is protected" in " ".join(run.output.split())
    feed.write_text(json.dumps({"prefixes": [{"ip": "10.77.0.1"}]}))
    run = ansible.playbook("ngfw.smc.block_list", inventory=str(inventory), variables=given)
    assert run.returncode
    assert "28 of 29 listed entries would be removed" in run.output
    run = ansible.playbook(
        "ngfw.smc.block_list", inventory=str(inventory), variables={**given, "block_list_max_removals": "100%"}
    ).check()
    assert sources(smc, "Lab FW") == ["10.77.0.1"]


def test_a_duration_on_the_command_line(simulator: Any, ansible: Ansible) -> None:
    smc = simulator(EVENT4)
    ansible.use(smc)
    words = "target='Plano FW' entries=203.0.113.77 duration=600 protocol=tcp destination_ports=443"
    for connection in ("local", "jump"):
        run = ansible.adhoc("plano_fw", "ngfw.smc.block_list", words, "-c", connection).check()
        assert '"duration": 600' in run.output
        assert '"destination_ports": "443"' in run.output


@pytest.mark.parametrize("connection", ["local", "jump"])
def test_all_engines_are_for_one_host_of_the_play(simulator: Any, ansible: Ansible, connection: str) -> None:
    smc = simulator(EVENT4)
    ansible.use(smc)
    task = block_list("added", all_engines=True, entries=["10.77.0.1"])
    run = ansible.tasks(task, hosts="one,two", connection=connection)
    assert run.returncode
    for host, twin in (("one", "two"), ("two", "one")):
        assert f"'{twin}' and other hosts of the play would each do the same" in run.result("added", host)["msg"]
    assert sum(smc.statistics.requests.values()) == 0
    run = ansible.tasks(task | {"run_once": True}, hosts="one,two", connection=connection).check()
    assert counts(run.result("added", "one")) == (1, 0, 0)


def test_two_smcs_in_one_play(simulator: Any, ansible: Ansible) -> None:
    first, second = simulator(EVENT4), simulator(EVENT4)
    ansible.use(first)
    inventory = ansible.folder / "inventory"
    inventory.write_text(f"one smc_url={first.url}\ntwo smc_url={second.url}\n")
    url = {"url": "{{ smc_url }}", "api_key": "{{ lookup('ansible.builtin.env', 'SMC_API_KEY') }}"}
    run = ansible.tasks(
        block_list("one list", target="Lab FW", entries=["10.77.0.1"], **url),
        # The hosts of two SMCs do not do the same.
        block_list("everywhere", all_engines=True, entries=["10.77.0.2"], **url),
        hosts=str(inventory),
    ).check()
    for host, smc in (("one", first), ("two", second)):
        assert counts(run.result("one list", host)) == counts(run.result("everywhere", host)) == (1, 0, 0)
        assert sources(smc, "Lab FW") == ["10.77.0.1", "10.77.0.2"]
        assert smc.open_sessions == 0


def fleet(ansible: Ansible, *urls: str) -> str:
    """The path of an inventory with a host d1, d2, … for each of the SMCs."""
    inventory = ansible.folder / "fleet"
    inventory.write_text("".join(f"d{number} smc_url={url}\n" for number, url in enumerate(urls, 1)))
    return str(inventory)


def test_run_once_is_not_for_the_engines_of_several_smcs(simulator: Any, ansible: Ansible) -> None:
    first, second = simulator(EVENT4), simulator(EVENT4)
    ansible.use(first)
    task = block_list("added", all_engines=True, entries=["10.77.0.3"]) | {"run_once": True}
    run = ansible.tasks(task, hosts=fleet(ansible, first.url, first.url, second.url))
    assert run.returncode
    assert "with `run_once` only of the SMC of 'd1'. 'd3' belongs to another SMC" in run.result("added", "d1")["msg"]
    assert sum(first.statistics.requests.values()) == sum(second.statistics.requests.values()) == 0
    # One SMC in several spellings is one.
    run = ansible.tasks(task, hosts=fleet(ansible, first.url, f"{first.url}/")).check()
    assert counts(run.result("added", "d1")) == (1, 0, 0)


@pytest.mark.parametrize("spelling", ["{}/", "HTTP{}", "[{}]"])
def test_all_engines_of_an_smc_that_is_spelt_in_two_ways(simulator: Any, ansible: Ansible, spelling: str) -> None:
    smc = simulator(EVENT4)
    ansible.use(smc)
    other = spelling.format(smc.url.removeprefix("http") if spelling.startswith("HTTP") else smc.url)
    other = json.dumps([smc.url]) if spelling.startswith("[") else other
    inventory = ansible.folder / "fleet"
    inventory.write_text(f"d1 smc_url={smc.url}\nd2 smc_url='{other}' smc_domain='Shared Domain'\n")
    run = ansible.tasks(block_list("added", all_engines=True, entries=["10.77.0.4"]), hosts=str(inventory))
    assert run.returncode
    assert all("would each do the same" in run.result("added", host)["msg"] for host in ("d1", "d2"))
    assert sum(smc.statistics.requests.values()) == 0


def test_the_url_of_the_task_decides_for_all_hosts(simulator: Any, ansible: Ansible) -> None:
    first, second = simulator(EVENT4), simulator(EVENT4)
    ansible.use(first)
    task = block_list("added", all_engines=True, entries=["10.77.0.5"], url=first.url)
    run = ansible.tasks(task, hosts=fleet(ansible, first.url, second.url))
    assert run.returncode
    assert all("would each do the same" in run.result("added", host)["msg"] for host in ("d1", "d2"))
    assert sum(first.statistics.requests.values()) == 0


def test_the_filter_reads_a_text_whose_end_the_lookup_took(simulator: Any, ansible: Ansible) -> None:
    smc = simulator(EVENT4)
    ansible.use(smc)
    (ansible.folder / "blocked.csv").write_text("ip,comment\n10.77.0.6,x\n10.77.0.7\n")
    (ansible.folder / "cut.csv").write_text("ip,comment\n10.77.0.6,x\n10.77.0.7")
    for name, end, is_sure in (
        ("blocked", "", False),
        ("blocked", ", rstrip=false", True),
        ("cut", ", rstrip=false", False),
    ):
        entries = f"{{{{ lookup('ansible.builtin.file', '{name}.csv'{end}) | ngfw.smc.block_list_entries }}}}"
        run = ansible.tasks(block_list("added", target="Plano FW", entries=entries)).check()
        assert run.result("added")["asked"] == 2
        assert ("the file may be cut off" in " ".join(run.output.split())) is not is_sure
