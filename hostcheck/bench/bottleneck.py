"""Find what limited a container benchmark, CPU or disk, from the machine's counters during the benchmark."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hostcheck.bench.conditions import Gauge, Point
from hostcheck.bench.device_work import DeviceWork
from hostcheck.bench.engine.connection import Engine
from hostcheck.bench.engine.daemon import containerd_root
from hostcheck.bench.engine.processes import EngineWork
from hostcheck.bench.quota import CpuQuota
from hostcheck.run.fields import Bottleneck, WhyFields

BUSY_PERCENT = 85.0
"""The CPUs are the limit if they were busy for at least this percentage of the time."""
STALLED_PERCENT = 25.0
"""The disk is the limit if work stalled on I/O for at least this percentage of the time, and CPUs had time to spare."""
SPARE_PERCENT = 60.0
"""The CPUs had time to spare if they were busy for less than this percentage of the time."""
STOPPED_PERCENT = 50.0
"""The quota is the limit if it stopped its group in at least this percentage of its periods."""
NOTICED_PERCENT = 10.0
PEAK_SECONDS = 1.0
"""Length in seconds of the window whose worst mean is reported.

The mean of a whole launch storm hides short stalls; a single reading covers 0.1 s, which is only ten clock ticks.
"""
LEAST_SECONDS = 0.5
"""Shortest time in seconds for which a bottleneck is named: the kernel counts CPU time in hundredths of a second."""

BRIEF: Mapping[str, str] = {
    "quota": "CPU quota",
    "cpu": "CPU-bound",
    "disk": "disk-bound",
    "both": "CPU and disk",
    "steal": "stolen CPU",
}
"""A short label for each bottleneck; "unknown" has no label."""

_WORK = frozenset({"writes", "write_bytes", "flushes", "engine_cpu"})
"""Names of the gauges' counts that show how much work was done."""

SHARES = (
    "busy_percent",
    "iowait_percent",
    "steal_percent",
    "psi_io_some_percent",
    "psi_io_full_percent",
    "psi_cpu_some_percent",
    "psi_memory_full_percent",
)


@dataclass(frozen=True, slots=True)
class Watched:
    """What is monitored besides the CPUs while an engine is measured.

    Attributes:
        device: counters of the block devices that hold ``folders``.
        engine: CPU time of the engine's processes.
        folders: the folder of the engine's layers, its data folder, and containerd's data folder, each once.
        quota: the CPU quota on the engine or on its containers.
    """

    device: DeviceWork
    engine: EngineWork
    folders: tuple[Path, ...]
    quota: CpuQuota

    @property
    def gauges(self) -> tuple[Gauge, ...]:
        """Return the counters that ``conditions.Recorder`` reads."""
        return (self.device, self.engine, self.quota)


def watched(engine: Engine) -> Watched:
    """Return the devices, processes and folders to monitor for an engine."""
    containerd = containerd_root(engine.processes.containerd)
    wanted = (engine.layers.folder, engine.data_root, *filter(None, (containerd,)))
    # containerd's may lie below a folder that this user may not search, for which Path.is_dir fails.
    folders = tuple(dict.fromkeys(folder for folder in wanted if os.access(folder, os.F_OK)))
    return Watched(DeviceWork(folders), EngineWork(engine.processes), folders, engine.quota)


def shares(series: Sequence[Point], begin: float, end: float, names: Sequence[str] = SHARES) -> dict[str, float | None]:
    """Return the mean of each percentage between ``begin`` and ``end``, in seconds on the clock of ``series``.

    Each point covers the time since the previous point. A mean is None if the kernel gave no value, or no point covers
    any of that time.
    """
    found: dict[str, float | None] = {}
    for name in names:
        weighted = weight = 0.0
        before = begin
        for point in series:
            at = point["t"] or 0.0
            inside = max(0.0, min(at, end) - max(before, begin))
            before = at
            if (value := point.get(name)) is not None:
                weighted += inside * value
                weight += inside
        found[name] = round(weighted / weight, 1) if weight > 0 else None
    return found


def peak(series: Sequence[Point], name: str, begin: float, end: float) -> float | None:
    """Return the highest mean of a percentage over any PEAK_SECONDS between ``begin`` and ``end``.

    None if the two times are less than PEAK_SECONDS apart, or the kernel gave no value.
    """
    greatest: float | None = None
    first = 0
    for last, point in enumerate(series):
        at = point["t"] or 0.0
        if not begin + PEAK_SECONDS <= at <= end:
            continue
        while (series[first]["t"] or 0.0) <= at - PEAK_SECONDS:
            first += 1
        mean = shares(series[first : last + 1], at - PEAK_SECONDS, at, (name,))[name]
        if mean is not None and (greatest is None or mean > greatest):
            greatest = mean
    return greatest


def find_bottleneck(found: Mapping[str, float | None]) -> Bottleneck:
    """Return the bottleneck that the percentages in ``found`` show; "unknown" if they show none.

    An I/O stall is PSI's "full" if the kernel has PSI, and iowait otherwise.
    """
    busy, steal = found.get("busy_percent"), found.get("steal_percent") or 0.0
    stalled = found.get("psi_io_full_percent")
    stalled = found.get("iowait_percent") if stalled is None else stalled
    if (found.get("stopped_percent") or 0.0) >= STOPPED_PERCENT:
        return "quota"
    if busy is None or stalled is None:
        return "unknown"
    if steal >= NOTICED_PERCENT and stalled < STALLED_PERCENT:
        return "steal"
    if busy >= BUSY_PERCENT:
        return "cpu"
    if stalled >= STALLED_PERCENT and busy < SPARE_PERCENT:
        return "disk"
    return "both" if stalled >= NOTICED_PERCENT else "unknown"


