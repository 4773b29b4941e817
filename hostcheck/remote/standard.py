"""Compute the requests of every audit from the probes: the list at the end of the program (``standard.sh``).

Later requests of probes depend on earlier answers. So the probes run on made-up hosts with a few known names, and these
names become patterns of the shell: the kernel's release, an interface, the number of a disk.
"""

import posixpath
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.remote.answers import BEGINS, Known
from hostcheck.remote.host import RemoteHost
from hostcheck.remote.requests import Request, function_of, lines, quoted

_NAMES = {"RELEASE": "$release", "INTERFACE": "*", "259:7": "*", "DISK": "*"}
"""Names on the made-up hosts, and the shell's expression for the names on a real one."""

_MOUNTS = "22 1 259:7 / / rw - ext4 /dev/vda1 rw\n"
_LISTED_FROM = 3
"""If the existence of at least this many names in a folder is requested, the folder is listed instead."""

_LINKED = ("dockerd", "iptables", "runc")
_ALSO = (
    *(Request("read", (f"/proc/net/{name}",)) for name in ("tcp6", "udp", "udp6")),
    *(Request("readlink", (f"/usr/{folder}/{name}",)) for folder in ("bin", "sbin") for name in _LINKED),
    *(Request("http_get", ("/var/run/docker.sock", path)) for path in ("/info", "/version", "/containers/json")),
    Request("read", ("/proc/sys/fs/nr_open",)),
    Request("read", ("/etc/nsswitch.conf",)),
    Request("read", ("/sys/class/net/INTERFACE/mtu",)),
    *(Request("statvfs", (path,)) for path in ("/var", "/var/lib")),
    *(
        Request("read", (path,))
        for path in (
            *("/proc/self/gid_map", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/modules_disabled"),
            *("/sys/firmware/dmi/entries/0-0/raw", "/sys/fs/cgroup/cgroup.controllers"),
        )
    ),
    *(Request("readlink", (path,)) for path in ("/sbin", "/sbin/modprobe")),
    *(
        Request("listdir", (folder,))
        for folder in (
            *(f"{folder}/modprobe.d" for folder in ("/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib")),
            *("/lib/modules", "/etc/systemd/system/sockets.target.wants"),
        )
    ),
    *(
        Request("exists", (path,))
        for path in (
            "/sys/firmware/qemu_fw_cfg/rev",
            "/sys/fs/cgroup/blkio/blkio.throttle.read_bps_device",
            "/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes",
            *(
                f"/sys/fs/cgroup/{group}/{name}"
                for group in ("init.scope", "system.slice")
                for name in ("memory.max", "memory.swap.max", "cpu.max", "io.max")
            ),
        )
    ),
)
"""Requests that usually follow from answers. They are included for hosts that can be queried only once."""

_ALONE_TO = 4
_WIDTH = 380
_FIRST = f"""
# What is asked of every host.
echo '{BEGINS.decode()}'; release=$(uname -r); registers; clock; log
"""
_OF_FILES_THERE = ("read", "readlink", "stat", "run", "exists")
"""Kinds of requests that are worth making on every host about a file that only some hosts have."""

_ASKED = ("read", "readlink", "listdir", "exists", "environ", "stat", "statvfs", "run", "http_get")


class _Willing(RemoteHost):
    """A host on which every file exists whose existence is requested."""

    def exists(self, path: str) -> bool | None:
        self._miss(Request("exists", (path,)))
        return True


def standard(audit: Callable[[Host], object]) -> str:
    """Return the list of requests, as lines for the shell.

    Args:
        audit: function that makes all requests of any audit to the host that it is given.
    """
    asked: dict[Request, None] = dict.fromkeys(_ALSO)
    for kind in (RemoteHost, _Willing):
        hints = _hints()
        asked |= {Request("read", (path,)): None for path in hints.answers.read}
        asked |= {Request("listdir", (path,)): None for path in hints.answers.listdir}
        host = kind(hints)
        audit(host)
        asked |= {each: None for each in host.missed if kind is RemoteHost or each.kind in _OF_FILES_THERE}
    requests = [request for request in asked if request.kind in _ASKED and _is_usual(request)]
    return _FIRST + "\n".join(_lines(_listed(requests))) + "\n"


def _hints() -> Known:
    known = Known()
    for path, text in (
        ("/proc/sys/kernel/osrelease", "RELEASE\n"),
        ("/proc/version", "Linux version RELEASE (builder@host) #1\n"),
        ("/proc/self/mountinfo", _MOUNTS),
        ("/sys/class/net/INTERFACE/type", "1\n"),
        ("/sys/block/DISK/size", "8\n"),
    ):
        known.answers.read[path] = Reading(path, text.encode())
    known.answers.listdir["/sys/class/net"] = ("INTERFACE",)
    known.answers.listdir["/sys/block"] = ("DISK",)
    known.answers.listdir["/sys/firmware/dmi/entries"] = ("19-0", "19-1")
    return known


def _is_usual(request: Request) -> bool:
    """Return whether a request applies to any host: it contains no made-up text and no empty name."""
    return not any("/.evidence" in word or "None" in word for word in request.words)


def _listed(requests: Iterable[Request]) -> list[Request]:
    """Replace requests for the existence of many paths in one folder by a listing of the folder.

    A request for the existence of a path is also left out if a request for its content or target shows the existence.
    """
    requests = list(dict.fromkeys(requests))
    folders = Counter(posixpath.dirname(each.words[0]) for each in requests if each.kind == "exists")
    listed = {folder for folder, names in folders.items() if names >= _LISTED_FROM}
    # What a file or a folder holds, and where a link leads, says whether it is there.
    shown = {each.words[0] for each in requests if each.kind in {"read", "readlink", "listdir"}} | listed
    kept = [
        each
        for each in requests
        if each.kind != "exists" or not (each.words[0] in shown or posixpath.dirname(each.words[0]) in listed)
    ]
    return list(dict.fromkeys([*(Request("listdir", (folder,)) for folder in sorted(listed)), *kept]))


def _lines(requests: Iterable[Request]) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    alone: dict[str, list[Request]] = {}
    for request in requests:
        if request.kind in {"run", "http_get"}:
            alone.setdefault(request.kind, []).append(request)
        else:
            groups.setdefault(function_of(request), []).append(request.words[0])
    for each in alone.values():
        yield "; ".join(lines(each))
    for function, words in groups.items():
        for folders, names in _grouped(words).items():
            yield from _wrapped(f"under {quoted(' '.join(folders))} {function}" if folders else function, names)


def _grouped(words: Iterable[str]) -> dict[tuple[str, ...], list[str]]:
    """Return the requested names by the folders that contain them. The key () has the paths that are not grouped.

    Folders in which nearly the same names are requested share one list: a request for an absent file costs little.
    """
    grouped: dict[tuple[str, ...], list[str]] = {}
    alone: list[str] = []
    folders = _folders(words)
    while folders:
        folder, names = max(folders.items(), key=lambda item: len(item[1]))
        near = [other for other, its in folders.items() if 2 * len(set(its) & set(names)) > max(len(its), len(names))]
        while len(" ".join(near)) > _WIDTH // 2:
            near.remove(max((other for other in near if other != folder), key=len))
        every = sorted({name for other in near for name in folders[other]})
        if folder and len(near) * len(every) > _ALONE_TO:
            grouped[tuple(sorted(near))] = every
        else:
            near = [folder]
            alone += [f"{folder}/{name}" if folder else name for name in names]
        folders = {other: its for other, its in folders.items() if other not in near}
    return {**grouped, (): sorted(alone)} if alone else grouped


def _folders(words: Iterable[str]) -> dict[str, list[str]]:
    """Return the requested names by their folder.

    A path in which a made-up name becomes a pattern stays whole, with the folder "": the program's function ``under``
    does not expand patterns in names.
    """
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        fixed = not any(name in word for name in _NAMES) and word.count("/") > 1
        folder, _, name = word.rpartition("/") if fixed else ("", "", word)
        found.setdefault(folder, []).append(name)
    return found


def _wrapped(function: str, words: Iterable[str]) -> Iterator[str]:
    text = " ".join(map(_pattern, words))
    wrapped = textwrap.wrap(text, _WIDTH - len(function) - 1, break_long_words=False, break_on_hyphens=False)
    yield from (f"{function} {line}" for line in wrapped)


def _pattern(word: str) -> str:
    text = quoted(word)
    for name, pattern in _NAMES.items():
        text = text.replace(name, pattern)
    return f'"{text}"' if "$" in text else text
