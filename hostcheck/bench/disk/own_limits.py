"""Read the I/O limits that control groups set on this process and on PID 1, for the measured disk.

Sources: Documentation/admin-guide/cgroup-v2.rst (io.max, io.latency), Documentation/admin-guide/cgroup-v1/
blkio-controller.rst (blkio.throttle.*).
"""

from collections.abc import Collection, Iterator, Mapping

from hostcheck.host.base import Host
from hostcheck.host.block_devices import find_device, stack
from hostcheck.host.groups import folders_up, group_folder
from hostcheck.host.live import LiveHost
from hostcheck.host.mounts import parse_mountinfo, visible
from hostcheck.host.numbers import is_whole
from hostcheck.run.fields import IoLimitFields

_VERSION_2 = ("io.max", "io.latency")
_VERSION_1 = {
    "blkio.throttle.read_iops_device": "riops",
    "blkio.throttle.write_iops_device": "wiops",
    "blkio.throttle.read_bps_device": "rbps",
    "blkio.throttle.write_bps_device": "wbps",
}


def io_limits(number: str, host: Host | None = None) -> IoLimitFields:
    """Return the lowest limits on the devices below a file system. A field is absent if it could not be read.

    Args:
        number: the result of ``backing_device``. If it is no block device, the limits on all devices are returned.
        host: the device's host; this machine by default.
    """
    host = host or LiveHost()
    device = find_device(host, number)
    numbers = {(host.read(f"{each}/dev").text or "").strip() for each in stack(host, device)} if device else set()
    found: IoLimitFields = {}
    if (own := _limits(host, "/proc/self/cgroup", numbers)) is not None:
        found["io_limits"] = own
    if (first := _limits(host, "/proc/1/cgroup", numbers)) is not None:
        found["io_limits_of_first"] = first
    return found


def _limits(host: Host, membership: str, numbers: Collection[str]) -> Mapping[str, int] | None:
    """Return the lowest limits on a process's group and the groups above it, by name in io.max; None if unknown."""
    own = host.read(membership)
    if own.text is None:
        # A kernel without control groups has no such file.
        return {} if own.failure == "absent" and host.read("/proc/version").text else None
    place = group_folder(own.text, visible(parse_mountinfo(host.read("/proc/self/mountinfo").text or "")), "blkio")
    if place is None:
        return None
    found: dict[str, int] = {}
    for folder in folders_up(*place):
        for file in (*_VERSION_2, *_VERSION_1):
            reading = host.read(f"{folder}/{file}")
            if reading.text is None and reading.failure != "absent":
                return None
            for name, limit in _parse(reading.text or "", _VERSION_1.get(file, ""), numbers):
                found[name] = min(limit, found.get(name, limit))
    return found


def _parse(text: str, name: str, numbers: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield the limits in a file that has a line for each device.

    Args:
        text: the content of the file.
        name: the name of the limit in a file of cgroup v1; empty for a file of cgroup v2, whose lines contain the
            names.
        numbers: the devices to look for, as major:minor; empty for all devices.
    """
    for line in text.splitlines():
        number, *words = line.split() or [""]
        if not numbers or number in numbers:
            pairs = (
                [(name, word) for word in words]
                if name
                else [tuple(word.split("=", 1)) for word in words if "=" in word]
            )
            yield from ((key, int(limit)) for key, limit in pairs if is_whole(limit))
