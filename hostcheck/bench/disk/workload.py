"""The disk workload: fio's jobs, which take turns on a test file that hostcheck writes."""

import mmap
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from hostcheck.bench.base import CannotRun, Context, Options, as_named
from hostcheck.bench.disk.churn import SPEC as CHURN
from hostcheck.bench.disk.io_engine import adapted, choose_engine
from hostcheck.bench.disk.jobs import figure_spec, in_processes, own_jobs, rendered, require_room, standard_job
from hostcheck.bench.disk.location import MIB, Location, find_location
from hostcheck.bench.disk.options import CHURN_JOB, PARALLEL_JOB, DiskOptions
from hostcheck.bench.disk.rounds import ChurnTurn, FioTurn, Turn, metric_of
from hostcheck.bench.disk.sampling import START_SECONDS, USUAL_LAYOUT, DiskBench
from hostcheck.bench.preflight import preflight
from hostcheck.bench.room import FIO_BYTES, require_memory
from hostcheck.bench.scratch import Scratch
from hostcheck.bench.stopping import LEAST
from hostcheck.bench.sustained import Sustained
from hostcheck.counts import number_of
from hostcheck.errors import CannotMeasureError
from hostcheck.fio.extent import memory_bytes
from hostcheck.fio.jobfile import JobFile
from hostcheck.fio.program import find_fio
from hostcheck.run.details import DiskDetail
from hostcheck.run.estimators import BATCH_MEANS, estimate_of
from hostcheck.run.independent import BATCHES
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import FRESH_READ, MetricSpec
from hostcheck.stats.batches import batch_means

DOING = "measuring the disk"

FIRST_PART_SECONDS, PART_SECONDS = 1.0, 60.0
"""Length in seconds of the first part, and maximum of the others, of a sustained write with a byte limit.

The first part shows how soon the limit will be reached.
"""

LONGEST_LAYOUT_SECONDS = 7200.0
"""Time limit in seconds to write a test file whose size the user asked for."""

MOST_PROCESSES = 8
"""Maximum number of processes of PARALLEL_JOB: a local NVMe disk needs no more."""

FRESH_JOB = "seqread"
FRESH_FILES = 3
FRESH_SHARE = 8
"""With --size, FRESH_FILES further files are read once, so that no cache below the file system can answer.

Each has 1/FRESH_SHARE of the size of the test file.
"""

ROUNDS = 5
"""Number of rounds for which writing the test file must leave time, even on a slow disk."""

MOST_ROUNDS = 16
"""Maximum number of rounds. With more turns, the variation between runs, not within one, limits the precision."""


