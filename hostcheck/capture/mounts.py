"""Remove servers, shares, users and passwords from mount tables."""

import re

from hostcheck.capture.renaming import SCRUBBED, Renamer
from hostcheck.host.base import READ_LIMIT

_OPTION = re.compile(
    r"(?<=[,\s])((?:client|mount|mds?|mon_?|ip_?)?addrs?|user(?:name)?|name|domain|dom|pass(?:word)?2?|pw|credentials|cred"
    r"|secret(?:file)?|key(?:ring)?|fsid|unc|netbiosname|servern|sec_?key|keyfile|host(?:name)?|server|group_id_name"
    r"|uname|aname|mon_host|volfile[\w-]*|log-file)=[^,\s]*"
)
"""Options with names, addresses or credentials: nfs(5), mount.cifs(8), mount.ceph(8), 9p, glusterfs."""

_OF_THE_KERNEL = {"cgroup", "cgroup2", "proc", "sysfs"}  # their names are hierarchies, not hosts
_SERVER = re.compile(r"(?:[^/\s@]+@)*(?:\[[0-9A-Fa-f:.]+\]|[^/\s:,@]{2,}(?:,[^/\s:,@]+)*)(?::\d+)*:(?s:.*)")
_SHARE = re.compile(r"//[^/\s]+(?:/\S*)?")


def mount_table(data: bytes, names: Renamer) -> bytes | None:
    """Replace private data in mountinfo, mounts or fstab; types, other options and the tree of mounts are kept.

    Returns:
        The table; None if it was cut. Without private data it may be shorter, and would read as a whole one.
    """
    if len(data) >= READ_LIMIT:
        return None
    text = data.decode("utf-8", "surrogateescape")
    lines = [_line(line) for line in text.split("\n")]
    return names.text("\n".join(lines)).encode("utf-8", "surrogateescape")


def _line(line: str) -> str:
    before, separator, after = line.partition(" - ")
    if separator:
        # proc_pid_mountinfo(5): type, source and options of the file system follow the single dash.
        fields = after.split(" ")
        if len(fields) > 1 and fields[0] not in _OF_THE_KERNEL:
            fields[1] = _source(fields[1])
            after = _options(" ".join(fields))
        return f"{before} - {after}"
    source, space, rest = line.partition(" ")
    return _options(_source(source) + space + rest)


def _source(source: str) -> str:
    if _SHARE.fullmatch(source):
        return "//server/share"
    return "server:/export" if _SERVER.fullmatch(source) else source


def mount_options(options: str) -> str:
    """Remove names, addresses and credentials from the options of one mount."""
    return _options(f",{options}")[1:]


def _options(text: str) -> str:
    return _OPTION.sub(rf"\1={SCRUBBED}", text)
