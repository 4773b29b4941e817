"""One decision over many hosts: what is unknown of a host never lets the fleet pass."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from hostcheck.errors import UsageError
from hostcheck.fleet.gating import Terms, decide_on, number_of_hosts
from hostcheck.fleet.gating import _outcome as outcome
from hostcheck.fleet.host import Placed, State
from hostcheck.fleet.state import Fleet
from hostcheck.formats import FLEET_GATE
from hostcheck.formats.terminal import Style
from hostcheck.gate.policy import Policy
from hostcheck.run.files import read_run

P, F, U = "passed", "failed", "inconclusive"
AWAY, STUCK, REFUSED, PENDING = State.UNREACHABLE, State.STUCK, State.REFUSED, State.PENDING


@pytest.mark.parametrize(
    ("outcomes", "terms", "wanted"),
    [
        ([P, P], {}, P),
        ([P, F], {}, F),
        ([P, U], {}, U),
        ([F, U, AWAY], {}, F),
        ([P, AWAY], {}, U),
        ([P, AWAY], {"away": "1"}, P),
        ([P, STUCK], {"away": "50%"}, P),
        ([P, AWAY, STUCK], {"away": "1"}, U),
        ([P, REFUSED], {"away": "100%"}, U),
        ([P, PENDING], {"away": "100%"}, U),
        ([AWAY], {"away": "100%"}, U),
        ([P] * 49 + [AWAY], {"away": "2%"}, P),
        ([P] * 48 + [AWAY], {"away": "2%"}, U),
        ([P, P, F], {"quorum": "2"}, P),
        ([P, P, F], {"quorum": "3"}, F),
        ([P, P, AWAY], {"quorum": "3"}, U),
        ([P, P, F], {"quorum": "67%"}, F),
        ([P, P, F], {"quorum": "66%"}, P),
    ],
)
def test_the_outcome_over_all(outcomes, terms, wanted):
    assert outcome(outcomes, Terms(Policy(), **terms))[0] == wanted


@pytest.mark.parametrize("text", ["", "x", "-1", "101%", "2 %%", "1.5", "²", "9" * 5000])
def test_what_is_no_number_of_hosts_is_refused(text):
    with pytest.raises(UsageError, match="is not a number of hosts"):
        number_of_hosts(text, 100, up=True)


@pytest.mark.parametrize("text", ["0", "00", "0%", "0.0 %"])
def test_a_quorum_of_no_host_is_refused(text):
    assert number_of_hosts(text, 100, up=False) == 0
    with pytest.raises(UsageError, match="every fleet would meet a quorum of 0"):
        number_of_hosts(text, 100, up=True)


def test_the_smallest_share_is_a_host_where_so_many_have_to_pass():
    assert number_of_hosts("0.000001%", 3, up=True) == 1


@pytest.fixture(scope="module")
def decision(tmp_path_factory):
    fleet = Fleet(tmp_path_factory.mktemp("gate") / "fleet-x")
    fleet.create()
    fleet.place([Placed("a"), Placed("b<&\n"), Placed("c")])
    run = read_run("reference:sata-vps-2014")
    fleet.keep("a", run)
    fleet.keep("c", replace(run, id="c"))
    fleet.change(["b<&\n"], AWAY, "no <route>")
    fleet.change(["c"], STUCK, "hung")
    return decide_on(fleet, fleet.hosts(), Terms(Policy()))


def test_a_run_of_before_a_failed_attempt_is_none(decision):
    assert [each.decision is None for each in decision.judged] == [False, True, True]
    assert [host.name for host in decision.left] == ["b<&\n", "c"]


def test_junit_has_a_suite_a_host(decision):
    suites = ET.fromstring(FLEET_GATE.load("junit")(decision, Style())).findall("testsuite")
    assert [suite.get("name").split("<")[0] for suite in suites] == ["a", "b", "c"]
    assert [suite.get("errors") for suite in suites[1:]] == ["1", "1"]
    assert suites[1].find("testcase/error").get("message") == "no <route>"


def test_json_has_the_decision_on_each_host(decision):
    document = json.loads(FLEET_GATE.load("json")(decision, Style()))
    assert (
        document["exit_code"] == decision.exit_code == {"passed": 0, "failed": 1, "inconclusive": 3}[decision.outcome]
    )
    assert [host["state"] for host in document["hosts"]] == ["done", "unreachable", "stuck"]
    assert document["hosts"][0]["decision"]["schema"] == "hostcheck.decision/1"


def test_lists_for_ansible_have_no_name_with_a_line_break(decision):
    assert FLEET_GATE.load("retry")(decision, Style()) == "c\n"
    assert FLEET_GATE.load("inventory")(decision, Style()).startswith("[ready]\n")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("web-1", True),
        ("10.0.0.1", True),
        ("2001:db8::1", True),
        ("ümlaut.example", True),
        ("a ansible_connection=local", False),
        ("[all:vars]", False),
        ("db[1:9]", False),
        ("!web", False),
        ("~.*", False),
        ("@file", False),
        ("a,b", False),
        ("web:db", False),
        ("*", False),
        ("all", False),
        ("a\r", False),
        ("#a", False),
        ("-l", False),
        ("", False),
    ],
)
def test_lists_for_ansible_have_only_names_that_it_reads_as_names(tmp_path, name, is_one):
    fleet = Fleet(tmp_path / "fleet-x")
    fleet.create()
    fleet.place([Placed(name)])
    decision = decide_on(fleet, fleet.hosts(), Terms(Policy()))
    assert FLEET_GATE.load("retry")(decision, Style()) == (f"{name}\n" if is_one else "")


def test_text_names_each_host_that_did_not_pass(decision):
    text = FLEET_GATE.load("text")(decision, Style())
    assert text.startswith("fleet gate ")
    assert "hung: c" in text
    assert "no <route>: b<&" in text
    assert all(len(line) <= 80 for line in text.splitlines())
