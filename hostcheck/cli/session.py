"""One benchmark session: audit, choose where to measure, run the workloads, keep what was measured whatever happens."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TextIO

import typer

from hostcheck.bench.base import Aftermath, CannotRun, Context, EngineLost, as_named
from hostcheck.bench.build.user_context import require_context
from hostcheck.bench.cleanup.keeper import kept
from hostcheck.bench.disk.location import find_folder, find_target
from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.engine.connection import REQUEST_ERRORS, Engine, find_engine
from hostcheck.bench.engine.lock import locked, require_unshared
from hostcheck.bench.runner import run_workloads
from hostcheck.cli.leftovers import leftovers
from hostcheck.cli.named import names_engine, not_measured
from hostcheck.cli.options import Color
from hostcheck.cli.progress import TerminalProgress
from hostcheck.cli.request import BenchRequest
from hostcheck.cli.runs import audited_run, open_host
from hostcheck.errors import CannotMeasureError
from hostcheck.outfile import write_text
from hostcheck.profiles.loader import load
from hostcheck.profiles.measured import judge_metrics
from hostcheck.run.calibration import Tier
from hostcheck.run.files import dumps
from hostcheck.run.model import Run
from hostcheck.store.store import Store, StoreError, data_folder

EXIT_INTERRUPTED = 130

PREPARING = "preparing to measure"

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""Signals that ask a program to end, and that it can heed."""

EMULATED_BYTES = 3 << 30
"""Size of an emulated disk: what the build wants free, the test file, and room for the images."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a session.

    Attributes:
        run: with all that was measured.
        failure: what the command has to end with once the run is written; None where all went well.
    """

    run: Run
    failure: CannotMeasureError | None


def measure(request: BenchRequest, color: Color, messages: TextIO) -> Measured:
    """Audit and measure this host. The run file is saved after each metric.

    Raises:
        typer.Exit: with code 130, when the user interrupted it.
        HostcheckError: when the run file cannot be written, the private engine cannot start, or the folder that the
            user named cannot be used.
    """
    if request.directory is not None:
        request = replace(request, directory=_usable(request.directory, request))
    _require_named(request)
    run = audited_run(open_host(None, experiments=True), request.profiles, request.roles)
    if request.name:
        run = replace(run, host=replace(run.host, name=request.name))
    if request.tier:
        run = _emulated(run, request.tier)
    run = replace(run, notes=(*run.notes, *_own_workloads(request)))
    path = request.saved_to or default_run_path(run)

    headline, *curve = request.storm or (request.effort.storm_containers,)
    profiles = tuple(map(load, request.profiles))
    latest = run

    def save(measured: Run) -> None:
        nonlocal latest
        latest = judge_metrics(measured, profiles)
        write_text(path, dumps(latest))

    save(run)
    progress = TerminalProgress(messages, color)
    progress.note(f"measuring {run.host.name}; the run is kept in {path}")
    stop, aftermath = Event(), Aftermath()
    try:
        with stop_on_signals(stop, progress), ExitStack() as cleanup, progress:
            directory, address, own_log = _places(cleanup, request, run.id)
            engine = _answering(address, stop, progress)
            directory = directory or (engine.data_root if engine else None)
            for left in leftovers(directory, engine):
                progress.note(left)
            if engine and {"build", "storm"} & set(request.workloads):
                shared = _alone(cleanup, engine, run.id, force=request.force)
                run = replace(run, notes=(*run.notes, *shared))
                for note in shared:
                    progress.note(note)
            context = Context(
                run_id=run.id,
                effort=replace(request.effort, storm_containers=headline),
                progress=progress,
                directory=directory,
                directory_is_named=request.directory is not None,
                docker_host=address,
                own_log=own_log,
                fio_jobs=request.fio_jobs,
                sustained=request.sustained,
                build_context=request.build_context,
                image=request.image,
                storm_curve=tuple(curve),
                network=request.network,
                force=request.force,
                stop=stop,
                aftermath=aftermath,
            )
            run_workloads(run, request.workloads, context, save)
    except Exception:
        # Whatever goes wrong after a stop does so because something was cut short.
        if not stop.is_set():
            for line in aftermath.remains:
                progress.note(line)
            raise
    if stop.is_set():
        progress.note(f"interrupted; what was measured so far is in {path}")
        for line in aftermath.remains:
            progress.note(line)
        if request.store:
            _keep(request.store, latest, progress)
        raise typer.Exit(EXIT_INTERRUPTED)
    # The history has it then; the user did not ask for the file.
    if request.store and _keep(request.store, latest, progress) and request.saved_to is None:
        path.unlink(missing_ok=True)
    return Measured(latest, _failure(request, latest, aftermath))


