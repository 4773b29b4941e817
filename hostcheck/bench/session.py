"""One benchmark session: audit the host, choose where to measure, run the workloads, and return the metrics.

This module does not write to a terminal, read the command line or end the process. Progress goes to a ``Progress``,
the run goes to ``save`` after each metric, and an ``Event`` stops the session. Metrics are kept whatever happens.
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
from hostcheck.bench.disk.jobs import own_jobs, require_room
from hostcheck.bench.disk.location import find_folder, find_location
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.engine.connection import REQUEST_ERRORS, Engine, find_engine
from hostcheck.bench.engine.lock import locked, require_unshared
from hostcheck.bench.engine_facts import of_engine
from hostcheck.bench.preflight import with_option
from hostcheck.bench.request import BenchRequest
from hostcheck.bench.runner import load_workload, run_workloads
from hostcheck.bench.storm.options import StormOptions
from hostcheck.errors import CannotMeasureError, HostcheckError
from hostcheck.profiles.loader import load
from hostcheck.profiles.measured import judge_metrics
from hostcheck.run.calibration import Tier
from hostcheck.run.model import Run
from hostcheck.run.origins import EMULATED_NOTE
from hostcheck.userfile import resolved

PREPARING = "cannot start the measurement"
_CUT_SHORT = (Interrupted, CannotRun, HostcheckError, *REQUEST_ERRORS)
"""The exceptions that a stop causes in the work that it interrupts. They are not reported as failures."""

EMULATED_BYTES = 3 << 30
"""Size of an emulated disk in bytes: the free space for the build, the test file, and space for the images."""

Save = Callable[[Run], None]
"""A function that is called with the run after each added metric."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The result of a session.

    Attributes:
        run: the run with all measured metrics.
        stopped: whether the user stopped the session before its end.
        failure: an error about objects that remain in the engine, or about the loss of the engine that the user named;
            None otherwise. A workload that cannot run is not a failure: its metrics are skipped, with the reason.
    """

    run: Run
    stopped: bool
    failure: CannotMeasureError | None


class Silent:
    """A Progress that shows nothing."""

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
        request: what to measure; None for all workloads with the standard effort.
        save: called with the run after each added metric.
        progress: receives a report of each step; None to show nothing.
        stop: set this event in another thread or a signal handler to end the session. The session first removes all
            objects that it made.

    Returns:
        The run. The metrics of a workload that cannot run here have the state "skipped" and a reason. A stopped run
        has the metrics that were measured before the stop, and a note about the stop.

    Raises:
        UsageError: if a profile, role or workload does not exist.
        CannotMeasureError: if the folder, build context or engine of the request cannot be used, or if an object that
            hostcheck made could not be removed. ``save`` has received the metrics measured before.
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
    """Check that everything in the request exists, and return the request with its folder's path resolved.

    Raises:
        UsageError: if a workload does not exist.
        CannotMeasureError: if the folder cannot be measured or written to, the build context or the engine does not
            exist, or a job file of the user needs more space than there is.
    """
    for name in request.workloads:
        load_workload(name)
    if request.directory is not None:
        request = replace(request, directory=_usable(request.directory, request))
    with as_named(named=True, doing=PREPARING):
        if (options := request.options.of(BuildOptions)).context is not None:
            require_context(options)
        if request.engine is not None:
            find_engine(request.engine)
        _require_room_for_jobs(request)
    return request


def _require_room_for_jobs(request: BenchRequest) -> None:
    """Make sure that the user's own job files have enough space, if the measured folder is known before the session.

    Raises:
        CannotRun: if a job is too large.
    """
    options = request.options.of(DiskOptions)
    if "disk" not in request.workloads or not options.own_jobs or request.tier:
        return
    try:
        location = find_location(
            request.directory or _layers(request),
            options.asked_bytes or options.file_bytes,
            remote="remote-disk" in request.allowed,
        )
    except CannotRun:
        # The workload says why it cannot measure there, and another directory may be chosen then.
        return
    require_room(own_jobs(options.own_jobs), location)


def _layers(request: BenchRequest) -> Path | None:
    """Return the folder that is measured without ``--dir``: that of the engine's layers; None if no engine responds.

    Raises:
        CannotRun: if the engine does not exist yet.
    """
    if request.private_engine:
        raise CannotRun("the engine does not exist yet", "")
    try:
        return find_engine(request.engine).layers.folder
    except CannotRun:
        return None


def audited(request: BenchRequest, *, strict: bool = False) -> Run:
    """Audit this host with the request's profiles.

    Args:
        request: the request of the session.
        strict: whether an error of a probe ends the audit, instead of becoming an unknown fact.

    Returns:
        The run without metrics, with the host's name and the notes that follow from the request.

    Raises:
        UsageError: if a profile or role does not exist.
    """
    asked = ("time.clock_source",) if "cpu" in request.workloads else ()
    run = audit_host(profiles=request.profiles, roles=request.roles, asked=asked, strict=strict)
    if request.name:
        run = replace(run, host=replace(run.host, name=request.name))
    if request.tier:
        run = _emulated(run, request.tier)
    return replace(run, notes=(*run.notes, *_own_workloads(request)))


def measure_audited(run: Run, request: BenchRequest, *, save: Save, progress: Progress, stop: Event) -> Measured:
    """Measure this host, which is already audited.

    Args:
        run: the run that ``audited`` returned.
        request: the request that ``checked`` returned.
        save: called with the run after each added metric.
        progress: receives a report of each step.
        stop: set when the user interrupts.

    Raises:
        HostcheckError: if ``save`` raises it, or the requested engine cannot start or is in use by another run.
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
            progress.note(f"after the stop, an internal error of hostcheck occurred: {type(error).__name__}: {error}")
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
    """Run the workloads, in the folder and with the engine that the request names or that hostcheck chooses."""
    directory, address, own_log = _places(cleanup, request, run.id)
    engine = _answering(address, stop, progress)
    directory = directory or (engine.layers.folder if engine else None)
    for cleaned in clean_up_killed_runs(directory, engine):
        progress.note(cleaned)
    if engine and {"build", "storm"} & set(request.workloads):
        progress.note(f"the engine is {engine.title}")
        run = of_engine(run, engine, request.profiles, request.roles)
        said = (*_passed_over(engine), *_alone(cleanup, engine, run.id, shared="running" in request.allowed))
        run = replace(run, notes=(*run.notes, *said))
        for note in said:
            progress.note(note)
    context = Context(
        run_id=run.id,
        options=request.options,
        progress=progress,
        directory=directory,
        directory_is_named=request.directory is not None,
        docker_host=address,
        own_log=own_log,
        allowed=request.allowed,
        stop=stop,
        aftermath=aftermath,
    )
    run_workloads(run, request.workloads, context, keep)


