"""Run a benchmark session: handle signals, show progress, keep the run, and choose the error to end with."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TextIO

import typer

from hostcheck.bench.request import BenchRequest
from hostcheck.bench.session import audited, checked, measure_audited
from hostcheck.cli.debug import debugging
from hostcheck.cli.keeping import followed, keep
from hostcheck.cli.named import not_measured, without_skipped
from hostcheck.cli.options import Color
from hostcheck.cli.progress import TerminalProgress
from hostcheck.cli.run_file import RunFile, default_run_path
from hostcheck.errors import CannotMeasureError
from hostcheck.run.changes import sentence
from hostcheck.run.model import Run
from hostcheck.store.folder import StoreError
from hostcheck.store.store import Store

EXIT_INTERRUPTED = 130

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""Signals that request a program to end, and that a program can handle."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A session that was not interrupted.

    Attributes:
        run: the run with all metrics.
        failure: the error with which the command ends after the run is written; None if there is none.
        elsewhere: the error that says where the run is instead of in its own file; None if it is there.
    """

    run: Run
    failure: CannotMeasureError | None
    elsewhere: CannotMeasureError | None = None


def measure(
    request: BenchRequest, color: Color, messages: TextIO, *, saved_to: Path | None, store: Store | None
) -> Finished:
    """Audit and measure this host. The run file is saved after each metric.

    Args:
        request: what to measure.
        color: when to use colours in messages.
        messages: the stream for progress.
        saved_to: the run file; None for one in the user's data folder.
        store: the history in which the finished run is kept; None to keep it in none.

    Raises:
        typer.Exit: with code 130, if the user interrupted it.
        HostcheckError: if the run file cannot be written before anything is measured, the private engine cannot start,
            or the folder that the user named cannot be used.
    """
    request = checked(request)
    run = audited(request, strict=debugging())
    if request.tier is None:
        run = followed(run, request.profiles)
        if store is not None:
            keep(run)
        run = replace(run, notes=(*run.notes, *([f"{sentence(run)}."] if run.changes else [])))
    path = saved_to or default_run_path(run)
    progress = TerminalProgress(messages, color)
    file = RunFile(path, progress.note)
    file.begin(run)
    progress.note(f"measuring {run.host.name}; the run is kept in {path}")
    stop = Event()
    with stop_on_signals(stop, progress), progress:
        try:
            measured = measure_audited(run, request, save=file.save, progress=progress, stop=stop)
        except Exception:
            # The error is reported by the caller; the user must also know where the figures are.
            progress.note(f"what was measured so far is in {file.place}")
            raise
    failure = not_measured(request, measured.run)
    measured = replace(measured, run=without_skipped(measured.run))
    # What was measured has freed the disk again.
    file.save(measured.run)
    if measured.stopped:
        progress.note(f"interrupted; what was measured so far is in {file.place}")
        if store:
            _keep(store, measured.run, progress)
        raise typer.Exit(EXIT_INTERRUPTED)
    # The history has it then; the user did not ask for the file.
    if store and _keep(store, measured.run, progress) and saved_to is None:
        file.place.unlink(missing_ok=True)
        return Finished(measured.run, measured.failure or failure)
    return Finished(measured.run, measured.failure or file.failure or failure, file.failure)


def beside(saved_to: Path | None, suffix: str) -> Path | None:
    """Return the path of a second run file in the folder of the first. Its name has the suffix."""
    return saved_to.with_name(f"{saved_to.stem}-{suffix}{saved_to.suffix}") if saved_to else None


def report_extra_gap() -> CannotMeasureError | None:
    """Return an error if no HTML report can be made here; None if one can. This does not import a heavy module."""
    try:
        import hostcheck.report  # noqa: F401 - it looks for what it needs
    except CannotMeasureError as gap:
        return gap
    return None


def _keep(store: Store, run: Run, progress: TerminalProgress) -> bool:
    """Keep a run in the history. If this fails, write a message and return False."""
    try:
        store.keep(run)
    except StoreError as error:
        progress.note(str(error))
        return False
    progress.note(f"kept in the history as {run.id[:8]}")
    return True


@contextmanager
def stop_on_signals(stop: Event, progress: TerminalProgress) -> Iterator[None]:
    """Set the stop event at each signal in STOPPING, so that the measurement ends and cleans up in order.

    SIGHUP is sent when the terminal closes, for example when an SSH session ends. If ``nohup`` set it to be ignored, it
    remains ignored.
    """

    def handle(_number: int, _frame: FrameType | None) -> None:
        progress.note("stopping; removing what was made" if not stop.is_set() else "still removing what was made")
        stop.set()

    handled = [number for number in STOPPING if (number, signal.getsignal(number)) != (signal.SIGHUP, signal.SIG_IGN)]
    before = {number: signal.signal(number, handle) for number in handled}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
