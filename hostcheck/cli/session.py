"""One benchmark session: audit, choose where to measure, run the workloads, keep what was measured whatever happens."""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TextIO

import typer

from hostcheck.bench.base import CannotRun, Context, Effort, Interrupted
from hostcheck.bench.engine import data_root_of
from hostcheck.bench.private_engine import PrivateEngine
from hostcheck.bench.runner import run_workloads
from hostcheck.cli.leftovers import leftovers
from hostcheck.cli.options import Color
from hostcheck.cli.progress import TerminalProgress
from hostcheck.cli.runs import audited_run, open_host
from hostcheck.errors import CannotMeasureError
from hostcheck.run.files import dumps, write_text
from hostcheck.run.model import Run

EXIT_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class BenchRequest:
    """What a session is asked to do.

    Attributes:
        workloads: names of the workloads, in order.
        effort: how long to measure.
        profiles: what to audit the host for.
        directory: whose file system's disk to measure; None for the engine's.
        name: what to call the host; None for its hostname.
        engine: the engine's address; None to look for one.
        private_engine: whether to start an engine for this session alone.
        saved_to: where the run file goes; None for the user's data folder.
    """

    workloads: Sequence[str]
    effort: Effort
    profiles: Sequence[str]
    directory: Path | None
    name: str | None
    engine: str | None
    private_engine: bool
    saved_to: Path | None


def measure(request: BenchRequest, color: Color, messages: TextIO) -> Run:
    """Audit and measure this host. The run file is saved after each metric.

    Raises:
        typer.Exit: with code 130, when the user interrupted it.
        HostcheckError: when the run file cannot be written, or the private engine cannot start.
    """
    run = audited_run(open_host(None, experiments=True), request.profiles)
    if request.name:
        run = replace(run, host=replace(run.host, name=request.name))
    path = request.saved_to or default_run_path(run)

    def save(latest: Run) -> None:
        write_text(path, dumps(latest))

    save(run)
    progress = TerminalProgress(messages, color)
    progress.note(f"measuring {run.host.name}; the run is kept in {path}")
    stop = Event()
    try:
        with stop_on_signals(stop, progress), ExitStack() as cleanup, progress:
            engine = request.engine
            if request.private_engine:
                engine = _start_private_engine(cleanup, request.directory)
            directory = request.directory or data_root_of(engine)
            for left in leftovers(directory, engine):
                progress.note(left)
            context = Context(
                run_id=run.id,
                effort=request.effort,
                progress=progress,
                directory=directory,
                docker_host=engine,
                stop=stop,
            )
            return run_workloads(run, request.workloads, context, save)
    except Interrupted:
        progress.note(f"interrupted; what was measured so far is in {path}")
        raise typer.Exit(EXIT_INTERRUPTED) from None


def report_extra_gap() -> CannotMeasureError | None:
    """What keeps an HTML report from being made here; None when nothing does. Nothing heavy is imported to find out."""
    try:
        import hostcheck.report  # noqa: F401 - it looks for what it needs
    except CannotMeasureError as gap:
        return gap
    return None


def default_run_path(run: Run) -> Path:
    """Where a run is kept that the user gave no file: the XDG data folder (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_DATA_HOME", "")
    folder = Path(base) if base.startswith("/") else Path.home() / ".local" / "share"
    stamp = run.started.replace(":", "").replace("-", "")
    return folder / "hostcheck" / "runs" / f"{stamp}-{run.id[:8]}.json"


def _start_private_engine(cleanup: ExitStack, directory: Path | None) -> str:
    try:
        return cleanup.enter_context(PrivateEngine(directory)).url
    except CannotRun as cannot:
        raise CannotMeasureError(f"starting a private engine: {cannot.reason}", remedy=cannot.remedy) from cannot


@contextmanager
def stop_on_signals(stop: Event, progress: TerminalProgress) -> Iterator[None]:
    """Turn SIGINT and SIGTERM into the stop event, so that what is under way is ended and removed in order."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        progress.note("stopping; removing what was made" if not stop.is_set() else "still removing what was made")
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
