"""The disk's rate over time on the page."""

from dataclasses import replace

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.report.figures.over_time import over_time_figure, rates_over_time
from hostcheck.report.page import render
from hostcheck.run.measured import Sample


@pytest.fixture
def course(metric):
    def make(*series, metric_id="disk.randwrite.iops", block=4096):
        samples = tuple(
            Sample(1000.0, detail={"series": {"milliseconds": 500, "iops": rates}} if rates is not None else {})
            for rates in series
        )
        return replace(metric(metric_id, 1000, 1001), samples=samples, settings={"block_bytes": block})

    return make


def test_samples_follow_each_other_and_bandwidths_are_bandwidths(run_of, course):
    frame = rates_over_time(
        compare([run_of("a", course([100, 200], [300], metric_id="disk.seqread.bandwidth", block=10**6))])
    )
    assert list(frame["seconds"]) == pytest.approx([0, 0.5, 1.03])
    assert list(frame["rate"]) == [100, 200, 300]
    assert set(frame["unit"]) == {"MB/s"}


def test_a_spent_burst_is_marked_and_reported_in_words(run_of, course):
    host = run_of("a", course([3000] * 12 + [350] * 15))
    frame = rates_over_time(compare([host]))
    assert list(frame[frame["changed"]]["seconds"]) == [6.0]
    (plot,) = over_time_figure(compare([host]))
    assert plot.finding == "Random write on a: 3,000 IOPS for 6 s, then 350."
    assert plot.rows == [("Random write", "a", "IOPS", "350", "350", "3,000")]


def test_without_a_change_the_least_even_job_is_named(run_of, course):
    (plot,) = over_time_figure(compare([run_of("a", course([900, 1000, 1100] * 4)), run_of("b", course([1000] * 12))]))
    assert plot.finding == "No job changed its level. Largest variation: random write on a, 900 to 1,100 IOPS."


def test_a_long_course_is_thinned_to_what_can_be_seen(run_of, course):
    frame = rates_over_time(compare([run_of("a", course([1000] * 5000))]))
    assert len(frame) == 385
    assert frame["seconds"].max() == pytest.approx(2496)


@pytest.mark.parametrize("bad", [{"iops": [1, 2]}, {"milliseconds": "x", "iops": [1]}, {"milliseconds": 500}, "x", 7])
def test_a_series_of_another_shape_is_passed_over(run_of, course, bad):
    odd = course([1000] * 12)
    odd = replace(odd, samples=(replace(odd.samples[0], detail={"series": bad}), *odd.samples[1:]))
    assert rates_over_time(compare([run_of("a", odd)])).empty


def test_what_does_not_count_is_not_drawn(run_of, course):
    one = course([1000] * 12)
    one = replace(one, samples=(replace(one.samples[0], valid=False, reason="stolen"),))
    assert rates_over_time(compare([run_of("a", one)])).empty


def test_the_page_has_it_once_and_the_same_each_time(run_of, course):
    comparison = compare([run_of("a", course([3000] * 12 + [350] * 15))])
    page = render(comparison)
    assert page.count("How fast the disk was over time") >= 1
    assert page == render(comparison)
