import subprocess
from dataclasses import replace

import pytest

from hostcheck.formats.audit_text import render
from hostcheck.formats.terminal import Style, display_width
from hostcheck.run.model import Evidence, Fact, HostIdentity, Run, Verdict


def verdict(check, status, severity="required", found="found", **own):
    words = {"expected": "expected", "why": "why " * 30, "fix": "Do this.", "source": "moby#1"}
    return Verdict("docker", check, status, severity, found=found, **words | own)


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


FULL = Style(detail="full")


def test_the_verdict_comes_first_then_what_fails_then_what_is_recommended_then_the_counts(run):
    text = render(run, Style())
    order = [
        "docker: not ready",
        "vm-1: Debian",
        "Required, and missed, in this order:",
        "1. e.fail",
        "Required, and unknown:",
        "2. d.unknown",
    ]
    order += ["Recommended:", "3. b.warn", "1 passed, 1 does not apply"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    assert text.startswith("docker: not ready, 1 requirement missed")


def test_what_is_missed_takes_two_lines_what_was_found_and_what_to_do(run):
    own = verdict("e.fail", "fail", title="Bridges", sentence="the kernel cannot make them", command="modprobe bridge")
    lines = render(replace(run, verdicts=(own,)), Style()).splitlines()
    assert lines[-5:-3] == ["✗ 1. Bridges: the kernel cannot make them", f"    Why{' why' * 18}"]
    assert lines[-2] == "    modprobe bridge"


def test_without_a_command_the_first_steps_that_fit_are_shown_and_none_is_cut(run):
    steps = f"Mount it (in words; {'long ' * 10}). Then {'more ' * 30}"
    lines = render(replace(run, verdicts=(verdict("e.fail", "fail", fix=steps),)), Style()).splitlines()
    assert lines[-2] == f"    Mount it (in words; {'long ' * 10})".rstrip()


def test_the_same_in_two_profiles_is_said_once_with_both_names(run):
    one = verdict("e.fail", "warn", "recommended", title="Bridges")
    verdicts = (one, replace(one, profile="kubernetes", status="fail", severity="required"), verdict("b", "pass"))
    text = render(replace(run, verdicts=verdicts), Style())
    assert text.count("Bridges") == 1
    assert "✗ 1. Bridges: found (required by kubernetes; recommended by docker)" in text
    assert text.index("Required, and missed:\n") < text.index("Bridges")


def test_what_another_step_makes_moot_is_not_advised_beside_it(run):
    to_v2 = verdict("cgroup.mode.v2", "fail", title="Control groups, version 2")
    of_v1 = verdict("cgroup.v1.controllers.recommended", "warn", "recommended", title="Controllers", fix="Mount them.")
    audit = replace(run, verdicts=(to_v2, of_v1))
    assert "! 2. Controllers: found\n    Not needed once 1 is done.\n" in render(audit, Style())
    script = render(audit, Style(detail="commands"))
    assert "Mount them" not in script
    assert "#   Not needed once this is done: Control groups, version 2" in script
    assert "Mount them." in render(replace(run, verdicts=(of_v1,)), Style())


def test_what_all_profiles_miss_alike_has_no_names(run):
    one = verdict("e.fail", "warn", "recommended", title="Bridges")
    other = verdict("f.fail", "warn", "recommended", title="Routes")
    text = render(replace(run, verdicts=(one, replace(one, profile="kubernetes"), other)), Style())
    assert "! 1. Bridges: found\n" in text
    assert "! 2. Routes: found (docker)\n" in text


def test_of_equal_weight_what_more_profiles_miss_is_first(run):
    both = verdict("b.both", "warn", "recommended")
    verdicts = (verdict("a.one", "warn", "recommended"), both, replace(both, profile="kubernetes"))
    text = render(replace(run, verdicts=verdicts), Style())
    assert text.index("1. b.both") < text.index("2. a.one")


def test_the_command_of_what_is_first_is_shown_however_long(run):
    command = f"sed -i {'x' * 60} && sed -i {'y' * 60} && update-grub {'z' * 40}"
    first, other = (verdict(name, "fail", fix="Boot otherwise.", command=command) for name in ("a", "b"))
    text = render(replace(run, verdicts=(first, other)), Style())
    assert text.count("update-grub") == 1
    assert text.index("update-grub") < text.index("2. b")
    assert "Boot otherwise. (--fixes has the commands)" in text


@pytest.mark.parametrize(("findings", "left"), [(8, ""), (9, "and 1 more"), (40, "and 32 more")])
def test_a_brief_audit_has_at_most_25_lines_with_the_gravest_eight(run, findings, left):
    verdicts = [verdict(f"w{number}", "warn", "recommended") for number in range(findings - 1)]
    verdicts.append(verdict("gravest", "fail"))
    lines = render(replace(run, verdicts=tuple(verdicts)), Style()).splitlines()
    assert len(lines) <= 25
    assert sum(line[:2] in {"! ", "✗ "} for line in lines) == 8
    assert "✗ 1. gravest: found" in lines
    assert [line for line in lines if line.startswith("and ")] == [left] * bool(left)


def test_all_of_it_has_the_ids_the_reasons_and_what_passed(run):
    text = render(run, FULL)
    fail = text[text.index("e.fail") : text.index("d.unknown")]
    for label in ("why", "fix", "source"):
        assert f"\n    {label}" in fail
    assert "✓ pass    a.pass: 6.18 (a.pass)" in text
    assert "- skip    c.skip: the host uses cgroup v1 (c.skip)" in text


def test_an_unknown_check_offers_no_fix_for_what_may_not_be_broken(run):
    for style in (Style(), FULL):
        text = render(run, style)
        unknown = text[text.index("d.unknown") : text.index("b.warn")]
        assert "run as root" in unknown
        assert "fix" not in unknown
        assert "Do this." not in unknown


def test_the_commands_are_a_script_in_which_all_but_commands_is_a_comment(run):
    verdicts = (
        verdict("b", "warn", "recommended", title="Swap", command="swapoff -a"),
        verdict("a", "fail", title="Two\nlines", sentence="off", fix="Ask the\nprovider."),
        verdict("u", "unknown"),
        verdict("p", "pass"),
    )
    script = render(replace(run, verdicts=verdicts), Style(detail="commands"))
    assert [line for line in script.splitlines() if line and not line.startswith("#")] == ["swapoff -a"]
    assert script.index("# Two lines: off (docker)\n#   Ask the provider.") < script.index("# Swap: found (docker)")


def test_a_container_of_an_engine_is_named_before_its_audit(run):
    facts = run.facts | {"virt.container": Fact("virt.container", "docker")}
    for style in (Style(), FULL):
        first = render(replace(run, facts=facts), style).splitlines()[0]
        assert first == "this is a docker container: audit the host itself, or run with --privileged"


def test_a_command_breaks_between_words_and_stays_one_command(run):
    command = "printf '%s and %s\\n' " + " ".join(f"/a/path/number/{number}" for number in range(6))
    lines = Style(width=60).wrap_command(command, 4)
    assert max(map(len, lines)) <= 60
    assert [line.endswith(" \\") for line in lines] == [True] * (len(lines) - 1) + [False]
    said = [
        subprocess.run(["sh", "-c", text], capture_output=True, text=True, check=True).stdout
        for text in (command, "\n".join(lines))
    ]
    assert said[0] == said[1]


@pytest.mark.parametrize("width", range(24, 60))
def test_a_number_stays_on_the_line_of_its_unit(width):
    text = "about 12.5 GiB are free of 100 GiB, read at 1,190 – 1,210 MB/s in 2m 12s, 95 % of 3 CPUs and 14.0 ms."
    wrapped = Style(width=width).wrap(text, 2)
    assert " ".join(wrapped.split()) == text
    for whole in ("12.5 GiB", "100 GiB", "1,190 – 1,210 MB/s", "2m 12s", "95 %", "3 CPUs", "14.0 ms"):
        assert whole in wrapped


def test_evidence_conflicts_and_unknown_answers_are_shown(run):
    text = render(run, FULL)
    assert "cpuid 0x40000000 = KVMKVMKVM (for kvm)" in text
    assert "conflict: /.dockerenv is stale" in text
    assert "ns/pid = pid:[1] (against: first)" in text
    assert "for docker" not in text
    assert "unknown" in text
    assert "the firmware does not say" in text


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("detail", ["brief", "full"])
def test_no_line_is_wider_than_the_terminal(run, width, detail):
    text = render(run, Style(width=width, detail=detail))
    assert max(display_width(line) for line in text.splitlines()) <= width
    assert "…" not in text


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
    for detail in ("brief", "full", "commands"):
        assert not set(render(hostile, Style(detail=detail))) & set("\x1b\x07")


def test_no_monitor_and_no_cloud_take_no_line(run):
    facts = run.facts | {"virt.vmm": Fact("virt.vmm", None), "virt.cloud": Fact("virt.cloud", "none")}
    text = render(replace(run, facts=facts), FULL)
    assert "monitor" not in text
    assert "cloud" not in text
