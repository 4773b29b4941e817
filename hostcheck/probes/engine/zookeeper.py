"""The configuration of ZooKeeper on this host: the port of its AdminServer, and the disk of its log."""

import posixpath
from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host, Reading
from hostcheck.host.block_devices import disks, find_device
from hostcheck.host.mounts import Mount, mount_under, parse_mountinfo, read_mounts
from hostcheck.host.numbers import is_whole
from hostcheck.probes.readings import unread_reason
from hostcheck.run.model import Evidence, Fact

CONFIGURATIONS = (
    "/etc/zookeeper/conf/zoo.cfg",
    "/etc/zookeeper/zoo.cfg",
    "/opt/zookeeper/conf/zoo.cfg",
    "/usr/share/zookeeper/conf/zoo.cfg",
)
"""Usual paths of zoo.cfg; the first that exists is used."""
_DEFAULT = 8080


def probe(host: Host) -> Iterator[Fact]:
    """Yield zookeeper.admin_port and zookeeper.log_disk."""
    readings = [host.read(path) for path in CONFIGURATIONS]
    found = next((reading for reading in readings if reading.text is not None), None)
    if found is not None:
        yield from _configured(host, found)
    elif host.proves_absence and all(reading.failure == "absent" for reading in readings):
        shown = (Evidence(", ".join(CONFIGURATIONS), None, "ZooKeeper is not configured here"),)
        yield Fact("zookeeper.admin_port", "none", evidence=shown)
        yield Fact("zookeeper.log_disk", "none", evidence=shown)
    else:
        unreadable = next((reading for reading in readings if reading.failure != "absent"), readings[0])
        reason = unread_reason(unreadable)
        yield Fact.unknown("zookeeper.admin_port", reason)
        yield Fact.unknown("zookeeper.log_disk", reason)


def _configured(host: Host, found: Reading) -> Iterator[Fact]:
    settings = parse_settings(found.text or "")
    port = admin_port(settings)
    yield Fact("zookeeper.admin_port", port or "none", evidence=(found.evidence("the AdminServer's port", str(port)),))
    yield _log_disk(host, found, settings)


def _log_disk(host: Host, found: Reading, settings: Mapping[str, str]) -> Fact:
    """Return zookeeper.log_disk: the disk that holds the log. A partition of a shared disk is not a disk of its own."""
    fact_id = "zookeeper.log_disk"
    data, log = settings.get("dataDir", ""), settings.get("dataLogDir", "")
    evidence: tuple[Evidence, ...] = (
        found.evidence(f"dataLogDir, the folder of the log; dataDir is {data or 'not set'}", log or "not set"),
    )
    if not log or log == data:
        return Fact(fact_id, "the data's", evidence=evidence)
    mounts = parse_mountinfo(read_mounts(host).text or "")
    on = {path: mount_under(mounts, path) for path in (log, data, "/") if path.startswith("/")}
    held = {path: _disks(host, mount) for path, mount in on.items()}
    if not held.get(log):
        return Fact.unknown(fact_id, f"the disk of {log} is unknown: see findmnt -T {log}", evidence)
    named = ", ".join(sorted(held[log]))
    evidence += (Evidence("/proc/self/mountinfo, /sys/dev/block", named, f"the disks of {log}"),)
    if held[log] & held.get(data, frozenset()):
        return Fact(fact_id, "the data's", evidence=evidence)
    if held[log] & held["/"]:
        return Fact(fact_id, "the system's", evidence=evidence)
    if unknown := [path for path, below in held.items() if not below]:
        return Fact.unknown(fact_id, f"the disk of {' and '.join(unknown)} is unknown", evidence)
    return Fact(fact_id, "its own", evidence=evidence)


def _disks(host: Host, mount: Mount | None) -> frozenset[str]:
    """Return the names of the disks that a file system is on, such as "vda"; empty if they are unknown."""
    device = find_device(host, mount.device) if mount else None
    return frozenset(map(posixpath.basename, disks(host, device))) if device else frozenset()


def parse_settings(text: str) -> Mapping[str, str]:
    """Parse zoo.cfg, a Java properties file with one setting per line."""
    return dict(_setting(line) for line in text.splitlines() if "=" in line and not line.lstrip().startswith("#"))


def admin_port(settings: Mapping[str, str]) -> int | None:
    """Return the AdminServer's port, 8080 unless it is set; None if the AdminServer is off."""
    if settings.get("admin.enableServer", "true").lower() == "false":
        return None
    port = settings.get("admin.serverPort", "")
    return int(port) if is_whole(port) else _DEFAULT


def _setting(line: str) -> tuple[str, str]:
    key, _, value = line.partition("=")
    return key.strip(), value.strip()
