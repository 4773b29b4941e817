"""One benchmark session: audit, choose where to measure, run the workloads, give what was measured whatever happens.

Nothing here writes to a terminal, reads the command line or ends the process: progress goes to a ``Progress``, each
stand of the run to ``save``, and an ``Event`` stops it.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from hostcheck.audit import audit_host
from hostcheck.bench.base import Aftermath, CannotRun, Context, EngineLost, Interrupted, Progress, as_named
from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.build.user_context import require_context
from hostcheck.bench.cleanup.earlier_runs import clean_up_killed_runs
from hostcheck.bench.cleanup.keeper import kept
from hostcheck.bench.disk.location import find_folder, find_location
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.engine.connection import REQUEST_ERRORS, Engine, find_engine
from hostcheck.bench.engine.lock import locked, require_unshared
from hostcheck.bench.request import BenchRequest
from hostcheck.bench.runner import load_workload, run_workloads
from hostcheck.bench.storm.options import StormOptions
from hostcheck.errors import CannotMeasureError, HostcheckError
from hostcheck.profiles.loader import load
from hostcheck.profiles.measured import judge_metrics
from hostcheck.run.calibration import Tier
from hostcheck.run.model import Run

PREPARING = "preparing to measure"
_CUT_SHORT = (Interrupted, CannotRun, HostcheckError, *REQUEST_ERRORS)
"""What a stop makes of whatever is under way: not a failure to report."""

EMULATED_BYTES = 3 << 30
"""Size of an emulated disk: what the build wants free, the test file, and room for the images."""

Save = Callable[[Run], None]
"""Called with the run so far, whenever a metric is added to it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The result of a session.

    Attributes:
        run: with all that was measured.
        stopped: whether it was stopped before its end.
        failure: what is left in the engine, or why the engine that was named was lost; None where all went well. That
            a workload cannot run is no failure: its metrics are skipped, with the reason.
    """

    run: Run
    stopped: bool
    failure: CannotMeasureError | None


class Silent:
    """A progress that shows nothing."""

    def start(self, what: str, seconds: float) -> None:
        """Show nothing."""

    def done(self, what: str, result: str) -> None:
        """Show nothing."""

    def note(self, text: str) -> None:
        """Show nothing."""


def measure(
    request: BenchRequest | None = None,
    *,
    save: Save | None = None,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Run:
    """Audit this host and measure it.

    Args:
        request: what to measure; None for all workloads at the standard effort.
        save: called with the run so far, whenever a metric is added to it.
        progress: is notified of each step; None shows nothing.
        stop: set it in another thread or a signal handler to end the session; what was made is removed first.

    Returns:
        The run. A workload that cannot run here leaves its metrics in the state "skipped", with the reason. A run that
        was stopped has what was measured by then, and a note that says so.

    Raises:
        UsageError: for a profile, a role or a workload that does not exist.
        CannotMeasureError: when the folder, the build context or the engine of the request cannot be used, or something
            that was made could not be removed. What was measured was given to ``save``.
    """
    request = checked(request or BenchRequest())
    measured = measure_audited(
        audited(request),
        request,
        save=save or (lambda _run: None),
        progress=progress or Silent(),
        stop=stop or Event(),
    )
    if measured.failure:
        raise measured.failure
    return measured.run


def checked(request: BenchRequest) -> BenchRequest:
    """Return the request, its folder without links in its path, when what it names is there.

    Raises:
        UsageError: when there is no such workload.
        CannotMeasureError: when the folder cannot be measured or written to, or the build context or the engine is not
            there.
    """
    for name in request.workloads:
        load_workload(name)
    if request.directory is not None:
        request = replace(request, directory=_usable(request.directory, request))
    with as_named(named=True, doing=PREPARING):
        if (context := request.options.of(BuildOptions).context) is not None:
            require_context(context)
        if request.engine is not None:
            find_engine(request.engine)
    return request


def audited(request: BenchRequest, *, strict: bool = False) -> Run:
    """Audit this host for the request's profiles.

    Args:
        request: what is asked.
        strict: raise an error of a probe instead of turning it into an unknown fact.

    Returns:
        The run before anything is measured, with the host's name and the notes that the request asks for.

    Raises:
        UsageError: for a profile or a role that does not exist.
    """
    run = audit_host(profiles=request.profiles, roles=request.roles, strict=strict)
    if request.name:
        run = replace(run, host=replace(run.host, name=request.name))
    if request.tier:
        run = _emulated(run, request.tier)
    return replace(run, notes=(*run.notes, *_own_workloads(request)))


def measure_audited(run: Run, request: BenchRequest, *, save: Save, progress: Progress, stop: Event) -> Measured:
    """Measure this host.

    Args:
        run: of ``audited``.
        request: of ``checked``.
        save: as of ``measure``.
        progress: is notified of each step.
        stop: set when the user interrupts.

    Raises:
        HostcheckError: when ``save`` raises it, or the engine that was asked for cannot start or is in use.
    """
    profiles = tuple(map(load, request.profiles))
    latest = run

    def keep(measured: Run) -> None:
        nonlocal latest
        latest = judge_metrics(measured, profiles)
        save(latest)

    aftermath = Aftermath()
    try:
        with ExitStack() as cleanup:
            _measure(cleanup, run, request, keep=keep, progress=progress, stop=stop, aftermath=aftermath)
    except Exception as error:
        if not stop.is_set():
            _note_remains(aftermath, progress)
            raise
        if not isinstance(error, _CUT_SHORT):
            progress.note(f"after the stop, a mistake in hostcheck itself: {type(error).__name__}: {error}")
    if stop.is_set():
        _note_remains(aftermath, progress)
        return Measured(latest, stopped=True, failure=None)
    return Measured(latest, stopped=False, failure=_failure(request, aftermath))


def _measure(
    cleanup: ExitStack,
    run: Run,
    request: BenchRequest,
    *,
    keep: Save,
    progress: Progress,
    stop: Event,
    aftermath: Aftermath,
) -> None:
    """Run the workloads in the places that the request names, or where hostcheck measures by itself."""
    directory, address, own_log = _places(cleanup, request, run.id)
    engine = _answering(address, stop, progress)
    directory = directory or (engine.data_root if engine else None)
    for cleaned in clean_up_killed_runs(directory, engine):
        progress.note(cleaned)
    if engine and {"build", "storm"} & set(request.workloads):
        shared = _alone(cleanup, engine, run.id, force=request.force)
        run = replace(run, notes=(*run.notes, *shared))
        for note in shared:
            progress.note(note)
    context = Context(
        run_id=run.id,
        options=request.options,
        progress=progress,
        directory=directory,
        directory_is_named=request.directory is not None,
        docker_host=address,
        own_log=own_log,
        force=request.force,
        stop=stop,
        aftermath=aftermath,
    )
    run_workloads(run, request.workloads, context, keep)


def _failure(request: BenchRequest, aftermath: Aftermath) -> CannotMeasureError | None:
    if aftermath.remains:
        return CannotMeasureError("; ".join(aftermath.remains))
    if aftermath.lost and request.names_engine:
        return CannotMeasureError(f"measuring with the engine: {aftermath.lost}", remedy=aftermath.remedy)
    return None


def _note_remains(aftermath: Aftermath, progress: Progress) -> None:
    for line in aftermath.remains:
        progress.note(line)


def _emulated(run: Run, tier: Tier) -> Run:
    """Mark a run as that of an emulated disk, in its name and in words."""
    note = (
        f"Emulated: the disk is one in this host's memory, which the kernel lets do {tier.iops:,} I/Os and "
        f"{tier.bytes_per_second / 1e6:,.0f} MB a second. CPU and engine are this host's own."
    )
    name = f"{run.host.name} ({tier.name}, emulated)"
    return replace(run, host=replace(run.host, name=name), notes=(*run.notes, note))


def _own_workloads(request: BenchRequest) -> Iterator[str]:
    """Say which workloads are the user's own, and so comparable with the same ones only."""
    if context := request.options.of(BuildOptions).context:
        yield f"The build is one of the user's own: {context.resolve().name}."
    if image := request.options.of(StormOptions).image:
        yield f"The storm's containers run an image of the user's own: {image}."


