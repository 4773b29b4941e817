"""The engine's data-root (the folder of its images and containers), and the file system that holds it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from hostcheck.host.base import Host
from hostcheck.host.mounts import Mount, mount_under, parse_mountinfo, read_mounts
from hostcheck.probes.caching import cached_per_audit
from hostcheck.probes.engine.dockerd import configured_data_root, find_daemon
from hostcheck.probes.engine.engine import find_engine
from hostcheck.probes.engine.stores import find_store
from hostcheck.probes.engine.users import home_of_rootless
from hostcheck.probes.paths import nearest_existing, resolve
from hostcheck.probes.readings import closed, unread_reason
from hostcheck.run.model import Evidence, Fact

_MOUNTINFO = "/proc/self/mountinfo"
_TO_START = 256 << 10
"""Free bytes that an engine needs for its first start: Docker 20.10 failed with 128 KiB, and started with 256 KiB."""
_KEPT_BY_EXT4 = (50, 4096)
"""ext4 reserves 1/50 of its blocks, at most 4,096, for itself: even root cannot use them.

statvfs(3) counts them as free for root. Source: fs/ext4/super.c, ext4_calculate_resv_clusters.
"""


class DataRoot(NamedTuple):
    """The engine's data-root.

    Attributes:
        path: the path as the engine or its configuration names it.
        evidence: the source of the path.
        folder: the path with its links resolved, or the nearest folder above it that exists.
        mount: the mount that holds the folder; None if it is unknown.
        unmounted: why the mount is unknown.
        tried: whether the results of experiments on this host apply to the folder.
    """

    path: str
    evidence: Evidence
    folder: str
    mount: Mount | None
    unmounted: str = ""
    tried: bool = True

    @property
    def problem(self) -> str:
        """Why the engine may use another folder: a file that may name it could not be read. Empty if all were read."""
        return self.evidence.says if self.evidence.value is None else ""

    def facts_of(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        """Yield the facts about the folder; as unknown facts if the engine may use another folder."""
        for fact in facts:
            yield Fact.unknown(fact.id, self.problem, (self.evidence,)) if self.problem else fact


@cached_per_audit
def find_data_root(host: Host) -> DataRoot:
    """Find the data-root: the folder that the running engine reports or its configuration sets, else the default."""
    return locate(host, *_named(host))


def locate(host: Host, path: str, evidence: Evidence) -> DataRoot:
    """Return a folder with its links resolved, and the mount that holds it, or will hold it once it exists.

    Args:
        host: the host.
        path: the path of the folder.
        evidence: the source of the path.
    """
    folder = resolve(host, path)
    if host.proves_absence:
        folder = nearest_existing(host, folder)
    table = read_mounts(host)
    mount = mount_under(parse_mountinfo(table.text or ""), folder)
    unmounted = (
        unread_reason(table)
        if table.text is None
        else f"no mount in {_MOUNTINFO} holds {folder}: see findmnt -T {folder}"
    )
    return DataRoot(path, evidence, folder, mount, "" if mount else unmounted)


def facts(host: Host, root: DataRoot) -> Iterator[Fact]:
    """Yield storage.data_root, storage.backing_fs, storage.writable and storage.free_bytes."""
    yield Fact("storage.data_root", root.path, evidence=(root.evidence,))
    yield _backing_fs(root)
    room = host.statvfs(root.folder)
    yield _writable(host, root, room)
    if room is None:
        yield Fact.unknown("storage.free_bytes", f"free space at {root.folder} was not captured: audit the host itself")
    else:
        free = Evidence(f"statvfs {root.folder}", str(room["free_bytes"]), "free for an unprivileged user")
        yield Fact("storage.free_bytes", room["free_bytes"], evidence=(free,))


def _backing_fs(root: DataRoot) -> Fact:
    if root.mount is None:
        return Fact.unknown("storage.backing_fs", root.unmounted)
    shown = f"{root.mount.fs_type} on {root.mount.mount_point} from {root.mount.source}"
    return Fact(
        "storage.backing_fs", root.mount.fs_type, evidence=(Evidence(_MOUNTINFO, shown, f"holds {root.folder}"),)
    )


def _writable(host: Host, root: DataRoot, room: Mapping[str, int] | None) -> Fact:
    """Return storage.writable: False if the file system is mounted read-only, as after a disk error, or is full."""
    if root.mount is None:
        return Fact.unknown("storage.writable", root.unmounted)
    closed = "ro" in root.mount.options or "ro" in root.mount.super_options
    shown = f"{root.mount.mount_point} is {'ro' if closed else 'rw'}"
    says = f"{'against' if closed else 'for'}: holds {root.folder}"
    evidence = [Evidence(_MOUNTINFO, shown, says)]
    if room is not None and not closed and "root_free_bytes" not in room and room["free_bytes"] < _TO_START:
        return Fact.unknown(
            "storage.writable", f"the free space for root at {root.folder} was not captured: audit the host itself"
        )
    if room is not None:
        free, whose = _room_for_engine(host, root, room)
        says = f"{'for' if free >= _TO_START else 'against'}: free to {whose}, in bytes"
        evidence.append(Evidence(f"statvfs {root.folder}", str(free), says))
        closed |= free < _TO_START
    return Fact("storage.writable", not closed, evidence=tuple(evidence))


def _room_for_engine(host: Host, root: DataRoot, room: Mapping[str, int]) -> tuple[int, str]:
    """Return how many bytes the engine can write at most, and who can write them, in words.

    A rootless engine can use only the space that is free for its user.
    """
    home = home_of_rootless(host)
    if (home and root.path.startswith(f"{home}/")) or "root_free_bytes" not in room:
        return room["free_bytes"], "the user"
    kind = root.mount.fs_type if root.mount else ""
    if kind == "btrfs":
        # Space that is free for data is useless without space for metadata: then btrfs reports that none is available
        # (btrfs_statfs).
        return room["free_bytes"], "root"
    share, most = _KEPT_BY_EXT4
    blocks = room["total_bytes"] // max(1, room["block_bytes"])
    kept = min(blocks // share, most) * room["block_bytes"] if kind == "ext4" else 0
    return max(0, room["root_free_bytes"] - kept), "root"


def _named(host: Host) -> tuple[str, Evidence]:
    engine = find_engine(host)
    running = engine.info.get("DockerRootDir")
    if isinstance(running, str) and running.startswith("/"):
        return running, Evidence(f"GET /info on {engine.socket}", running, "the running engine's DockerRootDir")
    store = find_store(host)
    if store is not None:
        return store
    daemon = find_daemon(host)
    configured = configured_data_root(host, daemon)
    if configured is not None:
        return configured
    file = host.read(daemon.file)
    if closed((file,)):
        return daemon.default, Evidence(file.source, None, unread_reason(file))
    says = "assumed: the default, since no engine answers and nothing sets another"
    return daemon.default, Evidence("dockerd(8)", daemon.default, says)
