"""The machine's state while a sample is taken: CPU time, iowait, steal, and pressure stall information (PSI)."""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import psutil

from hostcheck.run.measured import Conditions, Sample

INTERVAL_SECONDS = 0.1
_PRESSURE = Path("/proc/pressure")
_CONDITIONS = tuple(each.name for each in fields(Conditions) if each.name != "load1")


def now_utc() -> str:
    """Return the time now as the run file writes it: ISO 8601, UTC, milliseconds, "Z"."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Point = dict[str, float | None]
"""One reading of the machine: "t" in seconds, and each value since the previous reading, by name."""


class Gauge(Protocol):
    """Counters that only grow, and that a Recorder reads together with the machine's counters."""

    def read(self) -> Mapping[str, float]:
        """Return the totals so far, by name. A counter that cannot be read is left out."""


class Recorder:
    """A context manager that monitors the machine.

    Attributes after leaving:
        seconds: wall time from entering to leaving.
        started: the time of entering, in the run file's format.
        conditions: mean percentages over the monitored time, and load1, the load average at its start.
        series: one point about every 0.1 s, "t" in seconds since the start: the percentages of Conditions,
            psi_memory_full_percent, and each gauge's counts per second. A value that the kernel does not give is None.
        counted: each gauge's counts over the monitored time.
    """

    def __init__(self, gauges: Sequence[Gauge] = ()) -> None:
        """Create a recorder that also reads these counters."""
        self.seconds = 0.0
        self.started = ""
        self.conditions = Conditions()
        self.series: list[Point] = []
        self.counted: dict[str, float] = {}
        self.origin = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="conditions", daemon=True)
        self._gauges = gauges
        self._first: _Snapshot | None = None

    def __enter__(self) -> "Recorder":
        """Start monitoring. ``origin`` is the monotonic time (time.monotonic) of the start."""
        self.started = now_utc()
        self._load1 = os.getloadavg()[0]
        self._first = _Snapshot(self._gauges)
        self.origin = self._first.at
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop monitoring, and compute the averages."""
        try:
            last = _Snapshot(self._gauges)
        finally:
            self._end.set()
            self._thread.join()
        assert self._first is not None
        self.seconds = round(last.at - self._first.at, 4)
        rates = last.since(self._first)
        self.conditions = Conditions(
            **{name: _rounded(rates[name]) for name in _CONDITIONS}, load1=round(self._load1, 2)
        )
        self.counted = last.counted_since(self._first)

    def sample(self, value: float | None, reason: str, detail: Mapping[str, Any]) -> Sample:
        """Return the sample of the monitored time. With a ``reason``, it is invalid and has no value."""
        return Sample(
            value=None if reason else value,
            valid=not reason,
            reason=reason,
            seconds=self.seconds,
            started=self.started,
            conditions=self.conditions,
            detail=detail,
        )

    def _watch(self) -> None:
        before = self._first
        assert before is not None
        while not self._end.wait(INTERVAL_SECONDS):
            now = _Snapshot(self._gauges)
            wall = now.at - before.at
            point: Point = {"t": round(now.at - self.origin, 3)}
            point |= {name: None if rate is None else round(rate, 1) for name, rate in now.since(before).items()}
            point |= {name: float(f"{count / wall:.4g}") for name, count in now.counted_since(before).items()}
            self.series.append(point)
            before = now


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 2)


class _Snapshot:
    """All counters at one moment."""

    def __init__(self, gauges: Sequence[Gauge] = ()) -> None:
        self.at = time.monotonic()
        self.cpu: Any = psutil.cpu_times()
        self.pressure = read_pressure()
        self.totals = {name: value for gauge in gauges for name, value in gauge.read().items()}

    def counted_since(self, before: "_Snapshot") -> dict[str, float]:
        """Return the gauges' counts since an earlier snapshot, for each counter that both snapshots have."""
        return {name: total - before.totals[name] for name, total in self.totals.items() if name in before.totals}

    def since(self, before: "_Snapshot") -> dict[str, float | None]:
        """Return the percentages of Conditions, and psi_memory_full_percent, for the time since an earlier snapshot.

        A value that the kernel does not give is None.
        """
        spent = {name: getattr(self.cpu, name) - getattr(before.cpu, name) for name in self.cpu._fields}
        # User time includes guest time (proc(5)): guest time must not be added again.
        total = sum(value for name, value in spent.items() if not name.startswith("guest"))
        wall = self.at - before.at

        def share(value: float) -> float | None:
            return max(0.0, min(100.0, 100 * value / total)) if total > 0 else None

        def stalled(name: str) -> float | None:
            if name not in self.pressure or name not in before.pressure or wall <= 0:
                return None
            return max(0.0, min(100.0, 100 * (self.pressure[name] - before.pressure[name]) / 1e6 / wall))

        return {
            "busy_percent": share(total - spent["idle"] - spent["iowait"] - spent.get("steal", 0.0)),
            "iowait_percent": share(spent["iowait"]),
            "steal_percent": share(spent.get("steal", 0.0)),
            "psi_io_some_percent": stalled("io.some"),
            "psi_io_full_percent": stalled("io.full"),
            "psi_cpu_some_percent": stalled("cpu.some"),
            "psi_memory_full_percent": stalled("memory.full"),
        }


def read_pressure() -> Mapping[str, int]:
    """Return the stalled microseconds since boot for "io.some", "io.full", "cpu.some"…; empty if PSI is off.

    Source: Documentation/accounting/psi.rst.
    """
    totals: dict[str, int] = {}
    for resource in ("cpu", "io", "memory"):
        try:
            text = (_PRESSURE / resource).read_text()
        except OSError:
            # No such file, or EOPNOTSUPP where the kernel was booted with psi=0: unknown, not zero.
            continue
        totals |= parse_pressure(resource, text)
    return totals


def parse_pressure(resource: str, text: str) -> Mapping[str, int]:
    """Return the stalled microseconds of one file of /proc/pressure, by name such as "io.some".

    The file has lines such as "some avg10=0.00 avg60=0.00 avg300=0.00 total=12345".
    """
    totals: dict[str, int] = {}
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        for word in rest.split():
            name, _, value = word.partition("=")
            if name == "total" and value.isdigit():
                totals[f"{resource}.{kind}"] = int(value)
    return totals