class DiskWorkload:
    """Reads and writes of all kinds on a file that was written in full first.

    The jobs take turns until the time is up. A drift (a neighbour, a burst allowance) thus affects all jobs alike, and
    each metric covers the whole run.
    """

    name = "disk"

    def metrics(self, options: Options) -> tuple[MetricSpec, ...]:
        """Return the metrics of hostcheck's jobs that the options name."""
        return tuple(
            spec
            for name in options.of(DiskOptions).jobs
            for spec in ([CHURN] if name == CHURN_JOB else map(figure_spec, standard_job(name).figures))
        )

    def measure(self, context: Context) -> Iterator[Metric]:
        """Measure hostcheck's and the user's jobs in rounds, and yield a job's updated metrics after each turn."""
        try:
            program = find_fio()
        except CannotMeasureError as error:
            raise CannotRun(str(error.args[0]), error.remedy) from error
        for why in program.passed_over:
            context.progress.done("disk", why)
        began = time.monotonic()
        options = context.options.of(DiskOptions)
        own = own_jobs(options.own_jobs)
        with as_named(context.directory_is_named, DOING):
            location = find_location(
                context.directory, options.asked_bytes or options.file_bytes, remote="remote-disk" in context.allowed
            )
            _require_size(options.asked_bytes, location)
        require_room(own, location)
        memory = FIO_BYTES + max((memory_bytes(job.options, job.does, location.file_bytes) for job in own), default=0)
        forced = preflight(context, ("low-space", partial(require_memory, memory, "fio's jobs")))
        with ExitStack() as cleanup:
            with as_named(context.directory_is_named, DOING):
                scratch = cleanup.enter_context(Scratch(location.directory, context.run_id, guarded=True))
                folder = scratch.held
                _require_direct_io(folder, location)
            engine = choose_engine(program, folder, context.stop)
            shipped = [adapted(standard_job(name), engine, folder) for name in options.jobs if name != CHURN_JOB]
            mine = rendered(own, folder)
            bench = DiskBench(context, program, location, scratch, forced)
            turns = {job.name: FioTurn(bench, job, options.seconds, options.ramp_seconds) for job in shipped}
            items: list[Turn] = [
                *turns.values(),
                *(FioTurn(bench, job, options.seconds, options.ramp_seconds) for job in mine),
            ]
            if CHURN_JOB in options.jobs:
                items.append(ChurnTurn(bench, folder))
            loads = _sustained_loads(options.sustained)
            then = "".join(f", then {each.seconds:.0f} s of sustained {kind}" for _, kind, each in loads)
            context.progress.done("disk", _plan(items, options, location.file_bytes) + then)
            until = began + options.budget_seconds
            left = until - time.monotonic() - ROUNDS * sum(item.seconds for item in items)
            layout = adapted(standard_job("layout"), engine, folder)
            part_bytes = (options.asked_bytes or 0) // FRESH_SHARE // MIB * MIB if FRESH_JOB in turns else 0
            if options.asked_bytes is None:
                bench.lay_out(layout, left)
            else:
                # First, so that a cache below has had the whole test file since.
                if part_bytes:
                    bench.lay_out_fresh(layout, FRESH_FILES, part_bytes)
                bench.lay_out(layout, LONGEST_LAYOUT_SECONDS)
                until = time.monotonic() + options.budget_seconds
            one, parallel = turns.get("randread"), _in_parallel(bench, options, engine, folder)
            yield from _rounds(items, context, until, lambda: parallel if one and one.is_limited_by_fio else ())
            if part_bytes:
                yield _fresh(bench, adapted(standard_job(FRESH_JOB), engine, folder), context, part_bytes)
            for name, _, asked in loads:
                yield _sustained(bench, adapted(standard_job(name), engine, folder), context, asked)


def due(items: Sequence[Turn], turn: int, left_seconds: float) -> list[Turn]:
    """Return the jobs of a round in order: all of them in the first rounds, then those for which there is time.

    Each round begins with another job, so that no job always follows the same other job. After the first rounds, jobs
    with fewer valid samples run first: otherwise, a job that lost samples to steal might have no interval.

    Args:
        items: all jobs.
        turn: number of the round, from 1.
        left_seconds: the seconds left.
    """
    first = (turn - 1) % len(items) if items else 0
    order = [*items[first:], *items[:first]]
    if turn <= LEAST:
        return order
    chosen = []
    for item in sorted(order, key=lambda item: item.counted):
        if item.seconds <= left_seconds:
            chosen.append(item)
            left_seconds -= item.seconds
    return chosen


def _in_parallel(bench: DiskBench, options: DiskOptions, engine: str, folder: Path) -> Sequence[Turn]:
    """Return the parallel job, which runs if one process was the limit; none with one CPU or with the engine psync."""
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    if processes < 2 or engine == "psync":
        return ()
    job = adapted(in_processes(standard_job(PARALLEL_JOB), processes, folder), engine, folder)
    return (FioTurn(bench, job, options.seconds, options.ramp_seconds),)


def _rounds(
    items: Sequence[Turn], context: Context, until: float, further: Callable[[], Sequence[Turn]]
) -> Iterator[Metric]:
    """Run the jobs in turns. After the first rounds, also run the jobs that ``further`` returns."""
    for turn in range(1, MOST_ROUNDS + 1):
        chosen = due([*items, *(further() if turn > LEAST else ())], turn, until - time.monotonic())
        if not chosen:
            return
        what = f"disk, round {turn}"
        context.progress.start(what, sum(item.seconds for item in chosen))
        for item in chosen:
            context.checkpoint()
            yield from item.take()
        context.progress.done(what, ", ".join(item.in_words for item in chosen))


def _fresh(bench: DiskBench, job: JobFile, context: Context, part_bytes: int) -> Metric:
    """Read files that were never read before. A cache below the file system may hold the test file, but not these."""
    options = context.options.of(DiskOptions)
    (figure,) = job.figures
    what = "disk, files that were never read before"
    context.progress.start(what, FRESH_FILES * (options.ramp_seconds + options.seconds + START_SECONDS))
    samples = []
    for number in range(FRESH_FILES):
        context.checkpoint()
        samples.append(bench.sample_fresh(job, options.seconds, number, part_bytes)[figure])
    metric = metric_of(job, replace(figure, metric=FRESH_READ), samples)
    context.progress.done(what, f"{metric.value or 0:,.0f} {metric.unit} {metric.reason}".strip())
    return metric


