import os
from pathlib import Path

from hostcheck.bench.device_work import DeviceWork, parse_stat

DISK = "   10 0 80 5 200 30 4000 900 2 700 1500 0 0 0 0 44 61\n"


def test_a_devices_counters_are_read_in_the_kernels_order():
    assert parse_stat(DISK) == {"writes": 200, "write_bytes": 4000 * 512, "queue": 1.5, "flushes": 44}


def test_a_kernel_that_counts_no_flushes_is_not_one_without_flushes():
    assert "flushes" not in parse_stat("10 0 80 5 200 30 4000 900 2 700 1500")


def test_a_folder_on_no_block_device_is_reported():
    work = DeviceWork((Path("/proc"),))
    assert (work.devices, work.read()) == ((), {})
    assert work.unseen == "no counters of a block device can be read for /proc"


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
