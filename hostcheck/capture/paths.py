"""Rename the parts of paths that are a user's own: mount points, volumes, containers, projects."""

import re
from collections.abc import Iterable

from hostcheck.capture.renaming import COMMON

_PATH = re.compile(r"(?<![\w./:%~-])/[\w.@+%~:=-]+(?:/[\w.@+%~:=-]+)*")
_USUAL = """
bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin srv sys tmp usr var cache log lock spool
cpuacct cpuset freezer blkio net_cls net_prio perf_event hugetlb rdma misc
group passwd subuid subgid grub hosts hostname fstab resolv.conf
"""
"""Folders of every host (hier(7)), control groups and files of /etc."""
_OF_THE_SYSTEM = re.compile(r"/(?:proc|sys(?!/fs/cgroup)|usr(?!/local))(?:/.*)?")
_OF_CGROUPS = re.compile(r"(?:memory|cpu|cpuacct|cpuset|blkio|io|pids|cgroup|devices|hugetlb)\.[\w.]+")
_DEVICE = re.compile(r"/dev/[a-z]+[0-9]*(?:[np][0-9]+)*")
_NUMBER = re.compile(r"[0-9:.-]+")


class Paths:
    """A renamer of the parts of paths that appear in no text of hostcheck. Equal parts get equal replacements."""

    def __init__(self, public: Iterable[str]) -> None:
        """Take the texts whose paths are public: those of the profiles and of the catalogue."""
        words = {part for text in public for path in _PATH.findall(text) for part in path.split("/")}
        self._public = words | COMMON | set(_USUAL.split())
        self._renamed: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Rename the paths in a text."""
        return _PATH.sub(self._path, text)

    def _path(self, found: re.Match[str]) -> str:
        path = found[0].rstrip(".:")
        rest = found[0][len(path) :]
        if _OF_THE_SYSTEM.fullmatch(path) or _DEVICE.fullmatch(path):
            return found[0]
        return "/".join(map(self._part, path.split("/"))) + rest

    def _part(self, part: str) -> str:
        if not part or part.rstrip(":") in self._public or _NUMBER.fullmatch(part) or _OF_CGROUPS.fullmatch(part):
            return part
        return self._renamed.setdefault(part, f"path{len(self._renamed) + 1}")
