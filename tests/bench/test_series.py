import pytest

from hostcheck.bench.series import MOST_POINTS, SERIES, in_columns, of_the_typical, thinned
from hostcheck.run.measured import Sample


def test_a_short_series_is_kept_as_it_is():
    series = [{"t": 0.1 * turn, "busy_percent": 1.0} for turn in range(1, MOST_POINTS + 1)]
    assert thinned(series) == series
    assert thinned([]) == []


def test_neighbours_are_merged_by_the_time_that_each_speaks_for():
    series = [
        {"t": 0.1, "iowait_percent": 100.0},
        {"t": 0.4, "iowait_percent": 20.0},
        {"t": 0.5, "iowait_percent": 7.0},
    ]
    assert thinned(series, most=2) == [{"t": 0.4, "iowait_percent": 40.0}, {"t": 0.5, "iowait_percent": 7.0}]


def test_what_was_not_known_is_neither_zero_nor_spread_to_others():
    series = [
        {"t": 1.0, "queue": None, "steal_percent": None},
        {"t": 2.0, "queue": 4.0, "steal_percent": None},
        {"t": 3.0, "steal_percent": None},
        {"t": 4.0, "writes": 8.0, "steal_percent": None},
    ]
    assert thinned(series, most=2) == [
        {"t": 2.0, "queue": 4.0, "steal_percent": None},
        {"t": 4.0, "steal_percent": None, "writes": 8.0},
    ]


@pytest.mark.parametrize("looks", [601, 1200, 2715, 6000])
def test_a_long_series_keeps_its_sum_and_its_end(looks):
    series = [{"t": turn / 10, "writes": float(turn % 7)} for turn in range(1, looks + 1)]
    kept = thinned(series)
    assert MOST_POINTS / 2 <= len(kept) <= MOST_POINTS
    assert kept[-1]["t"] == looks / 10
    began = [0.0, *(point["t"] for point in kept)]
    total = sum(point["writes"] * (point["t"] - start) for point, start in zip(kept, began, strict=False))
    assert total == pytest.approx(sum(point["writes"] for point in series) / 10, rel=1e-3)


def test_the_typical_sample_alone_keeps_its_series():
    samples = [Sample(value, detail={SERIES: [{"t": value}], "why": value}) for value in (3.0, 1.0, 2.0)]
    kept = of_the_typical(samples)
    assert [sample.detail for sample in kept] == [{"why": 3.0}, {"why": 1.0}, {SERIES: [{"t": 2.0}], "why": 2.0}]
    assert [sample.value for sample in kept] == [3.0, 1.0, 2.0]


def test_where_none_is_valid_each_keeps_its_series():
    failed = [Sample(None, valid=False, detail={SERIES: [{"t": 1.0}]})]
    assert of_the_typical(failed) == failed


def test_points_are_kept_as_a_list_for_each_value():
    series = [{"t": 0.1, "iowait_percent": 5.0}, {"t": 0.2, "iowait_percent": None, "queue": 3.0}]
    assert in_columns(series) == {"t": [0.1, 0.2], "iowait_percent": [5.0, None], "queue": [None, 3.0]}
    assert in_columns([]) == {}
