"""Run the measurements of an endurance run (its visits), each at its time, until the run ends or the user stops it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from hostcheck.bench.base import Options, Progress
from hostcheck.bench.endurance.plan import Plan
from hostcheck.bench.endurance.state import State
from hostcheck.bench.endurance.visits import request_of, usual_options, written_bytes
from hostcheck.bench.session import audited, checked, measure_audited
from hostcheck.errors import CannotMeasureError
from hostcheck.quantities import duration
from hostcheck.run.model import Run

WAKE_SECONDS = 30.0
"""Maximum seconds between two checks of the clock while no visit is due: it may be set, and the host may sleep."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The progress of an endurance run.

    Attributes:
        plan: its plan.
        made: number of visits that were made.
        missed: number of visits whose period passed without a measurement: the host was off, or hostcheck was not
            running.
        written_bytes: approximate number of bytes that the visits wrote.
    """

    plan: Plan
    made: int
    missed: int
    written_bytes: float

    def in_words(self, now: float) -> str:
        """Return the progress in one line. ``now`` is in seconds since the epoch."""
        left = max(0.0, self.plan.until - now)
        missed = f", {self.missed} missed" if self.missed else ""
        written = f"{self.written_bytes / 1e9:,.1f} of {self.plan.limit_bytes / 1e9:,.0f} GB are written; "
        said = f"{self.made} of {self.plan.visits} measurements are made{missed}; "
        return f"{said}{written if self.plan.writes else ''}{duration(left)} left"


def standing(state: State, plan: Plan, now: float) -> Standing:
    """Return the progress of an endurance run at the time ``now``, in seconds since the epoch."""
    made = state.made()
    missed = sum(number not in made and plan.last_moment(number) < now for number in range(plan.visits))
    return Standing(plan, len(made), missed, sum(map(written_bytes, state.runs())))


def go_on(
    state: State,
    plan: Plan,
    progress: Progress,
    stop: Event,
    *,
    options: Options | None = None,
    clock: Callable[[], float] = time.time,
) -> bool:
    """Wait for each visit of the plan that was not made yet, and make it. Skip visits whose period is over.

    Args:
        state: the folder of the endurance run. The caller holds its lock (``State.held``).
        plan: its plan.
        progress: receives a line of text for each visit.
        stop: set when the user stops the endurance run.
        options: the options of the workloads of a visit; None for ``usual_options``.
        clock: a function that returns the time in seconds since the epoch.

    Returns:
        Whether the plan was completed. If the user stops a visit in the middle, nothing of it is kept.
    """
    options = options or usual_options()
    written = [written_bytes(run) for run in state.runs()]
    made = state.made()
    for number, due in plan.moments():
        if number in made or plan.last_moment(number) < clock():
            continue
        while (left := due - clock()) > 0:
            if stop.wait(min(left, WAKE_SECONDS)):
                return False
        # The host slept through the period: a visit now would be one of another.
        if plan.last_moment(number) < clock():
            continue
        # A visit may not write more than any before: then the limit holds.
        may_write = sum(written) + max(written, default=0.0) < plan.limit_bytes
        run = _visit(plan, options, progress, stop, may_write=may_write)
        if stop.is_set():
            return False
        if run is not None:
            state.keep(number, run)
            written.append(written_bytes(run))
            progress.note(f"measurement {number + 1} of {plan.visits} is made")
    return True


def _visit(plan: Plan, options: Options, progress: Progress, stop: Event, *, may_write: bool) -> Run | None:
    """Make one visit, and return its run. If it cannot be made, report the reason and return None."""
    try:
        request = checked(request_of(plan, options, may_write=may_write))
        # What is not complete is no visit: it is kept once it has ended.
        measured = measure_audited(audited(request), request, save=lambda _run: None, progress=progress, stop=stop)
    except CannotMeasureError as error:
        progress.note(f"this measurement could not be made: {error}")
        return None
    return measured.run
