"""Compute the latency percentiles of one job over its processes and directions."""

from collections.abc import Sequence

from hostcheck.fio.definition import Definition
from hostcheck.fio.histogram import merge
from hostcheck.fio.result import Job, Latency, Side
from hostcheck.run.fields import ImportedFields

PERCENTILES = (50.0, 95.0, 99.0, 99.9)


def latencies(processes: Sequence[Job], definition: Definition | None, sides: Sequence[Side]) -> ImportedFields:
    """Return the percentiles in milliseconds for a sample's detail, or the reason why there are none.

    If a sync follows each write, the percentiles are those of the sync, because a program waits for it.

    Args:
        processes: the processes of the job.
        definition: the job's parameters; None if unknown.
        sides: the results of each process in one direction.
    """
    each = [job.sync for job in processes] if definition is not None and definition.syncs else []
    if not any(each):
        # Of each process the same of both: the whole latency where fio has it.
        whole = all(side.total is not None and side.total.percentiles for side in sides)
        each = [side.total if whole else side.completion or side.total for side in sides]
    found = merge(each)
    if found is None or not found.percentiles:
        return {"latency_ms": {}, **_why(each, len(processes))}
    values = {f"p{p:g}": round(found.percentiles[p] / 1e6, 4) for p in PERCENTILES if p in found.percentiles}
    return {"latency_ms": values}


def sync_percentile(processes: Sequence[Job], percent: float) -> float | str | None:
    """Return a percentile of the sync latency in seconds, or the reason why it is unknown; None without syncs."""
    each = [job.sync for job in processes]
    if not any(each):
        return None
    found = merge(each)
    if found is None or percent not in found.percentiles:
        return _why(each, len(processes)).get("latency_note", f"fio gave no percentile {percent:g} of the sync latency")
    if found.count is not None and found.count < round(100 / (100 - percent)):
        return f"{found.count} syncs are too few for the percentile {percent:g} of the sync latency"
    return found.percentiles[percent] / 1e9


def _why(each: Sequence[Latency | None], processes: int) -> ImportedFields:
    if len(each) > 1 and any(latency is not None and latency.percentiles for latency in each):
        whose = f"{processes} processes" if processes > 1 else "reads and of writes"
        how = "json+ or a group" if len(each) == processes else "json+"
        return {"latency_note": f"the percentiles of {whose} cannot be joined without {how}"}
    return {}