def words(bottleneck: Bottleneck, found: Mapping[str, float | None], worst_iowait: float | None) -> str:
    """Return a sentence with the bottleneck, its percentages, and the iowait of the worst second if it is high."""
    worst = f", {worst_iowait:.0f} % in the worst second" if (worst_iowait or 0.0) >= NOTICED_PERCENT else ""
    shown = [
        f"{what} {value:.0f} %{worst if name == 'iowait_percent' else ''}"
        for what, name in (
            ("CPUs busy", "busy_percent"),
            ("iowait", "iowait_percent"),
            ("all stalled on I/O", "psi_io_full_percent"),
            ("steal", "steal_percent"),
            ("stopped by a CPU quota", "stopped_percent"),
        )
        if (value := found.get(name)) is not None
    ]
    said = {
        "quota": "Limited by a CPU quota on the engine or its containers, and not by this host",
        "cpu": "CPU-bound: the disk is not the limit here",
        "disk": "Disk-bound: the CPUs had spare time, and work waited for the disk",
        "both": "Limited partly by the disk and partly by the CPUs",
        "steal": "Limited by the hypervisor, which gave CPU time to others",
        "unknown": "No bottleneck is visible",
    }[bottleneck]
    return f"{said} ({', '.join(shown)})." if shown else f"{said}."


def explain(
    watch: Watched,
    series: Sequence[Point],
    window: tuple[float, float],
    counted: Mapping[str, float],
    *,
    containers: int = 0,
) -> WhyFields:
    """Explain what a measured time was spent on, as JSON values for a sample's detail.

    Args:
        watch: the monitored devices, processes and folders.
        series: the machine's series, on the same clock as ``window``.
        window: start and end of the measured time, in seconds.
        counted: the gauges' counts, from before the measured time until the containers were removed.
        containers: the number of launched containers, to divide the counted work by; 0 if none were launched.

    Returns:
        A dict with the keys verdict (the bottleneck), words (the bottleneck as a sentence), shares (percentages of the
        measured time), worst_second (the highest mean of iowait over one second), seconds (the measured time, split by
        what the CPUs did: busy, waiting for the disk, stolen, idle; idle includes locks, timers and disk waits that the
        kernel does not count), work (how much work was done, to compare with another host: writes, write_bytes,
        flushes, engine_cpu), devices (names of the block devices), unseen (what could not be observed, as sentences).
        If containers were launched, also work_per_container. If there is a CPU quota, also quota (group: its cgroup,
        cpus: its number of CPUs).
    """
    stopped = _stopped_percent(counted)
    found = {**shares(series, *window), **({} if stopped is None else {"stopped_percent": stopped})}
    seconds = window[1] - window[0]
    worst = peak(series, "iowait_percent", *window)
    bottleneck = find_bottleneck(found) if seconds >= LEAST_SECONDS else "unknown"
    why: WhyFields = {
        "verdict": bottleneck,
        "words": words(bottleneck, found, worst),
        "shares": found,
        "worst_second": {"iowait_percent": worst},
        "seconds": _split(found, seconds),
        "work": {name: round(value, 3) for name, value in counted.items() if name in _WORK},
        "devices": list(watch.device.devices),
        "unseen": list(_unseen(watch, bottleneck, found, counted, seconds)),
    }
    if containers:
        why["work_per_container"] = _per(counted, containers)
    if watch.quota.folder:
        why["quota"] = {"group": watch.quota.group, "cpus": watch.quota.cpus}
    return why


def _per(counted: Mapping[str, float], containers: int) -> dict[str, float]:
    return {name: round(value / containers, 2) for name, value in counted.items() if name in _WORK}


def _stopped_percent(counted: Mapping[str, float]) -> float | None:
    """Return the percentage of periods in which a CPU quota stopped its group; None without a quota."""
    periods = counted.get("quota_periods", 0.0)
    return round(100 * counted.get("quota_stops", 0.0) / periods, 1) if periods else None


def _split(found: Mapping[str, float | None], seconds: float) -> dict[str, float]:
    names = {"busy": "busy_percent", "disk": "iowait_percent", "stolen": "steal_percent"}
    split = {what: round((found[name] or 0.0) / 100 * seconds, 3) for what, name in names.items()}
    return {**split, "idle": round(max(0.0, seconds - sum(split.values())), 3)}


def _unseen(
    watch: Watched,
    bottleneck: Bottleneck,
    found: Mapping[str, float | None],
    counted: Mapping[str, float],
    seconds: float,
) -> Sequence[str]:
    if seconds < LEAST_SECONDS:
        return [f"{seconds:.2f} s is too short to find the bottleneck"]
    unseen = []
    if found["psi_io_full_percent"] is None:
        unseen.append("this kernel has pressure stall information (PSI) off: only iowait shows waits for the disk")
    if watch.device.unseen:
        unseen.append(watch.device.unseen)
    if "engine_cpu" not in counted:
        unseen.append("the engine's process was not found: its CPU time is unknown")
    if bottleneck in {"unknown", "both"}:
        unseen.append("time spent waiting for syncfs or for a provider's disk limit counts as idle")
    return unseen
