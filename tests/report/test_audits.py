from dataclasses import replace

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.profiles.loader import load
from hostcheck.report.audits import audits
from hostcheck.run.model import Evidence, Fact, Verdict


def verdict(profile, check, status="pass", why="Because.", found="yes"):
    return Verdict(profile, check, status, "required", "yes", found, why, "Do it.", "docs")


@pytest.fixture
def audit_of(run_of):
    def make(verdicts, facts=()):
        run = run_of(
            "a", facts={fact.id: fact for fact in facts or (Fact("virt.vm", "kvm"),)}, verdicts=tuple(verdicts)
        )
        (audit,) = audits(compare([run]))
        return audit

    return make


def test_a_check_that_two_profiles_close_alike_is_reported_once(audit_of):
    same, other = verdict("docker", "kernel.version"), verdict("docker", "ns.pid")
    again = [replace(same, profile="podman"), replace(other, profile="podman", found="no")]
    first, second = audit_of([same, other, *again])["profiles"]
    assert (len(first["closed"]), first["repeated"]) == (2, 0)
    assert ([v.check for v in second["closed"]], second["repeated"]) == (["ns.pid"], 1)


def test_what_is_missed_is_listed_for_each_profile_and_explained_once(audit_of):
    missed = [
        verdict("docker", "net.nat", "fail"),
        verdict("podman", "net.nat", "warn"),
        verdict("nomad", "net.nat", "fail", why="Nomad says else."),
    ]
    listed = [profile["open"] for profile in audit_of(missed)["profiles"]]
    assert listed == [[(missed[0], True)], [(missed[1], False)], [(missed[2], True)]]


def test_facts_that_no_profile_needs_are_counted_unless_they_identify_the_host_or_conflict(audit_of):
    asked = load("docker").checks[0].test.subject
    facts = [
        Fact(asked, "yes"),
        Fact("virt.vm", "kvm"),
        Fact("zookeeper.mode", "none"),
        Fact("java.version", "17", conflicts=("two of them",)),
    ]
    audit = audit_of([verdict("docker", "kernel.version")], facts)
    assert set(audit["facts"]) == {asked, "virt.vm", "java.version"}
    assert audit["unasked"] == 1


def test_a_profile_of_ones_own_may_ask_for_any_fact(audit_of):
    facts = [Fact("virt.vm", "kvm"), Fact("zookeeper.mode", "none")]
    audit = audit_of([verdict("docker", "kernel.version"), verdict("/tmp/ours.toml", "a.b")], facts)
    assert (len(audit["facts"]), audit["unasked"]) == (2, 0)


def test_a_later_host_shows_its_differences_from_the_first(run_of):
    proof, other = Evidence("cpuid", "KVMKVMKVM", "for kvm"), Evidence("dmi", "QEMU", "for kvm")
    runs = [
        run_of(
            name,
            facts={"virt.vm": Fact("virt.vm", "kvm", evidence=(seen,)), "virt.role": Fact("virt.role", "guest")},
            verdicts=(verdict("docker", "kernel.version"), verdict("docker", "ns.pid", found=found)),
        )
        for name, seen, found in (("a", proof, "yes"), ("b", other, "no"))
    ]
    first, second = audits(compare(runs))
    assert (set(first["facts"]), first["alike"]) == ({"virt.vm", "virt.role"}, 0)
    assert (set(second["facts"]), second["alike"], second["first"]) == ({"virt.vm"}, 1, "a")
    (profile,) = second["profiles"]
    assert ([v.check for v in profile["closed"]], profile["alike"]) == (["ns.pid"], 1)
