"""Which of several samples stands for all of them where one is shown."""

from collections.abc import Iterable

from hostcheck.run.model import Sample


def typical(samples: Iterable[Sample], key: str) -> Sample | None:
    """Return the middle one, by its value, of the valid samples that have ``key`` in their detail; None without one."""
    found = [sample for sample in samples if sample.valid and sample.value is not None and sample.detail.get(key)]
    return sorted(found, key=lambda sample: sample.value or 0)[(len(found) - 1) // 2] if found else None
