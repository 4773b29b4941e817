"""Who else is at work: a storm takes all CPUs for seconds, and what runs beside it would feel that, and be felt."""

import docker
import psutil

from hostcheck.bench.base import CannotRun, Context
from hostcheck.bench.engine.labels import RUN

BUSY_PERCENT = 50.0
"""CPU time in use from which this host is at work."""

MOST_LOOKS = 30
"""How often to look before giving up: what keeps a host busy for longer is its work."""

LOOK_SECONDS = 1.0
"""How long to look. Not the load average: a minute later it still tells of what hostcheck itself has measured."""

CALM_PERCENT = 10.0
"""CPU time in use below which a repeat may begin."""

CALM_LOOKS = 10
CALM_SECONDS = 0.3
"""An engine still tidies up for a moment after it has answered: longer than this is not its tail."""


def require_alone(client: docker.APIClient, run_id: str) -> None:
    """Make sure that no container runs in the engine but this run's.

    Raises:
        CannotRun: when some do.
    """
    running = foreign_containers(client, run_id)
    if running:
        raise CannotRun(
            f"{running} container{'s run' if running > 1 else ' runs'} in the engine, and would feel it",
            "measure when nothing else runs",
        )


def foreign_containers(client: docker.APIClient, run_id: str) -> int:
    """How many containers run that are not this run's: they are left alone, but they may disturb."""
    return sum((one.get("Labels") or {}).get(RUN) != run_id for one in client.containers())


def require_idle(context: Context) -> None:
    """Make sure that this host is not at work. What ends soon, an update or a log being packed, is waited for.

    Raises:
        CannotRun: when it is at work, and goes on.
        Interrupted: when the user stopped the run.
    """
    least = 100.0
    for _ in range(MOST_LOOKS):
        context.checkpoint()
        least = min(least, psutil.cpu_percent(LOOK_SECONDS))
        if least < BUSY_PERCENT:
            return
    raise CannotRun(
        f"{least:.0f} % of the CPU and more was busy for {MOST_LOOKS * LOOK_SECONDS:.0f} s: this host is at work",
        "measure when it is quiet",
    )


def await_calm(context: Context) -> float:
    """Wait for a moment, between two repeats, until what the one before left to do is done: three seconds at the most.

    Returns:
        CPU time in use in the last look, in percent: what the repeat began under.

    Raises:
        Interrupted: when the user stopped the run.
    """
    busy = 100.0
    for _ in range(CALM_LOOKS):
        context.checkpoint()
        busy = psutil.cpu_percent(CALM_SECONDS)
        if busy < CALM_PERCENT:
            break
    return busy
