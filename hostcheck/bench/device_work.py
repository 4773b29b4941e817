"""Count the work of the disks that hold given folders: writes, bytes, flushes, and the time that requests queued."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from hostcheck.bench.disk.backing import backing_device
from hostcheck.host.block_devices import disks, find_device
from hostcheck.host.live import LiveHost
from hostcheck.host.mounts import mount_under, own_mounts

SECTOR_BYTES = 512


class DeviceWork:
    """Counters of the block devices that hold the folders. A gauge for ``conditions.Recorder``.

    Attributes:
        devices: names of the block devices, such as "vda1" or "loop0".
        unseen: why the counters of a folder's device cannot be read, for the last such folder; empty if all can be
            read.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        """Find the devices in the mount table. A device may be a disk, a partition, or an LVM, md or loop device."""
        host = LiveHost()
        mounts = own_mounts()
        devices = []
        self.unseen = ""
        for folder in folders:
            mount = mount_under(mounts, str(folder.resolve()))
            number = backing_device(mount) if mount else "0:0"
            device = find_device(host, number)
            if device is None or not Path(device, "stat").is_file():
                self.unseen = f"no counters of a block device can be read for {folder}"
            else:
                devices.append(device)
        self._devices = tuple(dict.fromkeys(devices))
        # The kernel counts flushes only for whole disks (blk_account_io_flush in block/blk-flush.c).
        self._disks = tuple(dict.fromkeys(disk for device in self._devices for disk in disks(host, device)))
        self.devices = tuple(Path(device).name for device in self._devices)

    def read(self) -> Mapping[str, float]:
        """Return the totals since boot: writes, write_bytes, flushes, and queue (seconds, summed over all requests).

        "flushes" is missing if a disk does not count them. The result is empty if no device can be read.
        """
        if not self._devices:
            return {}
        found = [parse_stat(Path(device, "stat").read_text(encoding="ascii")) for device in self._devices]
        totals = {name: sum(one[name] for one in found) for name in ("writes", "write_bytes", "queue")}
        flushes = [parse_stat(Path(disk, "stat").read_text(encoding="ascii")).get("flushes") for disk in self._disks]
        known = [count for count in flushes if count is not None]
        return totals | ({"flushes": sum(known)} if len(known) == len(flushes) else {})


def parse_stat(text: str) -> Mapping[str, float]:
    """Return writes, write_bytes, queue (seconds) and flushes, from a block device's ``stat`` file.

    Kernels before 5.5 do not count flushes: the result then has no "flushes".

    Source: Documentation/block/stat.rst.
    """
    words = [int(word) for word in text.split()]
    counted = {"writes": words[4], "write_bytes": words[6] * SECTOR_BYTES, "queue": words[10] / 1000}
    return counted | ({"flushes": words[15]} if len(words) > 15 else {})
