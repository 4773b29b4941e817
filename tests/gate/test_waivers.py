from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostcheck.errors import MistakesError, UsageError
from hostcheck.gate.policy_file import parse_policy
from hostcheck.gate.waivers import Waiver, parse_waiver, refuse_unknown


@pytest.mark.parametrize(
    ("text", "waiver"),
    [
        ("cgroup.mode", Waiver("cgroup.mode")),
        ("cgroup.*", Waiver("cgroup.*")),
        ("a.b=no swap here", Waiver("a.b", "no swap here")),
        ("a.b=no swap here@2027-01-31", Waiver("a.b", "no swap here", date(2027, 1, 31))),
        ("a.b@2027-01-31", Waiver("a.b", "", date(2027, 1, 31))),
        ("a.b=ask ops@example.org@2027-01-31", Waiver("a.b", "ask ops@example.org", date(2027, 1, 31))),
        ("a.b=x=y", Waiver("a.b", "x=y")),
        (" a.b = why ", Waiver("a.b", "why")),
    ],
)
def test_a_waiver_is_an_id_and_maybe_a_reason_and_a_last_day(text, waiver):
    assert parse_waiver(text) == waiver


@pytest.mark.parametrize("text", ["", "=reason", "@2027-01-31"])
def test_a_waiver_names_a_check(text):
    with pytest.raises(UsageError, match="names no check"):
        parse_waiver(text)


@pytest.mark.parametrize(
    "end",
    [
        *("@2027-13-01", "@2027-02-30", "@2027-1-31", "@31.1.2027", "@", "@soon", "@20261231", "@2026-W50-1"),
        *("@2020-01-01 ", "@ 2020-01-01", "@2020-01-01;", "@2020-01-01.", "@2020-01-01T00:00", "@2020/01/01"),
        *(
            "\uff202020-01-01",
            "\ufe6b2020-01-01",
            "@2020\u201101\u201101",
            "@2020\u221201\u221201",
            "@\u00a02020-01-01",
        ),
        *("@\uff12\uff10\uff12\uff10-01-01", "@\u0662\u0660\u0662\u0660-01-01", "@0000-01-01", " ops@example.org"),
    ],
)
@pytest.mark.parametrize("begin", ["a.b", "a.b=no swap", "a.b=of 2020@2021-01-01"])
def test_a_date_that_is_none_never_reads_as_a_waiver_for_ever(begin, end):
    with pytest.raises(UsageError, match="write the last day as @YYYY-MM-DD, and a reason without @"):
        parse_waiver(begin + end)


@pytest.mark.parametrize("character", ["\r", "\n", "\0", "\x1b", "\u200b", "\u202e"])
def test_a_control_character_is_refused(character):
    for text in (f"a.b=x@2020-01-01{character}", f"a.b={character}x", f"a.b{character}"):
        with pytest.raises(UsageError, match="contains a control character"):
            parse_waiver(text)


def test_a_waiver_holds_through_its_last_day():
    waiver = Waiver("a", until=date(2027, 1, 31))
    assert waiver.holds(date(2027, 1, 31))
    assert not waiver.holds(date(2027, 2, 1))
    assert Waiver("a").holds(date.max)


@given(st.dates(), st.text(st.characters(exclude_categories=["C"]), max_size=20).map(str.strip))
def test_what_is_written_is_read(until, reason):
    assert parse_waiver(f"a.b={reason}@{until.isoformat()}") == Waiver("a.b", reason, until)


def test_every_waiver_that_is_for_nothing_is_named():
    with pytest.raises(MistakesError) as refused:
        refuse_unknown([Waiver("cgroup.mod"), Waiver("cgroup.*"), Waiver("zzz")], ["cgroup.mode"])
    assert refused.value.lines == (
        "the waiver 'cgroup.mod' matches no check or metric; did you mean cgroup.mode?",
        "the waiver 'zzz' matches no check or metric; hostcheck checks lists all ids",
    )


def test_a_waiver_of_a_policy_that_is_for_nothing_is_named_with_its_line():
    text = '[gate]\nprofiles = ["docker"]\n\n[[gate.waiver]]\nreason = "no swap"\nid = "cgroup.mod"\n'
    policy = parse_policy(text, Path("hostcheck.toml"))
    with pytest.raises(UsageError, match=r"^reading the policy hostcheck.toml:6: the waiver 'cgroup.mod' matches no"):
        refuse_unknown(policy.waivers, ["cgroup.mode"])
