"""Who else is at work: a storm takes all CPUs for seconds, and what runs beside it would feel that, and be felt."""

import os

import docker

from hostcheck.bench.base import CannotRun
from hostcheck.bench.labels import RUN

LOAD_PER_CPU = 4.0
"""One-minute load from which this host is at work. What the disk part leaves behind stays well below it."""


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


def require_idle() -> None:
    """Make sure that this host is not at work.

    Raises:
        CannotRun: when it is.
    """
    load, cpus = os.getloadavg()[0], os.cpu_count() or 1
    if load >= LOAD_PER_CPU * cpus:
        raise CannotRun(
            f"the load is {load:.0f} on {cpus} CPU{'s'[: cpus > 1]}: this host is at work", "measure when it is quiet"
        )
