"""Detect a cache below the guest: compare reads of the test file with first reads of other data."""

from collections.abc import Iterator, Sequence

from hostcheck.comparison.labels import amount_of
from hostcheck.comparison.ratio import compare_metrics, is_shown
from hostcheck.quantities import span
from hostcheck.run.details import DiskDetail
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import FRESH_READ, SEQUENTIAL_READ
from hostcheck.run.model import Run


def cached(name: str, run: Run) -> Iterator[str]:
    """Yield a sentence if the test file is read faster than files that were never read before."""
    read, fresh = run.metric(SEQUENTIAL_READ), run.metric(FRESH_READ)
    if read is None or fresh is None or not is_shown(read) or not is_shown(fresh) or not fresh.interval:
        return
    if compare_metrics(read, fresh).judgement == "better":
        yield (
            f"A cache below {name} answers its reads: {amount_of(read)} MB/s from the test file, and "
            f"{amount_of(fresh)} MB/s ({span(*fresh.interval, fresh.unit)}) from files that were never read before."
        )


def unseen(names: Sequence[str], runs: Sequence[Run]) -> Iterator[str]:
    """Yield one sentence for guests: they cannot know whether the machine below has the test file in its memory."""
    sizes = {name: size for name, run in zip(names, runs, strict=True) if (size := _unsure_bytes(run))}
    if sizes:
        yield (
            f"{', '.join(sizes)}: the machine below a guest may have had the test file of "
            f"{max(sizes.values()) / 1e9:.1f} GB in its memory, which a guest cannot see, and have read from there; "
            "bench --size 16GiB also reads what was never read before"
        )


def _unsure_bytes(run: Run) -> float:
    """Return the size of a guest's test file in bytes; 0 if the host is no guest, or other files were read too."""
    virtual = run.facts.get("virt.vm")
    read = run.metric(SEQUENTIAL_READ)
    if virtual is None or not virtual.known or virtual.value == "none" or read is None or not is_shown(read):
        return 0.0
    fresh = run.metric(FRESH_READ)
    return 0.0 if fresh is not None and is_shown(fresh) else _file_bytes(read)


def _file_bytes(read: Metric) -> float:
    sizes = [DiskDetail(sample.detail).file_bytes for sample in read.samples if sample.valid]
    return max((size for size in sizes if size is not None), default=0.0)
