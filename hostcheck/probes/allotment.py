"""The memory, CPU time and disks that this host was given, as the firmware, the kernel and control groups state them.

Sources: proc_zoneinfo(5), proc_vmstat(5), DMTF DSP0134 (7.20), cgroups(7), and the KVM features of
Documentation/virt/kvm/x86/cpuid.rst.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet

from hostcheck.host.base import Host, Reading
from hostcheck.host.block_devices import find_device, queue_owner
from hostcheck.host.cpuidtext import HYPERVISOR_BASE
from hostcheck.host.groups import folders_up, group_folder
from hostcheck.host.identity import identify
from hostcheck.host.mounts import mount_under, parse_mountinfo, read_mounts, visible
from hostcheck.host.numbers import whole
from hostcheck.host.smbios import MEMORY_RANGE, mapped_bytes, structures
from hostcheck.probes.machine import parse_cpus, parse_steal, usable_cpus
from hostcheck.probes.processor import X86, parse_page_size
from hostcheck.probes.readings import fact_of, undetermined, unread_reason
from hostcheck.run.model import NONE, Evidence, Fact

_ZONE = re.compile(r"^Node \d+, zone +(\w+)$", re.MULTILINE)
_PRESENT = re.compile(r"^ +present +(\d+)$", re.MULTILINE)
_BALLOON = re.compile(r"^balloon_(inflate|deflate) (\d+)$", re.MULTILINE)
_CPUS_PRESENT = "/sys/devices/system/cpu/present"
_BLOCKS = "/sys/devices/system/memory"
_BLOCK = re.compile(r"memory\d+")
_BUSES = "/sys/bus"
_ADDING = (("vmbus", "hv_balloon"), ("virtio", "virtio_mem"))
"""Drivers, each with its bus, through which a hypervisor adds memory while the system runs.

hv_balloon is that of the dynamic memory of Hyper-V (drivers/hv/hv_balloon.c), virtio_mem that of QEMU, Cloud
Hypervisor and others (drivers/virtio/virtio_mem.c). A driver's folder has a link for each of its devices.
"""
_DEVICE = re.compile(r"virtio\d+|[0-9a-f]{8}-[0-9a-f-]{27}")
_ENTRIES = "/sys/firmware/dmi/entries"
_TABLE = "/sys/firmware/dmi/tables/DMI"
_UNLIMITED = 1 << 62
"""A limit of at least this many bytes is no limit: cgroup v1 shows the highest number of pages, about 2^63 bytes."""
_STEAL_TIME = 1 << 5  # KVM_FEATURE_STEAL_TIME, of eax of the leaf behind the signature
_KVM = "KVMKVMKVM"
_FIRST = "/proc/1"
"""Folder of the first process in /proc. Its limits apply to the whole system."""
_LESS_CPUS = frozenset({"nr_cpus", "possible_cpus", "nosmp", "nolapic", "disable_cpu_apicid"})
_LESS_MEMORY = frozenset({"mem", "memmap"})
"""Parameters that leave CPUs or memory out: Documentation/admin-guide/kernel-parameters.txt.

