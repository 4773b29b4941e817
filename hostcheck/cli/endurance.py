"""``hostcheck bench --endurance``: begin, continue or stop an endurance run, and print its progress."""

import time
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TextIO

import typer

from hostcheck.bench.endurance.going import go_on, standing
from hostcheck.bench.endurance.plan import USUAL_EVERY, Plan, make_plan, parse_endurance, parse_every, require_same
from hostcheck.bench.endurance.state import State
from hostcheck.bench.endurance.timer import NAME, Timer
from hostcheck.bench.endurance.visits import visit_seconds
from hostcheck.cli.messages import write_message
from hostcheck.cli.options import Color
from hostcheck.cli.progress import TerminalProgress
from hostcheck.cli.session import EXIT_INTERRUPTED, stop_on_signals
from hostcheck.comparison.pool import pool
from hostcheck.errors import CannotMeasureError, UsageError
from hostcheck.helper import command_line
from hostcheck.quantities import duration
from hostcheck.run.model import Run
from hostcheck.store.folder import data_folder
from hostcheck.userfile import is_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS = ("disk", "cpu")
"""The parts that are measured if the user chooses none."""

GIVE_UP_SECONDS = 60
"""Time limit in seconds for the process that makes the visits to end."""


_USED = frozenset(
    {
        "endurance",
        "every",
        "timer",
        "only",
        "directory",
        "status",
        "stop",
        "compare",
        "output",
        "no_store",
        "verbose",
        "color",
    }
)
"""Options of the command that an endurance run uses. The visits have fixed settings."""


def require_options(context: typer.Context) -> None:
    """Refuse options that an endurance run would ignore.

    Raises:
        UsageError: if the user gave such an option.
    """
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if source is not None and source.name == "COMMANDLINE" and parameter.name not in _USED:
            raise UsageError(f"--endurance and {parameter.opts[0]} cannot be combined", remedy="leave one of them out")


def endure(
    text: str,
    *,
    every: str | None,
    only: "Sequence[str]",
    directory: Path | None,
    color: Color,
    messages: TextIO,
    by_timer: "Sequence[str] | None" = None,
) -> Run | None:
    """Begin or continue an endurance run, and return its result when it has ended.

    If ``by_timer`` is given, systemd continues the run, and None is returned. ``by_timer`` has the words of this
    command without ``--timer``.

    Raises:
        UsageError: if the texts are not times, or a visit would take too large a share of the time.
        CannotMeasureError: if the folder does not exist, another process makes the visits, or no visit was made.
        typer.Exit: with code 130, if the user interrupted it. The measured values are kept for the next call.
    """
    seconds, limit_bytes = parse_endurance(text)
    if directory is not None and not is_folder(directory):
        raise CannotMeasureError(f"--dir {directory}: there is no such folder", remedy="name an existing folder")
    workloads = tuple(only or PARTS)
    asked = make_plan(
        now=time.time(),
        seconds=seconds,
        every=parse_every(every) if every is not None else USUAL_EVERY,
        visit_seconds=visit_seconds(workloads),
        limit_bytes=limit_bytes,
        workloads=workloads,
        directory=str(directory.absolute()) if directory else None,
    )
    state = _state()
    here = Path()
    if by_timer is not None:
        _timer().require_possible()
        here = _current_folder()
    with state.held():
        plan = _begun_as(state, asked)
        if by_timer is None:
            return _made(state, plan, TerminalProgress(messages, color))
    # Once it is not held any more: the service begins at once.
    _timer().begin([*command_line("bench"), "bench", *by_timer], here)
    write_message(
        f"{NAME}.timer makes the measurements, also after a reboot; hostcheck bench --status shows them, and --stop "
        "ends them"
    )
    return None


def _current_folder() -> Path:
    """Return the current folder. The service runs in it, because paths in the command may be relative.

    Raises:
        CannotMeasureError: if the folder was removed.
    """
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise CannotMeasureError("the current folder was removed", remedy="change to another folder") from error


