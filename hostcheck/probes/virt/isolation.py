"""The isolation that the kernel shows: namespaces other than the host's, the control group, and the root mount.

Unlike marker files, these cannot be left over from an image.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from hostcheck.host.base import Host, Reading
from hostcheck.host.mounts import Mount, is_cut, mount_under, parse_mountinfo
from hostcheck.probes.virt.cgroup_paths import is_systems, parse_groups
from hostcheck.probes.virt.indicators import read_first
from hostcheck.run.model import Evidence

# Fixed inode numbers of the initial namespaces (include/linux/proc_ns.h). Those of mnt and net are not fixed on
# older kernels.
_FIRST = {"pid": 0xEFFFFFFC, "cgroup": 0xEFFFFFFB, "user": 0xEFFFFFFD, "uts": 0xEFFFFFFE, "ipc": 0xEFFFFFFF}
_INODE = re.compile(r":\[(\d{1,20})\]")
_SCHED = r"^\S.*\((\d+), #threads"
# A captured host may hold the files of the first process only.
_PROCESSES = ("self", "1")
_WSL1_FILE_SYSTEMS = {"lxfs", "wslfs"}
_LAYERED = {"overlay", "aufs", "fuse.fuse-overlayfs", "fuse-overlayfs", "unionfs"}


class Isolation(NamedTuple):
    """The isolation of this process.

    Attributes:
        own: whether this process's namespace differs from the initial one, by kind of namespace; kinds that could not
            be read are missing.
        table: the path of the mount table.
        root: the mount on "/"; None if no table could be read, or not all of it: the rest may hide this mount.
        mounts: the mounts in the table.
        in_systems_group: whether systemd made the control group for the host itself.
        evidence: the sources that were read, and their content.
        cut: whether the table may have more mounts, so that what is not among ``mounts`` may be mounted.
    """

    own: Mapping[str, bool]
    table: str
    root: Mount | None
    mounts: tuple[Mount, ...]
    in_systems_group: bool = False
    evidence: tuple[Evidence, ...] = ()
    cut: bool = False

    @property
    def all_first(self) -> bool:
        """Whether every namespace that could be read is the initial one.

        At least one of pid, uts and ipc must have been read, since engines create those. The cgroup namespace is enough
        if the control group is one of systemd's: its path would show the groups of an engine above it.
        """
        enough = self.own.keys() & {"pid", "uts", "ipc"} or ("cgroup" in self.own and self.in_systems_group)
        return bool(enough) and not any(self.own.values())

    @property
    def outranks_markers(self) -> bool:
        """Whether enough was read to decide if a marker was left by an image: a namespace, or the mount on "/".

        In the host's namespaces only the mounts can show it, so all of them are needed.
        """
        return not (self.all_first and self.cut) and (bool(self.own) or self.root is not None)

    @property
    def root_type(self) -> str:
        """The type of the file system on "/"; empty if it is unknown."""
        return "" if self.root is None else self.root.fs_type

    @property
    def layered_root(self) -> bool:
        """Whether "/" is a union of layers, as in containers and on live systems."""
        return self.root_type in _LAYERED

    @property
    def lists_layers(self) -> bool:
        """Whether the mount options of "/" list the folders of its layers."""
        return self.root is not None and any(option.startswith("lowerdir") for option in self.root.super_options)

    @property
    def whole_device_root(self) -> bool:
        """Whether "/" is the whole file system of a block device, as on an installed machine."""
        return (
            self.root is not None
            and self.root.root == "/"
            and self.root.source.startswith("/dev/")
            and "docker-" not in self.root.source
        )

    @property
    def wsl1_root(self) -> bool:
        """Whether "/" is on a file system of WSL 1, which holds a distribution and never an engine's container."""
        return self.root_type in _WSL1_FILE_SYSTEMS

    @property
    def loop_root(self) -> bool:
        """Whether "/" is on a loop device."""
        return self.root is not None and self.root.source.startswith("/dev/loop")


def read_isolation(host: Host) -> Isolation:
    """Read the namespaces, the control groups and the mounts."""
    own: dict[str, bool] = {}
    evidence = []
    for kind, first in _FIRST.items():
        # The target of the link is not a path: it is read, and never followed.
        for process in _PROCESSES:
            link = host.readlink(f"/proc/{process}/ns/{kind}")
            found = _INODE.search(link.text or "")
            if found:
                own[kind] = int(found[1]) != first
                evidence.append(link.evidence("for a container" if own[kind] else "against: the host's namespace"))
                break
    if "pid" not in own:
        evidence += _pid_namespace(host, own)
    table, mounts = _read_mounts(host)
    groups = (parse_groups(host.read(f"/proc/{process}/cgroup").text or "") for process in _PROCESSES)
    systems = any(is_systems(path) for paths in groups for path in paths)
    cut = is_cut(table)
    root = None if cut else mount_under(mounts, "/")
    isolation = Isolation(own, table.source, root, mounts, systems, cut=cut)
    if isolation.root is not None:
        shown = f"/ is {isolation.root.fs_type} from {isolation.root.source}"
        says = "silent"
        if isolation.layered_root:
            says = "for a container: layers, as in containers and on live systems"
        elif isolation.whole_device_root:
            says = "against: a whole block device, which engines do not give to a container"
        evidence.append(table.evidence(says, shown))
    return isolation._replace(evidence=tuple(evidence))


def parse_mounts(text: str) -> tuple[Mount, ...]:
    """Parse /proc/mounts (proc_pid_mounts(5)), which does not show which part of a file system is mounted."""
    rows = (line.split() for line in text.splitlines())
    return tuple(Mount("", "", row[1], (), row[2], row[0], tuple(row[3].split(","))) for row in rows if len(row) > 3)


def _read_mounts(host: Host) -> tuple[Reading, tuple[Mount, ...]]:
    """Read the mount table from mountinfo; without it (Linux before 2.6.26, some captures), from mounts."""
    table = read_first(host, *(f"/proc/{process}/mountinfo" for process in _PROCESSES))
    if table.data is not None:
        return table, parse_mountinfo(table.text or "")
    shorter = read_first(host, "/proc/self/mounts", "/proc/mounts", "/proc/1/mounts")
    return (shorter, parse_mounts(shorter.text or "")) if shorter.data is not None else (table, ())


def _pid_namespace(host: Host, own: dict[str, bool]) -> list[Evidence]:
    """Detect the pid namespace if its link cannot be read or the kernel has none; set own["pid"], return evidence."""
    second = host.read("/proc/2/comm")
    if (second.text or "").strip() == "kthreadd":
        own["pid"] = False
        return [second.evidence("against: kernel threads are visible only in the host's pid namespace")]
    sched = host.read("/proc/1/sched")
    found = re.match(_SCHED, (sched.text or "").partition("\n")[0])
    if found and found[1] != "1":
        own["pid"] = True
        return [sched.evidence("for a container: the first process has another pid on the host", found[0])]
    return []