maxcpus leaves CPUs present.
"""
_NO_DISK = ("loop", "ram", "zram", "dm-", "md", "sr", "fd", "drbd", "zd", "mtdblock")
"""Beginnings of the names of devices that have no storage of their own, or are removable."""
_TRANSPORTS = (
    ("nvme", "nvme"),
    ("vd", "virtio"),
    ("xvd", "xen"),
    ("mmcblk", "mmc"),
    ("nbd", "network"),
    ("sd", "scsi"),
    ("hd", "ide"),
)
_PART_OF_ONE = re.compile(r"mmcblk\d+(?:boot\d+|rpmb)|nvme\d+c\d+n\d+")
_SAYS = {"0": "flash", "1": "rotational"}
_SECTOR = 512  # the unit of size in sysfs, whatever the disk's sectors are: Documentation/ABI/stable/sysfs-block


def probe(host: Host) -> Iterator[Fact]:
    """Yield hw.memory.*, hw.cpu.limit, hw.cpus.*, hw.init.*, hw.steal_counted, hw.disks*."""
    page = _page_size(host)
    yield _pages("hw.memory.present_bytes", host.read("/proc/zoneinfo"), parse_present, page)
    yield _blocks(host)
    yield _installed(host)
    yield _pages("hw.memory.balloon_bytes", host.read("/proc/vmstat"), parse_balloon, page)
    own, first = host.read("/proc/self/cgroup"), host.read(f"{_FIRST}/cgroup")
    yield _limit(host, "hw.memory.limit_bytes", own, "memory", _memory_limit)
    yield _limit(host, "hw.cpu.limit", own, "cpu", _cpu_limit)
    yield _limit(host, "hw.init.memory_limit_bytes", first, "memory", _memory_limit)
    yield _limit(host, "hw.init.cpu_limit", first, "cpu", _cpu_limit)
    yield usable_cpus(host, "hw.init.cpus", f"{_FIRST}/status")
    wanted = "a list of CPUs such as 0-3"
    yield fact_of(host, "hw.cpus.present", _CPUS_PRESENT, _count, wanted, says="CPUs that the machine has")
    yield _withheld(host, "hw.cpus.withheld_by", _LESS_CPUS)
    yield _withheld(host, "hw.memory.withheld_by", _LESS_MEMORY)
    yield _added_by(host)
    yield _steal_counted(host)
    disks = _disks(host)
    yield disks
    yield _together(disks)
    yield _of_root(host)


def parse_present(text: str) -> int:
    """Parse /proc/zoneinfo: the number of pages that the firmware gave to the kernel, without those of devices.

    Raises:
        ValueError: if it lists none.
    """
    parts = _ZONE.split(text)[1:]
    zones = zip(parts[::2], parts[1::2], strict=True)
    pages = [int(found[1]) for name, zone in zones if name != "Device" and (found := _PRESENT.search(zone))]
    if not sum(pages):
        raise ValueError("no zone has a page")
    return sum(pages)


def parse_balloon(text: str) -> int:
    """Parse /proc/vmstat: the number of pages that the balloon holds now.

    Raises:
        ValueError: if the kernel does not count them (before Linux 3.18, or without CONFIG_MEMORY_BALLOON).
    """
    counted = {name: whole(number) for name, number in _BALLOON.findall(text)}
    if len(counted) < 2:
        raise ValueError("no balloon_inflate and balloon_deflate")
    return max(0, counted["inflate"] - counted["deflate"])


def _withheld(host: Host, fact_id: str, names: AbstractSet[str]) -> Fact:
    """Return which of these kernel parameters the system was booted with."""
    reading = host.read("/proc/cmdline")
    if reading.text is None:
        return Fact.unknown(fact_id, unread_reason(reading))
    found = sorted(names & {word.partition("=")[0] for word in reading.text.split()})
    shown = " ".join(found) or NONE
    return Fact(fact_id, shown, evidence=(reading.evidence("parameters that leave something out", shown),))


def _added_by(host: Host) -> Fact:
    """Return hw.memory.added_by: the drivers, with a device, through which a hypervisor adds memory."""
    fact_id = "hw.memory.added_by"
    buses = host.listdir(_BUSES)
    # Asked in any case, so that a host behind a shell is asked for them among the standard questions.
    devices = {name: host.listdir(f"{_BUSES}/{bus}/drivers/{name}") for bus, name in _ADDING}
    found = [name for _, name in _ADDING if any(map(_DEVICE.fullmatch, devices[name] or ()))]
    if found:
        shown = " ".join(found)
        return Fact(fact_id, shown, evidence=(Evidence(_BUSES, shown, "drivers with a device that adds memory"),))
    if buses is None:
        return Fact.unknown(fact_id, undetermined(_BUSES))
    for bus, name in _ADDING:
        folder = f"{_BUSES}/{bus}/drivers/{name}"
        if bus in buses and devices[name] is None and host.exists(folder) is not False:
            return Fact.unknown(fact_id, undetermined(folder))
    return Fact(
        fact_id, NONE, evidence=(Evidence(_BUSES, " ".join(buses), "no driver with a device that adds memory"),)
    )


def _count(text: str) -> int:
    return len(parse_cpus(text))


def _page_size(host: Host) -> int | None:
    """Return the size of a memory page in bytes; None if it is unknown."""
    arch = identify(host).arch
    if arch in X86:
        return 4096
    try:
        return parse_page_size(host.read("/proc/self/smaps").text or "")
    except ValueError:
        return None


def _pages(fact_id: str, reading: Reading, parse: Callable[[str], int], page: int | None) -> Fact:
    """Return a fact in bytes, from a file that counts pages."""
    if reading.text is None:
        return Fact.unknown(fact_id, unread_reason(reading))
    if page is None:
        return Fact.unknown(fact_id, "the size of a page of memory is unknown: see getconf PAGESIZE")
    try:
        pages = parse(reading.text)
    except ValueError as error:
        return Fact.unknown(fact_id, f"{reading.source}: {error}")
    return Fact(fact_id, pages * page, evidence=(reading.evidence(f"pages of {page} bytes", f"{pages} pages"),))


def _blocks(host: Host) -> Fact:
    """Return hw.memory.blocks_bytes.

    Memory that was added while the system runs is in a block, but in no zone before it is online
    (Documentation/admin-guide/mm/memory-hotplug.rst).
    """
    fact_id = "hw.memory.blocks_bytes"
    # Asked in any case, so that a host behind a shell is asked for it among the standard questions.
    reading = host.read(f"{_BLOCKS}/block_size_bytes")
    names = host.listdir(_BLOCKS)
    if names is None:
        if host.exists(_BLOCKS) is False and host.read(_CPUS_PRESENT).text is not None:
            shown = Evidence(_BLOCKS, None, "this kernel cannot be given memory while it runs")
            return Fact(fact_id, NONE, evidence=(shown,))
        return Fact.unknown(fact_id, undetermined(_BLOCKS))
    if reading.text is None:
        return Fact.unknown(fact_id, unread_reason(reading))
    try:
        size = int(reading.text, 16)
    except ValueError:
        return Fact.unknown(fact_id, f"{reading.source} is no hexadecimal number: see lsmem")
    number = sum(_BLOCK.fullmatch(name) is not None for name in names)
    if not number or not 0 < size < _UNLIMITED:
        return Fact.unknown(fact_id, f"{_BLOCKS} lists no block of memory: see lsmem")
    return Fact(fact_id, number * size, evidence=(reading.evidence(f"bytes of each of {number} blocks", f"{size}"),))


def _installed(host: Host) -> Fact:
    """Return hw.memory.installed_bytes, which only root may read."""
    fact_id = "hw.memory.installed_bytes"
    names = [name for name in host.listdir(_ENTRIES) or () if name.startswith(f"{MEMORY_RANGE}-")]
    readings = [host.read(f"{_ENTRIES}/{name}/raw") for name in names] or [host.read(_TABLE)]
    ranges: list[int] = []
    for reading in readings:
        if reading.data is None and reading.failure == "absent":
            missing = f"there is no {_TABLE}, which the firmware makes, and which containers do not see"
            return Fact.unknown(fact_id, f"{missing}: if this is a container, audit the host itself")
        if reading.data is None:
            return Fact.unknown(fact_id, unread_reason(reading))
        found = structures(reading.data)
        try:
            ranges += [mapped_bytes(each) for each in found if each[0] == MEMORY_RANGE]
        except ValueError as error:
            return Fact.unknown(fact_id, f"{reading.source}: {error}")
    if not ranges:
        return Fact.unknown(fact_id, "the firmware lists no range of memory: see dmidecode -t memory")
    shown = " + ".join(map(str, ranges))
    return Fact(fact_id, sum(ranges), evidence=(Evidence(readings[0].source, shown, "bytes that the firmware maps"),))


def _limit(
    host: Host, fact_id: str, own: Reading, controller: str, limit_of: Callable[[Host, str], float | None]
) -> Fact:
    """Return the least limit of a controller on a process's group and those above it.

    Args:
        host: the host.
        fact_id: the id of the fact.
        own: the process's file "cgroup" in /proc.
        controller: "memory" or "cpu".
        limit_of: returns the limit in a folder; None if the folder has no limit.
    """
    table = read_mounts(host)
    if own.text is None or table.text is None:
        return Fact.unknown(fact_id, unread_reason(own if own.text is None else table))
    place = group_folder(own.text, visible(parse_mountinfo(table.text)), controller)
    if place is None:
        return Fact.unknown(fact_id, f"the group of the controller {controller} in {own.source} is not mounted")
    limits: list[tuple[float, str]] = []
    for folder in folders_up(*place):
        limit = limit_of(host, folder)
        if limit is not None:
            limits.append((limit, folder))
    if not limits:
        if not host.proves_absence:
            return Fact.unknown(fact_id, undetermined(f"a limit in {place[1]}"))
        return Fact(fact_id, NONE, evidence=(Evidence(place[1], None, "no limit, here or above"),))
    least, where = min(limits)
    if least >= _UNLIMITED:
        return Fact(fact_id, NONE, evidence=(Evidence(where, "max", "no limit, here or above"),))
    return Fact(fact_id, least, evidence=(Evidence(where, f"{least:g}", "the least limit, here and above"),))


def _memory_limit(host: Host, folder: str) -> float | None:
    for name in ("memory.max", "memory.limit_in_bytes"):
        text = (host.read(f"{folder}/{name}").text or "").strip()
        if text:
            return float(_UNLIMITED) if text == "max" else _number(text)
    return None


def _cpu_limit(host: Host, folder: str) -> float | None:
    """Return how many CPUs a group may use: its quota divided by the period; None if its files do not say."""
    words = (host.read(f"{folder}/cpu.max").text or "").split()
    if not words:
        quota = (host.read(f"{folder}/cpu.cfs_quota_us").text or "").strip()
        words = [quota, (host.read(f"{folder}/cpu.cfs_period_us").text or "").strip()] if quota else []
    if len(words) != 2:
        return None
    if words[0] in {"max", "-1"}:
        return float(_UNLIMITED)
    share, period = _number(words[0]), _number(words[1])
    return None if not share or not period else round(share / period, 3)


def _number(text: str) -> float | None:
    try:
        return whole(text)
    except ValueError:
        return None


def _steal_counted(host: Host) -> Fact:
    """Return hw.steal_counted: whether this kernel counts steal time. If it does not, 0 % steal means nothing."""
    fact_id = "hw.steal_counted"
    stat = host.read("/proc/stat")
    try:
        seen = parse_steal((stat.text or "").strip())
    except (ValueError, IndexError):
        seen = 0.0
    if seen > 0:
        return Fact(fact_id, value=True, evidence=(stat.evidence("steal was counted", f"{seen} %"),))
    leaves = host.cpuid()
    signature = b"".join(each.to_bytes(4, "little") for each in leaves.get(HYPERVISOR_BASE, (0, 0, 0, 0))[1:])
    features = leaves.get(HYPERVISOR_BASE + 1)
    if signature.rstrip(b"\0") == _KVM.encode() and features is not None:
        offered = bool(features[0] & _STEAL_TIME)
        says = "KVM offers steal time" if offered else "KVM does not offer steal time"
        return Fact(
            fact_id, offered, evidence=(Evidence(f"CPUID {HYPERVISOR_BASE + 1:#x}", f"{features[0]:#x}", says),)
        )
    return Fact.unknown(fact_id, "no steal since boot, and nothing shows whether this hypervisor would count it")


def _disks(host: Host) -> Fact:
    fact_id = "hw.disks"
    names = host.listdir("/sys/block")
    if names is None:
        return Fact.unknown(fact_id, undetermined("/sys/block"))
    words: list[str] = []
    for name in names:
        if name.startswith(_NO_DISK) or _PART_OF_ONE.fullmatch(name):
            continue
        size = host.read(f"/sys/block/{name}/size")
        if size.text is None and not (size.failure == "absent" and host.proves_absence):
            return Fact.unknown(fact_id, unread_reason(size))
        if word := _disk(host, name, size.text or ""):
            words.append(word)
    evidence = (Evidence("/sys/block", " ".join(names), "devices; those that hold data of their own are counted"),)
    return Fact(fact_id, tuple(words), evidence=evidence)


def _together(disks: Fact) -> Fact:
    """Return hw.disks.bytes, the sum of the sizes of all disks but those over a network, which may be the user's."""
    fact_id = "hw.disks.bytes"
    if not disks.known or not isinstance(disks.value, tuple):
        return Fact.unknown(fact_id, disks.reason)
    rows = [str(word).split() for word in disks.value]
    return Fact(fact_id, sum(int(row[2]) for row in rows if row[1] != "network"), evidence=disks.evidence)


