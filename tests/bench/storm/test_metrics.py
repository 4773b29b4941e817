import pytest

from hostcheck.bench.conditions import Recorder
from hostcheck.bench.storm.launch import Launched, Life
from hostcheck.bench.storm.metrics import (
    CREATE_P50,
    MAKESPAN,
    OF_ONE_STORM,
    READY_MAX,
    TEARDOWN,
    nearest_rank,
    storm_samples,
)

LIVES = (
    Life(0, create=(0.1, 0.2), start=(0.2, 0.5), ready=0.6, remove=(1.0, 2.0)),
    Life(1, create=(0.3, 0.6), start=(0.6, 0.7), ready=0.9, remove=(1.0, 1.5)),
)


def test_a_storm_gives_a_sample_of_each_metric_on_one_clock():
    samples = storm_samples(Launched(LIVES, 0.0), Recorder(), {"failed": 0})
    assert tuple(samples) == OF_ONE_STORM
    values = {spec: sample.value for spec, sample in samples.items()}
    assert values[MAKESPAN] == 0.9
    assert values[READY_MAX] == pytest.approx(0.6)
    assert values[CREATE_P50] == pytest.approx(0.2)
    assert values[TEARDOWN] == pytest.approx(1.1)
    assert samples[MAKESPAN].detail == {"failed": 0}


def test_a_storm_in_which_one_failed_has_no_value_but_keeps_what_was_seen():
    lives = (*LIVES, Life(2, error="no space left on device"))
    for sample in storm_samples(Launched(lives, 0.0), Recorder(), {}).values():
        assert (sample.value, sample.valid) == (None, False)
        assert sample.reason == "1 of 3 containers failed: no space left on device"


def test_a_percentile_is_a_value_that_was_measured():
    assert nearest_rank([float(n) for n in range(1, 21)], 95) == 19
    assert nearest_rank([3.0], 95) == 3
    assert nearest_rank([], 95) == 0
