"""What a storage driver needs in addition to the file system of the data-root.

A data-root on zfs does not show that the driver zfs works, and a kernel with overlay does not show that overlay works
on every file system.
"""

import re
from collections.abc import Mapping

from hostcheck.host.base import Host
from hostcheck.probes.kernel.release import read_release
from hostcheck.probes.paths import other_folders
from hostcheck.probes.readings import toml_of, undetermined
from hostcheck.probes.witness import Witness
from hostcheck.run.model import Evidence, Fact

_MOUNTINFO = "/proc/self/mountinfo"
_REMOTE = "overlay needs RENAME_WHITEOUT and trusted.* attributes below its upper layer"
_REFUSED = {
    "overlay": "the kernel refuses an upper layer on another overlay",
    "aufs": "Docker refuses overlay2 on it",
    "ecryptfs": "Docker refuses overlay2 on it, and Podman overlay",
    **dict.fromkeys(("nfs", "nfs4", "cifs", "smb3", "9p", "vboxsf", "afs", "ceph", "fuse", "fuseblk"), _REMOTE),
    **dict.fromkeys(("vfat", "exfat"), "the kernel refuses overlay on a file system that ignores case"),
    **dict.fromkeys(("squashfs", "erofs"), "it is read-only"),
}
"""File systems that cannot hold an overlay's upper layer.

Sources: moby daemon/graphdriver/overlay2/overlay.go, Init; linux fs/overlayfs/super.c, ovl_mount_dir_check,
ovl_make_workdir ("upper fs missing required features"). A FUSE file system is named "fuse.PROGRAM".
"""
_ZFS_VERSION = "/sys/module/zfs/version"
_ZFS_WITH_OVERLAY = (2, 2)
"""Since this version zfs has RENAME_WHITEOUT. Source: https://github.com/openzfs/zfs/releases/tag/zfs-2.2.0."""
_ZFS_DEVICE = "/dev/zfs"
_ZFS_PROGRAM = ("/usr/sbin/zfs", "/sbin/zfs", "/usr/local/sbin/zfs", "/usr/bin/zfs")

_FUSE_PROGRAMS = ("/usr/bin/fuse-overlayfs", "/usr/local/bin/fuse-overlayfs")
_FUSE_DEVICE = "/dev/fuse"
_FUSE_SINCE = (4, 18)
"""Since this version a FUSE file system can hold an overlay. Source: moby daemon/graphdriver/fuse-overlayfs, Init."""
STORAGE_CONF = ("/etc/containers/storage.conf", "/usr/share/containers/storage.conf")


def refused_below_overlay(host: Host, fs_type: str) -> Witness:
    """Return a witness against overlay on a file system that is known to refuse it; for any other it has no answer."""
    if fs_type == "zfs":
        return _overlay_on_zfs(host)
    why = _REFUSED.get(fs_type.partition(".")[0])
    if why is None:
        return Witness(None, Evidence(_MOUNTINFO, fs_type or None, "silent"))
    return Witness(answer=False, evidence=Evidence(_MOUNTINFO, fs_type, f"against: {why}"))


def parse_zfs_version(text: str) -> tuple[int, int] | None:
    """Parse the version of the zfs module: "2.1.6-pve1" is (2, 1); None if it does not begin with a version."""
    found = re.match(r"(\d{1,4})\.(\d{1,4})", text)
    return (int(found[1]), int(found[2])) if found else None


def zfs_driver(host: Host, on_zfs: Fact) -> Fact:
    """Return storage.zfs: the driver needs the data-root on zfs, the device /dev/zfs and the program zfs.

    A container whose files are on its host's zfs has neither the device nor the program. Source: moby
    daemon/graphdriver/zfs/zfs.go, Init.

    Args:
        host: the host.
        on_zfs: whether the data-root is on zfs.
    """
    if not on_zfs.known or not on_zfs.value:
        return on_zfs
    programs = (*_ZFS_PROGRAM, *(f"{folder}/zfs" for folder in other_folders(host)))
    device, program = host.exists(_ZFS_DEVICE), next((path for path in programs if host.exists(path)), None)
    says = {True: "for", False: "against: without it no file system of zfs can be made", None: "silent"}[device]
    shown = Evidence(_ZFS_DEVICE, "present" if device else None, says)
    found = Evidence("zfs", program, "for" if program else "silent: not in the usual folders")
    evidence = (*on_zfs.evidence, shown, found)
    if device is False:
        return Fact("storage.zfs", value=False, evidence=evidence)
    if device is None or program is None:
        reason = (
            undetermined(_ZFS_DEVICE) if device is None else "the program zfs was not found: install zfs's utilities"
        )
        return Fact.unknown("storage.zfs", reason, evidence)
    return Fact("storage.zfs", value=True, evidence=evidence)


def fuse_overlayfs(host: Host) -> bool | None:
    """Whether Docker can use fuse-overlayfs, which it tries after overlay2: the program, /dev/fuse and the kernel.

    An LXC container has /dev/fuse only if its host gives it the device (features fuse=1). None if one of the three is
    unknown and none is missing.
    """
    version = read_release(host).version
    programs = (*_FUSE_PROGRAMS, *(f"{folder}/fuse-overlayfs" for folder in other_folders(host)))
    seen = [host.exists(path) for path in programs]
    installed = True if True in seen else None if None in seen else False
    since = None if version is None else version >= _FUSE_SINCE
    answers = (since, installed, host.exists(_FUSE_DEVICE) if installed else installed)
    return False if False in answers else None if None in answers else True


def mount_program(host: Host) -> Evidence | None:
    """Return the program by which Podman mounts overlay instead of the kernel; None if storage.conf names none.

    Source: containers-storage.conf(5), mount_program.
    """
    for path in STORAGE_CONF:
        reading = host.read(path)
        options = _table(toml_of(reading), "storage", "options")
        for table in (_table(options, "overlay"), options):
            program = table.get("mount_program")
            if isinstance(program, str) and program.startswith("/") and host.exists(program):
                return reading.evidence("for: Podman's mount_program exists", program)
        if reading.text is not None:
            return None
    return None


def _table(document: Mapping[str, object], *names: str) -> Mapping[str, object]:
    for name in names:
        inner = document.get(name)
        document = inner if isinstance(inner, Mapping) else {}
    return document


def _overlay_on_zfs(host: Host) -> Witness:
    reading = host.read(_ZFS_VERSION)
    version = parse_zfs_version(reading.text or "")
    if version is None:
        reason = f"overlay needs zfs 2.2 or later, and {_ZFS_VERSION} does not show the version: see zfs version"
        return Witness(None, reading.evidence("silent"), reason)
    if version >= _ZFS_WITH_OVERLAY:
        return Witness(None, reading.evidence("silent: zfs has RENAME_WHITEOUT since 2.2"))
    return Witness(answer=False, evidence=reading.evidence("against: zfs has RENAME_WHITEOUT since 2.2 only"))
