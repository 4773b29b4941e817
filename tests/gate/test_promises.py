"""A promise in a policy: each line is required, and what cannot be decided is unknown."""

import json

import pytest

from hostcheck.errors import UsageError
from hostcheck.formats import GATE, PROMISE
from hostcheck.formats.promise_decision import decision_of
from hostcheck.gate.decision import decide
from hostcheck.gate.policy_file import read_policy
from hostcheck.gate.promises import judge_promise
from hostcheck.gate.waivers import parse_waiver
from hostcheck.promise.file import read_promise
from hostcheck.run.model import Fact
from tests.gate.hosts import audited


@pytest.fixture
def policy(tmp_path):
    def from_text(text):
        path = tmp_path / "hostcheck.toml"
        path.write_text(text)
        return read_policy(path)

    return from_text


def host(**facts):
    run = audited("kvm-hyperv-enlightened", ("docker",))
    known = {each.replace("__", "."): value for each, value in facts.items()}
    run.facts.update({fact_id: Fact(fact_id, value) for fact_id, value in known.items()})
    return run


@pytest.mark.parametrize(
    ("row", "status"),
    [('virtualization = "kvm"', "pass"), ('virtualization = "xen"', "fail"), ("dedicated_cpu = true", "unknown")],
)
def test_each_line_is_a_finding_at_its_place(policy, row, status):
    asked = policy(f"[gate]\nprofiles = []\n[promise]\n{row}\n".replace("profiles = []\n", ""))
    findings = [each for each in decide(host(), asked).findings if each.kind == "promise"]
    assert [(each.status, each.asked_at[1]) for each in findings] == [(status, 3)]


def test_a_line_that_is_broken_fails_the_gate_and_can_be_waived(policy):
    from dataclasses import replace

    asked = policy('[gate]\n[promise]\nvirtualization = "xen"\n')
    decision = decide(host(), asked)
    assert decision.outcome == "failed"
    document = json.loads(GATE.load("json")(decision, None))
    assert "promise" in {finding["kind"] for finding in document["findings"]}
    waived = decide(host(), replace(asked, waivers=(parse_waiver("virtualization=known"),)))
    assert {each.effect for each in waived.findings if each.kind == "promise"} == {"waived"}


def test_monitoring_reads_each_line(policy):
    decision = decide(host(), policy('[gate]\n[promise]\nvirtualization = "xen"\ndedicated_cpu = true\n'))
    line = GATE.load("nagios")(decision, None)
    assert line.startswith("HOSTCHECK CRITICAL")
    assert "promise virtualization: KVM" in line
    series = GATE.load("openmetrics")(decision, None)
    assert 'hostcheck_check_status{scope="promise",id="virtualization",status="fail"} 1' in series
    assert 'hostcheck_check_status{scope="promise",id="dedicated_cpu",status="unknown"} 1' in series


def test_a_slip_in_the_promise_is_one_of_the_policy(policy):
    with pytest.raises(UsageError, match="did you mean memory"):
        policy('[gate]\n[promise]\nmemroy = "8 GB"\n')


def test_a_gate_and_the_command_give_one_answer(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('[promise]\nvirtualization = "kvm"\ndedicated_cpu = true\n')
    outcome = judge_promise(read_promise(path), host(), typed=True)
    assert (outcome.exit_code, decision_of(outcome).exit_code) == (3, 3)
    assert "promise inconclusive" in PROMISE.load("github")(outcome, None)
