"""The metrics of a launch storm. Each launch gives one sample of each metric."""

import math
from collections.abc import Sequence
from statistics import median

from hostcheck.bench.conditions import Recorder
from hostcheck.bench.engine.reasons import once
from hostcheck.bench.storm.launch import Launched
from hostcheck.run import metrics
from hostcheck.run.fields import StormFields
from hostcheck.run.measured import Sample
from hostcheck.run.metrics import CURVE, METRICS, MetricSpec, spec_of

MAKESPAN = METRICS[metrics.MAKESPAN]
READY_P50 = METRICS[metrics.READY_P50]
READY_P95 = METRICS[metrics.READY_P95]
READY_MAX = METRICS[metrics.READY_MAX]
CREATE_P50 = METRICS[metrics.CREATE_P50]
TEARDOWN = METRICS[metrics.TEARDOWN]
SINGLE = METRICS[metrics.SINGLE]


def _of(metric_id: str) -> MetricSpec:
    spec = spec_of(metric_id)
    assert spec is not None
    return spec


ALONE = _of(metrics.ALONE)
HELD = _of(metrics.HELD)
MEMORY_EACH = _of(metrics.MEMORY_EACH)

OF_ONE_STORM = (MAKESPAN, READY_P50, READY_P95, READY_MAX, CREATE_P50, TEARDOWN)


def curve_spec(count: int) -> MetricSpec:
    """Return the makespan metric for a number of containers of the curve. Each number has its own metric id."""
    return _of(CURVE.replace("N", str(count)))


def makespan_sample(launched: Launched, recorder: Recorder, detail: StormFields) -> Sample:
    """Return the makespan of one launch. If a container failed, the sample has the engine's messages and no value."""
    return sample_of(launched, recorder, launched.makespan, detail)


def storm_samples(launched: Launched, recorder: Recorder, detail: StormFields) -> dict[MetricSpec, Sample]:
    """Return a sample of each metric in OF_ONE_STORM for one launch. The makespan's sample has the detail."""
    latencies = [life.latency for life in launched.lives if life.latency is not None]
    creates = [life.create[1] - life.create[0] for life in launched.lives if life.create is not None]
    values = {
        READY_P50: median(latencies) if latencies else 0.0,
        READY_P95: nearest_rank(latencies, 95),
        READY_MAX: max(latencies, default=0.0),
        CREATE_P50: median(creates) if creates else 0.0,
        TEARDOWN: launched.total - launched.makespan,
    }
    rest = {spec: sample_of(launched, recorder, value, {}) for spec, value in values.items()}
    return {MAKESPAN: makespan_sample(launched, recorder, detail), **rest}


def nearest_rank(values: Sequence[float], percent: float) -> float:
    """Return a percentile by nearest rank, which is a measured value: for 20 values, the 95th percentile is the 19th.

    An empty list gives 0.
    """
    return sorted(values)[math.ceil(percent / 100 * len(values)) - 1] if values else 0.0


def sample_of(launched: Launched, recorder: Recorder, value: float, detail: StormFields) -> Sample:
    """Return a sample of one launch. If a container failed, it has the engine's messages and no value."""
    reason = ""
    if launched.failed:
        reason = f"{launched.failed} of {len(launched.lives)} containers failed: {once(launched.errors)}"
    return recorder.sample(value, reason, detail)
