"""A CPU quota on control groups, and how often the kernel stopped their processes because of it."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from hostcheck.host.mounts import own_mounts


@dataclass(frozen=True, slots=True)
class CpuQuota:
    """The lowest CPU quota on some control groups. A gauge for ``conditions.Recorder``.

    Sources: Documentation/scheduler/sched-bwc.rst; Documentation/admin-guide/cgroup-v2.rst (cpu.max, cpu.stat).

    Attributes:
        folder: the folder of the control group with the lowest quota; None if no group has a quota.
        cpus: number of CPUs that the group may use.
        known: whether the control groups could be read.
    """

    folder: Path | None = None
    cpus: float = 0.0
    known: bool = True

    @property
    def setting(self) -> str:
        """The quota, such as "0.2 CPUs" or "1 CPU"; "none" or "unknown"."""
        return f"{self.cpus:g} CPU{'s' * (self.cpus != 1)}" if self.folder else "none" if self.known else "unknown"

    @property
    def group(self) -> str:
        """The name of the control group that has the quota."""
        return self.folder.name if self.folder else ""

    def read(self) -> Mapping[str, float]:
        """Return the group's totals: "quota_periods", and "quota_stops", the periods in which it was stopped."""
        if self.folder is None:
            return {}
        try:
            lines = (self.folder / "cpu.stat").read_text(encoding="ascii").splitlines()
        except OSError:
            return {}
        totals = dict(line.partition(" ")[::2] for line in lines)
        names = {"quota_periods": "nr_periods", "quota_stops": "nr_throttled"}
        return {name: float(totals[key]) for name, key in names.items() if totals.get(key, "").isdigit()}


def lowest_quota(groups: Iterable[str], controller: Path) -> CpuQuota:
    """Return the lowest CPU quota on these control groups and on the groups above them.

    A quota that is not below the number of CPUs is left out, because it never stops anything.

    Args:
        groups: paths of the groups in the CPU controller's hierarchy, without a leading slash.
        controller: the folder of the kernel's CPU controller.
    """
    found = CpuQuota()
    for group in dict.fromkeys(groups):
        for folder in _up_to(controller, controller / group):
            cpus = _cpus(folder)
            if cpus is not None and (found.folder is None or cpus < found.cpus):
                found = CpuQuota(folder, cpus)
    # A quota above the number of CPUs never stops anything.
    return found if found.cpus < (os.cpu_count() or 1) else CpuQuota()


def own_quota() -> CpuQuota:
    """Return the lowest CPU quota on this process's control group and on the groups above it."""
    controller = cpu_controller()
    return CpuQuota(known=False) if controller is None else lowest_quota(groups_of(psutil.Process()), controller)


def cpu_controller() -> Path | None:
    """Return the mount point of the kernel's CPU controller (cgroup v1 or v2); None if it is not mounted."""
    mounts = own_mounts()
    first = next((mount for mount in mounts if mount.fs_type == "cgroup" and "cpu" in mount.super_options), None)
    found = first or next((mount for mount in mounts if mount.fs_type == "cgroup2"), None)
    return Path(found.mount_point) if found else None


def groups_of(process: psutil.Process) -> Iterator[str]:
    """Yield the process's group in the CPU controller's hierarchy (cgroups(7), /proc/PID/cgroup), if it can be read."""
    try:
        lines = Path(f"/proc/{process.pid}/cgroup").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    parts = [line.split(":", 2) for line in lines if line.count(":") >= 2]
    of_first = [path for _, names, path in parts if "cpu" in names.split(",")]
    yield from (path.lstrip("/") for path in of_first or [path for number, _, path in parts if number == "0"])


def _up_to(top: Path, folder: Path) -> Iterator[Path]:
    while folder != top and top in folder.parents:
        yield folder
        folder = folder.parent
    # In a namespace of control groups, the group of a whole container is at the top (cgroup_namespaces(7)).
    yield top


def _cpus(folder: Path) -> float | None:
    """Return how many CPUs a group may use; None if it has no quota, or the quota cannot be read."""
    try:
        if (both := folder / "cpu.max").exists():
            quota, period = both.read_text(encoding="ascii").split()
        else:
            quota = (folder / "cpu.cfs_quota_us").read_text(encoding="ascii").strip()
            period = (folder / "cpu.cfs_period_us").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() and int(period) else None
