"""The gate judges a run file by its facts: what it records as a verdict decides nothing."""

import json
from dataclasses import replace

import pytest

from hostcheck.errors import UsageError
from hostcheck.gate.decision import decide
from hostcheck.gate.policy import Policy
from hostcheck.run.codec import from_json, to_json
from hostcheck.run.model import Fact
from tests.gate.hosts import audited

HOST = "docker-cgroup2-in-kvm"
UNFIT = "openvz-host"


def again(run):
    """Return the run as it is after it was written and read."""
    return from_json(json.loads(json.dumps(to_json(run))))


def rewritten(run, status):
    return replace(run, verdicts=tuple(replace(each, status=status, found="") for each in run.verdicts))


@pytest.mark.parametrize("status", ["pass", "skip", "unknown"])
def test_recorded_verdicts_decide_nothing_and_are_shown_where_they_differ(status):
    run = audited(UNFIT, ("kubernetes",), ("worker",))
    policy = Policy(roles=("worker",))
    before = decide(run, policy)
    assert before.outcome == "failed"
    after = decide(again(rewritten(run, status)), policy)
    assert (after.outcome, after.findings) == (before.outcome, before.findings)
    failed = next(each for each in before.findings if each.status == "fail")
    assert f"the file records kubernetes {failed.id}: {status}; judged again, it is fail" in after.notes
    assert decide(again(replace(run, verdicts=())), Policy()).findings == before.findings


def test_a_fact_that_a_required_check_needs_and_the_file_lacks_is_inconclusive_and_named():
    run = audited(HOST, ("docker",))
    lacking = replace(run, hostcheck="0.0.7", facts={k: v for k, v in run.facts.items() if k != "kernel.version"})
    decision = decide(again(lacking), Policy())
    found = next(each for each in decision.findings if each.id == "kernel.version")
    assert (found.status, found.found) == ("unknown", "hostcheck 0.0.7 recorded no fact kernel.version")
    assert found.effect == "inconclusive"


def test_a_fact_that_only_another_profile_asks_for_is_named_with_what_to_do():
    run = audited(HOST, ("docker",))
    findings = decide(again(run), Policy(profiles=("k3s",))).findings
    found = next(each for each in findings if each.id == "storage.exec")
    assert found.status == "unknown"
    assert found.found.endswith("store.k3s.exec: no profile of that audit asks for it; audit the host for this profile")


def test_a_run_without_facts_is_inconclusive_for_docker():
    run = audited(HOST, ("docker",))
    decision = decide(again(replace(run, facts={}, verdicts=(), profiles=(), roles=())), Policy())
    assert (decision.outcome, decision.policy.profiles) == ("inconclusive", ("docker",))


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("kernel.version", 9.0),
        ("kernel.version", None),
        ("kernel.version", ("9",)),
        ("kernel.version", True),
        ("kernel.version", {"a": 1}),
        ("net.route_conflict", ("none",)),
        ("virt.container", "nonesuch"),
    ],
)
def test_a_value_that_its_fact_cannot_have_is_unknown(fact, value):
    run = audited(HOST, ("docker",))
    facts = {**run.facts, fact: Fact(fact, value)}
    decision = decide(again(replace(run, facts=facts)), Policy(profiles=("docker",)))
    about = [each for each in decision.findings if fact in each.found]
    assert about
    assert {each.status for each in about} == {"unknown"}


def test_a_run_is_judged_for_the_profiles_and_roles_that_it_was_audited_for_unless_others_are_asked():
    run = again(audited(HOST, ("kubernetes", "docker"), ("worker",)))
    assert (run.profiles, run.roles) == (("kubernetes", "docker"), ("worker",))
    assert decide(run, Policy()).run.roles == ("worker",)
    assert decide(run, Policy()).policy.profiles == ("kubernetes", "docker")
    assert decide(run, Policy(roles=("control-plane",))).run.roles == ("control-plane",)
    assert decide(run, Policy(profiles=("nomad",))).policy.profiles == ("nomad",)
    assert decide(run, Policy(profiles=("nomad",))).run.roles == ()
    with pytest.raises(UsageError, match="none of the profiles has a role 'server'"):
        decide(run, Policy(roles=("server",)))


def test_an_older_run_has_its_profiles_from_its_verdicts():
    run = replace(audited(HOST, ("podman", "docker")), profiles=())
    assert decide(again(run), Policy()).policy.profiles == ("podman", "docker")


def test_a_profile_that_is_left_out_of_the_record_and_has_verdicts_is_refused():
    run = audited(HOST, ("docker", "kubernetes"))
    with pytest.raises(UsageError, match="verdicts of kubernetes, but was audited for docker only"):
        decide(again(replace(run, profiles=("docker",))), Policy())


def test_a_profile_of_a_file_has_to_be_named():
    run = replace(audited(HOST, ("docker",)), profiles=("web",), verdicts=())
    with pytest.raises(UsageError, match="audited for web, which does not ship with hostcheck; name the file"):
        decide(again(run), Policy())


def test_a_role_that_is_left_out_of_the_record_makes_its_checks_unknown():
    run = audited(HOST, ("kubernetes",), ("worker",))
    decision = decide(again(replace(run, roles=())), Policy())
    found = next(each for each in decision.findings if each.id == "k8s.state.worker")
    assert found.status == "unknown"
    assert found.found.endswith("roles: worker; name the role with --role")
    assert decide(again(replace(run, roles=())), Policy(roles=("worker",))).findings == decide(run, Policy()).findings
