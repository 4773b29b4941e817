"""One metric over time, and the first run beside the latest."""

import json
import re
from dataclasses import replace

import pytest

from hostcheck.formats.history_json import render as to_json
from hostcheck.formats.history_text import render as to_text
from hostcheck.formats.terminal import Style, display_width
from hostcheck.store.history import history, metrics_of

IOPS = "disk.randwrite.iops"


@pytest.fixture
def runs(run_of, metric):
    """Three runs of db, the last of them ten times as fast, and one of web without the metric."""

    def make(name, day, *metrics):
        return replace(run_of(name, *metrics), id=f"{day}" * 12, started=f"2026-11-0{day}T10:00:00Z")

    return (
        make("db", 1, metric(IOPS, 100, 101, 99)),
        make("web", 2, metric("build.cold.seconds", 10, 11)),
        make("db", 3, metric(IOPS, 100, 101, 99)),
        make("db", 4, metric(IOPS, 1000, 1010, 990)),
    )


def test_a_metric_is_followed_by_host_against_the_run_before(runs):
    points = history(runs, IOPS).points
    assert [(point.run.id[0], point.before.judgement if point.before else None) for point in points] == [
        ("1", None),
        ("3", "same"),
        ("4", "better"),
    ]


def test_the_latest_run_is_compared_with_the_first_of_its_host(runs):
    first, second = history(runs, compared=True).verdicts
    assert first == "db on 2026-11-04 at 10:00 is faster than db on 2026-11-01 at 10:00: 9.8–10× at random writes."
    assert second == "web has only one run in this time, so there is nothing to compare it with."


def test_the_list_shows_the_headline_metrics_within_80_columns(runs):
    lines = to_text(history(runs), Style()).splitlines()
    assert lines[0].split()[:4] == ["run", "begun", "(UTC)", "host"]
    assert lines[1].split() == ["11111111", "2026-11-01", "10:00", "db", "-", "100", "-", "-"]
    assert max(map(len, lines)) <= 80


def test_a_followed_metric_is_shown_with_its_intervals(runs):
    lines = to_text(history(runs, IOPS), Style()).splitlines()
    assert lines[0] == "Random write, IOPS (disk.randwrite.iops)"
    assert lines[-1].endswith("10× faster")


def test_nothing_is_said_plainly():
    assert to_text(history(()), Style()) == "There is no run in the history.\n"


def test_hostile_names_do_nothing_in_the_terminal(run_of):
    text = to_text(history((run_of("\x1b[2Jevil\n" + "x" * 50),)), Style(width=160))
    assert "\x1b" not in text
    assert len(text.splitlines()) == 2


def test_json_has_every_metric_or_the_one_asked_for(runs):
    document = json.loads(to_json(history(runs, IOPS), Style()))
    assert document["schema"] == "hostcheck.history/1"
    assert [run.get("against_the_run_before") for run in document["runs"]] == [None, None, "same", "better"]
    assert document["runs"][1]["metrics"] == {}
    assert document["runs"][0]["metrics"][IOPS]["value"] == pytest.approx(100, rel=0.01)
    assert metrics_of(runs) == (IOPS, "build.cold.seconds")


def test_a_change_of_level_is_reported_with_the_run_that_began_it(run_of, metric):
    values = [350, 352, 349, 351, 350, 700, 702, 698, 701, 699]
    runs = [
        replace(
            run_of("db", metric("disk.randwrite.iops", value, value)),
            id=f"{day}",
            started=f"2026-11-{day:02}T08:00:00Z",
        )
        for day, value in enumerate(values, 1)
    ]
    (said,) = history(runs, "disk.randwrite.iops").verdicts
    assert said == (
        "Random write on db changed its level with the run of 2026-11-06 at 08:00: 350 before, 700 IOPS since."
    )
    assert history(runs[:5], "disk.randwrite.iops").verdicts == ()
    assert history(runs).verdicts == ()


def test_the_list_is_within_the_terminals_width_whatever_the_hosts_are_called(run_of, metric):
    figures = (metric("disk.seqread.bandwidth", 1200, 1210), metric("disk.randwrite.iops", 100_000, 101_000))
    runs = [
        run_of(name, *figures, metric("build.cold.seconds", 252, 260), metric("storm.makespan.seconds", 252, 260))
        for name in ("東京-a-rather-long-name.example", "b" * 40)
    ]
    runs = [replace(run, id=f"{number:032x}") for number, run in enumerate(runs)]
    narrow, wide = (to_text(history(runs), Style(width=width)) for width in (80, 120))
    assert max(map(display_width, narrow.splitlines())) <= 80
    # Names are whole: where they leave no room for a table, the figures are below them.
    assert (
        "  東京-a-rather-long-name.example\n  read, MB/s 1,205; write, IOPS 100,499; build 4m 16s; storm 4m 16s\n"
        in narrow
    )
    assert re.search("東京-a-rather-long-name.example +1,205 ", wide)
    assert "…" not in narrow + wide


def test_what_was_asked_for_is_said_where_there_is_none(run_of):
    assert (
        to_text(history((), asked="of web since 2027"), Style())
        == "There is no run of web since 2027 in the history.\n"
    )