def _sustained_loads(asked: Sustained | None) -> tuple[tuple[str, str, Sustained], ...]:
    """Return (job, name, limits) of each sustained load; empty if none was asked for.

    With a byte limit, there are two loads, random and sequential writes, and each may write half of the limit. Without
    a byte limit, there are only random writes, because sequential writes could write hundreds of GB.
    """
    if asked is None or asked.limit_bytes is None:
        return (("sustained", "writes", asked),) if asked else ()
    half = replace(asked, limit_bytes=asked.limit_bytes // 2)
    return ("sustained", "random writes", half), ("sustained-seqwrite", "sequential writes", half)


def _sustained(bench: DiskBench, job: JobFile, context: Context, asked: Sustained) -> Metric:
    """Write for a long time. The result is the rate over this time; its interval is computed from means of batches."""
    context.checkpoint()
    context.progress.start("disk, sustained", asked.seconds + START_SECONDS)
    samples: list[Sample] = []
    seconds, spent = asked.seconds if asked.limit_bytes is None else FIRST_PART_SECONDS, 0.0
    written, ramp = 0.0, context.options.of(DiskOptions).ramp_seconds
    while (seconds := min(seconds, asked.seconds - spent)) >= 1:
        ((figure, sample),) = bench.sample(job, seconds).items()
        detail = DiskDetail(sample.detail)
        factor = job.block_bytes / 1e6 if figure.kind == "bandwidth" else 1.0
        batches = [factor * each for each in batch_means(detail.rates.iops)] if detail.rates else []
        samples.append(replace(sample, detail={**sample.detail, BATCHES: batches}))
        spent += seconds
        written += (detail.iops or 0.0) * (seconds + ramp) * job.block_bytes
        if asked.limit_bytes is None or not written:
            break
        seconds = min(PART_SECONDS, (asked.limit_bytes - written) / (written / spent) - ramp)
        context.checkpoint()
    metric = metric_of(job, figure, samples, wanted=1)
    if found := estimate_of(BATCH_MEANS, metric.samples):
        metric = replace(metric, interval=found.interval, estimator=BATCH_MEANS)
    rate = f"{metric.value or 0:,.0f} {metric.unit} {metric.reason}".strip()
    context.progress.done("disk, sustained", f"{rate} ({written / 1e9:,.1f} GB written in {spent:.0f} s)")
    return metric


def _plan(items: Sequence[Turn], options: DiskOptions, file_bytes: int) -> str:
    layout, one_round = file_bytes / USUAL_LAYOUT, sum(item.seconds for item in items)
    left = options.budget_seconds - (layout if options.asked_bytes is None else 0)
    rounds = min(MOST_ROUNDS, max(LEAST, int(left / max(one_round, 1e-9))))
    return f"{number_of(len(items), 'job')} in turns, about {rounds} turns each: {layout + rounds * one_round:.0f} s"


def _require_size(asked_bytes: int | None, location: Location) -> None:
    if asked_bytes is not None and location.file_bytes < asked_bytes // MIB * MIB:
        raise CannotRun(
            f"a test file of {asked_bytes / 1e9:.1f} GB is too large: it may take "
            f"{location.file_bytes / 1e9:.1f} GB of the {location.free_bytes / 1e9:.1f} GB that are free",
            "give a smaller --size, or name another directory with --dir",
        )


def _require_direct_io(folder: Path, location: Location) -> None:
    """Check that the file system supports direct I/O. Through the page cache, memory would be measured.

    Raises:
        CannotRun: if the file system refuses direct I/O.
    """
    path = folder / "direct"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_DIRECT, 0o600)
        try:
            # A mapping of its own begins on a page, as direct I/O asks for.
            with mmap.mmap(-1, mmap.PAGESIZE) as page:
                os.pwrite(descriptor, page, 0)
        finally:
            os.close(descriptor)
            path.unlink()
    except OSError as error:
        mount = location.mount
        raise CannotRun(
            f"the file system at {mount.mount_point} ({mount.fs_type}) refuses direct I/O: {error.strerror}",
            "name a directory on another file system with --dir",
        ) from error
