"""Measure how many containers a host can run: launch BATCH more at a time, and remove all of them at the end."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import docker
from docker.errors import NotFound

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.connection import REQUEST_ERRORS
from hostcheck.bench.engine.reasons import once
from hostcheck.bench.room import CONTAINER_BYTES, require_memory
from hostcheck.bench.storm.launch import Launched
from hostcheck.errors import UsageError

BATCH = 20
"""Number of containers that are launched at a time."""
MOST = 500
"""Maximum number of containers, for each kind of limit."""

_DOUBLED = 2.0


@dataclass(frozen=True, slots=True)
class Limit:
    """The condition that ends the launching.

    Attributes:
        kind: "memory": until too little memory is left. "makespan": until a batch takes twice as long as the first.
            "count": until a number of containers runs. For each kind, memory, disk space and MOST are limits too.
        count: maximum number of containers.
    """

    kind: Literal["memory", "makespan", "count"]
    count: int = MOST

    def __str__(self) -> str:
        """Return the limit in the form of the option ``--density``."""
        return str(self.count) if self.kind == "count" else self.kind


_LIMITS = {"memory": Limit("memory"), "makespan": Limit("makespan")}


def parse_density(text: str) -> Limit:
    """Parse ``--density``: "memory", "makespan", or a number of containers.

    Raises:
        UsageError: if the text is none of these.
    """
    if limit := _LIMITS.get(text):
        return limit
    if text.isascii() and text.isdecimal() and BATCH <= int(text) <= MOST and int(text) % BATCH == 0:
        return Limit("count", int(text))
    raise UsageError(
        f"--density {text}: expected memory, makespan or a multiple of {BATCH} up to {MOST}",
        remedy=f"give one, such as --density makespan or --density {MOST}",
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One batch, all of whose containers became ready.

    Attributes:
        containers: number of running containers, with this batch.
        makespan: seconds until the last container of the batch was ready.
        memory_bytes: by how many bytes the available memory has decreased since before the first batch.
    """

    containers: int
    makespan: float
    memory_bytes: float


@dataclass(frozen=True, slots=True)
class Density:
    """How many containers a host could run so far.

    Attributes:
        steps: the batches of which all containers became ready.
        ended: why no more containers are launched; empty as long as more are launched.
    """

    steps: tuple[Step, ...]
    ended: str

    @property
    def held(self) -> int:
        """Number of running containers after the last batch of ``steps``."""
        return self.steps[-1].containers if self.steps else 0

    @property
    def memory_each(self) -> float | None:
        """Bytes of memory for each container; None if the available memory did not decrease."""
        used = self.steps[-1].memory_bytes if self.steps else 0.0
        return used / self.held if used > 0 else None

    def require_memory(self, first_bytes: int) -> None:
        """Check that the memory for the next batch is available.

        Args:
            first_bytes: memory of one container, assumed for the first batch. For later batches, it is the measured
                memory of a container, but at least CONTAINER_BYTES.

        Raises:
            CannotRun: if less memory is available.
        """
        each = max(CONTAINER_BYTES, round(self.memory_each or 0)) if self.steps else first_bytes
        require_memory(BATCH * each, f"{BATCH} containers")


def fill(
    limit: Limit,
    launch_batch: Callable[[int], Launched],
    guards: Iterable[Callable[[Density], None]],
    available: Callable[[], float],
) -> Iterator[Density]:
    """Launch one batch after the other, and yield the result so far after each of them.

    Args:
        limit: the condition that ends the launching.
        launch_batch: a function that launches the batch with this number (from 0) and lets it run.
        guards: functions that raise CannotRun if the next batch would leave too little memory or disk space, given the
            result so far.
        available: a function that returns the available memory in bytes.

    Raises:
        CannotRun: if not even the first batch may be launched.
    """
    checks = tuple(guards)
    steps: list[Step] = []
    before = available()
    ended = ""
    while not ended:
        ended = _refused(checks, Density(tuple(steps), ""))
        if not ended:
            launched = launch_batch(len(steps))
            if launched.failed:
                ended = f"{launched.failed} of {len(launched.lives)} further containers failed: {once(launched.errors)}"
            else:
                held = BATCH * (len(steps) + 1)
                steps.append(Step(held, launched.makespan, before - available()))
                ended = _reached(limit, steps)
        yield Density(tuple(steps), ended)


def _refused(checks: Sequence[Callable[[Density], None]], found: Density) -> str:
    try:
        for check in checks:
            check(found)
    except CannotRun as cannot:
        if not found.steps:
            raise
        return cannot.reason
    return ""


def _reached(limit: Limit, steps: Sequence[Step]) -> str:
    if limit.kind == "makespan" and len(steps) > 1 and steps[-1].makespan >= _DOUBLED * steps[0].makespan:
        return f"{BATCH} more took twice as long as the first {BATCH}"
    if steps[-1].containers >= limit.count:
        return f"{limit.count} were asked for" if limit.kind == "count" else f"{limit.count} is the maximum"
    return ""


def remove_all(clients: Sequence[docker.APIClient], ids: Sequence[str]) -> None:
    """Remove containers with several clients at a time. Containers that cannot be removed are left to ``sweep``.

    Args:
        clients: connected clients that no other threads use.
        ids: the containers' ids.
    """

    def remove(place: int) -> None:
        # An engine that does not answer would not answer for the next one either.
        with suppress(*REQUEST_ERRORS):
            for container in ids[place :: len(clients)]:
                with suppress(NotFound):
                    clients[place].remove_container(container, v=True, force=True)

    threads = [threading.Thread(target=remove, args=(place,), name=f"removal {place}") for place in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
