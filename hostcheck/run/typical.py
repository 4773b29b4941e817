"""Choose the typical sample, if only one of several samples is shown."""

from collections.abc import Callable, Iterable

from hostcheck.run.measured import Sample


def typical(samples: Iterable[Sample], has: Callable[[Sample], bool]) -> Sample | None:
    """Return the sample with the median value of the valid samples for which ``has`` is true; None if there is none."""
    found = [sample for sample in samples if sample.valid and sample.value is not None and has(sample)]
    return sorted(found, key=lambda sample: sample.value or 0)[(len(found) - 1) // 2] if found else None
