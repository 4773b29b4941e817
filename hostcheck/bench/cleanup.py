"""Remove from an engine what a run made there, and nothing else."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import docker
from docker.errors import APIError

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine import REQUEST_ERRORS, error_text
from hostcheck.bench.labels import OURS, PROCESS, RUN, of_run

SETTLE_SECONDS = 2.0
"""Between two looks: an engine goes on creating for a client that has hung up."""

PATIENCE_SECONDS = 60.0
"""An engine that was restarted is back by then."""

_GONE = frozenset({404, 409})
"""No such thing any more; or its removal is in progress (409), which the next listing tells from one in use."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that a killed run left in the engine.

    Attributes:
        kind: "container" or "image".
        id: the engine's.
        run_id: whose it was.
    """

    kind: Literal["container", "image"]
    id: str
    run_id: str


def remove_once(client: docker.APIClient, run_id: str) -> int:
    """Remove the containers and then the images of this run that the engine lists now; return how many it listed."""
    containers = client.containers(all=True, filters=dict(of_run(run_id)))
    for container in containers:
        with _gone_is_fine():
            client.remove_container(container["Id"], v=True, force=True)
    # Untagged parents go with their last child; what is listed are the ends of the chains.
    images = client.images(filters=dict(of_run(run_id)))
    for image in images:
        with _gone_is_fine():
            client.remove_image(image["Id"], force=True)
    return len(containers) + len(images)


def sweep(
    client: docker.APIClient,
    run_id: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Remove all that this run made, until two looks in a row, some time apart, find nothing.

    To be called when no request of this run is under way any more.

    Raises:
        CannotRun: when something stays, with the command that removes it.
    """
    deadline = clock() + PATIENCE_SECONDS
    empty = 0
    problem = "the engine goes on listing it"
    while empty < 2 and clock() < deadline:
        try:
            empty = empty + 1 if remove_once(client, run_id) == 0 else 0
        except REQUEST_ERRORS as error:
            problem, empty = error_text(error), 0
        if empty < 2:
            sleep(SETTLE_SECONDS)
    if empty < 2:
        raise CannotRun(
            f"removing what this run made in the engine: {problem}",
            f"run docker rm -f $(docker ps -aq --filter label={RUN}={run_id})",
        )


def leftovers(client: docker.APIClient) -> tuple[Leftover, ...]:
    """List what runs left whose process is gone. Nothing is removed: ``sweep`` does that, given the run's id."""
    found: list[Leftover] = []
    marked = {"label": f"{OURS}=1"}
    kinds: tuple[tuple[Literal["container", "image"], list[dict[str, object]]], ...] = (
        ("container", client.containers(all=True, filters=marked)),
        ("image", client.images(filters=marked)),
    )
    for kind, things in kinds:
        for thing in things:
            marks = thing.get("Labels")
            if not isinstance(marks, dict) or RUN not in marks or _lives(marks.get(PROCESS, "")):
                continue
            found.append(Leftover(kind, str(thing["Id"]), marks[RUN]))
    return tuple(found)


def _lives(process: str) -> bool:
    return process.isdigit() and Path(f"/proc/{process}").exists()


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    try:
        yield
    except APIError as error:
        if error.status_code not in _GONE:
            raise
