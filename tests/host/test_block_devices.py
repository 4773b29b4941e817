"""Devices that lie on one another, in a sysfs as different kernels and drivers show it."""

import os
from pathlib import Path

import pytest

from hostcheck.host.block_devices import below, disks, find_device, is_partition, queue_owner, stack
from hostcheck.host.captured import CapturedHost


@pytest.fixture
def add(tmp_path):
    """Add a device to the tree: its number, its folder below /sys/devices, and the devices that it is made of."""

    def added(number: str, at: str, *members: str, partition: bool = False) -> str:
        folder = tmp_path / "sys/devices" / at
        folder.mkdir(parents=True)
        links = tmp_path / "sys/dev/block"
        links.mkdir(parents=True, exist_ok=True)
        (links / number).symlink_to(f"../../devices/{at}")
        if partition:
            (folder / "partition").write_text("1\n")
        for member in members:
            (folder / "slaves").mkdir(exist_ok=True)
            link = folder / "slaves" / Path(member).name
            link.symlink_to(os.path.relpath(f"{tmp_path}{member}", link.parent))
        return f"/sys/devices/{at}"

    return added


@pytest.fixture
def host(tmp_path):
    return CapturedHost(tmp_path)


def test_a_volume_on_a_partition_and_on_a_disk_lies_on_two_disks(add, host):
    disk = add("8:0", "pci/ata1/block/sda")
    partition = add("8:1", "pci/ata1/block/sda/sda1", partition=True)
    other = add("8:16", "pci/ata2/block/sdb")
    volume = add("253:0", "virtual/block/dm-0", partition, other)
    assert find_device(host, "253:0") == volume
    assert below(host, volume) == (partition, other)
    assert list(stack(host, volume)) == [volume, partition, other, disk]
    assert disks(host, volume) == (other, disk)
    assert disks(host, disk) == (disk,)


def test_the_disk_of_a_partition_of_nvme_is_found_though_its_path_has_no_folder_block(add, host):
    disk = add("259:0", "pci/nvme/nvme0/nvme0n1")
    partition = add("259:1", "pci/nvme/nvme0/nvme0n1/nvme0n1p1", partition=True)
    assert disks(host, partition) == (disk,)
    assert queue_owner(host, partition) == disk


def test_a_partition_is_known_by_its_path_where_a_capture_lacks_the_file(add, host):
    disk = add("254:0", "pci/virtio0/block/vda")
    partition = add("254:1", "pci/virtio0/block/vda/vda1")
    assert (is_partition(host, partition), is_partition(host, disk)) == (True, False)
    assert (queue_owner(host, partition), queue_owner(host, disk)) == (disk, disk)


def test_devices_that_lie_on_each_other_end(add, host, tmp_path):
    one, other = "/sys/devices/virtual/block/md0", "/sys/devices/virtual/block/md1"
    add("9:0", "virtual/block/md0", other)
    add("9:1", "virtual/block/md1", one)
    assert list(stack(host, one)) == [one, other]


def test_a_device_that_is_not_there_is_none(host):
    assert find_device(host, "8:0") is None
