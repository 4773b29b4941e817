"""What every audit asks of a host, computed from the probes: the list at the end of the program (``standard.sh``).

Probes ask of what they were answered. So they run on hosts that nothing is known of but a few names, and those names
become patterns of the shell: the kernel's release, an interface, the number of a disk.
"""

import posixpath
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.remote.answers import BEGINS, Known
from hostcheck.remote.host import RemoteHost
from hostcheck.remote.requests import Request, function_of, lines, quoted

_NAMES = {"RELEASE": "$release", "INTERFACE": "*", "259:7": "*"}
"""Names that a host is given, and how the shell finds those of a real one."""

_MOUNTS = "22 1 259:7 / / rw - ext4 /dev/vda1 rw\n"
_LISTED_FROM = 3
"""From as many names on, a folder is listed instead of asked for each."""

_WIDTH = 120
_FIRST = f"""
# What is asked of every host.
echo '{BEGINS.decode()}'
release=$(uname -r)
registers
clock
log
"""
_ASKED = ("read", "readlink", "listdir", "exists", "environ", "stat", "statvfs", "run")


class _Willing(RemoteHost):
    """A host that has every file of which it is only asked whether it is there."""

    def exists(self, path: str) -> bool | None:
        self._miss(Request("exists", (path,)))
        return True


def standard(audit: Callable[[Host], object]) -> str:
    """Return the list, as lines for the shell.

    Args:
        audit: asks a host all that any audit asks.
    """
    asked: dict[Request, None] = {}
    for kind in (RemoteHost, _Willing):
        hints = _hints()
        asked |= {Request("read", (path,)): None for path in hints.answers.read}
        asked |= {Request("listdir", (path,)): None for path in hints.answers.listdir}
        host = kind(hints)
        audit(host)
        asked |= host.missed
    requests = [request for request in asked if request.kind in _ASKED and _is_usual(request)]
    return _FIRST + "\n".join(_lines(_listed(requests))) + "\n"


def _hints() -> Known:
    known = Known()
    for path, text in (
        ("/proc/sys/kernel/osrelease", "RELEASE\n"),
        ("/proc/version", "Linux version RELEASE (builder@host) #1\n"),
        ("/proc/self/mountinfo", _MOUNTS),
        ("/sys/class/net/INTERFACE/type", "1\n"),
    ):
        known.answers.read[path] = Reading(path, text.encode())
    known.answers.listdir["/sys/class/net"] = ("INTERFACE",)
    return known


def _is_usual(request: Request) -> bool:
    """Whether a request is of any host: what the hints made up is not, and no name in it is empty."""
    return not any("/.evidence" in word or "None" in word for word in request.words)


def _listed(requests: Iterable[Request]) -> list[Request]:
    """Ask for the names in a folder where many of them are asked for."""
    requests = list(dict.fromkeys(requests))
    folders = Counter(posixpath.dirname(each.words[0]) for each in requests if each.kind == "exists")
    listed = {folder for folder, names in folders.items() if names >= _LISTED_FROM}
    kept = [each for each in requests if each.kind != "exists" or posixpath.dirname(each.words[0]) not in listed]
    return list(dict.fromkeys([*(Request("listdir", (folder,)) for folder in sorted(listed)), *kept]))


def _lines(requests: Iterable[Request]) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for request in requests:
        if request.kind == "run":
            yield from lines([request])
        else:
            groups.setdefault(function_of(request), []).append(_pattern(request.words[0]))
    for function, words in groups.items():
        text = " ".join(sorted(dict.fromkeys(words)))
        wrapped = textwrap.wrap(text, _WIDTH - len(function) - 1, break_long_words=False, break_on_hyphens=False)
        yield from (f"{function} {line}" for line in wrapped)


def _pattern(word: str) -> str:
    text = quoted(word)
    for name, pattern in _NAMES.items():
        text = text.replace(name, pattern)
    return f'"{text}"' if "$" in text else text
