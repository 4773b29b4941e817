"""The CPU quota on an engine and on its containers."""

from pathlib import Path

from hostcheck.bench.engine.daemon import DaemonOptions
from hostcheck.bench.engine.processes import Processes
from hostcheck.bench.quota import CpuQuota, groups_of, lowest_quota


def find_quota(options: DaemonOptions, driver: str, processes: Processes, controller: Path | None) -> CpuQuota:
    """Find the lowest CPU quota on the cgroups of the engine's processes and containers, and on all cgroups above.

    The quota is unknown if the controller is not mounted or the engine's process is not visible.

    Args:
        options: the engine's options, which may name the parent of the containers' cgroups.
        driver: the engine's cgroup driver, "cgroupfs" or "systemd".
        processes: the engine's processes.
        controller: the folder of the kernel's CPU controller; None if it is not mounted.
    """
    if controller is None or processes.engine is None:
        return CpuQuota(known=False)
    groups = [group for one in (processes.engine, processes.containerd) if one for group in groups_of(one)]
    parent = options.text("cgroup-parent") or ("system.slice" if driver == "systemd" else "/docker")
    groups += [slice_path(parent)] if parent.endswith(".slice") else [parent.lstrip("/"), *_below(groups, parent)]
    return lowest_quota(groups, controller)


def slice_path(name: str) -> str:
    """Return the path of a systemd slice: "a-b.slice" is in "a.slice" (systemd.slice(5))."""
    parts = name.rsplit("/", 1)[-1].removesuffix(".slice").split("-")
    return "/".join(f"{'-'.join(parts[: end + 1])}.slice" for end in range(len(parts)))


def _below(groups: list[str], parent: str) -> list[str]:
    """Return the possible paths of a relative cgroup parent: one below each of ``groups``. An absolute one has none."""
    return [] if parent.startswith("/") else [f"{group}/{parent}" for group in groups]
