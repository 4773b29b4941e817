"""What a host was allotted, as its firmware, kernel and control groups state it."""

import struct
from pathlib import Path

import pytest

import hostcheck.remote
from hostcheck.host.base import Reading
from hostcheck.host.smbios import mapped_bytes, structures
from hostcheck.probes.allotment import parse_balloon, parse_present, probe

ZONES = """Node 0, zone      DMA
  pages free     3840
        present  3998
        managed  3840
Node 0, zone    DMA32
        present  782336
Node 0, zone   Device
        present  999999
"""
MEMINFO = "MemTotal: 3072000 kB\n"
STATUS = "Name:\tx\n"
V2 = "29 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
V1 = (
    "30 1 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "31 1 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
)
X86 = {"/proc/sys/kernel/arch": "x86_64\n"}


def memory_range(size, *, extended=False):
    """Return a structure of the type 19 as QEMU writes it."""
    if extended:
        return struct.pack("<BBHIIHBQQ", 19, 31, 1, 0xFFFFFFFF, 0xFFFFFFFF, 0, 1, 0, size - 1) + b"\0\0"
    return struct.pack("<BBHIIHB", 19, 15, 1, 0, size // 1024 - 1, 0, 1) + b"\0\0"


def facts(host):
    return {fact.id: fact for fact in probe(host)}


def value(host, fact_id):
    fact = facts(host)[fact_id]
    return fact.value if fact.known else None


def test_memory_is_what_the_zones_have_without_that_of_devices(fake_host):
    assert parse_present(ZONES) == 3998 + 782336
    assert value(fake_host({**X86, "/proc/zoneinfo": ZONES}), "hw.memory.present_bytes") == (3998 + 782336) * 4096
    assert value(fake_host({"/proc/zoneinfo": ZONES}, live=False), "hw.memory.present_bytes") is None, (
        "pages of unknown size"
    )
    assert value(fake_host({**X86, "/proc/zoneinfo": "Node 0, zone DMA\n"}), "hw.memory.present_bytes") is None


def test_blocks_of_memory_count_whether_they_are_online(fake_host):
    folder = "/sys/devices/system/memory"
    blocks = {f"{folder}/memory{number}/state": "offline\n" for number in range(5)}
    others = {f"{folder}/auto_online_blocks": "online\n", f"{folder}/power/control": "auto\n"}
    known = {f"{folder}/block_size_bytes": "8000000\n", **blocks, **others}
    assert value(fake_host(known), "hw.memory.blocks_bytes") == 5 << 27
    none = {"/sys/devices/system/cpu/present": "0\n"}
    assert value(fake_host(none), "hw.memory.blocks_bytes") == "none", "a kernel without hotplug of memory"
    for unknown in (
        blocks,
        {**known, f"{folder}/block_size_bytes": "x\n"},
        {f"{folder}/block_size_bytes": "8000000\n"},
    ):
        assert value(fake_host(unknown), "hw.memory.blocks_bytes") is None
    assert value(fake_host({}), "hw.memory.blocks_bytes") is None, "no sysfs"
    assert value(fake_host(none, live=False), "hw.memory.blocks_bytes") is None, "a captured root proves no absence"


def test_a_host_behind_a_shell_is_asked_for_the_blocks_of_memory_at_once():
    standard = (Path(hostcheck.remote.__file__).parent / "standard.sh").read_text()
    assert "/sys/devices/system/memory/block_size_bytes" in standard
    assert "/sys/devices/system/memory " in next(line for line in standard.splitlines() if "/sys/class/net /" in line)


def test_a_driver_with_a_device_adds_memory(fake_host):
    hyperv = "/sys/bus/vmbus/drivers/hv_balloon"
    device = {f"{hyperv}/1eccfd72-4b41-45ef-b73a-4a6e44c12924/class_id": "x\n"}
    virtio = {"/sys/bus/virtio/drivers/virtio_mem/virtio3/status": "x\n"}
    none = {"/sys/bus/pci/drivers_autoprobe": "1\n"}
    assert value(fake_host(device), "hw.memory.added_by") == "hv_balloon"
    assert value(fake_host(virtio), "hw.memory.added_by") == "virtio_mem"
    assert value(fake_host(device | virtio), "hw.memory.added_by") == "hv_balloon virtio_mem"
    assert value(fake_host({f"{hyperv}/module": "x\n"}), "hw.memory.added_by") == "none", "a driver without a device"
    assert value(fake_host(none), "hw.memory.added_by") == "none"
    assert value(fake_host({}), "hw.memory.added_by") is None
    assert value(fake_host({"/sys/bus/vmbus/x": "\n"}, live=False), "hw.memory.added_by") is None


def test_a_balloon_counts_by_what_it_holds(fake_host):
    assert parse_balloon("nr_free 1\nballoon_inflate 300\nballoon_deflate 100\nballoon_migrate 0\n") == 200
    with pytest.raises(ValueError):
        parse_balloon("nr_free_pages 1\n")
    held = {**X86, "/proc/vmstat": "balloon_inflate 262144\nballoon_deflate 0\n"}
    assert value(fake_host(held), "hw.memory.balloon_bytes") == 1 << 30
    assert value(fake_host({**X86, "/proc/vmstat": "nr_free_pages 1\n"}), "hw.memory.balloon_bytes") is None


@pytest.mark.parametrize("size", [2 << 30, 8 << 30, 1 << 44])
def test_the_firmware_maps_ranges_of_memory(size):
    assert mapped_bytes(memory_range(size, extended=size > 1 << 41)) == size


def test_the_ranges_of_the_firmware_add_up(fake_host):
    raw = {f"/sys/firmware/dmi/entries/19-{n}/raw": memory_range(size) for n, size in enumerate((3 << 30, 5 << 30))}
    assert value(fake_host(raw), "hw.memory.installed_bytes") == 8 << 30
    bios = b"\0\x12\0\0" + b"\0" * 14 + b"SeaBIOS\0\0"
    table = {"/sys/firmware/dmi/tables/DMI": bios + memory_range(1 << 30) + memory_range(1 << 30)}
    assert value(fake_host(table), "hw.memory.installed_bytes") == 2 << 30


@pytest.mark.parametrize(
    "table", [b"", bios := b"\0\x12\0\0" + b"\0" * 14 + b"x\0\0", bios + b"\x13\x04\0\0\0\0", b"\x13"]
)
def test_a_table_that_is_cut_short_states_nothing(fake_host, table):
    assert list(structures(table)) is not None
    assert value(fake_host({"/sys/firmware/dmi/tables/DMI": table}), "hw.memory.installed_bytes") is None


@pytest.mark.parametrize(
    ("files", "memory", "cpus"),
    [
        ({"memory.max": "max\n", "cpu.max": "max 100000\n"}, "none", "none"),
        ({"memory.max": "1073741824\n", "cpu.max": "50000 100000\n"}, 1 << 30, 0.5),
        ({"memory.max": "1073741824\n", "../memory.max": "536870912\n"}, 1 << 29, "none"),
        ({"cpu.max": "max 100000\n", "../cpu.max": "200000 100000\n"}, "none", 2.0),
    ],
)
def test_the_least_limit_of_the_groups_counts(fake_host, files, memory, cpus):
    tree = {"/proc/self/cgroup": "0::/a.slice/b\n", "/proc/self/mountinfo": V2}
    tree |= {f"/sys/fs/cgroup/a.slice/{'' if '..' in n else 'b/'}{n.removeprefix('../')}": t for n, t in files.items()}
    host = fake_host(tree)
    assert (value(host, "hw.memory.limit_bytes"), value(host, "hw.cpu.limit")) == (memory, cpus)


def test_version_1_has_a_hierarchy_for_each_controller(fake_host):
    tree = {
        "/proc/self/cgroup": "4:memory:/x\n3:cpu,cpuacct:/y\n0::/\n",
        "/proc/self/mountinfo": V1,
        "/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "2147483648\n",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        "/sys/fs/cgroup/cpu,cpuacct/y/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu,cpuacct/y/cpu.cfs_period_us": "100000\n",
    }
    host = fake_host(tree)
    assert (value(host, "hw.memory.limit_bytes"), value(host, "hw.cpu.limit")) == (2 << 30, "none")


def test_a_captured_root_without_the_files_proves_no_absence_of_limits(fake_host):
    host = fake_host({"/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": V2}, live=False)
    assert value(host, "hw.memory.limit_bytes") is None


def test_what_limits_the_first_process_is_told_apart_from_what_limits_this_one(fake_host):
    status = "Name:\tx\nCpus_allowed_list:\t{}\n"
    tree = {
        "/proc/self/cgroup": "0::/a.slice\n",
        "/proc/1/cgroup": "0::/init.scope\n",
        "/proc/self/mountinfo": V2,
        "/sys/fs/cgroup/a.slice/memory.max": "1073741824\n",
        "/sys/fs/cgroup/a.slice/cpu.max": "50000 100000\n",
        "/sys/fs/cgroup/init.scope/memory.max": "max\n",
        "/sys/fs/cgroup/init.scope/cpu.max": "max 100000\n",
        "/proc/self/status": status.format("0"),
        "/proc/1/status": status.format("0-3"),
        "/sys/devices/system/cpu/online": "0-2\n",
        "/sys/devices/system/cpu/present": "0-7\n",
    }
    host = fake_host(tree)
    assert (value(host, "hw.memory.limit_bytes"), value(host, "hw.cpu.limit")) == (1 << 30, 0.5)
    assert (value(host, "hw.init.memory_limit_bytes"), value(host, "hw.init.cpu_limit")) == ("none", "none")
    assert (value(host, "hw.init.cpus"), value(host, "hw.cpus.present")) == (3, 8)


@pytest.mark.parametrize(
    ("parameters", "cpus", "memory"),
    [
        ("ro quiet memtest=1 nr_cpus_total=2", "none", "none"),
        ("mem=2G ro nr_cpus=2", "nr_cpus", "mem"),
        ("nosmp nr_cpus=1 memmap=1G$2G root=UUID=secret", "nosmp nr_cpus", "memmap"),
    ],
)
def test_kernel_parameters_leave_cpus_and_memory_out(fake_host, parameters, cpus, memory):
    facts = {fact.id: fact for fact in probe(fake_host({"/proc/cmdline": f"{parameters}\n"}))}
    assert (facts["hw.cpus.withheld_by"].value, facts["hw.memory.withheld_by"].value) == (cpus, memory)
    assert facts["hw.cpus.withheld_by"].evidence[0].value == cpus


def test_kernel_parameters_that_cannot_be_read_are_unknown(fake_host):
    assert value(fake_host({}), "hw.cpus.withheld_by") is None


def test_disks_are_what_holds_data_of_its_own(fake_host):
    tree = {
        "/sys/block/vda/size": "335544320\n",
        "/sys/block/vda/queue/rotational": "1\n",
        "/sys/block/nvme0n1/size": "1000215216\n",
        "/sys/block/nvme0n1/queue/rotational": "0\n",
        "/sys/block/loop0/size": "8\n",
        "/sys/block/md0/size": "335544320\n",
        "/sys/block/sr0/size": "8\n",
        "/sys/block/sdb/size": "60000000\n",
        "/sys/block/sdb/removable": "1\n",
        "/sys/block/sdc/size": "0\n",
    }
    disks = ("nvme0n1 nvme 512110190592 flash", "vda virtio 171798691840 rotational")
    assert value(fake_host(tree), "hw.disks") == disks
    assert value(fake_host(tree), "hw.disks.bytes") == 512110190592 + 171798691840
    assert value(fake_host({}), "hw.disks") is None
    assert value(fake_host({}), "hw.disks.bytes") is None
    listed = {"/sys/block/vda/dev": "252:0\n"}
    assert value(fake_host(listed), "hw.disks") == ()
    assert value(fake_host(listed), "hw.disks.bytes") == 0
    assert value(fake_host(listed, live=False), "hw.disks") is None, "a size that was not captured is no absence"


@pytest.mark.parametrize(
    ("device", "root"),
    [("sda/sda2", "sda"), ("nvme0n1/nvme0n1p1", "nvme0n1"), ("vda", "vda"), ("dm-0", "dm-0"), ("", None)],
)
def test_the_disk_of_the_root_file_system_is_that_of_its_partition(fake_host, device, root):
    mounts = {"/proc/self/mountinfo": "21 1 8:1 / / rw - ext4 /dev/root rw\n"}
    host = fake_host(mounts)
    link = f"../../devices/pci0000:00/block/{device}" if device else None
    host.readlink = lambda path: Reading(path, link.encode() if link else None, None if link else "absent")
    assert value(host, "hw.disks.root") == root


@pytest.mark.parametrize(
    ("stat", "cpuid", "counted"),
    [
        ("cpu  50 0 30 10 0 0 0 10 0 0\n", {}, True),
        ("cpu  50 0 30 10 0 0 0 0 0 0\n", {}, None),
        ("cpu  50 0 30 10 0 0 0 0 0 0\n", {"features": 0x20}, True),
        ("cpu  50 0 30 10 0 0 0 0 0 0\n", {"features": 0x01}, False),
    ],
)
def test_no_steal_shows_nothing_where_it_may_not_be_counted(fake_host, stat, cpuid, counted):
    host = fake_host({"/proc/stat": stat})
    words = struct.unpack("<3I", b"KVMKVMKVM\0\0\0")
    leaves = {0x40000000: (0x40000001, *words), 0x40000001: (cpuid.get("features", 0), 0, 0, 0)} if cpuid else {}
    host.cpuid = lambda: leaves
    assert value(host, "hw.steal_counted") is counted
