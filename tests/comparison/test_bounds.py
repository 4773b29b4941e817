"""Figures of which only a lower bound is known: fio itself was the limit."""

from dataclasses import replace

import pytest

from hostcheck.comparison.bounds import FIO_WAS_THE_LIMIT
from hostcheck.comparison.compare import compare
from hostcheck.comparison.labels import amount_of
from hostcheck.comparison.notes import notes
from hostcheck.run.fio_limit import fio_was_the_limit

READ = "disk.randread.iops"


@pytest.fixture
def read(metric):
    """Make a metric whose samples say how much CPU time fio used, in percent of one CPU."""

    def make(*values, cpu, **settings):
        found = metric(READ, *values, settings=settings)
        samples = tuple(replace(one, detail={"fio_cpu_percent": own})
                        for one, own in zip(found.samples, cpu, strict=True))  # fmt: skip
        return replace(found, samples=samples)

    return make


@pytest.mark.parametrize(
    ("cpu", "settings", "limit"),
    [
        ((97.0, 95.0, 60.0), {}, True),
        ((97.0, 60.0, 60.0), {}, False),
        ((89.9, 89.0, 89.0), {}, False),
        ((None, None, None), {}, False),
        # Of several processes, each has a CPU to fill.
        ((180.0, 170.0, 175.0), {"processes": 4}, False),
        ((370.0, 380.0, 390.0), {"processes": 4}, True),
    ],
)
def test_fio_was_the_limit_where_it_kept_its_cpus_busy_in_most_samples(read, cpu, settings, limit):
    assert fio_was_the_limit(read(150_000, 151_000, 149_000, cpu=cpu, **settings)) is limit


def test_no_time_has_fio_as_its_limit(read):
    found = replace(read(0.1, 0.1, 0.1, cpu=(99.0, 99.0, 99.0)), unit="s")
    assert not fio_was_the_limit(found)


def test_a_figure_whose_limit_was_fio_is_at_least_that_and_says_so(read, run_of):
    fast, slow = read(150_000, 151_000, 149_000, cpu=(97.0,) * 3), read(5000, 5010, 4990, cpu=(9.0,) * 3)
    assert (amount_of(fast)[-1], amount_of(slow)[-1]) == ("+", "0")
    comparison = compare([run_of("slow", slow), run_of("fast", fast)])
    ratio = comparison.rows[0].cells[1].ratio
    assert (ratio.judgement, ratio.at_least) == ("better", True)
    assert ratio.words.startswith("at least ")
    assert [said for said in notes(comparison) if FIO_WAS_THE_LIMIT in said] == [
        f"fast, random read: {FIO_WAS_THE_LIMIT}"
    ]


def test_a_bound_is_not_called_slower_than_what_is_above_it(read, run_of):
    bound, above = read(150_000, 151_000, 149_000, cpu=(97.0,) * 3), read(300_000, 301_000, 299_000, cpu=(40.0,) * 3)
    ratio = compare([run_of("above", above), run_of("bound", bound)]).rows[0].cells[1].ratio
    assert ratio.judgement == "not comparable"
