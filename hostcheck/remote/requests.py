"""The requests of probes as lines for the shell: a function of ``program.sh`` and its quoted arguments."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

_ENCODED = ("/proc/*/environ", "/proc/*/cmdline", "/sys/firmware/*", "/proc/device-tree/*", "*.gz")
"""Patterns of the paths of binary files, whose content is sent encoded."""

_TOGETHER = {
    "exists": "exist",
    "readlink": "links",
    "listdir": "lists",
    "environ": "variables",
    "stat": "owners",
    "statvfs": "rooms",
}
"""The function of ``program.sh`` for each kind of request that can be made for several paths at once."""

KINDS = {"texts": "read", "binaries": "read", **{function: kind for kind, function in _TOGETHER.items()}}
"""The kind of request, by the function of ``program.sh`` that answers it for each of its arguments."""

_ALONE = {"run": "runs", "http_get": "gets", "experiment": "tries"}

_TRIED = frozenset({"unshare", "links", "nat", "limits"})
"""Names of the experiments (``perform``) that the programs of a host can make without writing a file."""

_MOST_TOGETHER = 100
"""Maximum number of paths in one line: a shell keeps a whole line in memory."""

_PLAIN = re.compile(r"[A-Za-z0-9_./:,=@%+-]+")


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        kind: the name of the method of ``Host``.
        words: the arguments of the method.
    """

    kind: str
    words: tuple[str, ...]


def lines(requests: Iterable[Request]) -> Iterator[str]:
    """Yield the lines for the requests.

    A request with an invalid argument, or one that a shell cannot make, is left out: it gets no answer.
    """
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
    """Quote a word for the shell, so that nothing in it is expanded (POSIX, 2.2.2 Single-Quotes)."""
    if _PLAIN.fullmatch(word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def function_of(request: Request) -> str:
    """Return the name of the program's function for a request with one argument."""
    if request.kind == "read":
        return "binaries" if any(fnmatchcase(request.words[0], pattern) for pattern in _ENCODED) else "texts"
    return _TOGETHER[request.kind]


def _is_beyond_a_shell(request: Request) -> bool:
    return request.kind == "experiment" and request.words[0] not in _TRIED


def _can_be(word: str) -> bool:
    return len(word) <= 4096 and "\0" not in word
