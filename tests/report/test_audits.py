"""One audit for all hosts: what differs is open, what all share is folded and counted, nothing is said twice."""

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.population.columns import MOST_BESIDE
from hostcheck.profiles.loader import load
from hostcheck.report.audits import WORDS_UP_TO, audit_of, title_of
from hostcheck.report.page import render
from hostcheck.run.model import Evidence, Fact, Verdict
from hostcheck.verdicts import applicable


def verdict(check, status="pass", profile="docker", *, why="Because.", found="yes", title=""):
    return Verdict(profile, check, status, "required", "yes", found, why, "Do it.", "docs", title)


@pytest.mark.parametrize(
    ("check", "profile", "title", "expected"),
    [
        ("cgroup.mode.v2", "docker", "As it was", "As it was"),
        ("cgroup.mode.v2", "docker", "", "Control groups, version 2"),
        ("was.once", "docker", "", "was.once"),
        ("cgroup.mode.v2", "/tmp/ours.toml", "", "cgroup.mode.v2"),
    ],
)
def test_a_verdict_without_a_title_has_that_of_the_check_today(check, profile, title, expected):
    assert title_of(verdict(check, profile=profile, title=title)) == expected


@pytest.fixture
def audit_with(run_of):
    """Make the audit of hosts a, b, c… with these verdicts each, and the same facts."""

    def make(*hosts, facts=()):
        shared = {fact.id: fact for fact in facts or (Fact("virt.vm", "kvm"),)}
        runs = [run_of(name, facts=shared, verdicts=tuple(own)) for name, own in zip("abcdefgh", hosts, strict=False)]
        return audit_of(compare(runs))

    return make


def checks(rows):
    return [row.check for row in rows]


def test_what_differs_is_apart_from_what_all_miss_and_what_all_pass(audit_with):
    first = [verdict("a.pass"), verdict("b.fail", "fail"), verdict("c.warn", "warn"), verdict("d.skip", "skip")]
    second = [verdict("a.pass"), verdict("b.fail"), verdict("c.warn", "warn"), verdict("d.skip", "skip")]
    audit = audit_with(first, second)
    assert checks(audit.differing) == ["b.fail"]
    assert checks(audit.missed) == ["c.warn"]
    assert checks(audit.closed) == ["d.skip", "a.pass"]
    assert checks(audit.explained) == list(audit.explanations) == ["b.fail", "c.warn"]


def test_how_many_checks_an_audit_of_earlier_profiles_lacks_is_said(run_of):
    now = [verdict(check.id) for check in applicable(load("docker"), ())]
    runs = [run_of(name, verdicts=own) for name, own in (("a", now), ("b", now[1:]), ("c", now[1:]))]
    assert audit_of(compare(runs)).lacking == {1: ("b", "c")}
    page = " ".join(render(compare(runs)).split())
    assert "b, c: 1 of the checks that the profiles have now is not in this audit, which is of earlier ones" in page
    assert audit_of(compare([run_of("a", verdicts=(verdict("x", profile="ours"),))])).lacking == {}


def test_a_single_host_shows_what_it_misses(audit_with):
    audit = audit_with([verdict("a.pass"), verdict("c.warn", "warn"), verdict("b.fail", "fail")])
    assert (checks(audit.differing), audit.missed) == (["b.fail", "c.warn"], ())


def test_a_host_that_was_not_asked_makes_no_difference_and_is_not_counted_in(audit_with):
    audit = audit_with([verdict("a.b"), verdict("c.d", "warn")], [verdict("e.f")])
    assert audit.differing == ()
    assert not any(row.is_complete for row in (*audit.missed, *audit.closed))


def test_profiles_with_the_same_result_share_a_row_and_an_explanation(audit_with):
    own = [
        verdict("net.nat", "fail"),
        verdict("net.nat", "fail", "podman"),
        verdict("net.nat", "warn", "nomad", why="Nomad says else."),
    ]
    audit = audit_with(own)
    assert [row.profiles for row in audit.differing] == [("docker", "podman"), ("nomad",)]
    assert [meaning.profiles for meaning in audit.explanations["net.nat"]] == [("docker", "podman"), ("nomad",)]
    assert len(set(audit.anchors.values())) == 1


def test_hosts_are_together_by_what_was_found(audit_with):
    found = ("6.1", "5.4", "6.1")
    audit = audit_with(*([verdict("k.v", "pass" if each == "6.1" else "fail", found=each)] for each in found))
    assert audit.differing[0].groups == (("fail", "5.4", ("b",)), ("pass", "6.1", ("a", "c")))


def test_facts_that_no_profile_needs_are_counted_unless_they_identify_the_host_or_conflict(audit_with):
    asked = load("docker").checks[0].test.subject
    facts = [
        Fact(asked, "yes"),
        Fact("virt.vm", "kvm"),
        Fact("zookeeper.mode", "none"),
        Fact("java.version", "17", conflicts=("two of them",)),
    ]
    audit = audit_with([verdict("kernel.version")], facts=facts)
    assert {row.id for row in audit.alike} == {asked, "virt.vm", "java.version"}
    assert audit.unasked == 1


def test_a_profile_of_ones_own_may_ask_for_any_fact(audit_with):
    facts = [Fact("virt.vm", "kvm"), Fact("zookeeper.mode", "none")]
    own = [verdict("kernel.version"), verdict("a.b", profile="/tmp/ours.toml")]
    audit = audit_with(own, facts=facts)
    assert (len(audit.alike), audit.unasked) == (2, 0)


def test_a_fact_is_there_once_for_each_value_with_the_evidence_of_the_first_host(run_of):
    seen = [Evidence(name, name, "for kvm") for name in ("cpuid", "dmi", "xen")]
    values = ("kvm", "kvm", "xen")
    runs = [
        run_of(
            name, facts={"virt.vm": Fact("virt.vm", value, evidence=(one,)), "virt.role": Fact("virt.role", "guest")}
        )
        for name, value, one in zip("abc", values, seen, strict=True)
    ]
    audit = audit_of(compare(runs))
    ((first, who), (other, alone)) = audit.unlike[0].groups
    assert (first.evidence, who, other.value, alone) == ((seen[0],), ("a", "b"), "xen", ("c",))
    assert [row.id for row in audit.alike] == ["virt.role"]


def test_a_contradiction_that_hosts_share_is_said_once(audit_with):
    audit = audit_with([], [], facts=[Fact("virt.container", "none", conflicts=("a stale marker",))])
    assert audit.contradictions == {"a stale marker": ("a", "b")}


@pytest.mark.parametrize("count", [2, WORDS_UP_TO + 1, MOST_BESIDE])
def test_few_hosts_have_a_column_with_words_and_more_a_column_without(run_of, count):
    runs = [
        run_of(f"h{number}", facts={"virt.vm": Fact("virt.vm", "kvm")}, verdicts=(each,))
        for number in range(count)
        for each in [verdict("k.v", "fail" if number == 1 else "pass", found=f"{number}", title="Kernel")]
    ]
    text = render(compare(runs))
    table = text.partition('aria-label="Checks in which the hosts differ"')[2].partition("</table>")[0]
    assert table.count('<th scope="col">') == 1 + count
    assert ("✗ fail</span> 1</td>" in table) == (count <= WORDS_UP_TO)
    assert ('✗<span class="aside"> fail</span>' in table) == (count > WORDS_UP_TO)
    assert '<a href="#check-1">Kernel</a>' in table
    assert 'id="check-1"' in text
    assert text.count('id="audit"') == 1
