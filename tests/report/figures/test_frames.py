"""The frames that the figures draw, of details that are not as hostcheck writes them."""

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.report import frames
from hostcheck.report.figures.over_time import rates_over_time
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import BUILD, MAKESPAN
from hostcheck.run.model import HostIdentity, Run

KEYS = ("series", "containers", "steps", "latency_ms", "why")
WRONG = [None, True, 1, "x", ["x"], [[]], [{}], {"t": "x"}, {"t": [0.1, "x"], "busy_percent": 5}, {"iops": [1]}]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_a_detail_of_another_type_is_a_frame_without_rows(wrong):
    sample = Sample(1.0, detail=dict.fromkeys(KEYS, wrong))
    units = ((BUILD, "s", "lower"), (MAKESPAN, "s", "lower"), ("disk.randread.iops", "IOPS", "higher"))
    metrics = tuple(Metric(*unit, "ok", "", 1.0, samples=(sample,)) for unit in units)
    comparison = compare([Run("id", "0.1.0", "2026-11-23T10:00:00Z", HostIdentity("node-1"), metrics=metrics)])
    frames.typical_storm(comparison.runs[0])
    assert frames.containers(sample).empty
    assert len(frames.series(sample)) <= 1
    assert frames.latencies(comparison).empty
    assert frames.steps(comparison).empty
    assert rates_over_time(comparison).empty
