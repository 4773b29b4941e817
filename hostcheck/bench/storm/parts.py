"""Split the time of one container's launch and removal by cause: disk, locks, firewall, hook, runtime."""

import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import TracebackType

from hostcheck.bench.engine.processes import Processes
from hostcheck.bench.storm.exits import Exit, Exits
from hostcheck.bench.storm.launch import Life

Span = tuple[float, float]

READING_SECONDS = 0.01
"""Seconds between two readings of the states of the engine's threads."""
_LAST_EXITS_SECONDS = 0.2
"""Seconds after the removal within which the last programs of a container end."""

_FIREWALL = re.compile(r"(?:ip6?|arp|eb)tables.*|xtables-.*|nft|firewall-cmd|netavark")
_RUNTIME = re.compile(r"runc(?::\[.*)?|crun|youki|runsc.*|kata-runtime")
_SHIM = re.compile(r"containerd-shim.*|conmon")
_HOOK = "exe"
"""The name of a program that is run as /proc/PID/exe: the engine itself, called by a runtime to join a network."""
_LOCK = re.compile(r"mutex|rwsem|down_(?:read|write)|rcu|percpu_")
_DISK = re.compile(
    r"io_schedule|folio_|wait_on_page|filemap|jbd2|bio|blk|bdev|buffer|writeback|wb_wait|sync_inode|ext4_|xfs_|btrfs_|rq_qos"
)
_PROC = Path("/proc")


class LaunchWatch:
    """The observer of an engine while a container is launched and removed.

    Attributes:
        unknown: why the programs that ran, or the waits of the engine, are unknown; empty if both are known.
    """

    def __init__(self, processes: Processes) -> None:
        """Take the processes of the engine to observe."""
        self._pids = [one.pid for one in (processes.engine, processes.containerd) if one is not None]
        self._exits = Exits()
        self._waits: dict[str, list[Span]] = {"disk": [], "lock": []}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, name="waits")

    @property
    def unknown(self) -> str:
        """Why the programs that ran are unknown, or that the engine's process is not visible; empty if all is known."""
        return self._exits.unknown or ("" if self._pids else "the engine's process is not visible")

    def __enter__(self) -> "LaunchWatch":
        """Start to observe."""
        self._exits.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop observing, after some time in which the last programs of the container end."""
        self._ended.wait(_LAST_EXITS_SECONDS)
        self._ended.set()
        self._thread.join()
        self._exits.__exit__(kind, error, traceback)

    def parts(self, life: Life, released: float) -> Mapping[str, Mapping[str, float]]:
        """Return the seconds of each phase of the container's launch and removal, by cause.

        Args:
            life: the container's times.
            released: the start of these times, in seconds (time.monotonic).
        """
        assert life.ready is not None
        spans = {**self._waits, **programs(self._exits.found, released + life.ready)}
        since = {cause: [(begin - released, end - released) for begin, end in found] for cause, found in spans.items()}
        return {phase: split(span, since, REST[phase]) for phase, span in phases(life).items()}

    def _look(self) -> None:
        before = time.monotonic()
        while not self._ended.wait(READING_SECONDS):
            causes = {cause for pid in self._pids for cause in _waiting(pid)}
            now = time.monotonic()
            for cause in causes:
                self._waits[cause].append((before, now))
            before = now


REST: Mapping[str, str] = {"create": "engine", "start": "engine", "ready": "container", "remove": "engine"}
"""The cause of the part of each phase in which no other cause was observed."""


def phases(life: Life) -> Mapping[str, Span]:
    """Return start and end of each phase of a container that was launched and removed without an error."""
    assert life.create is not None
    assert life.start is not None
    assert life.ready is not None
    assert life.remove is not None
    return {"create": life.create, "start": life.start, "ready": (life.start[1], life.ready), "remove": life.remove}


def programs(found: Iterable[Exit], ready: float) -> Mapping[str, Sequence[Span]]:
    """Return start and end of each run of the firewall's programs, of hooks and of the runtime.

    Programs that are running when the container becomes ready are left out: the container itself, its shim, and the
    proxies of its ports. Any remaining program that a shim starts belongs to the runtime, whatever its name is.

    Args:
        found: all processes that ended during the observation.
        ready: time at which the container was ready, in seconds (time.monotonic).
    """
    ended = list(found)
    shims = {one.pid for one in ended if _SHIM.fullmatch(one.name)}
    spans: dict[str, list[Span]] = {"firewall": [], "hook": [], "runtime": []}
    for one in ended:
        if one.begin <= ready <= one.end:
            continue
        if _FIREWALL.fullmatch(one.name):
            spans["firewall"].append((one.begin, one.end))
        elif one.name == _HOOK:
            spans["hook"].append((one.begin, one.end))
        elif one.parent in shims or _RUNTIME.fullmatch(one.name):
            spans["runtime"].append((one.begin, one.end))
    return spans


def split(whole: Span, spans: Mapping[str, Sequence[Span]], rest: str) -> Mapping[str, float]:
    """Return the seconds of a span by cause. Their sum is the length of the span.

    If several causes overlap, the time goes to the first of them in ``spans``: a runtime waits for its hook, and an
    engine for its runtime.

    Args:
        whole: the span.
        spans: the times at which each cause was seen, in order of precedence.
        rest: the cause of the remaining seconds.
    """
    inside = {cause: list(_clipped(found, whole)) for cause, found in spans.items()}
    edges = sorted({*whole, *(edge for found in inside.values() for span in found for edge in span)})
    seconds: dict[str, float] = {}
    for begin, end in pairwise(edges):
        middle = (begin + end) / 2
        seen = (cause for cause, found in inside.items() if any(first <= middle <= last for first, last in found))
        cause = next(seen, rest)
        seconds[cause] = seconds.get(cause, 0.0) + end - begin
    return {cause: round(value, 5) for cause, value in seconds.items()}


def _clipped(spans: Iterable[Span], whole: Span) -> Iterator[Span]:
    for begin, end in spans:
        if (first := max(begin, whole[0])) < (last := min(end, whole[1])):
            yield first, last


def _waiting(pid: int) -> Iterator[str]:
    """Yield "disk" or "lock" for each thread of a process that waits for one uninterruptibly (state D, proc(5))."""
    for task in _PROC.glob(f"{pid}/task/*"):
        try:
            state = (task / "stat").read_bytes().rpartition(b")")[2].split()[:1]
            if state == [b"D"] and (cause := cause_of((task / "wchan").read_text(encoding="ascii"))):
                yield cause
        except OSError:
            continue


def cause_of(function: str) -> str:
    """Return the cause of a wait by the kernel function in which a thread waits: "lock", "disk" or empty (unknown)."""
    return "lock" if _LOCK.search(function) else "disk" if _DISK.search(function) else ""
