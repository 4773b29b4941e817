from dataclasses import replace

import pytest

from hostcheck.formats.decision_text import render
from hostcheck.formats.terminal import Style

FULL = Style(width=100, detail="full")


def test_the_outcome_comes_first_then_what_decided_it(decisions):
    lines = render(decisions.mixed, Style(width=100)).splitlines()
    assert lines[:2] == [
        "gate failed: node-1 for docker: 3 failed, 2 unknown, 1 recommendation missed, 1 recommended check",
        "unknown, 1 waived (exit code 1: a pipeline stops)",
    ]
    heads = [line for line in lines if line[:2] in {"✗ ", "? ", "! "} or line.endswith(":")]
    assert heads == [
        "Required, and missed, in this order:",
        "✗ 1. a.fail: text (docker)",
        "✗ 2. b.old: text (docker); its waiver expired on 2026-01-01: text",
        "✗ 3. Random write: 4,800 IOPS (4,700 – 4,900); at least 5,000 IOPS is required (threshold)",
        "Required, and unknown:",
        "? 4. a.unknown: text (docker)",
        "? 5. Sequential read: 120 MB/s is a published figure, not measured on this host; at least 100 MB/s",
    ]
    assert "and 2 more" in lines
    assert lines[-1] == "3 met or not required, 1 waived; --verbose shows all"


def test_a_brief_decision_has_at_most_15_lines(decisions):
    finding = decisions.mixed.having("fail")[0]
    many = replace(decisions.mixed, findings=tuple(replace(finding, id=f"c{n}", name=f"c{n}") for n in range(40)))
    lines = render(replace(many, notes=tuple(f"note {n}" for n in range(30))), Style()).splitlines()
    assert len(lines) <= 15
    assert sum(line.startswith("✗") for line in lines) == 4
    assert "and 36 more" in lines
    assert "28 more notes" in lines[-1]


def test_waivers_and_their_end_are_reported(decisions):
    text = render(decisions.mixed, FULL)
    assert "waived: known text, until 2027-01-31\n" in text
    assert "its waiver expired on 2026-01-01: text\n" in text


def test_only_what_is_known_to_be_missed_has_a_fix(decisions):
    # a.fail, b.old and a.warn; not what is unknown, and not b.fail, which is waived.
    assert render(decisions.mixed, Style(width=100)).count("    fix text") == 2  # and a.warn is one of the two more
    assert render(decisions.mixed, FULL).count("fix text") == 3


def test_a_pass_says_so_first(decisions):
    first, *others = render(decisions.passing, Style(width=100)).splitlines()
    assert first == "gate passed: node-1 for docker: nothing is missed (exit code 0: a pipeline goes on)"
    assert others == ["1 met or not required; --verbose shows all"]


@pytest.mark.parametrize("detail", ["brief", "full", "commands"])
def test_a_host_cannot_steer_the_terminal(decisions, detail):
    text = render(decisions.hostile, Style(detail=detail))
    assert not set(text) & set("\x1b\x9b\x00\r\u202e\ud800")
    assert "\x1b[1;31m" not in text