def _failure(request: BenchRequest, run: Run, aftermath: Aftermath) -> CannotMeasureError | None:
    """What a session ends with that was not interrupted; None where all is well.

    A part that cannot run is skipped, and that is no failure. It is one where something is left in the engine, where
    the user named the engine that was lost, and where what was named, or all, has no figure.
    """
    if aftermath.remains:
        return CannotMeasureError("; ".join(aftermath.remains))
    if aftermath.lost and names_engine(request):
        return CannotMeasureError(f"measuring with the engine: {aftermath.lost}", remedy=aftermath.remedy)
    return not_measured(request, run)


def report_extra_gap() -> CannotMeasureError | None:
    """What keeps an HTML report from being made here; None when nothing does. Nothing heavy is imported to find out."""
    try:
        import hostcheck.report  # noqa: F401 - it looks for what it needs
    except CannotMeasureError as gap:
        return gap
    return None


def default_run_path(run: Run) -> Path:
    """Where a run is while it is measured, when the user gave it no file."""
    stamp = run.started.replace(":", "").replace("-", "")
    return data_folder() / "runs" / f"{stamp}-{run.id[:8]}.json"


def _keep(store: Store, run: Run, progress: TerminalProgress) -> bool:
    """Put a run into the history; where that cannot be done, say why, and return False."""
    try:
        store.keep(run)
    except StoreError as error:
        progress.note(str(error))
        return False
    progress.note(f"kept in the history as {run.id[:8]}")
    return True


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
    if request.build_context:
        yield f"The build is one of the user's own: {request.build_context.resolve().name}."
    if request.image:
        yield f"The storm's containers run an image of the user's own: {request.image}."


def _usable(directory: Path, request: BenchRequest) -> Path:
    """Return the folder that the user named, without links in its path: what was asked for is measured, or nothing is.

    Raises:
        CannotMeasureError: when it cannot be measured, or written to.
    """
    with as_named(directory, PREPARING):
        if "disk" in request.workloads:
            return find_target(directory, request.effort.disk_file_bytes, force=request.force).directory
        return find_folder(directory)[0]


def _require_named(request: BenchRequest) -> None:
    """Make sure, before minutes of measuring, that the context and the engine that the user named are there.

    Raises:
        CannotMeasureError: when one is not.
    """
    with as_named(True, PREPARING):
        if request.build_context is not None:
            require_context(request.build_context)
        if request.engine is not None:
            find_engine(request.engine)


def _places(cleanup: ExitStack, request: BenchRequest, run_id: str) -> tuple[Path | None, str | None, Path | None]:
    """Return the folder and the engine's address that the user named, having made what is to be made.

    The last is the log of the engine that was made; None where none was.

    Raises:
        CannotMeasureError: when it cannot be made.
    """
    directory, engine = request.directory, request.engine
    with as_named(True, PREPARING):
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


def _answering(address: str | None, stop: Event, progress: TerminalProgress) -> Engine | None:
    """Return the engine that will be measured, and say so early where there is one that does not answer."""
    try:
        return find_engine(address, stop)
    except EngineLost as lost:
        progress.note(lost.reason)
    except CannotRun:
        # The workloads say what keeps them from it.
        pass
    return None


@contextmanager
def stop_on_signals(stop: Event, progress: TerminalProgress) -> Iterator[None]:
    """Turn what ends a program into the stop event, so that what is under way is ended and removed in order.

    SIGHUP comes when the terminal goes, an SSH session that breaks off for one; where ``nohup`` has it ignored, it
    stays so.
    """

    def handle(_number: int, _frame: FrameType | None) -> None:
        progress.note("stopping; removing what was made" if not stop.is_set() else "still removing what was made")
        stop.set()

    heeded = [number for number in STOPPING if (number, signal.getsignal(number)) != (signal.SIGHUP, signal.SIG_IGN)]
    before = {number: signal.signal(number, handle) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
