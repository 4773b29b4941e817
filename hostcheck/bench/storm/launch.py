"""Launch containers at the same time, with one thread and one connected client for each container."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import docker
from docker.errors import APIError

from hostcheck.bench.base import CannotRun, Interrupted
from hostcheck.bench.engine.connection import REQUEST_ERRORS, REQUEST_SECONDS, error_text
from hostcheck.bench.engine.objects import Fields
from hostcheck.bench.storm.output import Output, attached
from hostcheck.bench.storm.ready import WORD, Readiness, Watch
from hostcheck.counts import number_of
from hostcheck.run.fields import ContainerFields

Span = tuple[float, float]

_GONE = frozenset({404, 409})


@dataclass(slots=True)
class Life:
    """The times of one container, in seconds since the release (the moment when all threads begin).

    Attributes:
        index: the container's number in the storm.
        id: the engine's id; empty until the container is created.
        create: start and end of the create request.
        start: start and end of the start request.
        ready: time at which the container was ready; None if it was not.
        remove: start and end of the request that kills and removes it.
        error: the engine's message, or another error; empty if there was none.
    """

    index: int
    id: str = ""
    create: Span | None = None
    start: Span | None = None
    ready: float | None = None
    remove: Span | None = None
    error: str = ""

    @property
    def removed(self) -> float | None:
        """Time at which the container was removed; None if it was not."""
        return None if self.remove is None else self.remove[1]

    @property
    def latency(self) -> float | None:
        """Seconds from the create request until the container was ready; None if it was not."""
        return None if self.ready is None or self.create is None else self.ready - self.create[0]

    def as_json(self) -> ContainerFields:
        """Return the times as JSON values for a sample's detail."""
        return {
            "index": self.index,
            "create": _rounded(self.create),
            "start": _rounded(self.start),
            "ready": None if self.ready is None else round(self.ready, 4),
            "removed": None if self.removed is None else round(self.removed, 4),
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class Launched:
    """The outcome of a launch.

    Attributes:
        lives: the times of each container, in order.
        released: the moment when all threads began, in seconds (time.monotonic).
    """

    lives: tuple[Life, ...]
    released: float

    @property
    def errors(self) -> tuple[str, ...]:
        """The different errors of all containers."""
        return tuple(sorted({life.error for life in self.lives if life.error}))

    @property
    def failed(self) -> int:
        """The number of containers that failed."""
        return sum(bool(life.error) for life in self.lives)

    @property
    def makespan(self) -> float:
        """Seconds from the release until the last container was ready. Meaningful only if no container failed."""
        return max((life.ready or 0.0 for life in self.lives), default=0.0)

    @property
    def total(self) -> float:
        """Seconds from the release until the last container was removed."""
        return max((life.removed or 0.0 for life in self.lives), default=0.0)


def launch(
    clients: Sequence[docker.APIClient],
    request: Mapping[str, Any],
    names: str,
    stop: threading.Event,
    *,
    ready: Readiness = WORD,
    halt: threading.Event | None = None,
    linger_seconds: float = 0.0,
    keep: bool = False,
) -> Launched:
    """Launch one container for each client, all at the same time. When all are ready, remove or keep them.

    A container that does not become ready, or does not keep running, has failed.

    Args:
        clients: connected clients that no other threads use.
        request: the body of POST /containers/create.
        names: the prefix of the containers' names.
        stop: set when the user stops the run.
        ready: what makes a container ready.
        halt: set to end the launch at once for another reason. Containers that are not ready at that time have failed.
        linger_seconds: how long to check that the containers keep running after all are ready.
        keep: whether to let ready containers run on, instead of removing them.

    Raises:
        CannotRun: if the threads cannot be started.
        Interrupted: if the user stopped the run. It is raised after all requests have returned.
    """
    storm = _Storm(request, names, len(clients), ready, (stop, *filter(None, (halt,))), linger_seconds, keep)
    lives = [Life(index) for index in range(len(clients))]
    threads = [
        threading.Thread(target=storm.live, args=pair, name=f"container {pair[0].index}")
        for pair in zip(lives, clients, strict=True)
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException as error:
        # The engine completes every request: only after all responses does it list all containers to remove.
        storm.abandoned.set()
        storm.gate.abort()
        for thread in threads:
            if thread.ident is not None:
                thread.join()
        if isinstance(error, RuntimeError) and any(thread.ident is None for thread in threads):
            raise CannotRun(
                f"cannot start {number_of(len(threads), 'thread')}: {error}",
                "raise the limit of processes (ulimit -u), or launch fewer containers (--storm)",
            ) from error
        raise
    if stop.is_set():
        raise Interrupted
    for life in lives:
        if life.ready is None and not life.error:
            life.error = "it did not become ready, and reported no error"
    return Launched(tuple(lives), storm.released)


@dataclass(slots=True)
class _Storm:
    """The state that the threads of one launch share."""

    request: Mapping[str, Any]
    names: str
    count: int
    ready: Readiness
    stops: tuple[threading.Event, ...]
    linger_seconds: float
    keep: bool
    abandoned: threading.Event = field(default_factory=threading.Event)
    released: float = 0.0
    gate: threading.Barrier = field(init=False)
    all_settled: threading.Barrier = field(init=False)

    def __post_init__(self) -> None:
        self.gate = threading.Barrier(self.count, action=self._release)
        self.all_settled = threading.Barrier(self.count)

    def live(self, life: Life, client: docker.APIClient) -> None:
        """Create, start and remove one container, and record the times."""
        try:
            self.gate.wait()
        except threading.BrokenBarrierError:
            # Not all threads could be started: this thread must not send a request.
            return
        with _failing(life), ExitStack() as kept:
            output = None
            try:
                output = self._bring_up(life, client, kept)
            finally:
                # Removing costs the engine as much time as launching: wait until all containers are launched.
                self.all_settled.wait()
            if output and life.ready is not None and output.ends_within(self.linger_seconds):
                life.error = _with_reason("it ended after it was ready", output.complaint)
        if not self.keep or life.error:
            with _failing(life):
                self._remove(life, client)

    def _bring_up(self, life: Life, client: docker.APIClient, kept: ExitStack) -> Output | None:
        began = self._now()
        name = f"{self.names}-{life.index}"
        answer = client.create_container_from_config(dict(self.request), name)  # type: ignore[no-untyped-call]  # untyped
        life.id = Fields(answer, "container").text("Id", required=True)
        life.create = (began, self._now())
        if self._over():
            return None
        # Attach before the start, as docker run does, so that no output is missed.
        output = kept.enter_context(attached(client, life.id, self.ready.line))
        began = self._now()
        client.start(life.id)
        life.start = (began, self._now())
        self._await_ready(life, Watch(self.ready, client, life.id, output))
        return output

    def _await_ready(self, life: Life, watch: Watch) -> None:
        output = watch.output
        deadline = time.monotonic() + REQUEST_SECONDS
        while not self._over():
            if watch.is_ready():
                life.ready = self._now()
                return
            if refutation := watch.refutation:
                life.error = refutation
                return
            if output.ended:
                life.error = _with_reason("it ended before it was ready", output.complaint or output.word)
                return
            if time.monotonic() > deadline:
                late = f"it was not ready within {REQUEST_SECONDS:.0f} s"
                life.error = _with_reason(late, output.complaint or output.word)
                return

    def _remove(self, life: Life, client: docker.APIClient) -> None:
        if not life.id:
            return
        began = self._now()
        try:
            # Kill instead of stop: sleep ignores SIGTERM as process 1, and a stop would wait until its timeout.
            client.remove_container(life.id, v=True, force=True)
        except APIError as error:
            if error.status_code not in _GONE:
                raise
            with suppress(*REQUEST_ERRORS):
                client.wait(life.id, condition="removed")
        life.remove = (began, self._now())

    def _over(self) -> bool:
        return self.abandoned.is_set() or any(stop.is_set() for stop in self.stops)

    def _release(self) -> None:
        self.released = time.monotonic()

    def _now(self) -> float:
        return time.monotonic() - self.released


@contextmanager
def _failing(life: Life) -> Iterator[None]:
    """Record any exception as this container's error. Otherwise it would end the thread without a message."""
    try:
        yield
    except Exception as error:  # noqa: BLE001
        of_engine = isinstance(error, REQUEST_ERRORS)
        text = error_text(error) if of_engine else ": ".join(filter(None, (type(error).__name__, str(error))))
        life.error = life.error or text


def _with_reason(what: str, reason: str) -> str:
    return f"{what}: {reason}" if reason else what


def _rounded(span: Span | None) -> list[float] | None:
    return None if span is None else [round(moment, 4) for moment in span]
