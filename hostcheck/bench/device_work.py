"""What the disks below some folders were made to do: writes, bytes, flushes, and how long requests queued."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from hostcheck.bench.disk.backing import backing_device
from hostcheck.bench.disk.location import own_mounts
from hostcheck.host.mounts import mount_under

SECTOR_BYTES = 512
_SYS = Path("/sys/dev/block")
_DEEPEST = 8


class DeviceWork:
    """Counters of the block devices that folders are on. A gauge for ``conditions.Recorder``.

    Attributes:
        devices: their names, such as "vda1" or "loop0".
        unseen: why some folder's device cannot be asked; empty when all can.
    """

    def __init__(self, folders: Sequence[Path], *, sys: Path = _SYS) -> None:
        """Find the devices through the table of mounts: partitions, LVM, md and loop devices too."""
        mounts = own_mounts()
        numbers = {}
        self.unseen = ""
        for folder in folders:
            mount = mount_under(mounts, str(folder.resolve()))
            number = backing_device(mount) if mount else "0:0"
            if number.startswith("0:") or not (sys / number / "stat").is_file():
                self.unseen = f"{folder} has no block device whose counters can be read"
            else:
                numbers[number] = (sys / number).resolve()
        self._devices = tuple(numbers.values())
        self._disks = tuple(dict.fromkeys(disk for path in self._devices for disk in disks_below(path)))
        self.devices = tuple(path.name for path in self._devices)

    def read(self) -> Mapping[str, float]:
        """Return the totals since boot: writes, write_bytes, flushes, and queue in seconds of requests."""
        if not self._devices:
            return {}
        found = [parse_stat((path / "stat").read_text(encoding="ascii")) for path in self._devices]
        totals = {name: sum(one[name] for one in found) for name in ("writes", "write_bytes", "queue")}
        flushes = [parse_stat((path / "stat").read_text(encoding="ascii")).get("flushes") for path in self._disks]
        known = [count for count in flushes if count is not None]
        return totals | ({"flushes": sum(known)} if len(known) == len(flushes) else {})


def parse_stat(text: str) -> Mapping[str, float]:
    """Parse a block device's ``stat``. Kernels before 5.5 count no flushes: the name is missing then.

    Source: Documentation/block/stat.rst.
    """
    words = [int(word) for word in text.split()]
    counted = {"writes": words[4], "write_bytes": words[6] * SECTOR_BYTES, "queue": words[10] / 1000}
    return counted | ({"flushes": words[15]} if len(words) > 15 else {})


def disks_below(device: Path, depth: int = _DEEPEST) -> Iterator[Path]:
    """Give the whole disks that a device lies on, by its folder in sysfs.

    The kernel counts flushes for whole disks alone (blk_account_io_flush in block/blk-flush.c); a partition's and a
    device mapper's stay at zero.
    """
    below = sorted((device / "slaves").iterdir()) if (device / "slaves").is_dir() else []
    if depth and (device / "partition").exists():
        yield from disks_below(device.parent, depth - 1)
    elif depth and below:
        for one in below:
            yield from disks_below(one.resolve(), depth - 1)
    else:
        yield device