def _failure(request: BenchRequest, aftermath: Aftermath) -> CannotMeasureError | None:
    if aftermath.remains:
        return CannotMeasureError("; ".join(aftermath.remains))
    if aftermath.lost and request.names_engine:
        return CannotMeasureError(
            f"the measurement with the engine ended early: {aftermath.lost}", remedy=aftermath.remedy
        )
    return None


def _note_remains(aftermath: Aftermath, progress: Progress) -> None:
    for line in aftermath.remains:
        progress.note(line)


def _emulated(run: Run, tier: Tier) -> Run:
    """Add to the run's name and notes that its disk is emulated."""
    note = (
        f"{EMULATED_NOTE}the disk is in this host's memory, and the kernel limits reads and writes, each by itself, to "
        f"{tier.iops:,} IOPS and {tier.bytes_per_second / 1e6:,.0f} MB/s. The CPU is this host's own."
    )
    name = f"{run.host.name} ({tier.name}, emulated)"
    return replace(run, host=replace(run.host, name=name), notes=(*run.notes, note))


def _own_workloads(request: BenchRequest) -> Iterator[str]:
    """Yield a note for each workload that the user replaced.

    Its metrics are comparable only with those of a run with an equal replacement.
    """
    if context := request.options.of(BuildOptions).context:
        yield f"The build is the user's own: {resolved(context).name}."
    if image := request.options.of(StormOptions).image:
        yield f"The launch storm runs the user's own image: {image}."


def _usable(directory: Path, request: BenchRequest) -> Path:
    """Return the path, without links, of the folder that the user named. No other folder is measured instead.

    Raises:
        CannotMeasureError: if the folder cannot be measured, or written to.
    """
    with as_named(directory, PREPARING):
        if "disk" in request.workloads:
            remote = "remote-disk" in request.allowed
            return find_location(directory, request.options.of(DiskOptions).file_bytes, remote=remote).directory
        return find_folder(directory)[0]


def _places(cleanup: ExitStack, request: BenchRequest, run_id: str) -> tuple[Path | None, str | None, Path | None]:
    """Make the private engine or the emulated disk, if requested.

    Returns:
        The folder to measure, the engine's address, and the log of the private engine. Each is None if the user
        named none and none was made.

    Raises:
        CannotMeasureError: if the engine or the disk cannot be made.
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


def _passed_over(engine: Engine) -> tuple[str, ...]:
    """Return a note if docker's rules prefer an engine that does not answer, and this one is measured instead."""
    if not engine.passed_over:
        return ()
    return (f"{engine.title} is measured, because another engine did not answer: {'; '.join(engine.passed_over)}.",)


def _alone(cleanup: ExitStack, engine: Engine, run_id: str, *, shared: bool) -> tuple[str, ...]:
    """Hold the engine's lock until the session ends, and check that no other run measures with the engine.

    Returns:
        Notes for the run: the objection that the user overrode, or why the check failed; empty otherwise.

    Raises:
        CannotMeasureError: if another run measures with the engine, and that is not allowed.
    """
    try:
        cleanup.enter_context(locked(engine))
        with suppress(*REQUEST_ERRORS), engine.connect() as client:
            require_unshared(client, run_id)
    except CannotRun as objection:
        if not shared:
            message = f"cannot measure with this engine: {objection.reason}"
            raise CannotMeasureError(message, remedy=with_option(objection.remedy, "running")) from objection
        return (f"Allowed: {objection.reason}.",)
    except OSError as error:
        return (f"It is unknown whether another hostcheck run measures with this engine: {error}.",)
    return ()


def _answering(address: str | None, stop: Event, progress: Progress) -> Engine | None:
    """Return the engine to measure, or None. Report at once if an engine exists but does not respond."""
    try:
        return find_engine(address, stop)
    except EngineLost as lost:
        progress.note(lost.reason)
    except CannotRun:
        # The workloads report later why they cannot use an engine.
        pass
    return None
