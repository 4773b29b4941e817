"""Remove from an engine the objects that a run made, and nothing else."""

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
from hostcheck.bench.engine.objects import Listed, containers, images, own_networks
from hostcheck.helper import start_helper
from hostcheck.labels import OURS, PROCESS, RUN, of_run
from hostcheck.process import is_alive

SETTLE_SECONDS = 2.0
"""Seconds between two listings of the engine's objects.

Listings are repeated, because an engine may create objects after its client disconnected.
"""

PATIENCE_SECONDS = 60.0
"""Seconds to wait for an engine that is being restarted."""

PATIENT_SECONDS = 600.0
"""Seconds that the sweeper waits for an engine that hangs or has stopped."""

_USUAL = frozenset({"unix:///var/run/docker.sock", "unix:///run/docker.sock"})
_REMOTE = {"docker": "--host", "podman": "--url"}

_GONE = frozenset({404, 409})
"""404: the object is already removed. 409: it is being removed, or in use; the next listing shows which."""


Kind = Literal["container", "network", "image"]


@dataclass(frozen=True, slots=True)
class Leftover:
    """An object that a killed run left in the engine.

    Attributes:
        kind: "container", "network" or "image".
        id: the engine's id of the object.
        run_id: the id of the run that made it.
        orphaned: whether the run's process has certainly ended; False if it may run in another PID namespace.
    """

    kind: Kind
    id: str
    run_id: str
    orphaned: bool


def remove_once(client: docker.APIClient, run_id: str, *, cache_since: float | None = None) -> int:
    """Remove this run's current objects from the engine: containers, networks, images, then records of the build cache.

    Args:
        client: a connected client.
        run_id: the run's id.
        cache_since: the time of the run's build request to BuildKit, in seconds since the epoch; None without a build.

    Returns:
        The number of objects that were found.
    """
    built = made(client, run_id)
    listed = containers(client, all=True, filters=dict(of_run(run_id)))
    to_remove = dict.fromkeys((*(container.id for container in listed), *built.containers))
    for container in to_remove:
        with _gone_is_fine():
            client.remove_container(container, v=True, force=True)
    connecting = own_networks(client, dict(of_run(run_id)))
    for network in connecting:
        with _gone_is_fine():
            client.remove_network(network.id)
    named = [image.id for image in images(client, filters=dict(of_run(run_id)))]
    unused = dict.fromkeys((*named, *built.images))
    for image in unused:
        with _gone_is_fine():
            # Parents are kept: the last parent is the base image, which may have no name.
            client.remove_image(image, force=image in named, noprune=True)
    cached = remove_made_since(client, cache_since) if cache_since is not None else Cached()
    return len(to_remove) + len(connecting) + len(unused) + cached.ours


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
    """Remove all objects that this run made, and repeat until several listings in a row find nothing.

    Args:
        client: a connected client.
        run_id: the run's id.
        cache_since: as in ``remove_once``.
        looks: how many listings in a row must be empty. 2 is enough if all requests of the run have ended.
        give_up: returns whether to give up, because the engine does not respond; the sweeper process then continues.
        sleep: a function that waits for a number of seconds.
        clock: a function that returns seconds.

    Raises:
        CannotRun: if objects remain.
    """
    deadline = clock() + PATIENCE_SECONDS
    empty = 0
    problem = "the engine still lists objects of the run"
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
        raise CannotRun(f"cannot remove the objects that a run made in the engine: {problem}", "check the engine's log")
    forget(run_id)


def removal(run_id: str, url: str, program: str) -> str:
    """Return the shell command that removes a run's containers, networks and images from an engine.

    Args:
        run_id: the run's id.
        url: the engine's address.
        program: "docker" or "podman".
    """
    command = program if url in _USUAL else f"{program} {_REMOTE[program]} {shlex.quote(url)}"
    ours = f"--filter label={RUN}={shlex.quote(run_id)}"
    removals = (("ps -aq", "rm -fv"), ("network ls -q", "network rm"), ("images -aq", "rmi -f"))
    return "; ".join(f"{command} {ls} {ours} | xargs -r {command} {remove}" for ls, remove in removals)


@contextmanager
def swept(engine: Engine, client: docker.APIClient, context: Context) -> Iterator[None]:
    """Remove all of this run's objects from the engine when the context is left, or when this process is killed.

    If the engine does not respond then, the sweeper process retries, and ``context.aftermath`` gets a message. No
    exception is raised, because it would hide the first error.

    Args:
        engine: the engine.
        client: a connected client, used when the context is left.
        context: the context of the workload.

    Raises:
        CannotMeasureError: if the sweeper process does not start.
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
            # The keeper of a private engine removes the engine with all its objects.
            if not engine.heartbeat.is_own:
                context.aftermath.remains.append(
                    f"{cannot.reason}; objects of this run may remain: a process tries to remove them for "
                    f"{PATIENT_SECONDS / 60:.0f} minutes, and the next hostcheck bench will; to remove them now, run "
                    f"{removal(run_id, engine.url, engine.name)}"
                )
        else:
            sweeper.communicate(b"swept")
        finally:
            # The sweeper starts its work at the end of its input, unless it got the word that all is removed.
            for pipe in filter(None, (sweeper.stdin, sweeper.stdout)):
                pipe.close()


def leftovers(client: docker.APIClient, url: str) -> tuple[Leftover, ...]:
    """Return the objects of runs whose process has ended or is not visible in this PID namespace.

    ``sweep`` removes such objects.

    Args:
        client: a connected client.
        url: the engine's address.
    """
    found: list[Leftover] = []
    marked = {"label": f"{OURS}=1"}
    kinds: tuple[tuple[Kind, list[Listed]], ...] = (
        ("container", containers(client, all=True, filters=marked)),
        ("network", own_networks(client, marked)),
        ("image", images(client, filters=marked)),
    )
    for kind, things in kinds:
        found += [
            Leftover(kind, thing.id, thing.labels[RUN], alive is False)
            for thing in things
            if RUN in thing.labels and not (alive := is_alive(thing.labels.get(PROCESS, "")))
        ]
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
