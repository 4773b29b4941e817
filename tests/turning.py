"""A rate that was measured in turns, whose samples have their half seconds."""

from collections.abc import Sequence

from hostcheck.bench.summary import summarise
from hostcheck.run.estimators import TURNS
from hostcheck.run.measured import Conditions, Metric, Sample
from hostcheck.run.metrics import METRICS

WRITE = "disk.randwrite.iops"
VARIATION, WORST = "disk.randwrite.variation.percent", "disk.randwrite.worst.iops"
STILL = (40_000, 40_010, 39_990, 40_020, 39_980, 40_000, 40_000)
MOVING = (40_000, 62_000, 21_000, 55_000, 33_000, 70_000, 26_000)

QUIET = Conditions(busy_percent=30, steal_percent=0.1)


def in_turns(values: Sequence[float], metric_id: str = WRITE, apart: float = 0.0, **detail: object) -> Metric:
    """Return a rate of turns.

    Args:
        values: one for each turn.
        metric_id: of the rate.
        apart: how far the two half seconds of a turn are from its value, as a share of it.
        detail: more of each sample.
    """
    per_iops = 1.0 if metric_id.endswith("iops") else (1 << 20) / 1e6
    samples = [
        Sample(
            value,
            seconds=1.3,
            conditions=QUIET,
            detail={
                "iops": value / per_iops,
                "fio_cpu_percent": 40.0,
                "runtime_seconds": 1.0,
                "series": {
                    "t": [0.5, 1.0],
                    "iops": [value * (1 - apart) / per_iops, value * (1 + apart) / per_iops],
                },
            }
            | detail,
        )
        for value in values
    ]
    return summarise(METRICS[metric_id], samples, {"block_bytes": 4096}, wanted=3, estimator=TURNS)
