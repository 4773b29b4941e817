"""What the kernel shows of isolation itself: namespaces that are not the first ones, and the root's mount.

These cannot be left over from an image, as marker files can.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hostcheck.host.base import Host
from hostcheck.host.mounts import Mount, mount_under, parse_mountinfo
from hostcheck.run.model import Evidence

# Fixed inode numbers of the first namespaces (include/linux/proc_ns.h). Those of mnt and net are not fixed
# on older kernels.
_FIRST = {"pid": 0xEFFFFFFC, "cgroup": 0xEFFFFFFB, "user": 0xEFFFFFFD, "uts": 0xEFFFFFFE, "ipc": 0xEFFFFFFF}
_INODE = re.compile(r":\[(\d{1,20})\]")
_SCHED = re.compile(r"^\S.*\((\d+), #threads")
_LAYERED = {"overlay", "aufs", "fuse.fuse-overlayfs", "unionfs"}


@dataclass(frozen=True, slots=True)
class Isolation:
    """What the kernel shows.

    Attributes:
        own: by kind of namespace, whether it is another than the first; kinds that could not be read are missing.
        root: the mount on "/"; None when mountinfo could not be read.
        mounts: all mounts.
        evidence: what was read.
    """

    own: Mapping[str, bool]
    root: Mount | None
    mounts: tuple[Mount, ...]
    evidence: tuple[Evidence, ...]

    @property
    def all_first(self) -> bool:
        """Whether every namespace that could be read, the pid namespace among them, is the first."""
        return "pid" in self.own and not any(self.own.values())

    @property
    def layered_root(self) -> bool:
        """Whether "/" is a stack of layers, as engines make (and live systems, too)."""
        return self.root is not None and self.root.fs_type in _LAYERED

    @property
    def whole_device_root(self) -> bool:
        """Whether "/" is all of a file system on a device of its own, as an installed machine has it."""
        return (
            self.root is not None
            and self.root.root == "/"
            and self.root.source.startswith("/dev/")
            and "docker-" not in self.root.source
        )


def read_isolation(host: Host) -> Isolation:
    """Read namespaces and mounts."""
    own: dict[str, bool] = {}
    evidence = []
    for kind, first in _FIRST.items():
        # A link into nowhere outside a running kernel: it is read, never followed.
        link = host.readlink(f"/proc/self/ns/{kind}")
        found = _INODE.search(link.text or "")
        if found:
            own[kind] = int(found[1]) != first
            evidence.append(link.evidence("for a container" if own[kind] else "against: the first namespace"))
    if "pid" not in own:
        evidence += _pid_namespace(host, own)
    table = host.read("/proc/self/mountinfo")
    mounts = parse_mountinfo(table.text or "")
    root = mount_under(mounts, "/")
    isolation = Isolation(own, root, mounts, ())
    if root is not None:
        shown = f"/ is {root.fs_type} from {root.source}"
        says = "for a container" if isolation.layered_root else "against" if isolation.whole_device_root else "silent"
        evidence.append(table.evidence(says, shown))
    return Isolation(own, root, mounts, tuple(evidence))


def _pid_namespace(host: Host, own: dict[str, bool]) -> list[Evidence]:
    """Tell the pid namespace where its link cannot be read, or the kernel is too old to have one."""
    second = host.read("/proc/2/comm")
    if (second.text or "").strip() == "kthreadd":
        own["pid"] = False
        return [second.evidence("against: the kernel's own threads are seen only in the first pid namespace")]
    sched = host.read("/proc/1/sched")
    found = _SCHED.match((sched.text or "").partition("\n")[0])
    if found and found[1] != "1":
        own["pid"] = True
        return [sched.evidence("for a container: the first process has another number outside", found[0])]
    return []
