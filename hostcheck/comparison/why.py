"""Report if a slower build or storm coincides with a slower CPU, with both ratios."""

from collections.abc import Iterator, Sequence

from hostcheck.comparison.model import Cell, Row
from hostcheck.run.metrics import BUILD, MAKESPAN, ONE_THREAD, spec_of
from hostcheck.spelling import upper_first

_OF_CPU = (BUILD, MAKESPAN)
"""The metrics whose time is mostly computing."""

_DECIDED = ("better", "worse")


def why(names: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """Yield a sentence if a host's build or storm and its CPU are both faster, or both slower, than the baseline's.

    Args:
        names: a unique name for each host, the baseline first.
        rows: the metrics of all hosts.
    """
    by_id = {row.id: row for row in rows}
    thread = by_id.get(ONE_THREAD)
    if thread is None:
        return
    for place in range(1, len(names)):
        cpu = thread.cells[place]
        for metric_id in _OF_CPU:
            spec, row = spec_of(metric_id), by_id.get(metric_id)
            if spec is None or row is None or not _alike(cpu, row.cells[place]):
                continue
            assert cpu.ratio is not None
            of_it = row.cells[place].ratio
            assert of_it is not None
            yield (
                f"{upper_first(spec.headline)} is {of_it.words} on {names[place]} than on {names[0]}, and one thread "
                f"that only computes is {cpu.ratio.words}."
            )


def _alike(cpu: Cell, other: Cell) -> bool:
    """Return whether both differ from the baseline, in the same direction."""
    return (
        cpu.ratio is not None
        and other.ratio is not None
        and cpu.ratio.judgement in _DECIDED
        and cpu.ratio.judgement == other.ratio.judgement
    )
