"""An endurance on the page: each figure by the hour, and what the host was doing meanwhile."""

from datetime import datetime, timedelta, timezone

from hostcheck.comparison.compare import compare
from hostcheck.report.figures.hours import conditions_by_hour, hours_figure, levels_by_hour
from hostcheck.run.independent import RUN
from hostcheck.run.measured import Conditions, Metric, Sample
from hostcheck.run.model import HostIdentity, Run

BEGAN = datetime(2026, 11, 29, tzinfo=timezone.utc)


def run_of_a_day(level_of, visits=24):
    samples = tuple(
        Sample(
            level_of(hour),
            seconds=1.3,
            started=(BEGAN + timedelta(hours=hour, seconds=9 * turn)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            conditions=Conditions(steal_percent=hour / 2, psi_io_some_percent=None),
            detail={RUN: hour + 1},
        )
        for hour in range(visits)
        for turn in range(3)
    )
    metric = Metric("disk.randwrite.iops", "IOPS", "higher", "ok", value=5000.0, interval=(4900, 5100), samples=samples)
    return Run(
        "0" * 32, "0.1.0", "2026-11-29T00:00:00Z", HostIdentity("a"), ended="2026-11-30T00:00:00Z", metrics=(metric,)
    )


def test_each_visit_is_a_point_and_its_conditions_are_below():
    comparison = compare([run_of_a_day(lambda hour: 2000.0 if 18 <= hour < 22 else 5000.0)])
    levels = levels_by_hour(comparison)
    assert list(levels["hour"].round(6)) == list(range(24))
    assert list(levels["level"][17:19]) == [5000.0, 2000.0]
    conditions = conditions_by_hour(comparison)
    # What the kernel did not report is not drawn as zero.
    assert set(conditions["label"]) == {"Steal"}
    assert list(conditions["level"][:3]) == [0.0, 0.5, 1.0]


def test_its_finding_is_what_moved_and_its_table_the_range():
    (plot,) = hours_figure(compare([run_of_a_day(lambda hour: 2000.0 if 18 <= hour < 22 else 5000.0)]))
    assert plot.finding.startswith("Random write moved on a with the time of day, ")
    assert plot.rows == [("Random write", "a", "IOPS", "2,000", "5,000", "5,000")]
    (plot,) = hours_figure(compare([run_of_a_day(lambda hour: 5000.0 + hour)]))
    assert plot.finding == "No rate changed its level."


def test_a_run_of_a_minute_has_no_hours():
    assert list(hours_figure(compare([run_of_a_day(lambda _: 5000.0, visits=5)]))) == []
