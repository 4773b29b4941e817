"""The disk and file system of the data-root: whether rotational, whether shared with /, free inodes, native diff."""

import posixpath
import re
from collections.abc import Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.host.block_devices import NUMBERS, find_device, queue_owner
from hostcheck.host.mounts import mount_under, parse_mountinfo, read_mounts
from hostcheck.probes.kernel.loaded import state_without_configuration
from hostcheck.probes.storage.dataroot import DataRoot, find_data_root
from hostcheck.run.model import Evidence, Fact

_VIRTUAL = ("vd", "xvd")
_HYPERVISOR = r"(?m)^flags\s*:.*\bhypervisor\b"


def probe(host: Host) -> Iterator[Fact]:
    """Yield storage.{free_inodes_percent, rotational, separate_fs, native_diff, exec}."""
    root = find_data_root(host)
    yield from root.facts_of(of_root(host, root))


def of_root(host: Host, root: DataRoot) -> Iterator[Fact]:
    """Yield the facts of ``probe`` about a folder."""
    yield _inodes(host, root.folder)
    yield _rotational(host, root.mount.device if root.mount else None)
    yield _separate(host, root)
    yield _native_diff(host)
    yield _exec(root)


def _separate(host: Host, root: DataRoot) -> Fact:
    """Return storage.separate_fs: whether data-root and / are on different devices.

    The devices are compared, not the mounts: a separate mount may be a bind mount from /.
    """
    fact_id = "storage.separate_fs"
    top = mount_under(parse_mountinfo(read_mounts(host).text or ""), "/")
    if root.mount is None or top is None:
        return Fact.unknown(fact_id, root.unmounted or "no mount in /proc/self/mountinfo holds /")
    own = root.mount.device != top.device
    says = f"{root.folder} is on {root.mount.device}, / on {top.device}"
    return Fact(fact_id, own, evidence=(Evidence("/proc/self/mountinfo", root.mount.mount_point, says),))


def _exec(root: DataRoot) -> Fact:
    """Return storage.exec: whether programs in the folder can be executed, which the mount option noexec forbids."""
    fact_id = "storage.exec"
    if root.mount is None:
        return Fact.unknown(fact_id, root.unmounted)
    shown = f"{root.mount.mount_point} {','.join(root.mount.options)}"
    return Fact(
        fact_id, "noexec" not in root.mount.options, evidence=(Evidence("/proc/self/mountinfo", shown, "options"),)
    )


def _native_diff(host: Host) -> Fact:
    """Return storage.native_diff: whether overlay2 can read layers directly from the disk.

    It cannot if redirect_dir or metacopy is on. Source: moby daemon/graphdriver/overlay2/check.go,
    doesSupportNativeDiff.
    """
    fact_id = "storage.native_diff"
    readings = {name: host.read(f"/sys/module/overlay/parameters/{name}") for name in ("redirect_dir", "metacopy")}
    evidence = tuple(reading.evidence("N allows native diff") for reading in readings.values())
    settings = {name: reading.text.strip() for name, reading in readings.items() if reading.text is not None}
    if not settings:
        return Fact.unknown(fact_id, _no_parameters(host), evidence)
    return Fact(fact_id, all(value == "N" for value in settings.values()), evidence=evidence)


def _no_parameters(host: Host) -> str:
    if host.proves_absence and host.exists("/sys/module") is False:
        return "/sys/module is not there, so overlay's parameters cannot be read: is sysfs mounted?"
    if state_without_configuration(host, "OVERLAY_FS") is None:
        return "the overlay module is not loaded, so its parameters cannot be read"
    if not host.proves_absence:
        return "overlay is loaded, and its parameters were not captured: audit the host itself"
    return "overlay of this kernel has no parameters: see Native Overlay Diff of docker info"


def _inodes(host: Host, folder: str) -> Fact:
    fact_id = "storage.free_inodes_percent"
    room = host.statvfs(folder)
    if room is None:
        return Fact.unknown(fact_id, f"free inodes at {folder} were not captured: audit the host itself")
    if not room.get("total_inodes"):
        # btrfs creates inodes on demand, and reports a total of 0: they do not run out.
        return Fact(fact_id, 100, evidence=(Evidence(f"statvfs {folder}", "0", "inodes are created on demand"),))
    percent = round(100 * room["free_inodes"] / room["total_inodes"], 1)
    shown = Evidence(f"statvfs {folder}", str(room["free_inodes"]), f"free of {room['total_inodes']}")
    return Fact(fact_id, percent, evidence=(shown,))


def _rotational(host: Host, device: str | None) -> Fact:
    fact_id = "storage.rotational"
    if device is None or device.startswith("0:"):
        return Fact.unknown(fact_id, "the data-root is not on a single block device: see lsblk")
    folder = f"{NUMBERS}/{device}"
    found = find_device(host, device)
    disk = queue_owner(host, found) if found else folder
    for path in (f"{folder}/queue/rotational", f"{disk}/queue/rotational"):
        reading = host.read(path)
        if reading.text is not None:
            return _read_rotational(host, disk, reading)
    return Fact.unknown(fact_id, f"{folder} has no file queue/rotational: see lsblk -d -o NAME,ROTA")


def _read_rotational(host: Host, disk: str, reading: Reading) -> Fact:
    """Return storage.rotational; unknown for a virtual disk that reports 1, which is its default.

    Source: virtio_blk and xen-blkfront do not set the flag, and the default of the block layer is rotational.
    """
    evidence = (reading.evidence("1 if rotational"),)
    rotates = (reading.text or "").strip() == "1"
    is_virtual = posixpath.basename(disk).startswith(_VIRTUAL)
    if rotates and (is_virtual or re.search(_HYPERVISOR, host.read("/proc/cpuinfo").text or "")):
        reason = "virtual disks report rotational by default: measure it with hostcheck bench"
        return Fact.unknown("storage.rotational", reason, evidence)
    return Fact("storage.rotational", rotates, evidence=evidence)
