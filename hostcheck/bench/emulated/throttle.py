"""The kernel's limits on one block device: set, and taken back.

cgroup v1: in the root group, which binds the file system's own writes too (its journal's, the flusher's), and in the
group that this process is in, for v1's limits are not inherited. cgroup v2: in a group made for it, for the root has
no io.max; whoever is to be limited joins that group. Each limit names the one device and binds no other.

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
        """Limit it.

        Raises:
            CannotRun: when the kernel refuses.
        """

    def clear(self) -> None:
        """Take the limits back, and what was made for them."""

    @property
    def group(self) -> Path | None:
        """The folder of the control group that whoever is to be limited must join; None when all are."""


class RootThrottle:
    """Limits of cgroup v1."""

    group: Path | None = None

    def __init__(self, top: Path, own: str, device: str) -> None:
        """Take where blkio is mounted, this process's group in it, and the device's "major:minor"."""
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
            raise CannotRun(f"limiting a disk of its own: {error.strerror}", "boot with cgroup v2") from error

    def clear(self) -> None:
        """Lift the limits: 0 is none."""
        for group in self._groups:
            for knob in _KNOBS:
                with contextlib.suppress(OSError):
                    self._write(group, knob, 0)

    def _write(self, group: Path, knob: str, limit: int) -> None:
        (group / f"blkio.throttle.{knob}_device").write_text(f"{self._device} {limit}\n", encoding="ascii")


class GroupThrottle:
    """Limits of cgroup v2, in a group of their own."""

    def __init__(self, top: Path, name: str, device: str) -> None:
        """Take where cgroup v2 is mounted, what to call the group, and the device's "major:minor"."""
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
                f"limiting a disk of its own: {error.strerror} ({self._path}/io.max)",
                "enable the io controller: echo +io > /sys/fs/cgroup/cgroup.subtree_control",
            ) from error

    def clear(self) -> None:
        """Send those still in the group to where it was made, and remove it."""
        with contextlib.suppress(OSError):
            for pid in (self._path / "cgroup.procs").read_text(encoding="ascii").split():
                with contextlib.suppress(OSError):
                    (self._path.parent / "cgroup.procs").write_text(pid, encoding="ascii")
        with contextlib.suppress(OSError):
            self._path.rmdir()


def find_throttle(mounts: tuple[Mount, ...], membership: str, device: str, name: str) -> Throttle:
    """Choose how a device can be limited here.

    Args:
        mounts: what is mounted.
        membership: this process's /proc/self/cgroup.
        device: "major:minor".
        name: what to call a group, should one have to be made.

    Raises:
        CannotRun: when no control group can do it.
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
    """Be in a group of cgroup v2 for a while, with the children started meanwhile; None is nowhere to go."""
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
    """Return the group in the hierarchy of a controller; of v2 for an empty one (cgroups(7), /proc/[pid]/cgroup)."""
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
