"""What probes ask, as lines for the shell: a function of ``program.sh`` and its arguments, each in quotes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

_ENCODED = ("/proc/*/environ", "/proc/*/cmdline", "/sys/firmware/*", "/proc/device-tree/*", "*.gz")
"""Files whose content is no text: they are sent encoded."""

_TOGETHER = {
    "exists": "exist",
    "readlink": "links",
    "listdir": "lists",
    "environ": "variables",
    "stat": "owners",
    "statvfs": "rooms",
}
"""The function for each kind of request whose function takes several paths."""

_ALONE = {"run": "runs", "http_get": "gets", "experiment": "tries"}

_TRIED = frozenset({"unshare", "links", "nat", "limits"})
"""Experiments that programs of a host can make without a file on its disks (``perform``)."""

_MOST_TOGETHER = 100
"""Paths in one line. A shell has the whole of a line in memory."""

_PLAIN = re.compile(r"[A-Za-z0-9_./:,=@%+-]+")


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        kind: the method of ``Host``.
        words: its arguments.
    """

    kind: str
    words: tuple[str, ...]


def lines(requests: Iterable[Request]) -> Iterator[str]:
    """Yield the lines that ask for all requests. What no path, name or word can be is left out, and so not answered."""
    groups: dict[str, list[str]] = {}
    for request in requests:
        if not all(map(_can_be, request.words)):
            continue
        if request.kind in _ALONE:
            # The words of these are separated by blanks in the answer.
            if request.kind == "http_get" or not (" " in "".join(request.words) or _is_beyond_a_shell(request)):
                yield " ".join((_ALONE[request.kind], *map(quoted, request.words)))
        else:
            groups.setdefault(function_of(request), []).append(request.words[0])
    for function, words in groups.items():
        for at in range(0, len(words), _MOST_TOGETHER):
            yield " ".join((function, *map(quoted, words[at : at + _MOST_TOGETHER])))


def quoted(word: str) -> str:
    """Return a word as the shell takes it for one word, with nothing in it expanded (POSIX, 2.2.2 Single-Quotes)."""
    if _PLAIN.fullmatch(word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def function_of(request: Request) -> str:
    """Return the function of the program that answers a request which has one word."""
    if request.kind == "read":
        return "binaries" if any(fnmatchcase(request.words[0], pattern) for pattern in _ENCODED) else "texts"
    return _TOGETHER[request.kind]


def _is_beyond_a_shell(request: Request) -> bool:
    return request.kind == "experiment" and request.words[0] not in _TRIED


def _can_be(word: str) -> bool:
    return len(word) <= 4096 and "\0" not in word
