"""Which of a sample's values may be taken for independent."""

import math

from hostcheck.run.model import Sample

BATCHES = "batches"
"""Key of a sample's detail: the means of parts of a long measurement, in the metric's unit."""


def values_of(sample: Sample) -> list[float]:
    """Return a sample's value, or its batches' where it was so long that it has some; nothing where it does not count.

    A detail may hold anything.
    """
    if not sample.valid or sample.value is None or sample.value <= 0:
        return []
    batches = sample.detail.get(BATCHES)
    if isinstance(batches, list | tuple) and len(batches) > 1 and all(map(_is_positive, batches)):
        return [float(value) for value in batches]
    return [sample.value]


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf
