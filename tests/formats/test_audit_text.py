import pytest

from hostcheck.formats.audit_text import render
from hostcheck.formats.terminal import Style, display_width
from hostcheck.run.model import Evidence, Fact, HostIdentity, Run, Verdict


def verdict(check, status, severity="required", found="found " + "words " * 20):
    return Verdict("docker", check, status, severity, "expected", found, "why " * 30, "do this", "moby#1")


@pytest.fixture
def run():
    facts = {
        "virt.vm": Fact("virt.vm", "kvm", evidence=(Evidence("cpuid 0x40000000", "KVMKVMKVM", "for kvm"),)),
        "virt.container": Fact(
            "virt.container",
            "none",
            evidence=(
                Evidence("/.dockerenv", "present", "for docker"),
                Evidence("ns/pid", "pid:[1]", "against: first"),
            ),
            conflicts=("/.dockerenv is stale",),
        ),
        "virt.vmm": Fact("virt.vmm", "firecracker"),
        "virt.cloud": Fact.unknown("virt.cloud", "the firmware does not say"),
    }
    verdicts = (
        verdict("a.pass", "pass", found="6.18"),
        verdict("b.warn", "warn", "recommended"),
        verdict("c.skip", "skip", found="the host uses cgroup v1"),
        verdict("d.unknown", "unknown", found="not permitted: run as root"),
        verdict("e.fail", "fail"),
    )
    host = HostIdentity("vm-1", "6.18.44", "x86_64", 2, 4 << 30, "Debian GNU/Linux 12")
    return Run("id", "0.1.0", "2026-01-01T00:00:00Z", host, facts=facts, verdicts=verdicts)


def test_the_host_and_what_it_is_come_first_then_the_checks_worst_first_then_the_sum(run):
    text = render(run, Style())
    order = ["vm-1: Debian", "kvm", "firecracker", "e.fail", "d.unknown", "b.warn", "c.skip", "a.pass", "docker: not"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    assert text.splitlines()[-1].startswith("docker: not ready, 1 requirement missed")


def test_a_missed_check_says_all_it_knows_and_a_passed_one_takes_a_line(run):
    text = render(run, Style())
    fail = text[text.index("e.fail") : text.index("d.unknown")]
    for label in ("expected", "found", "why", "fix", "source"):
        assert f"    {label}" in fail
    assert sum("a.pass" in line for line in text.splitlines()) == 1
    assert "✓ pass    a.pass" in text


def test_an_unknown_check_offers_no_fix_for_what_may_not_be_broken(run):
    text = render(run, Style())
    unknown = text[text.index("d.unknown") : text.index("b.warn")]
    assert "run as root" in unknown
    assert "    fix" not in unknown


def test_evidence_conflicts_and_unknown_answers_are_shown(run):
    text = render(run, Style())
    assert "cpuid 0x40000000 = KVMKVMKVM (for kvm)" in text
    assert "conflict: /.dockerenv is stale" in text
    assert "ns/pid = pid:[1] (against: first)" in text
    assert "for docker" not in text
    assert "unknown" in text
    assert "the firmware does not say" in text


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(run, width):
    assert max(display_width(line) for line in render(run, Style(width=width)).splitlines()) <= width


def test_colour_changes_no_text(run):
    import re

    colored = render(run, Style(color=True))
    assert "\x1b[31m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render(run, Style())


def test_a_hostile_host_cannot_steer_the_terminal(run):
    bad = "\x1b[2J\x1b]0;owned\x07"
    hostile = Run(
        "id",
        "0.1.0",
        "2026-01-01T00:00:00Z",
        HostIdentity(f"n{bad}", bad, bad, 1, 1, bad),
        facts={"virt.vm": Fact("virt.vm", bad, evidence=(Evidence(bad, bad, f"for {bad}"),), conflicts=(bad,))},
        verdicts=tuple(verdict(f"c{bad}", status, found=bad) for status in ("fail", "unknown", "pass", "skip", "warn")),
    )
    assert "\x1b" not in render(hostile, Style())
    assert "\x07" not in render(hostile, Style())


def test_no_monitor_and_no_cloud_take_no_line(run):
    from dataclasses import replace

    facts = run.facts | {"virt.vmm": Fact("virt.vmm", None), "virt.cloud": Fact("virt.cloud", "none")}
    text = render(replace(run, facts=facts), Style())
    assert "monitor" not in text
    assert "cloud" not in text
