"""How far apart two runs of one host may lie: earlier runs show it, else recorded hosts; and the output says which."""

import math
from dataclasses import replace

import pytest

from hostcheck.comparison.between import figures_of, margin
from hostcheck.comparison.compare import compare
from hostcheck.comparison.notes import notes
from hostcheck.comparison.pool import pool
from hostcheck.comparison.ratio import compare_metrics
from hostcheck.run.model import HostIdentity
from tests.turning import STILL, VARIATION, WRITE, in_turns

PRIOR = math.log(1.15) / math.sqrt(2)


def runs(levels, **changes):
    return tuple(replace(in_turns([level * value for value in STILL]), **changes) for level in levels)


def day(run_of, number, level=1.0, name="a", **changes):
    started = f"2026-11-{number:02}T10:00:00Z"
    return run_of(name, *runs([level]), id=f"{name}-{number}", started=started, **changes)


def test_without_earlier_runs_it_is_what_recorded_hosts_had():
    (one,) = runs([1])
    assert margin(one) == margin(one, runs([1, 2])) == pytest.approx(PRIOR)
    assert compare_metrics(*runs([1.12, 1])).judgement == "inconclusive"
    assert compare_metrics(*runs([1.17, 1])).judgement == "better"


def test_runs_that_lie_together_allow_smaller_differences_and_restless_ones_larger():
    (one,) = runs([1])
    assert margin(one, runs([1, 1.001, 0.999] * 3)) < PRIOR / 1.5
    assert margin(one, runs([1, 2, 1.5, 0.8, 1.9])) > 3 * PRIOR


def test_few_runs_weigh_less_than_many():
    (one,) = runs([1])
    few, many = runs([1, 1.5, 0.7]), runs([1, 1.5, 0.7, 1.4, 0.75, 1.3, 0.8, 1.45, 0.7])
    assert margin(one, few) > PRIOR
    assert margin(one, runs([1, 1.001, 1])) > margin(one, runs([1, 1.001, 1] * 3))
    assert margin(one, many) > PRIOR


@pytest.mark.parametrize(
    ("levels", "judgement"), [([1, 1.001, 0.999] * 3, "better"), ([1, 1.5, 0.7, 1.3, 0.8, 1.2], "inconclusive")]
)
def test_the_history_of_both_hosts_decides_whether_a_difference_is_one(run_of, levels, judgement):
    history = [day(run_of, number, level, name) for name in "ab" for number, level in enumerate(levels, 1)]
    a, b = day(run_of, 20), day(run_of, 20, 1.14, "b")
    ratio = compare([a, b], history=history).rows[0].cells[1].ratio
    assert ratio.judgement == judgement
    assert (judgement == "better") or "as earlier ones did" in ratio.reason
    assert compare([a, b]).rows[0].cells[1].ratio.judgement == "inconclusive"


def of_another_host(run):
    return replace(run, host=HostIdentity("a", cpus=64))


def with_other_settings(run):
    return replace(run, metrics=tuple(replace(metric, settings={"block_bytes": 512}) for metric in run.metrics))


def later(run):
    return replace(run, started="2027-01-01T10:00:00Z")


def published(run):
    return replace(run, metrics=tuple(replace(metric, state="published") for metric in run.metrics))


@pytest.mark.parametrize("change", [of_another_host, with_other_settings, later, published])
def test_other_runs_show_nothing(run_of, change):
    history = [change(day(run_of, number, 2.0**number)) for number in range(1, 6)]
    cell = compare([day(run_of, 20), day(run_of, 20, name="b")], history=history).rows[0].cells[0]
    assert cell.earlier == ()


def test_a_run_that_is_compared_shows_nothing_of_itself(run_of):
    all_runs = [day(run_of, number) for number in range(1, 8)]
    comparison = compare([all_runs[-1], day(run_of, 20, name="b")], history=all_runs)
    assert len(comparison.rows[0].cells[0].earlier) == 6
    assert {metric.id for row in comparison.rows for metric in row.cells[0].earlier} >= {WRITE, VARIATION}


def line(comparison):
    return [note for note in notes(comparison) if note.startswith("How far apart")]


def test_one_line_says_what_was_used(run_of):
    a, b = day(run_of, 20), day(run_of, 20, 1.1, "b")
    history = [day(run_of, number) for number in range(1, 6)]
    assert line(compare([a, b])) == [
        "How far apart two runs of one host may lie: a and b, 15 %, as recorded hosts differ."
    ]
    (said,) = line(compare([a, b], history=history))
    assert said.endswith("lie: a, as the last 5 runs in the history differ; b, 15 %, as recorded hosts differ.")
    assert line(compare([a])) == line(compare([a, run_of("c")])) == []


@pytest.mark.parametrize(
    ("levels", "judgement"), [([1, 1.001, 0.999] * 8, "better"), ([1, 1.5, 0.7] * 8, "inconclusive")]
)
def test_an_endurance_in_the_history_shows_how_far_single_runs_are_apart(run_of, levels, judgement):
    history = [pool([day(run_of, number, level, name) for number, level in enumerate(levels, 1)]) for name in "ab"]
    a, b = day(run_of, 29), day(run_of, 29, 1.14, "b")
    assert len(figures_of(b.metrics[0], history[1:])) == len(levels)
    assert compare([a, b], history=history).rows[0].cells[1].ratio.judgement == judgement
