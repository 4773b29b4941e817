"""Containers launched at once: one thread and one connected client each, released together, each step on one clock."""

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
from hostcheck.bench.storm.output import READY, Output, attached

Span = tuple[float, float]

_POLL_SECONDS = 0.1
_GONE = frozenset({404, 409})


@dataclass(slots=True)
class Life:
    """One container's life, in seconds since all were released.

    Attributes:
        index: which of them.
        id: the engine's; empty until it is created.
        create: from and until, of the request.
        start: from and until, of the request.
        ready: when it printed the agreed word.
        removed: when it was gone.
        error: the engine's message, or what else went wrong; empty when nothing did.
    """

    index: int
    id: str = ""
    create: Span | None = None
    start: Span | None = None
    ready: float | None = None
    removed: float | None = None
    error: str = ""

    @property
    def latency(self) -> float | None:
        """Seconds from the first request for this container until it was ready."""
        return None if self.ready is None or self.create is None else self.ready - self.create[0]

    def as_json(self) -> dict[str, Any]:
        """Return it as a run file's detail keeps it."""
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
    """What came of a launch.

    Attributes:
        lives: of all the containers, in order.
        released: monotonic time (time.monotonic) when all were released.
    """

    lives: tuple[Life, ...]
    released: float

    @property
    def errors(self) -> tuple[str, ...]:
        """What went wrong, each once."""
        return tuple(sorted({life.error for life in self.lives if life.error}))

    @property
    def failed(self) -> int:
        """How many of them went wrong."""
        return sum(bool(life.error) for life in self.lives)

    @property
    def makespan(self) -> float:
        """Seconds from the release until the last was ready; only meaningful when none failed."""
        return max((life.ready or 0.0 for life in self.lives), default=0.0)

    @property
    def total(self) -> float:
        """Seconds from the release until the last was removed."""
        return max((life.removed or 0.0 for life in self.lives), default=0.0)


def launch(
    clients: Sequence[docker.APIClient],
    request: Mapping[str, Any],
    names: str,
    stop: threading.Event,
    *,
    halt: threading.Event | None = None,
    linger_seconds: float = 0.0,
) -> Launched:
    """Launch one container a client, all at once; when all are ready, remove them.

    A container has failed unless it was ready, and went on running.

    Args:
        clients: connected already, and not used by anybody else meanwhile.
        request: the body of POST /containers/create.
        names: what the containers' names begin with.
        stop: set when the user stops the run.
        halt: set when the launch is to end at once for another reason: what is not ready by then has failed.
        linger_seconds: how long to see whether the containers go on running, once all are ready.

    Raises:
        CannotRun: when there cannot be so many threads.
        Interrupted: when the user stopped the run. All requests have returned by then.
    """
    storm = _Storm(request, names, len(clients), (stop, *filter(None, (halt,))), linger_seconds)
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
        # An engine finishes what was asked of it: not before all answers are in is the list of containers whole.
        storm.abandoned.set()
        storm.gate.abort()
        for thread in threads:
            if thread.ident is not None:
                thread.join()
        if isinstance(error, RuntimeError) and any(thread.ident is None for thread in threads):
            raise CannotRun(
                f"starting {len(threads)} threads: {error}", "raise the limit of processes (ulimit -u), or launch fewer"
            ) from error
        raise
    if stop.is_set():
        raise Interrupted
    for life in lives:
        if life.ready is None and not life.error:
            life.error = "it was neither ready nor failed"
    return Launched(tuple(lives), storm.released)


@dataclass(slots=True)
class _Storm:
    """What the threads of one launch share."""

    request: Mapping[str, Any]
    names: str
    count: int
    stops: tuple[threading.Event, ...]
    linger_seconds: float
    abandoned: threading.Event = field(default_factory=threading.Event)
    released: float = 0.0
    gate: threading.Barrier = field(init=False)
    all_settled: threading.Barrier = field(init=False)

    def __post_init__(self) -> None:
        self.gate = threading.Barrier(self.count, action=self._release)
        self.all_settled = threading.Barrier(self.count)

    def live(self, life: Life, client: docker.APIClient) -> None:
        """Take one container from its creation to its removal."""
        try:
            self.gate.wait()
        except threading.BrokenBarrierError:
            # Not all threads could be started: nothing has been asked of the engine yet.
            return
        with _failing(life), ExitStack() as kept:
            output = None
            try:
                output = self._bring_up(life, client, kept)
            finally:
                # Removing costs the engine as much as launching: not while others are still being launched.
                self.all_settled.wait()
            if output and life.ready is not None and output.ends_within(self.linger_seconds):
                life.error = _with_reason("it ended after it was ready", output.complaint)
        with _failing(life):
            self._remove(life, client)

    def _bring_up(self, life: Life, client: docker.APIClient, kept: ExitStack) -> Output | None:
        began = self._now()
        name = f"{self.names}-{life.index}"
        # types-docker leaves this method without types.
        life.id = client.create_container_from_config(dict(self.request), name)["Id"]  # type: ignore[no-untyped-call]
        life.create = (began, self._now())
        if self._over():
            return None
        # Attached before the start, as docker run does: no output can come too early to be seen.
        output = kept.enter_context(attached(client, life.id))
        began = self._now()
        client.start(life.id)
        life.start = (began, self._now())
        self._await_word(life, output)
        return output

    def _await_word(self, life: Life, output: Output) -> None:
        deadline = time.monotonic() + REQUEST_SECONDS
        while not self._over():
            output.wait(_POLL_SECONDS)
            if output.ready:
                life.ready = self._now()
                return
            if output.refuted:
                life.error = f"it printed {output.word!r}, and not {READY.decode()!r}"
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
        try:
            # Killed, not stopped: sleep as process 1 ignores SIGTERM, and a stop would wait its grace out.
            client.remove_container(life.id, v=True, force=True)
        except APIError as error:
            if error.status_code not in _GONE:
                raise
            with suppress(*REQUEST_ERRORS):
                client.wait(life.id, condition="removed")
        life.removed = self._now()

    def _over(self) -> bool:
        return self.abandoned.is_set() or any(stop.is_set() for stop in self.stops)

    def _release(self) -> None:
        self.released = time.monotonic()

    def _now(self) -> float:
        return time.monotonic() - self.released


@contextmanager
def _failing(life: Life) -> Iterator[None]:
    """Make whatever is raised this container's failure: it must not end the thread unseen."""
    try:
        yield
    except Exception as error:  # noqa: BLE001
        text = error_text(error) if isinstance(error, REQUEST_ERRORS) else repr(error)
        life.error = life.error or text


def _with_reason(what: str, reason: str) -> str:
    return f"{what}: {reason}" if reason else what


def _rounded(span: Span | None) -> list[float] | None:
    return None if span is None else [round(moment, 4) for moment in span]
