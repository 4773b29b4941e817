"""A proof outranks what was inferred, in verdicts, in the gate and in words."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostcheck.audit import audit_host
from hostcheck.catalogue.kinds import fits
from hostcheck.catalogue.loader import entry_of
from hostcheck.errors import UsageError
from hostcheck.formats import audit_text
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import decide
from hostcheck.gate.policy import Policy
from hostcheck.profiles.loader import load, names
from hostcheck.proofs import STEPS, is_proof
from hostcheck.prove.trial import Step, fact_of
from hostcheck.run.model import Fact
from hostcheck.verdicts import disagreements, judge, readiness
from tests.effort import TIMES
from tests.gate.hosts import HOSTS, audited

HOST = "docker-cgroup2-in-kvm"
SOUND = {
    "storage.drivers": {"overlay2": True},
    "storage.overlay": True,
    "storage.d_type": True,
    "cgroup.memory.disabled_by": "none",
    "net.veth": True,
    "net.bridge": True,
}
"""Facts that the host lacks, so that only what a test changes is missed."""
WORKS = {step: Step(ok=True, seen="seen") for step in STEPS}


def proof(fact_id="prove.docker", **changes):
    return fact_of(fact_id, WORKS | changes)


def sound(profile="docker"):
    run = audited(HOST, (profile,))
    return replace(run, facts={**run.facts, **{fact_id: Fact(fact_id, value) for fact_id, value in SOUND.items()}})


def judged(fact_id, value, *proofs, profile="docker"):
    """Return the verdicts of a host by check: with one fact changed, and with these proofs."""
    facts = dict(sound(profile).facts)
    facts |= {fact_id: value if isinstance(value, Fact) else Fact(fact_id, value)}
    facts |= {each.id: each for each in proofs}
    return {verdict.check: verdict for verdict in judge(load(profile), facts)}, facts


def test_without_a_proof_no_check_of_one_is_there():
    verdicts, facts = judged("net.veth", value=True)
    assert not [check for check in verdicts if is_proof(check)]
    assert not list(filter(is_proof, facts))


@pytest.mark.parametrize("value", [False, Fact.unknown("net.veth", "nothing shows it")], ids=["no", "unknown"])
def test_what_a_container_did_is_not_outvoted(value):
    assert judged("net.veth", value)[0]["net.veth"].status in {"fail", "unknown"}
    verdict = judged("net.veth", value, proof())[0]["net.veth"]
    assert verdict.status == "pass"
    assert verdict.found.startswith("proved by docker: gateway (seen)")


def test_a_step_that_was_not_decided_settles_nothing():
    verdicts, _ = judged("net.veth", False, proof(gateway=Step(None, "not reached")))
    assert verdicts["net.veth"].status == "fail"


def test_a_step_of_many_settles_nothing():
    undecided = proof(cow=Step(None, "its root is ext4"))
    assert judged("storage.d_type", False, undecided)[0]["storage.d_type"].status == "fail"
    assert judged("storage.d_type", False, proof())[0]["storage.d_type"].status == "pass"


def test_another_engine_s_proof_settles_nothing():
    assert judged("net.veth", False, proof("prove.podman"))[0]["net.veth"].status == "fail"


def test_a_bare_runtime_s_proof_stands_in():
    assert judged("ns.pid", False, proof("prove.runtime"))[0]["ns.pid"].status == "pass"
    # It loads no profile of AppArmor, and was run by root.
    bare = fact_of("prove.runtime", {step: Step(ok=True, seen="seen") for step in ("start", "layer", "pids", "memory")})
    assert judged("security.apparmor_parser", False, bare)[0]["security.apparmor"].status != "pass"
    assert judged("user.uidmap", False, bare, profile="podman-rootless")[0]["user.uidmap"].status != "pass"
    refuted = proof("prove.runtime", start=Step(ok=False, seen="EPERM"))
    assert judged("ns.pid", False, proof(), refuted)[0]["ns.pid"].status == "pass"


def test_a_step_that_failed_is_a_requirement_missed_for_the_reason_that_was_seen():
    verdicts, facts = judged("net.veth", True, proof(port=Step(ok=False, seen="all ports\nare allocated")))
    verdict = verdicts["prove.container"]
    assert (verdict.status, verdict.severity) == ("fail", "required")
    assert verdict.found == "no port (all ports are allocated)"
    assert readiness("docker", verdicts.values()).ready is False
    assert verdicts["net.veth"].status == "pass"
    assert not disagreements(load("docker"), facts)


def test_proof_and_check_that_differ_are_both_named():
    _, facts = judged("net.veth", False, proof())
    assert disagreements(load("docker"), facts) == (
        "proof and check disagree: docker net.veth found no; a container showed otherwise: docker: gateway (seen)",
    )
    failed = proof(gateway=Step(ok=False, seen="172.17.0.1 does not answer"))
    _, facts = judged("net.veth", True, failed)
    found = disagreements(load("docker"), facts)
    seen = "docker: gateway (172.17.0.1 does not answer)"
    checks = "net.bridge found yes, net.veth found yes, net.sysctls found yes"
    assert found == (f"proof and check disagree: docker {checks}; a container showed otherwise: {seen}",)


def test_a_step_that_a_check_foresaw_to_fail_contradicts_no_other_check():
    failed = proof(gateway=Step(ok=False, seen="172.17.0.1 does not answer"))
    _, facts = judged("net.veth", False, failed)
    assert disagreements(load("docker"), facts) == ()


def test_a_container_that_does_not_start_is_one_disagreement_with_all_that_it_needs():
    facts = judged("net.veth", True, fact_of("prove.docker", {"start": Step(ok=False, seen="EPERM")}))[1]
    [text] = disagreements(load("docker"), facts)
    assert re.search(r"^proof and check disagree: docker (\S+ found [^,]+, ){2}\S+ found .* and \d+ more; ", text)
    assert text.endswith("docker: start (EPERM)")


def test_the_gate_counts_a_proof_and_asks_for_one_where_the_policy_does():
    run = sound()
    passed = decide(run, Policy(profiles=("docker",)))
    asked = decide(run, Policy(profiles=("docker",), prove=True))
    assert not [finding for finding in passed.findings if finding.id.startswith("prove.")]
    unproved = next(finding for finding in asked.findings if finding.id == "prove.container")
    assert (unproved.status, unproved.effect) == ("unknown", "inconclusive")
    assert "without --prove" in unproved.found
    failed = proof(memory=Step(ok=False, seen="not held"))
    decision = decide(replace(run, facts={**run.facts, failed.id: failed}), Policy(profiles=("docker",)))
    assert decision.outcome == "failed"
    assert any("cgroup.memory" in note and "not held" in note for note in decision.notes)


def test_a_captured_host_is_not_proved():
    with pytest.raises(
        UsageError, match="a proof runs a container, which only an audit on the host itself can do; leave out --prove"
    ):
        audit_host(HOSTS / HOST / "root", prove=True)


def test_the_audit_s_text_shows_the_proof_and_the_disagreement():
    run = audited(HOST, ("docker",))
    failed = proof(port=Step(ok=False, seen="127.0.0.1:40000 did not answer"))
    text = audit_text.render(replace(run, facts={**run.facts, failed.id: failed}, notes=("they differ",)), Style())
    assert "\nprove.docker\n    not       port (127.0.0.1:40000 did not answer)\n    proved    start (seen);" in text
    assert "\nthey differ\n" in text
    assert "prove." not in audit_text.render(run, Style())


@pytest.mark.parametrize("profile", names())
def test_checks_name_steps_that_their_engine_can_prove(profile):
    loaded = load(profile)
    asked = [check for check in loaded.checks if is_proof(check.test.subject)]
    assert {check.test.subject for check in asked} <= {loaded.proof}
    assert bool(asked) == bool(loaded.proof)
    for check in asked:
        assert set(check.test.argument) <= set(entry_of(loaded.proof).kind.values)


@pytest.mark.parametrize("fact_id", ["prove.docker", "prove.docker_rootless", "prove.podman", "prove.podman_rootless"])
def test_a_proof_s_value_fits_its_entry(fact_id):
    fact = proof(fact_id, resolver=Step(None, "not reached"))
    assert fits(entry_of(fact_id).kind, fact.value)


PROVED = tuple(name for name in names() if load(name).proof)
RESULTS = st.fixed_dictionaries(dict.fromkeys(STEPS, st.sampled_from((True, False, None))))


@settings(deadline=None, max_examples=60 * TIMES, derandomize=True, database=None)
@given(
    results=RESULTS,
    profile=st.sampled_from(PROVED),
    host=st.sampled_from((HOST, "openvz-host", "firecracker-x86-acpi")),
)
def test_a_proof_settles_the_checks_whose_steps_all_succeeded_and_no_other(results, profile, host):
    rows = load(profile)
    facts = dict(audited(host, (profile,)).facts)
    made = fact_of(rows.proof, {step: Step(ok, "seen") for step, ok in results.items()})
    before = {verdict.check: verdict.status for verdict in judge(rows, facts)}
    verdicts = judge(rows, facts | {made.id: made})
    found = {verdict.check: verdict.status for verdict in verdicts}
    for check in rows.checks:
        if check.test.subject == made.id:
            asked = [results[step] for step in check.test.argument]
            missed = "fail" if check.severity == "required" else "warn"
            assert found[check.id] == (missed if False in asked else "unknown" if None in asked else "pass")
        elif check.proved_by and all(results[step] is True for step in check.proved_by):
            assert found[check.id] in {"pass", "skip"}, check.id
        else:
            assert found[check.id] == before[check.id], check.id
    # Kubernetes only recommends its proof, in which ctr tries no network.
    required = [
        step
        for check in rows.checks
        if check.test.subject == made.id and check.severity == "required"
        for step in check.test.argument
    ]
    ready = readiness(profile, verdicts).ready
    if any(results[step] is False for step in required):
        assert ready is False
    elif any(results[step] is None for step in required):
        assert ready is not True