def _of_root(host: Host) -> Fact:
    """Return hw.disks.root: the name of the disk that has the root file system."""
    fact_id = "hw.disks.root"
    table = read_mounts(host)
    mount = mount_under(visible(parse_mountinfo(table.text)), "/") if table.text is not None else None
    device = find_device(host, mount.device) if mount else None
    if device is None:
        return Fact.unknown(fact_id, "the block device of the root file system is unknown: see findmnt /")
    # Arrays and volumes are on several disks; their own names are in no list of disks.
    name = posixpath.basename(queue_owner(host, device))
    return Fact(fact_id, name, evidence=(Evidence("/", name, "the disk of the root file system"),))


def _disk(host: Host, name: str, size: str) -> str:
    """Return a disk as "NAME TRANSPORT BYTES flash", or "rotational"; empty if it has no size or is removable."""
    folder = f"/sys/block/{name}"
    sectors = _number(size.strip())
    if not sectors or (host.read(f"{folder}/removable").text or "").strip() == "1":
        return ""
    transport = next((word for start, word in _TRANSPORTS if name.startswith(start)), "other")
    rotational = (host.read(f"{folder}/queue/rotational").text or "").strip()
    return f"{name} {transport} {int(sectors) * _SECTOR} {_SAYS.get(rotational, 'unsaid')}"
