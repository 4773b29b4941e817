"""What follows from the samples of CPUs under load, and of random reads at two depths."""

from dataclasses import replace

import pytest

from hostcheck.run.metrics import CPUS_DELIVERED, RANDOM_READ_GAIN, STEAL, USUAL_STEAL
from hostcheck.run.steadiness import measured
from hostcheck.thresholds import judge, parse_threshold
from tests.promise.hosts import figure, loaded, run_of

CPU = loaded((3.9, 3.6, 3.8), threads=4, steal=(0.0, 9.0, 3.0))
ONE, MANY = figure("disk.randread.qd1.iops", 9000, 11_000), figure("disk.randread.iops", 45_000, 55_000)


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        (f"{CPUS_DELIVERED} >= 3.6", "pass"),
        (f"{CPUS_DELIVERED} >= 3.8 CPUs", "unknown"),
        (f"{CPUS_DELIVERED} >= 3.95", "fail"),
        (f"{STEAL} < 10 %", "pass"),
        (f"{STEAL} < 1", "unknown"),
        (f"{USUAL_STEAL} > 2", "pass"),
        (f"{USUAL_STEAL} < 3.5", "unknown"),
        (f"{RANDOM_READ_GAIN} >= 4", "pass"),
        (f"{RANDOM_READ_GAIN} >= 5 ×", "unknown"),
        (f"{RANDOM_READ_GAIN} >= 7", "fail"),
    ],
)
def test_a_threshold_is_held_against_the_samples(rule, status):
    threshold = parse_threshold(rule)
    assert judge(threshold, measured(run_of({}, [CPU, ONE, MANY]), threshold.metric))[0] == status


@pytest.mark.parametrize(
    "figures", [[], [replace(CPU, state="invalid"), replace(ONE, state="published"), MANY], [MANY]]
)
@pytest.mark.parametrize("metric_id", [CPUS_DELIVERED, STEAL, USUAL_STEAL, RANDOM_READ_GAIN])
def test_what_was_not_measured_follows_from_nothing(figures, metric_id):
    assert measured(run_of({}, figures), metric_id) is None
