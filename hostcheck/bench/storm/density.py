"""How many containers a host holds: 20 more at a time, which keep running until all are removed in the end."""

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
from hostcheck.bench.storm.launch import Launched
from hostcheck.errors import UsageError

BATCH = 20
"""How many containers are launched at a time."""
MOST = 500
"""The largest number of containers, whatever the limit."""

_DOUBLED = 2.0


@dataclass(frozen=True, slots=True)
class Limit:
    """When to stop launching more.

    Attributes:
        kind: "memory" for as long as there is memory, "makespan" until a batch takes twice as long as the first,
            "count" for a number of containers. Memory, disk space and MOST are limits in each case.
        count: the number of containers.
    """

    kind: Literal["memory", "makespan", "count"]
    count: int = MOST

    def __str__(self) -> str:
        """Return it as the option ``--density`` has it."""
        return str(self.count) if self.kind == "count" else self.kind


_LIMITS = {"memory": Limit("memory"), "makespan": Limit("makespan")}


def parse_density(text: str) -> Limit:
    """Parse ``--density``: "memory", "makespan", or a number of containers.

    Raises:
        UsageError: if the text is none of them.
    """
    if limit := _LIMITS.get(text):
        return limit
    if text.isascii() and text.isdecimal() and BATCH <= int(text) <= MOST and int(text) % BATCH == 0:
        return Limit("count", int(text))
    raise UsageError(
        f"--density {text}: expected memory, makespan or a multiple of {BATCH} up to {MOST}",
        remedy=f"such as --density makespan or --density {MOST}",
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One batch.

    Attributes:
        containers: how many run with it.
        makespan: seconds until its last container was ready.
        memory_bytes: how much less memory is available than before the first batch.
    """

    containers: int
    makespan: float
    memory_bytes: float


@dataclass(frozen=True, slots=True)
class Density:
    """What a host held.

    Attributes:
        steps: the batches that were ready as a whole.
        ended: why no more were launched.
    """

    steps: tuple[Step, ...]
    ended: str

    @property
    def held(self) -> int:
        """How many containers ran at the end."""
        return self.steps[-1].containers if self.steps else 0

    @property
    def memory_each(self) -> float | None:
        """Bytes of memory for each container; None if nothing was used."""
        used = self.steps[-1].memory_bytes if self.steps else 0.0
        return used / self.held if used > 0 else None


def fill(
    limit: Limit,
    launch_batch: Callable[[int], Launched],
    guards: Iterable[Callable[[], None]],
    available: Callable[[], float],
) -> Iterator[Density]:
    """Launch one batch after the other, and yield what the host holds after each of them.

    Args:
        limit: when to stop.
        launch_batch: launches the batch of this number, and does not remove it.
        guards: raise CannotRun if the next batch would leave too little memory or disk space.
        available: returns the available memory in bytes.

    Raises:
        CannotRun: if not even the first batch may be launched.
    """
    checks = tuple(guards)
    steps: list[Step] = []
    before = available()
    ended = ""
    while not ended:
        ended = _refused(checks, first=not steps)
        if not ended:
            launched = launch_batch(len(steps))
            if launched.failed:
                ended = f"{launched.failed} of {len(launched.lives)} further containers failed: {once(launched.errors)}"
            else:
                held = BATCH * (len(steps) + 1)
                steps.append(Step(held, launched.makespan, before - available()))
                ended = _reached(limit, steps)
        yield Density(tuple(steps), ended)


def _refused(checks: Sequence[Callable[[], None]], *, first: bool) -> str:
    try:
        for check in checks:
            check()
    except CannotRun as cannot:
        if first:
            raise
        return cannot.reason
    return ""


def _reached(limit: Limit, steps: Sequence[Step]) -> str:
    if limit.kind == "makespan" and len(steps) > 1 and steps[-1].makespan >= _DOUBLED * steps[0].makespan:
        return f"{BATCH} more took twice as long as the first {BATCH}"
    if steps[-1].containers >= limit.count:
        return f"{limit.count} were asked for" if limit.kind == "count" else f"{limit.count} are the most"
    return ""


def remove_all(clients: Sequence[docker.APIClient], ids: Sequence[str]) -> None:
    """Remove containers with several clients at a time. What cannot be removed stays for the sweep.

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