def _usable(directory: Path, request: BenchRequest) -> Path:
    """Return the folder that the user named, without links in its path: what was asked for is measured, or nothing is.

    Raises:
        CannotMeasureError: when it cannot be measured, or written to.
    """
    with as_named(directory, PREPARING):
        if "disk" in request.workloads:
            return find_location(directory, request.options.of(DiskOptions).file_bytes, force=request.force).directory
        return find_folder(directory)[0]


def _places(cleanup: ExitStack, request: BenchRequest, run_id: str) -> tuple[Path | None, str | None, Path | None]:
    """Return the folder and the engine's address that the user named, having made what is to be made.

    The last is the log of the engine that was made; None where none was.

    Raises:
        CannotMeasureError: when it cannot be made.
    """
    directory, engine = request.directory, request.engine
    with as_named(named=True, doing=PREPARING):
        if request.tier:
            wanted = bool({"build", "storm"} & set(request.workloads))
            disk = cleanup.enter_context(known_disk(request.tier, EMULATED_BYTES, run_id, engine=wanted))
            return disk.path, disk.engine, disk.log
        if request.private_engine:
            folder = (str(directory),) if directory else ()
            made = cleanup.enter_context(kept("engine-keeper", *folder))
            return directory, made["url"], Path(made["log"])
    return directory, engine, None


def _alone(cleanup: ExitStack, engine: Engine, run_id: str, *, force: bool) -> tuple[str, ...]:
    """Hold the engine's lock until the session ends, and see who else measures with it.

    Returns:
        Notes for the run.

    Raises:
        CannotMeasureError: when another run does, unless it is forced.
    """
    try:
        cleanup.enter_context(locked(engine))
        with suppress(*REQUEST_ERRORS), engine.connect() as client:
            require_unshared(client, run_id)
    except CannotRun as shared:
        if not force:
            message = f"preparing to measure: {shared.reason}"
            raise CannotMeasureError(message, remedy=f"{shared.remedy}, or go on with --force") from shared
        return (f"Forced: {shared.reason}.",)
    except OSError as error:
        return (f"Whether another hostcheck run measures with this engine is not known: {error}.",)
    return ()


def _answering(address: str | None, stop: Event, progress: Progress) -> Engine | None:
    """Return the engine that will be measured, and say so early where there is one that does not answer."""
    try:
        return find_engine(address, stop)
    except EngineLost as lost:
        progress.note(lost.reason)
    except CannotRun:
        # The workloads say what keeps them from it.
        pass
    return None
