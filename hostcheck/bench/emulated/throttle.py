"""Set the kernel's I/O limits on one block device, and remove them.

cgroup v1: the limits are set in the root group, which also limits the writes of the file system itself (journal,
flusher), and in the group of this process, because v1's limits are not inherited. cgroup v2: the limits are set in a
new group, because the root group has no io.max; the processes to limit join it. A limit applies to one device.

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
    """I/O limits on one device."""

    def set(self, tier: Tier) -> None:
        """Limit the device to the tier's speed.

        Raises:
            CannotRun: if the kernel refuses the limits.
        """

    def clear(self) -> None:
        """Remove the limits, and the cgroup that was made for them."""

    @property
    def group(self) -> Path | None:
        """Folder of the cgroup that a process must join to be limited; None if the limits apply to all processes."""


class RootThrottle:
    """I/O limits of cgroup v1."""

    group: Path | None = None

    def __init__(self, top: Path, own: str, device: str) -> None:
        """Create the limits' object. Nothing is limited yet.

        Args:
            top: the mount point of blkio.
            own: this process's group in blkio's hierarchy.
            device: the device's "major:minor".
        """
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
            raise CannotRun(
                f"cannot limit the emulated disk: {error.strerror}", "boot the host with cgroup v2"
            ) from error

    def clear(self) -> None:
        """Remove the limits by writing 0."""
        for group in self._groups:
            for knob in _KNOBS:
                with contextlib.suppress(OSError):
                    self._write(group, knob, 0)

    def _write(self, group: Path, knob: str, limit: int) -> None:
        (group / f"blkio.throttle.{knob}_device").write_text(f"{self._device} {limit}\n", encoding="ascii")


class GroupThrottle:
    """I/O limits of cgroup v2, in a separate group."""

    def __init__(self, top: Path, name: str, device: str) -> None:
        """Create the limits' object. Nothing is limited yet.

        Args:
            top: the mount point of cgroup v2.
            name: the name of the new group.
            device: the device's "major:minor".
        """
        self._path = top / name
        self._device = device

    @property
    def group(self) -> Path | None:
        """The group's folder."""
        return self._path

    def set(self, tier: Tier) -> None:
        """Make the group, and limit the device for the processes in it."""
        rate, size = tier.iops, tier.bytes_per_second
        try:
            self._path.mkdir()
            (self._path / "io.max").write_text(f"{self._device} riops={rate} wiops={rate} rbps={size} wbps={size}\n")
        except OSError as error:
            raise CannotRun(
                f"cannot limit the emulated disk: {error.strerror} ({self._path}/io.max)",
                "enable the io controller: echo +io > /sys/fs/cgroup/cgroup.subtree_control",
            ) from error

    def clear(self) -> None:
        """Move the processes that remain in the group to its parent, and remove the group."""
        with contextlib.suppress(OSError):
            for pid in (self._path / "cgroup.procs").read_text(encoding="ascii").split():
                with contextlib.suppress(OSError):
                    (self._path.parent / "cgroup.procs").write_text(pid, encoding="ascii")
        with contextlib.suppress(OSError):
            self._path.rmdir()


def find_throttle(mounts: tuple[Mount, ...], membership: str, device: str, name: str) -> Throttle:
    """Choose the cgroup version that can limit a device here.

    Args:
        mounts: the mount table.
        membership: the content of /proc/self/cgroup.
        device: the device's "major:minor".
        name: the name of the group to make under cgroup v2.

    Raises:
        CannotRun: if neither version can limit disks here.
    """
    for mount in mounts:
        if mount.fs_type == "cgroup" and "blkio" in mount.super_options:
            return RootThrottle(Path(mount.mount_point), _group_in(membership, "blkio"), device)
    for mount in mounts:
        top = Path(mount.mount_point)
        if mount.fs_type == "cgroup2" and "io" in _words(top / "cgroup.controllers"):
            return GroupThrottle(top, name, device)
    raise CannotRun(
        "this host has no cgroup that can limit disks: neither blkio (v1) nor io (v2) is mounted",
        "mount cgroup v2, or run hostcheck on the host itself instead of in a container",
    )


def joined(group: Path | None) -> contextlib.AbstractContextManager[None]:
    """Join a cgroup v2 group until the context is left. Children started in that time are in the group too.

    Args:
        group: the group's folder; None to do nothing.
    """
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
    """Return this process's group in a controller's hierarchy; for an empty ``controller``, in v2's (cgroups(7))."""
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
