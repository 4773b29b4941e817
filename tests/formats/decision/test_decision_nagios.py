"""The line rules of the Nagios plugin guidelines."""

import re

import pytest

from hostcheck.formats.decision_nagios import exit_code, render, unknown

DATUM = re.compile(r"^'[^'=|]+'=-?[0-9]+(\.[0-9]+)?(s|%|B|KB|MB|GB|TB|c)?;[0-9.:~@]*;[0-9.:~@]*;[0-9.]*;[0-9.]*$")


def parts(decision):
    text = render(decision)
    assert text.count("\n") == 1
    assert text.endswith("\n")
    line, bar, performance = text.rstrip("\n").partition(" | ")
    assert bar
    assert "|" not in line + performance
    data = performance.split(" ")
    assert all(DATUM.match(datum) for datum in data), data
    return line, data


@pytest.mark.parametrize(
    ("name", "state", "code"),
    [
        ("passing", "OK", 0),
        ("warned", "WARNING", 1),
        ("mixed", "CRITICAL", 2),
        ("hostile", "CRITICAL", 2),
        ("undecided", "UNKNOWN", 3),
    ],
)
def test_the_state_is_the_first_word_and_the_exit_code(decisions, name, state, code):
    decision = getattr(decisions, name)
    assert parts(decision)[0].startswith(f"HOSTCHECK {state} - ")
    assert exit_code(decision) == code


def test_metrics_are_performance_data_with_their_limits_as_ranges(decisions):
    _, data = parts(decisions.mixed)
    assert data == [
        "'findings_fail'=3;;0;0;",
        "'findings_inconclusive'=2;;;0;",
        "'findings_advice'=2;;;0;",
        "'findings_waived'=1;;;0;",
        "'disk.randwrite.iops'=4800;;5000:;0;",
        "'build.cold.seconds'=45.5s;;60;0;",
    ]


def test_what_is_waived_is_in_the_line(decisions):
    line, _ = parts(decisions.mixed)
    assert "docker b.fail is waived: known text, until 2027-01-31" in line
    assert "docker b.old: text (its waiver expired on 2026-01-01: text)" in line


def test_a_long_line_has_whole_findings_and_the_number_of_the_others(decisions):
    line, data = parts(decisions.many(2000))
    assert 3800 < len(line) <= 4000
    whole, _, others = line.rpartition("; and ")
    assert int(others.removesuffix(" more")) + whole.count("; ") == len(decisions.many(2000).findings)
    assert data[0] == "'findings_fail'=2000;;0;0;"


def test_hostile_text_stays_in_the_line(decisions):
    line, data = parts(decisions.hostile)
    assert not set(line) & set("\x1b\x9b\x00\r\u202e")
    assert data == parts(decisions.mixed)[1]


def test_what_goes_wrong_is_one_line_without_performance_data():
    line = unknown("no | such\nrun; name one")
    assert line.startswith("HOSTCHECK UNKNOWN - ")
    assert line.count("\n") == 1
    assert "|" not in line
