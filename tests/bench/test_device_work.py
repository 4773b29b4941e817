import os
from pathlib import Path

import pytest

from hostcheck.bench.device_work import DeviceWork, disks_below, parse_stat

DISK = "   10 0 80 5 200 30 4000 900 2 700 1500 0 0 0 0 44 61\n"


def test_a_devices_counters_are_read_in_the_kernels_order():
    assert parse_stat(DISK) == {"writes": 200, "write_bytes": 4000 * 512, "queue": 1.5, "flushes": 44}


def test_a_kernel_that_counts_no_flushes_is_not_one_without_flushes():
    assert "flushes" not in parse_stat("10 0 80 5 200 30 4000 900 2 700 1500")


@pytest.fixture
def stack(tmp_path):
    """A volume of device mapper on a partition of one disk and on a whole one."""
    disk, other, volume = tmp_path / "sda", tmp_path / "sdb", tmp_path / "dm-0"
    (disk / "sda1").mkdir(parents=True)
    (disk / "sda1" / "partition").write_text("1\n")
    other.mkdir()
    (volume / "slaves").mkdir(parents=True)
    (volume / "slaves" / "sda1").symlink_to(disk / "sda1")
    (volume / "slaves" / "sdb").symlink_to(other)
    return volume


def test_flushes_are_counted_at_the_disks_below_partitions_and_volumes(stack):
    assert [disk.name for disk in disks_below(stack)] == ["sda", "sdb"]


def test_a_folder_on_no_block_device_is_told():
    work = DeviceWork((Path("/proc"),))
    assert (work.devices, work.read()) == ((), {})
    assert work.unseen == "/proc has no block device whose counters can be read"


def test_what_is_synced_shows_in_the_counters_of_its_device(tmp_path):
    work = DeviceWork((tmp_path,))
    assert work.unseen == ""
    before = work.read()
    with (tmp_path / "file").open("wb") as file:
        for _ in range(4):
            file.write(os.urandom(1 << 20))
            file.flush()
            os.fsync(file.fileno())
    after = work.read()
    assert after["write_bytes"] - before["write_bytes"] >= 4 << 20
    assert after["writes"] - before["writes"] >= 4