def _made(state: State, plan: Plan, progress: TerminalProgress) -> Run:
    """Make the remaining visits, and return one run of all visits."""
    stop = Event()
    with stop_on_signals(stop, progress), progress:
        ended = go_on(state, plan, progress, stop)
    if not ended:
        write_message("interrupted; the same command continues the endurance run, and hostcheck bench --stop ends it")
        raise typer.Exit(EXIT_INTERRUPTED)
    return _result(state, plan)


def _begun_as(state: State, asked: Plan) -> Plan:
    """Return the plan of the current endurance run, which must equal the requested one. Begin a run if there is none.

    Raises:
        CannotMeasureError: if there is no run but a timer, because the run's folder was removed. The timer is removed
            too.
    """
    plan = state.plan()
    if plan is None and _timer().is_there:
        _timer().remove()
        raise CannotMeasureError(
            f"the endurance run of {NAME}.timer is gone, so the timer was removed",
            remedy="repeat the command to start a new one",
        )
    if plan is None:
        state.begin(asked)
        write_message(asked.in_words)
        return asked
    require_same(plan, asked)
    write_message(f"going on: {standing(state, plan, time.time()).in_words(time.time())}")
    return plan


def words_of(context: typer.Context) -> list[str]:
    """Return the given options that an endurance run uses, except ``--timer``, as words of a command line."""
    words = []
    for parameter in context.command.params:
        name = parameter.name or ""
        source = context.get_parameter_source(name)
        if source is None or source.name != "COMMANDLINE" or name not in _USED or name == "timer":
            continue
        value = context.params[name]
        for each in value if isinstance(value, list | tuple) else [value]:
            words += [parameter.opts[0]] if each is True else [parameter.opts[0], str(getattr(each, "value", each))]
    return words


def status() -> None:
    """Print the progress of the endurance run.

    Raises:
        CannotMeasureError: if there is no endurance run.
    """
    state = _state()
    plan = _begun(state)
    holder = state.holder()
    running = (
        f"process {holder} is measuring"
        if holder
        else "no process is measuring; the command that started the run continues it"
    )
    if _timer().is_there:
        running = f"{NAME}.timer makes the measurements" + (f", now process {holder}" if holder else "")
    typer.echo(f"{plan.in_words}.\n{standing(state, plan, time.time()).in_words(time.time())}; {running}.")


def stop() -> Run:
    """End the endurance run, and return one run of its visits so far.

    Raises:
        CannotMeasureError: if there is no endurance run, its process does not end, or no visit was made.
    """
    state = _state()
    plan = _begun(state)
    _timer().remove()
    until = time.monotonic() + GIVE_UP_SECONDS
    while state.end_holder():
        if time.monotonic() > until:
            raise CannotMeasureError(
                f"process {state.holder()} has not ended in {GIVE_UP_SECONDS} s", remedy="end it, and repeat --stop"
            )
        time.sleep(0.5)
    with state.held():
        if not state.made():
            state.remove()
            raise CannotMeasureError("the endurance run was stopped before its first measurement")
        return _result(state, plan)


def forget() -> None:
    """Remove the stored endurance run and its timer, after its result was written."""
    _state().remove()
    _timer().remove()


def _state() -> State:
    """Return the state of endurance runs in the user's data folder.

    Raises:
        StoreError: if the user has no home folder.
    """
    return State(data_folder() / "endurance")


def _timer() -> Timer:
    return Timer(data_folder().parent)


def _begun(state: State) -> Plan:
    plan = state.plan()
    if plan is None:
        raise CannotMeasureError("there is no endurance run", remedy="start one: hostcheck bench --endurance 24h")
    return plan


def _result(state: State, plan: Plan) -> Run:
    """Return the visits as one run, with a note on their number."""
    runs = list(state.runs())
    if not runs:
        raise CannotMeasureError("no measurement of the endurance run was made", remedy="see the messages above")
    pooled = pool(runs)
    note = f"Endurance: {len(runs)} of {plan.visits} measurements, one every {duration(plan.every)} at a random moment."
    return replace(pooled, notes=(*pooled.notes, note))
