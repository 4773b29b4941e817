from hostcheck.formats.decision_text import render
from hostcheck.formats.terminal import Style


def test_what_decided_comes_first_and_the_outcome_last(decisions):
    lines = render(decisions.mixed, Style(width=100)).splitlines()
    assert lines[0] == "✗ fail    docker a.fail"
    assert lines[-1] == (
        "gate failed: node-1 for docker: 3 failed, 2 unknown, 1 recommendation missed, "
        "1 unknown that does not count, 1 waived"
    )
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads[:8] == [
        "✗ fail    docker a.fail",
        "✗ fail    docker b.old",
        "✗ fail    threshold disk.randwrite.iops",
        "? unknown docker a.unknown",
        "? unknown threshold disk.seqread.bandwidth",
        "! warn    docker a.warn",
        "? unknown docker a.untold",
        "✗ fail    docker b.fail (waived)",
    ]


def test_waivers_and_their_end_are_reported(decisions):
    text = render(decisions.mixed, Style(width=100))
    assert "    waived: known text, until 2027-01-31\n" in text
    assert "    its waiver expired on 2026-01-01: text\n" in text


def test_only_what_is_known_to_be_missed_has_a_fix(decisions):
    text = render(decisions.mixed, Style(width=100))
    assert text.count("fix: fix text") == 3  # a.fail, b.old and a.warn; not what is unknown or waived


def test_a_pass_is_one_line(decisions):
    assert render(decisions.passing, Style()) == "gate passed: node-1 for docker: nothing is amiss"


def test_a_host_cannot_steer_the_terminal(decisions):
    text = render(decisions.hostile, Style())
    assert not set(text) & set("\x1b\x9b\x00\r\u202e\ud800")
    assert "\x1b[1;31m" not in text
