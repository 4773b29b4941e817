"""What a day of visits shows is said in one sentence a host, and what moved a rate where the visits force it."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.comparison.day import day, visits_of
from hostcheck.run.estimators import POOLED_TURNS
from hostcheck.run.independent import RUN
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.model import HostIdentity, Run
from hostcheck.run.steadiness import measured, why_unknown

BEGAN = datetime(2026, 11, 29, tzinfo=timezone.utc)


def run_of(level_of, count=24, metric_id="disk.randwrite.iops", unit="IOPS"):
    """Visits of three turns, one an hour."""
    samples = [
        Sample(
            level_of(hour, turn),
            seconds=1.3,
            started=(BEGAN + timedelta(hours=hour, minutes=7 * hour % 50, seconds=9 * turn)).strftime(
                "%Y-%m-%dT%H:%M:%S.000Z"
            ),
            detail={RUN: hour + 1},
        )
        for hour in range(count)
        for turn in range(3)
    ]
    metric = Metric(metric_id, unit, "higher", "ok", value=1.0, samples=tuple(samples))
    return Run("0" * 32, "0.1.0", "2026-11-29T00:00:00Z", HostIdentity("here"), metrics=(metric,))


def test_a_neighbours_evening_is_named_with_its_hour_and_its_cause():
    run = run_of(lambda hour, turn: (2000.0 if 18 <= hour < 22 else 5000.0) + 10 * turn + hour)
    range_, moved = day("here", run)
    assert range_.startswith("24 measurements in 23 h on here: random write 2,0")
    assert "slowest in the hour of 18:00 UTC, at 40% of the fastest" in range_
    assert moved == (
        "Random write moved on here with the time of day, not with the load of the measurements: low during whole "
        "measurements, and high again later."
    )


@pytest.mark.parametrize(
    ("level_of", "words"),
    [
        (lambda hour, turn: 5000.0 if (hour, turn) < (12, 1) else 2000.0, "down for good while it was used"),
        (
            lambda _, turn: (5000.0, 4000.0, 1500.0)[turn],
            "an allowance (credits) or a cache is spent, or heat slows it",
        ),
        (lambda hour, _: 5000.0 if hour < 12 else 2000.0, "for a reason that the measurements do not show"),
    ],
    ids=["volume", "credits", "unknown"],
)
def test_what_moved_it_is_said_as_far_as_the_visits_show_it(level_of, words):
    _, moved = day("here", run_of(level_of))
    assert words in moved


def test_a_volume_is_of_a_disk_alone():
    run = run_of(lambda hour, turn: 5000.0 if (hour, turn) < (12, 1) else 2000.0, metric_id="cpu.threads.rate")
    assert "for a reason that the measurements do not show" in list(day("here", run))[1]


def test_an_hour_of_several_days_has_its_date():
    range_, *_ = day("here", run_of(lambda hour, _: 2000.0 if 30 <= hour < 34 else 5000.0 + hour, count=48))
    assert "slowest in the hour of 06:00 UTC on 2026-11-30, at" in range_


def test_a_steady_rate_has_its_range_alone():
    (range_,) = day("here", run_of(lambda hour, turn: 5000.0 + 13 * ((hour + turn) % 5)))
    assert range_.startswith("24 measurements in 23 h on here: random write 5,0")


def test_few_visits_and_times_have_none():
    assert list(day("here", run_of(lambda *_: 5000.0, count=7))) == []
    assert list(day("here", run_of(lambda *_: 0.004, metric_id="disk.wal.p99.seconds", unit="s"))) == []


def test_a_file_without_moments_says_nothing():
    metric = run_of(lambda *_: 5000.0).metrics[0]
    bare = tuple(Sample(sample.value, detail=sample.detail) for sample in metric.samples)
    assert visits_of(Metric(metric.id, "IOPS", "higher", "ok", value=1.0, samples=bare)) == []


OVER_HOURS = "disk.randwrite.hours.variation.percent"


@pytest.mark.parametrize(
    ("level_of", "percent"),
    [
        (lambda *_: 5000.0, 3),
        # What moves within visits alone is not the hours'.
        (lambda _, turn: (4000.0, 5000.0, 6000.0)[turn], 3),
        (lambda hour, _: 2000.0 if 18 <= hour < 22 else 5000.0, 26),
    ],
)
def test_a_day_has_a_figure_of_its_own_for_how_steady_it_was(level_of, percent):
    run = replace(
        run_of(level_of), metrics=tuple(replace(each, estimator=POOLED_TURNS) for each in run_of(level_of).metrics)
    )
    found = measured(run, OVER_HOURS)
    assert found.value == pytest.approx(percent, abs=1)
    assert found.interval[0] <= found.value <= found.interval[1]
    (row,) = (row for row in compare([run, run]).rows if row.id == OVER_HOURS)
    assert row.cells[1].ratio.value == pytest.approx(1)


def test_a_few_hours_are_no_day():
    assert measured(run_of(lambda *_: 5000.0, count=7), OVER_HOURS) is None
    assert measured(run_of(lambda *_: 5000.0, count=6), OVER_HOURS) is None
    assert "bench --endurance 24h" in why_unknown(run_of(lambda *_: 5000.0, count=6), OVER_HOURS)
