"""Choose the values of samples that may be treated as independent."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev, variance

from hostcheck.run.measured import Sample
from hostcheck.run.shape import LARGEST

BATCHES = "batches"
"""Key in a sample's detail: the means of the parts (batches) of a long measurement, in the metric's unit."""

RUN = "pooled_run"
"""Key in a pooled sample's detail: the number of the run that the sample is from."""

RUNS_DIFFER = 2.0
"""If F, the mean square between runs divided by that within runs, is at least this, each run is used as one sample.

This is the preliminary test of whether samples of several runs may be pooled. Bancroft ("Analysis and inference for
incompletely specified models", Biometrics 20, 1964) recommends a significance level of about 0.25. If two to five runs
of three samples do not differ, F exceeds 2 in about a fifth of the cases.
"""


@dataclass(frozen=True, slots=True)
class Deviation:
    """How much several runs of one host differ in a metric.

    Attributes:
        share: standard deviation of the runs' means, as a share of their mean.
        differ: whether the runs differ by more than their samples explain. Then each run is used as one sample.
    """

    share: float
    differ: bool


def values_of(sample: Sample) -> list[float]:
    """Return the values of a sample: its batches if it has batches, else its single value; empty if it is invalid.

    The detail of a sample is checked, because a run file may contain anything.
    """
    if not sample.valid or sample.value is None or sample.value <= 0:
        return []
    batches = sample.detail.get(BATCHES)
    if isinstance(batches, list | tuple) and len(batches) > 1 and all(map(_is_positive, batches)):
        return [float(value) for value in batches]
    return [sample.value]


def independent(samples: Iterable[Sample]) -> list[float]:
    """Return the independent values of samples: one for each sample, or one for each run if pooled runs differ."""
    found = by_run(samples)
    spread = spread_of(found)
    if spread is None or not spread.differ:
        return [value for values in found for value in values]
    return [math.exp(fmean(map(math.log, values))) for values in found]


def by_run(samples: Iterable[Sample]) -> list[list[float]]:
    """Return the values of the valid samples, in one list for each pooled run."""
    return [[value for sample in run for value in values_of(sample)] for run in samples_by_run(samples)]


def samples_by_run(samples: Iterable[Sample]) -> list[list[Sample]]:
    """Return the samples that have values, in one list for each pooled run."""
    found: dict[str, list[Sample]] = {}
    for sample in samples:
        if values_of(sample):
            found.setdefault(str(sample.detail.get(RUN)), []).append(sample)
    return list(found.values())


def spread_of(values_of_runs: Sequence[Sequence[float]]) -> Deviation | None:
    """Compare the differences between the runs' means with the noise within runs, on logarithms; None for one run."""
    if len(values_of_runs) < 2:
        return None
    logs = [[math.log(value) for value in values] for values in values_of_runs]
    means = [fmean(values) for values in logs]
    share = stdev([math.exp(mean - means[0]) for mean in means]) / fmean([math.exp(mean - means[0]) for mean in means])
    count = sum(map(len, logs))
    grand = fmean([value for values in logs for value in values])
    between = sum(len(values) * (mean - grand) ** 2 for values, mean in zip(logs, means, strict=True)) / (len(logs) - 1)
    if count == len(logs):
        return Deviation(share, differ=True)
    inner = sum(variance(values) * (len(values) - 1) for values in logs if len(values) > 1) / (count - len(logs))
    return Deviation(share, differ=between > RUNS_DIFFER * inner)


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= LARGEST
