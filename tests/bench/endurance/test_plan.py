"""Visits are due at random moments, take little of the time, and are the same after a restart."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from hostcheck.bench.endurance.plan import (
    Plan,
    as_json,
    from_json,
    make_plan,
    parse_endurance,
    parse_every,
    require_same,
)
from hostcheck.bench.endurance.state import State
from hostcheck.bench.endurance.visits import visit_seconds
from hostcheck.bench.sustained import parse_sustained
from hostcheck.errors import CannotMeasureError, UsageError

DOCUMENTS = Path(__file__).parents[3]
PLAN = Plan(1_800_000_000.0, 86_400.0, 1800.0, 29.0, seed=26)
ASKED = {"now": 1.0, "visit_seconds": 29.0, "limit_bytes": 1, "workloads": ("disk",), "directory": None}


def test_each_period_has_one_visit_at_a_moment_of_its_own():
    moments = [due for _, due in PLAN.moments()]
    assert len(moments) == PLAN.visits == 48
    for number, due in enumerate(moments):
        assert 0 <= due - PLAN.begun - number * 1800 <= 1800 - 29
    gaps = {round(after - before) for before, after in pairwise(moments)}
    assert len(gaps) > 40


def test_a_restart_reads_the_same_plan():
    assert from_json(as_json(PLAN)) == PLAN
    assert [*from_json(as_json(PLAN)).moments()] == [*PLAN.moments()]
    assert [*Plan(PLAN.begun, 86_400.0, 1800.0, 29.0, seed=27).moments()] != [*PLAN.moments()]


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {},
        {**as_json(PLAN), "every": 0},
        {**as_json(PLAN), "every": "x"},
        {**as_json(PLAN), "seconds": 1e300},
        {**as_json(PLAN), "workloads": ["../x"]},
        {**as_json(PLAN), "workloads": 5},
        {**as_json(PLAN), "more": 1},
    ],
    ids=repr,
)
def test_what_is_no_plan_is_refused(wrong):
    with pytest.raises(ValueError, match="it is not the plan of an endurance run"):
        from_json(wrong)


def test_a_host_has_other_work():
    with pytest.raises(
        UsageError, match=r"measuring for about 29 s every 10m 00s takes more than 2% of the time; give --every 25m"
    ):
        make_plan(seconds=86_400, every=600, **ASKED)
    with pytest.raises(UsageError, match="3h 00m 00s has fewer than 8 periods of 30m 00s"):
        make_plan(seconds=3 * 3600, every=1800, **ASKED)
    assert make_plan(seconds=86_400, every=1800, **ASKED).visits == 48


def test_what_is_said_before_it_starts():
    assert PLAN.in_words == (
        "48 measurements of about 29 s, one every 30m 00s at a random moment (1.6 % of the time), that write 100 GB "
        "in all at most"
    )
    assert replace(PLAN, workloads=("cpu",)).in_words == (
        "48 measurements of about 29 s, one every 30m 00s at a random moment (1.6 % of the time), that write no "
        "test file"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24h", (86_400, 100 * 10**9)),
        ("24h,50GB", (86_400, 50 * 10**9)),
        ("90min, 1 GiB", (5400, 1 << 30)),
        ("7d,20GB", (604_800, 20 * 10**9)),
    ],
)
def test_a_time_and_a_limit_are_read(text, expected):
    assert parse_endurance(text) == expected


@pytest.mark.parametrize(
    "text", ["", "24", "24h,", "24h,5", "-1h", "0s", "400h,1GB,2", "90d", "1e9h", "24 GB", "24h,-5GB"]
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(UsageError, match="--endurance"):
        parse_endurance(text)


def test_each_time_in_the_documents_is_read():
    readers = {"--endurance": parse_endurance, "--every": parse_every, "--sustained": parse_sustained}
    text = "\n".join(path.read_text() for path in (*DOCUMENTS.glob("docs/*.md"), DOCUMENTS / "README.md"))
    shown = re.findall(r"(--(?:endurance|every|sustained)) (\d[\w,]*)", text)
    assert {option for option, _ in shown} == set(readers)
    for option, written in shown:
        readers[option](written)


@pytest.mark.parametrize(("text", "seconds"), [("30min", 1800), ("30m", 1800), ("2h", 7200), ("1800 s", 1800)])
def test_a_period_is_read(text, seconds):
    assert parse_every(text) == seconds


def test_another_command_does_not_go_on_with_what_has_begun():
    require_same(PLAN, replace(PLAN, begun=PLAN.begun + 60, seed=27, workloads=("cpu", "disk")))
    for changed in (
        {"seconds": 7200.0},
        {"every": 3600.0},
        {"limit_bytes": 5 * 10**9},
        {"workloads": ("cpu",)},
        {"directory": "/srv"},
    ):
        with pytest.raises(UsageError, match="an endurance run was started with --"):
            require_same(PLAN, replace(PLAN, **changed))


def test_what_an_endurance_does_not_measure_is_named():
    assert visit_seconds(("disk", "cpu")) < 36
    with pytest.raises(
        UsageError, match="--endurance does not measure build; choose from disk, cpu, storm, memory with --only"
    ):
        visit_seconds(("build",))


@pytest.mark.parametrize("data", [b"", b"[" * 100_000, b"\xff", b" " * (2 << 20) + b"{}"])
def test_a_damaged_plan_is_one_line(tmp_path, data):
    (tmp_path / "plan.json").write_bytes(data)
    with pytest.raises(CannotMeasureError, match="reading the endurance run in .*") as caught:
        State(tmp_path).plan()
    assert "start a new one" in (caught.value.remedy or "")
