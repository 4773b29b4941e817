"""Convert a parsed output of fio to values: one for each direction of each job."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

from hostcheck.fio.definition import RATES, WITHOUT_DATA, WITHOUT_STORAGE, Definition, of_direction
from hostcheck.fio.result import FioResult, Side
from hostcheck.imports import blocks
from hostcheck.imports.apart import targets_of, telling_name
from hostcheck.imports.cached import answered, may_be_cached
from hostcheck.imports.entries import Entry, beside
from hostcheck.imports.figure import ImportedFigure
from hostcheck.imports.latencies import latencies, sync_percentile
from hostcheck.imports.names import (
    ELSEWHERE,
    TOGETHER,
    Direction,
    job_in_words,
    metric_of,
    metric_of_unknown,
    sync_metric_of,
    sync_metric_of_unknown,
)
from hostcheck.imports.places import NO_DISK, maybe_memory, no_disk
from hostcheck.imports.reasons import reasons
from hostcheck.imports.servers import entries, has_groups
from hostcheck.run.fields import ImportedFields
from hostcheck.run.measured import Sample
from hostcheck.run.metrics import MetricSpec
from hostcheck.run.model import Scalar

IN_FLIGHT_SHARE = 1.25
"""Rate times latency is the mean number of I/Os in flight (Little's law).

If it exceeds this multiple of the job's queue depth, the job had more processes than the options contain.
"""

MOST_LISTED = 20
"""Maximum number of jobs that are listed as running at the same time."""

SAME_TIME_SHARE = 0.9
"""If the times of reads and writes differ by a smaller ratio, they are not one mixed job."""

LACKS_OPTIONS = "fio's output does not contain the job's options: size, invalidate, runtime and others are unknown"

_SHORTEST_MS = 100
"""Minimum time to compare rate and latency: fio counts whole milliseconds, so a shorter time is inexact."""

_DIRECTIONS: tuple[Direction, ...] = ("read", "write", "trim", "mixed")


def figures(result: FioResult, file: str, meanwhile: Sequence[FioResult] = ()) -> Iterator[ImportedFigure]:
    """Yield a value for each direction of each job. A job without I/O gives one invalid value.

    Args:
        result: the output of one run of fio.
        file: the name of the output, for the samples' detail.
        meanwhile: the outputs of other runs of fio that ran at the same time.
    """
    jobs, target_of = entries(result), targets_of(result)
    words = [_in_words(entry) for entry in jobs]
    foreign = Counter(_in_words(entry) for other in meanwhile for entry in entries(other) if entry.seconds)
    for entry, others in zip(jobs, beside(result, jobs), strict=True):
        name, target = telling_name(result, entry.first), target_of(entry.first)
        for figure in _of_entry(result, jobs, entry, foreign + Counter(words[place] for place in others), file):
            yield replace(figure, name=name, target=target)
    for cut in result.cut:
        why = f"{cut} in fio's output is incomplete: the rest was read"
        detail: ImportedFields = {"file": file, "fio": result.version, "read_from": f"{file}, {cut}"}
        spec = MetricSpec("fio.cut.iops", "IOPS", "higher")
        yield ImportedFigure(spec, (("job", cut),), Sample(None, valid=False, reason=why, detail=detail))


@dataclass(frozen=True, slots=True)
class _Kind:
    """The metric of one direction of a job.

    Attributes:
        direction: the direction.
        definition: the parameters of the I/Os; None if the output does not contain them.
        settings: parameters that must be equal for two figures to be comparable.
        spec: the metric's name and unit.
    """

    direction: Direction
    definition: Definition | None
    settings: tuple[tuple[str, Scalar], ...]
    spec: MetricSpec


def _of_entry(
    result: FioResult, jobs: Sequence[Entry], entry: Entry, others: Counter[str], file: str
) -> Iterator[ImportedFigure]:
    moved = _moved(entry)
    strays = _strays(entry, moved)
    why = "; ".join(filter(None, (*reasons(result, entry, is_group=bool(strays)), _elsewhere(entry))))
    detail: ImportedFields = {"file": file, "job": entry.first.name, "fio": result.version}
    where = f"{file}, {_places(entry)} of {entry.first.name!r}"
    if entry.first.steady is not None:
        detail["steady_state"] = entry.first.steady
    if also := _also(result):
        detail["also"] = also
    for direction, sides in moved.items():
        if direction == "mixed" and (strays or not _is_mix(entry)):
            # The sum of different jobs is the figure of none; what was written is verified after it.
            continue
        kind = _kind(entry, direction, sides, strays, others)
        value, source = _value(kind, sides)
        found: ImportedFields = {
            **detail,
            "read_from": f"{where}: {direction}.{source}",
            "fio_iops": fsum(side.iops for side in sides),
            "runtime_seconds": entry.seconds,
            **latencies(entry.processes, kind.definition, sides),
        }
        doubts = (_caution(kind), _doubt(result, entry), entry.first.doubt, may_be_cached(kind.definition, direction))
        if caution := "; ".join(filter(None, doubts)):
            found["caution"] = caution
        if lacks := _lacks(result, jobs, kind, moved.get("read", ())):
            found["lacks"] = lacks
        seconds = max(side.runtime_ms for side in sides) / 1000
        reason = why or ("" if value else f"fio gives it no rate: {source} is 0")
        yield ImportedFigure(kind.spec, kind.settings, Sample(value, not reason, reason, seconds, detail=found))
        synced = direction == ("write" if "write" in moved else "mixed")
        is_of_it = kind.definition is not None or entry.definition is None
        if synced and is_of_it and (took := _sync(entry)) is not None:
            late = why or (took if isinstance(took, str) else "")
            time = None if isinstance(took, str) else took
            found = {**found, "read_from": f"{where}: sync.lat_ns.percentile"}
            yield ImportedFigure(
                _sync_spec(entry, kind), kind.settings, Sample(time, not late, late, seconds, detail=found)
            )
    if not moved:
        kind = _kind(entry, _intended(entry.definition), (), (), others)
        found = {**detail, "read_from": where}
        yield ImportedFigure(kind.spec, kind.settings, Sample(None, valid=False, reason=why, detail=found))


def _intended(definition: Definition | None) -> Direction:
    """Return the direction of a job without I/O; "mixed" if it was to do both, or if that is unknown."""
    if definition is None or definition.read_percent is not None:
        return "mixed"
    # A job that trims a block before it writes it is one of writes.
    return "read" if "read" in definition.pattern else "write" if "write" in definition.pattern else "trim"


def _elsewhere(entry: Entry) -> str:
    """Return why the figure is not one of a disk, in words; empty if it can be one."""
    engine = entry.definition.io_engine if entry.definition is not None else ""
    if engine in WITHOUT_STORAGE:
        return f"ioengine={engine} {WITHOUT_DATA[engine]}: {NO_DISK}"
    return no_disk(entry.first.options)


def _doubt(result: FioResult, entry: Entry) -> str:
    """Return, in words, that the files may have been in memory: fio lists no disk for a tmpfs."""
    path = "" if result.disks else maybe_memory(entry.first.options)
    return f"{path} may have been in memory: fio counted no I/Os of a disk" if path else ""


def _also(result: FioResult) -> str:
    """Return, in words, the parts of the output that belong to this run but are not used."""
    said = list(result.unused)
    if result.documents > 1:
        said.append(f"this run has {result.documents} reports: the last one is used")
    if result.combined is not None and has_groups(result):
        said.append(f"{result.combined.place}: the sum of jobs that ran one after another")
    elif result.combined is not None and result.jobs:
        said.append(f"{', '.join(job.place for job in result.jobs)}: parts of the sum, and not added to it")
    return "; ".join(said)


def _lacks(result: FioResult, jobs: Sequence[Entry], kind: _Kind, reads: Sequence[Side]) -> str:
    """Return why the value is not ranked, in words; empty if it is."""
    if kind.definition is None or result.form != "json":
        return LACKS_OPTIONS
    return answered(result, jobs, kind.definition, reads) if kind.direction in {"read", "mixed"} else ""


def _places(entry: Entry) -> str:
    first, last = entry.processes[0].place, entry.processes[-1].place
    return first if first == last else f"{first} to {last}"


def _sync(entry: Entry) -> float | str | None:
    """Return the sync latency in seconds, or why it is unknown, if the job syncs after writes; None otherwise.

    With O_SYNC the result is None too, because the write's latency includes the sync.
    """
    definition = entry.definition
    syncs = definition is None or any(key != "sync" for key, _ in definition.syncs)
    return sync_percentile(entry.processes, 99.0) if syncs else None


def _sync_spec(entry: Entry, kind: _Kind) -> MetricSpec:
    together = TOGETHER in dict(kind.settings)
    if kind.definition is not None:
        return sync_metric_of(kind.definition, kind.direction, together=together)
    block = dict(kind.settings)["block_bytes"]
    return sync_metric_of_unknown(entry.first.name, block if isinstance(block, int) else None, together=together)


def _moved(entry: Entry) -> dict[Direction, list[Side]]:
    """Return the sides of all processes by direction. "mixed" has fio's own sum, or else all reads and writes."""
    found = {
        name: [side for job in entry.processes if (side := getattr(job, name)) is not None] for name in _DIRECTIONS
    }
    if found["read"] and found["write"]:
        found["mixed"] = found["mixed"] or found["read"] + found["write"]
    elif any(found[name] for name in _DIRECTIONS[:3]):
        del found["mixed"]
    elif found["mixed"] and entry.definition is not None and len(entry.definition.directions) == 1:
        # A job of one direction that was to report all as one.
        (only,) = entry.definition.directions
        return {only: found["mixed"]}
    return {name: sides for name, sides in found.items() if sides}


def _strays(entry: Entry, moved: Mapping[Direction, Sequence[Side]]) -> tuple[Direction, ...]:
    """Return the directions that contradict the options.

    fio sums a group, and prints the name of its first job with the options of its last one (__show_run_stats in fio's
    stat.c).
    """
    if entry.first.sum_of:
        return tuple(direction for direction in moved if direction != "mixed")
    if entry.definition is None:
        return ()
    does = {*entry.definition.directions, *(["trim"] if "trim" in entry.definition.pattern else [])}
    limits = dict(entry.definition.limits)
    # What was written is read to be verified, and trimmed between.
    does |= {"read"} if "verify" in limits else set()
    does |= {"trim"} if "trim_percentage" in limits else set()
    return tuple(
        direction
        for direction, sides in moved.items()
        if direction != "mixed"
        and (direction not in does or blocks.contradict(_of(entry, entry.definition, direction), sides))
    )


def _is_mix(entry: Entry) -> bool:
    """Return whether reads and writes are one mixed job.

    If the job's parameters are unknown, they are one mixed job if both took about the same time. Otherwise, reads may
    follow the writes to verify them.
    """
    if entry.definition is not None:
        return entry.definition.read_percent is not None or not entry.first.read
    times = [[side.runtime_ms for job in entry.processes if (side := getattr(job, of))] for of in ("read", "write")]
    return not all(times) or min(map(max, times)) >= SAME_TIME_SHARE * max(map(max, times))


def _of(entry: Entry, definition: Definition, direction: Direction) -> Definition:
    """Return the definition for one direction; for "mixed", the definition of the job."""
    return definition if direction == "mixed" else of_direction(definition, entry.first.options, direction)


def _kind(
    entry: Entry,
    direction: Direction,
    sides: Sequence[Side],
    strays: Sequence[Direction],
    others: Counter[str],
) -> _Kind:
    beside_it = others + Counter([f"the other jobs of group {entry.first.group}"] if strays else [])
    together = {TOGETHER: _listed(beside_it)} if beside_it else {}
    # The sum of several hosts' is to be compared with no single one's.
    hosts: dict[str, Scalar] = {"hosts": entry.hosts} if entry.hosts != 1 else {}
    hosts |= {ELSEWHERE: "no disk"} if no_disk(entry.first.options) else {}
    if entry.definition is None or direction in strays:
        block, sizes = entry.first.blocks
        if sides and not (block or sizes):
            block = blocks.measured(sides)
        settings: dict[str, Scalar] = {"job": entry.first.name, "block_bytes": block}
        if sizes:
            settings["block_sizes"] = sizes
        elif block is None and (mean := blocks.average(sides)):
            settings["block_sizes"] = f"{mean} on average"
        if reached := _reached(entry):
            settings["queue_depth"] = reached
        if (count := sum(job.members or 1 for job in entry.processes)) > 1 and not strays:
            settings["processes"] = count
        spec = metric_of_unknown(entry.first.name, block, direction, together=bool(together))
        return _Kind(direction, None, tuple((settings | together | hosts).items()), spec)
    definition = _of(entry, entry.definition, direction)
    spec = metric_of(definition, direction, together=bool(together))
    settings = definition.settings | together | hosts
    counted = sides if strays else [side for job in entry.processes for side in job.sides]
    if entry.hosts == 1 and (more := _more_processes(definition, counted)):
        settings["processes"] = more
    return _Kind(direction, definition, tuple(settings.items()), spec)


def _in_words(entry: Entry) -> str:
    return job_in_words(entry.definition, [job.name for job in entry.processes])


def _listed(jobs: Mapping[str, int]) -> str:
    """List jobs in words: "read.128k.q4 and 3 times read.1m.q4". A long list is cut."""
    words = [job if count == 1 else f"{count} times {job}" for job, count in sorted(jobs.items())]
    if len(words) > MOST_LISTED:
        words = [*words[:MOST_LISTED], f"{sum(jobs.values())} jobs in all"]
    return " and ".join(words)


def _reached(entry: Entry) -> int | None:
    """Return the queue depth of most I/Os, rounded down to a power of two; None if it varies."""
    level, share = max(entry.first.depth_percent.items(), key=lambda item: item[1], default=("", 0.0))
    digits = level.removeprefix(">=")
    return int(digits) if share >= blocks.MOST_PERCENT and digits.isdecimal() and len(digits) < 4 else None


def _more_processes(definition: Definition, sides: Sequence[Side]) -> str:
    """Return the approximate number of processes in words if it exceeds the number in the options; empty otherwise.

    The options may be incomplete: fio 3.1 and older do not print ``numjobs``, and a group has only the last job's
    options.
    """
    waits = [side.total or side.completion for side in sides]
    if definition.limits or not all(waits) or any(side.runtime_ms < _SHORTEST_MS for side in sides):
        return ""
    in_flight = fsum(side.iops * wait.mean / 1e9 for side, wait in zip(sides, waits, strict=True) if wait)
    asked = definition.queue_depth * definition.processes
    return f"about {in_flight / definition.queue_depth:.0f}" if in_flight > IN_FLIGHT_SHARE * asked else ""


def _value(kind: _Kind, sides: Sequence[Side]) -> tuple[float | None, str]:
    """Return the value in the metric's unit (None if there is none), and the fields that gave it."""
    iops = fsum(map(_rate, sides))
    if kind.spec.unit == "IOPS":
        return iops or None, "iops"
    definition = kind.definition
    # fio's bytes count I/Os of the ramp, its I/Os do not (hostcheck.fio.result.Side); whole I/Os a second are worse.
    exact = all(side.total_ios for side in sides)
    if definition is not None and definition.block_bytes and exact and not blocks.contradict(definition, sides):
        return iops * definition.block_bytes / 1e6 or None, "iops × bs"
    return fsum(side.bandwidth for side in sides) / 1e6 or None, "bw"


def _rate(side: Side) -> float:
    """Return the I/Os per second over the measured time, with the decimal places that some fio versions omit."""
    if side.total_ios is None or not side.runtime_ms:
        return side.iops
    exact = side.total_ios * 1000 / side.runtime_ms
    return exact if 0 <= exact - side.iops < 1 else side.iops


def _caution(kind: _Kind) -> str:
    """Return, in words, why the value is less reliable than one that hostcheck measured."""
    settings = dict(kind.settings)
    rates = [f"{key}={settings[key]}" for key in RATES if key in settings]
    said = [f"the job limits its rate ({', '.join(rates)}): this does not show what the disk can do"] if rates else []
    engine = str(settings.get("io_engine"))
    if engine in WITHOUT_DATA:
        said.append(f"ioengine={engine} {WITHOUT_DATA[engine]}: this does not measure a disk")
    if TOGETHER in settings:
        said.append(f"it ran together with {settings[TOGETHER]}")
    return "; ".join(said)
