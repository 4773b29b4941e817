"""Report how many containers a host could run, why it could not run more, and when launches became slower."""

from collections.abc import Iterator, Sequence
from statistics import median

from hostcheck.run.details import StormDetail
from hostcheck.run.metrics import HELD, MEMORY_EACH
from hostcheck.run.model import Run

_BENT = 1.25
"""Launches became slower if each further batch takes at least this multiple of the time of the first batches."""
_FIRST = 3
_LEAST_SLOW = 2


def densities(name: str, run: Run) -> Iterator[str]:
    """Yield a sentence on how many containers a host held, and how much memory each used."""
    metric, memory = run.metric(HELD), run.metric(MEMORY_EACH)
    if metric is None or metric.value is None or not metric.samples:
        return
    detail = StormDetail(metric.samples[-1].detail)
    each = f", {memory.value:.0f} MB each" if memory is not None and memory.value is not None else ""
    ended = f"; then {detail.density_ended}" if detail.density_ended else ""
    bent = bend(detail.density)
    slower = (
        f" From {bent} containers on, each batch of 20 takes at least a quarter longer than the first batch."
        if bent
        else ""
    )
    yield f"{name} held {metric.value:.0f} containers{each}{ended}.{slower}"


def bend(steps: Sequence[tuple[int, float]]) -> int | None:
    """Return the number of containers after which each batch took longer; None if none did, or only the last one.

    Args:
        steps: for each batch, the number of containers after it, and its makespan in seconds.
    """
    first, rest = steps[:_FIRST], steps[_FIRST:]
    if len(rest) < _LEAST_SLOW:
        return None
    most = _BENT * median(makespan for _, makespan in first)
    slow = 0
    while slow < len(rest) and rest[-1 - slow][1] > most:
        slow += 1
    return rest[-slow][0] if slow >= _LEAST_SLOW else None
