"""Set the kernel's I/O limits on one block device, and remove them.

cgroup v1: in the root group, which also limits the file system's own writes (journal, flusher), and in this process's
group, since v1's limits are not inherited. cgroup v2: in a new group, since the root has no io.max; the processes to be
limited join that group. Each limit names one device and applies to no other.

Sources: Documentation/admin-guide/cgroup-v1/blkio-controller.rst, Documentation/admin-guide/cgroup-v2.rst.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from hostcheck.bench.base import CannotRun
from hostcheck.host.mounts import Mount
from hostcheck.run.calibration import Tier

_KNOBS = ("read_iops", "write_iops", "read_bps", "write_bps")


class Throttle(Protocol):
    """Limits on one device."""

    def set(self, tier: Tier) -> None:
        """Limit the device.

        Raises:
            CannotRun: when the kernel refuses.
        """

    def clear(self) -> None:
        """Remove the limits, and the cgroup that was made for them."""

    @property
    def group(self) -> Path | None:
        """The folder of the cgroup that a process must join to be limited; None where all processes are limited."""


class RootThrottle:
    """Limits of cgroup v1."""

    group: Path | None = None

    def __init__(self, top: Path, own: str, device: str) -> None:
        """Take the mount point of blkio, this process's group in it, and the device's "major:minor"."""
        self._groups = dict.fromkeys((top, top / own.lstrip("/")))
        self._device = device

    def set(self, tier: Tier) -> None:
        """Limit the device."""
        limits = (tier.iops, tier.iops, tier.bytes_per_second, tier.bytes_per_second)
        try:
            for knob, limit in zip(_KNOBS, limits, strict=True):
                for group in self._groups:
                    self._write(group, knob, limit)
        except OSError as error:
            raise CannotRun(f"limiting the emulated disk: {error.strerror}", "boot with cgroup v2") from error

    def clear(self) -> None:
        """Remove the limits: 0 means none."""
        for group in self._groups:
            for knob in _KNOBS:
                with contextlib.suppress(OSError):
                    self._write(group, knob, 0)

    def _write(self, group: Path, knob: str, limit: int) -> None:
        (group / f"blkio.throttle.{knob}_device").write_text(f"{self._device} {limit}\n", encoding="ascii")


class GroupThrottle:
    """Limits of cgroup v2, in a separate group."""

    def __init__(self, top: Path, name: str, device: str) -> None:
        """Take the mount point of cgroup v2, the new group's name, and the device's "major:minor"."""
        self._path = top / name
        self._device = device

    @property
    def group(self) -> Path | None:
        """The group's folder."""
        return self._path

    def set(self, tier: Tier) -> None:
        """Make the group, and limit the device in it."""
        rate, size = tier.iops, tier.bytes_per_second
        try:
            self._path.mkdir()
            (self._path / "io.max").write_text(f"{self._device} riops={rate} wiops={rate} rbps={size} wbps={size}\n")
        except OSError as error:
            raise CannotRun(
                f"limiting the emulated disk: {error.strerror} ({self._path}/io.max)",
                "enable the io controller: echo +io > /sys/fs/cgroup/cgroup.subtree_control",
            ) from error

    def clear(self) -> None:
        """Move the group's remaining processes to its parent, and remove it."""
        with contextlib.suppress(OSError):
            for pid in (self._path / "cgroup.procs").read_text(encoding="ascii").split():
                with contextlib.suppress(OSError):
                    (self._path.parent / "cgroup.procs").write_text(pid, encoding="ascii")
        with contextlib.suppress(OSError):
            self._path.rmdir()


def find_throttle(mounts: tuple[Mount, ...], membership: str, device: str, name: str) -> Throttle:
    """Choose the cgroup version that can limit a device here.

    Args:
        mounts: what is mounted.
        membership: this process's /proc/self/cgroup.
        device: "major:minor".
        name: the name of a group that may have to be made.

    Raises:
        CannotRun: when none can.
    """
    for mount in mounts:
        if mount.fs_type == "cgroup" and "blkio" in mount.super_options:
            return RootThrottle(Path(mount.mount_point), _group_in(membership, "blkio"), device)
    for mount in mounts:
        top = Path(mount.mount_point)
        if mount.fs_type == "cgroup2" and "io" in _words(top / "cgroup.controllers"):
            return GroupThrottle(top, name, device)
    raise CannotRun(
        "no control group limits disks here: neither blkio (v1) nor io (v2) is mounted",
        "mount cgroup v2, or run it on the host rather than in a container",
    )


def joined(group: Path | None) -> contextlib.AbstractContextManager[None]:
    """Join a cgroup v2 group until the context is left, with the children started meanwhile; None does nothing."""
    return _member(group) if group is not None else contextlib.nullcontext()


@contextlib.contextmanager
def _member(group: Path) -> Iterator[None]:
    home = group.parent / _group_in(Path("/proc/self/cgroup").read_text(encoding="ascii"), "").lstrip("/")
    (group / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")
    try:
        yield
    finally:
        (home / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")


def _group_in(membership: str, controller: str) -> str:
    """Return this process's group in a controller's hierarchy, or in v2's for an empty name (cgroups(7))."""
    for line in membership.splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(",") and (controller or not controllers):
            return path
    return "/"


def _words(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").split()
    except OSError:
        return []
