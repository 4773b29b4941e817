"""Check that the host is idle. A storm uses all CPUs for seconds, and would disturb other work and be disturbed."""

import docker
import psutil

from hostcheck.bench.base import CannotRun, Context
from hostcheck.bench.engine.connection import engine_must_answer
from hostcheck.bench.engine.objects import containers
from hostcheck.counts import number_of
from hostcheck.labels import RUN

BUSY_PERCENT = 50.0
"""This host is busy if at least this share of its CPU time is in use."""

MOST_READINGS = 30
"""Maximum number of readings. A host that is busy for longer has real work."""

READING_SECONDS = 1.0
"""Length of one reading in seconds.

The load average is not used: for a minute it includes hostcheck's own measurement.
"""

CALM_PERCENT = 10.0
"""A repeat may begin if less than this percentage of CPU time is in use."""

CALM_READINGS = 10
CALM_SECONDS = 0.3
"""Length of one reading in seconds. An engine is still busy for a moment after it has answered."""


def require_alone(client: docker.APIClient, run_id: str) -> None:
    """Check that only this run's containers run in the engine.

    Raises:
        CannotRun: if other containers run, or the engine does not list its containers.
    """
    running = foreign_containers(client, run_id)
    if running:
        raise CannotRun(
            f"{number_of(running, 'other container runs', 'other containers run')} in the engine, and would be "
            "disturbed",
            "measure when no other container runs",
        )


def foreign_containers(client: docker.APIClient, run_id: str) -> int:
    """Return the number of running containers that are not this run's. They may disturb the measurement.

    Raises:
        CannotRun: if the engine does not list its containers.
    """
    with engine_must_answer("listing containers"):
        return sum(one.labels.get(RUN) != run_id for one in containers(client))


def require_idle(context: Context) -> None:
    """Check that this host is idle. Wait for short work, such as an update, unless a busy host is allowed.

    Raises:
        CannotRun: if the host stays busy.
        Interrupted: if the user stopped the run.
    """
    least = 100.0
    readings = 1 if "busy" in context.allowed else MOST_READINGS
    for reading in range(readings):
        context.checkpoint()
        least = min(least, psutil.cpu_percent(READING_SECONDS))
        if least < BUSY_PERCENT:
            return
        if reading == 0 and readings > 1:
            context.progress.note(
                f"{least:.0f} % of the CPU is busy: waiting up to {readings * READING_SECONDS:.0f} s until it is "
                "idle (--allow-busy does not wait)"
            )
    raise CannotRun(
        f"at least {least:.0f} % of the CPU was busy for {readings * READING_SECONDS:.0f} s: this host is busy",
        "measure when the host is idle",
    )


def await_calm(context: Context) -> float:
    """Wait up to three seconds between two repeats, until the work that the earlier repeat left is done.

    Returns:
        CPU time in use during the last reading, in percent.

    Raises:
        Interrupted: if the user stopped the run.
    """
    busy = 100.0
    for _ in range(CALM_READINGS):
        context.checkpoint()
        busy = psutil.cpu_percent(CALM_SECONDS)
        if busy < CALM_PERCENT:
            break
    return busy
