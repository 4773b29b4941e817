"""Latencies of several processes, as if one had done all their I/Os."""

import json
import math
import statistics
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostcheck.fio.histogram import bucket_value, merge, percentile
from hostcheck.fio.parser import parse
from hostcheck.fio.result import Latency

OUTPUTS = Path(__file__).parent / "outputs"


def completions(name: str) -> list[Latency]:
    sides = [job.read for job in parse((OUTPUTS / name).read_text()).jobs]
    found = [side.completion for side in sides if side is not None]
    return [latency for latency in found if latency is not None]


def test_percentiles_of_a_real_histogram_are_those_that_fio_wrote() -> None:
    (latency,) = completions("3.33-jsonplus.json")
    assert latency.bins is not None
    assert sum(latency.bins.values()) == latency.count
    assert {p: percentile(latency.bins, p) for p in latency.percentiles} == latency.percentiles


def test_two_processes_become_one() -> None:
    first, second = completions("3.33-jsonplus-two-processes.json")
    both = merge([first, second])
    assert both is not None
    assert both.bins is not None
    assert both.count == (first.count or 0) + (second.count or 0) == sum(both.bins.values())
    assert (both.min, both.max) == (min(first.min, second.min), max(first.max, second.max))
    for p, value in both.percentiles.items():
        assert min(first.percentiles[p], second.percentiles[p]) <= value
        assert value <= max(first.percentiles[p], second.percentiles[p])
    assert set(both.percentiles) == set(first.percentiles)


@given(st.lists(st.lists(st.integers(1, 1000), min_size=2), min_size=2, max_size=4))
def test_mean_and_deviation_are_those_of_all_ios(processes: list[list[int]]) -> None:
    parts = [
        Latency(statistics.fmean(taken), min(taken), max(taken), statistics.stdev(taken), len(taken))
        for taken in processes
    ]
    everything = [value for taken in processes for value in taken]
    both = merge(parts)
    assert both is not None
    assert math.isclose(both.mean, statistics.fmean(everything))
    assert math.isclose(both.stddev, statistics.stdev(everything), abs_tol=1e-6)


def test_without_the_histogram_of_each_there_are_no_percentiles() -> None:
    with_bins = Latency(1, 1, 1, 0, 1, {50.0: 1}, {1: 1})
    without = Latency(1, 1, 1, 0, 1, {50.0: 1})
    both = merge([with_bins, without])
    assert both is not None
    assert (both.percentiles, both.bins) == ({}, None)
    assert merge([with_bins, None]) is None
    assert merge([with_bins, Latency(1, 1, 1, 0)]) is None
    assert merge([without]) is without
    assert merge([]) is None


@pytest.mark.parametrize(("index", "value"), [(0, 0), (127, 127), (128, 129), (129, 131), (192, 258), (256, 516)])
def test_a_bucket_is_called_by_the_middle_of_its_range(index: int, value: float) -> None:
    # With 6 bits, values below 128 have a bucket each; from there on 64 buckets a power of two.
    assert bucket_value(index, 6) == value


def test_old_histograms_count_by_place_and_in_microseconds() -> None:
    bins = {"0": 0, "127": 3, "128": 1, "FIO_IO_U_PLAT_BITS": 6, "FIO_IO_U_PLAT_VAL": 64, "FIO_IO_U_PLAT_NR": 1216}
    latency = {"min": 100, "max": 130, "mean": 127.0, "stddev": 1.0, "bins": bins}
    side = {"io_bytes": 4, "bw": 4, "iops": 1.0, "runtime": 1000, "total_ios": 4, "clat": latency}
    text = json.dumps({"fio version": "fio-2.14", "jobs": [{"jobname": "a", "error": 0, "read": side}]})
    read = parse(text).jobs[0].read
    assert read is not None
    assert read.completion is not None
    assert read.completion.bins == {0: 0, 127_000: 3, 129_000: 1}


def test_a_percentile_is_reached_by_the_bucket_that_completes_it() -> None:
    assert [percentile({1: 1, 2: 1, 9: 0}, p) for p in (1, 50, 50.1, 100)] == [1, 1, 2, 2]
    assert percentile({}, 50) is None
    assert percentile({5: 0}, 50) is None
