"""Samples into a metric."""

import math

import pytest

from hostcheck.bench.summary import summarise
from hostcheck.run.measured import Sample
from hostcheck.run.metrics import MetricSpec

SPEC = MetricSpec("disk.randwrite.iops", "IOPS", "higher")
SETTINGS = {"block_bytes": 4096}


def samples(*values: float) -> list[Sample]:
    return [Sample(value) for value in values]


def test_enough_samples_that_agree_are_ok() -> None:
    metric = summarise(SPEC, samples(349, 350, 351), SETTINGS, wanted=3)
    assert (metric.id, metric.unit, metric.better, metric.state, metric.reason) == (
        "disk.randwrite.iops",
        "IOPS",
        "higher",
        "ok",
        "",
    )
    assert metric.value == pytest.approx(350, rel=1e-4)
    assert metric.interval is not None
    assert metric.interval[0] < 350 < metric.interval[1]
    assert metric.settings == SETTINGS


def test_samples_that_disagree_are_unstable() -> None:
    metric = summarise(SPEC, samples(100, 200, 300), SETTINGS, wanted=3)
    assert metric.state == "unstable"
    assert "spread by 50%" in metric.reason


def test_too_few_samples_are_partial_and_say_why() -> None:
    taken = [Sample(350.0), Sample(17.0, valid=False, reason="error 28"), Sample(None, valid=False, reason="error 5")]
    metric = summarise(SPEC, taken, SETTINGS, wanted=3)
    assert (metric.state, metric.value, metric.interval) == ("partial", pytest.approx(350), None)
    assert metric.reason == "1 of 3 samples are valid, and 3 are needed: error 28; error 5"
    assert metric.samples == tuple(taken)


def test_reasons_that_differ_in_a_percentage_are_one_and_the_samples_are_all_counted() -> None:
    stolen = [Sample(9.0, valid=False, reason=f"{percent} % went (5 % is allowed)") for percent in ("9", "5.3", "22")]
    metric = summarise(SPEC, [Sample(350.0), *stolen, Sample(351.0)], SETTINGS, wanted=3)
    assert metric.reason == "2 of 5 samples are valid, and 3 are needed: 5.3 – 22 % went (5 % is allowed)"
    others = [Sample(9.0, valid=False, reason=reason) for reason in ("at {} % of -7 %", "at 5 % of -7 %", "at 6 %")]
    assert summarise(SPEC, others, SETTINGS, wanted=3).reason.endswith(": at 5 % of -7 %; at 6 %; at {} % of -7 %")


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        ([], "none was taken"),
        ([Sample(9.0, valid=False, reason="error 28")], "error 28"),
        ([Sample(0.0), Sample(math.inf), Sample(math.nan), Sample(None)], "no valid sample"),
    ],
)
def test_no_sample_that_counts_is_no_figure(taken: list[Sample], said: str) -> None:
    metric = summarise(SPEC, taken, SETTINGS, wanted=3)
    assert (metric.state, metric.value, metric.interval) == ("invalid", None, None)
    assert said in metric.reason


def test_a_too_wide_interval_is_unstable_and_its_range_is_in_plain_numbers() -> None:
    metric = summarise(SPEC, samples(40_140, 97_580, 52_000), {}, wanted=3, precision=0.05)
    assert metric.state == "unstable"
    assert metric.reason == "uncertain by a factor of 3.1 after 3 samples of 40,140 – 97,580 IOPS"
    time = MetricSpec("disk.wal.p99.seconds", "s", "lower")
    metric = summarise(time, samples(0.000_179, 0.000_2, 0.000_19), {}, wanted=3, precision=0.05)
    assert metric.reason == "±14% after 3 samples of 179 – 200 µs"
    assert summarise(SPEC, samples(1.0, 1.01, 0.99), {}, wanted=3, precision=0.05).state == "ok"
