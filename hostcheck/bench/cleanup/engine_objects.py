"""Remove from an engine what a run made there, and nothing else."""

import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import docker
from docker.errors import APIError

from hostcheck.bench.base import CannotRun, Context
from hostcheck.bench.build.cache import Cached, remove_made_since
from hostcheck.bench.build.made import forget, killed_builds, made
from hostcheck.bench.build.turn import build_turn
from hostcheck.bench.engine.connection import REQUEST_ERRORS, Engine, error_text
from hostcheck.bench.engine.heartbeat import STOPPING_SECONDS
from hostcheck.helper import start_helper
from hostcheck.labels import OURS, PROCESS, RUN, of_run
from hostcheck.process import is_alive

SETTLE_SECONDS = 2.0
"""Interval of the listings: an engine continues to create objects for a client that has disconnected."""

PATIENCE_SECONDS = 60.0
"""How long to wait for an engine that was restarted."""

PATIENT_SECONDS = 600.0
"""How long the sweeper waits for an engine that hangs or is gone."""

_USUAL = frozenset({"unix:///var/run/docker.sock", "unix:///run/docker.sock"})
_REMOTE = {"docker": "--host", "podman": "--url"}

_GONE = frozenset({404, 409})
"""404: it is gone. 409: it is being removed, or in use; the next listing shows which."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that a killed run left in the engine.

    Attributes:
        kind: "container" or "image".
        id: the engine's.
        run_id: the id of the run that made it.
        orphaned: whether that run's process is known to be gone; False where it may run in another PID namespace.
    """

    kind: Literal["container", "image"]
    id: str
    run_id: str
    orphaned: bool


def remove_once(client: docker.APIClient, run_id: str, *, cache_since: float | None = None) -> int:
    """Remove this run's current objects from the engine: containers, then images, then records of the build cache.

    Args:
        client: connected.
        run_id: the run's.
        cache_since: when the run's build was requested from BuildKit, seconds since the epoch; None without one.

    Returns:
        How many objects there were.
    """
    built = made(client, run_id)
    labelled = [container["Id"] for container in client.containers(all=True, filters=dict(of_run(run_id)))]
    containers = dict.fromkeys((*labelled, *built.containers))
    for container in containers:
        with _gone_is_fine():
            client.remove_container(container, v=True, force=True)
    named = [image["Id"] for image in client.images(filters=dict(of_run(run_id)))]
    images = dict.fromkeys((*named, *built.images))
    for image in images:
        with _gone_is_fine():
            # Without its parents: the last one is the base image, which may have no name.
            client.remove_image(image, force=image in named, noprune=True)
    cached = remove_made_since(client, cache_since) if cache_since is not None else Cached()
    return len(containers) + len(images) + cached.ours


def sweep(
    client: docker.APIClient,
    run_id: str,
    *,
    cache_since: float | None = None,
    looks: int = 2,
    give_up: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Remove all that this run made, until several listings in a row find nothing.

    Args:
        client: connected.
        run_id: the run's.
        cache_since: as in ``remove_once``.
        looks: how many empty listings in a row are required; 2 when none of the run's requests is under way any more.
        give_up: whether to give up when the engine does not respond, and leave it to the sweeper process.
        sleep: waits this many seconds.
        clock: returns seconds.

    Raises:
        CannotRun: when something remains.
    """
    deadline = clock() + PATIENCE_SECONDS
    empty = 0
    problem = "the engine still lists it"
    while empty < looks and clock() < deadline:
        try:
            empty = empty + 1 if remove_once(client, run_id, cache_since=cache_since) == 0 else 0
        except REQUEST_ERRORS as error:
            problem, empty = error_text(error), 0
            if give_up():
                break
        if empty < looks:
            sleep(SETTLE_SECONDS)
    if empty < looks:
        raise CannotRun(f"removing what a run made in the engine: {problem}", "look at the engine's log")
    forget(run_id)


def removal(run_id: str, url: str, program: str) -> str:
    """Return the shell command that removes a run's containers, then its images, from an engine.

    Args:
        run_id: the run's.
        url: the engine's address.
        program: "docker" or "podman".
    """
    command = program if url in _USUAL else f"{program} {_REMOTE[program]} {shlex.quote(url)}"
    ours = f"--filter label={RUN}={shlex.quote(run_id)}"
    return (
        f"{command} ps -aq {ours} | xargs -r {command} rm -fv; {command} images -aq {ours} | xargs -r {command} rmi -f"
    )


@contextmanager
def swept(engine: Engine, client: docker.APIClient, context: Context) -> Iterator[None]:
    """Remove all of this run's objects from the engine when the context is left, or when this process is killed.

    If the engine does not respond then, another process retries, and the aftermath reports it. This raises no
    exception, which would hide the first error.

    Args:
        engine: the engine.
        client: connected to it; used when the context is left.
        context: the workload's.

    Raises:
        CannotMeasureError: when the sweeper process does not start.
    """
    since = time.time() if engine.keeps_cache else None
    run_id = context.run_id
    sweeper = start_helper("engine-sweeper", engine.url, run_id, *([repr(since)] if since else []))
    try:
        yield
    finally:
        try:
            over = engine.heartbeat.is_over
            with build_turn(engine, STOPPING_SECONDS if over() else PATIENCE_SECONDS):
                sweep(client, run_id, cache_since=since, give_up=over)
        except CannotRun as cannot:
            # A private engine is removed by its keeper, with all its objects.
            if not engine.heartbeat.is_own:
                context.aftermath.remains.append(
                    f"{cannot.reason}; this run's containers and images may remain: a process goes on trying for "
                    f"{PATIENT_SECONDS / 60:.0f} minutes, as does the next hostcheck bench; or run "
                    f"{removal(run_id, engine.url, engine.name)}"
                )
        else:
            sweeper.communicate(b"swept")
        finally:
            # The sweeper starts to sweep unless it was sent the word that all is swept.
            if sweeper.stdin is not None and not sweeper.stdin.closed:
                sweeper.stdin.close()


def leftovers(client: docker.APIClient, url: str) -> tuple[Leftover, ...]:
    """List the objects of runs whose process is gone or cannot be seen from here; ``sweep`` removes them.

    Args:
        client: connected.
        url: the engine's address.
    """
    found: list[Leftover] = []
    marked = {"label": f"{OURS}=1"}
    kinds: tuple[tuple[Literal["container", "image"], list[dict[str, object]]], ...] = (
        ("container", client.containers(all=True, filters=marked)),
        ("image", client.images(filters=marked)),
    )
    for kind, things in kinds:
        for thing in things:
            marks = thing.get("Labels")
            if isinstance(marks, dict) and RUN in marks and not (alive := is_alive(marks.get(PROCESS, ""))):
                found.append(Leftover(kind, str(thing["Id"]), marks[RUN], alive is False))
    for run_id in killed_builds(url):
        built = made(client, run_id)
        listed = {item.id for item in found}
        found += [Leftover("container", name, run_id, orphaned=True) for name in built.containers if name not in listed]
        found += [Leftover("image", name, run_id, orphaned=True) for name in built.images if name not in listed]
        if not built.containers and not built.images:
            forget(run_id)
    return tuple(found)


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    try:
        yield
    except APIError as error:
        if error.status_code not in _GONE:
            raise
