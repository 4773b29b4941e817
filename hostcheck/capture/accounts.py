"""Files that list names: of hosts, of users, of name servers."""

import re
from collections.abc import Callable

from hostcheck.capture.renaming import DOMAIN, Renamer

_LOCAL = re.compile(r"localhost[\w.-]*|ip6-[a-z]+")
_KEPT_IN_RESOLV = ("nameserver", "options", "sortlist", "lookup")
_EVERYBODYS = frozenset({"", "(none)", "localhost", "localhost.localdomain"})


def host_name(data: bytes, names: Renamer) -> bytes:
    """Name the host "host"."""
    name = data.decode("utf-8", "replace").strip()
    return data if name in _EVERYBODYS else f"{names.host(name)}\n".encode()


def hosts(data: bytes, names: Renamer) -> bytes:
    """Rename all but the local names in /etc/hosts."""
    lines = []
    for line in data.decode("utf-8", "replace").splitlines():
        words = line.partition("#")[0].split()
        if words:
            known = [word if _LOCAL.fullmatch(word) else names.host(word) for word in words[1:]]
            lines.append(" ".join((names.text(words[0]), *known)))
    return "".join(f"{line}\n" for line in lines).encode()


def resolver(data: bytes, names: Renamer) -> bytes:
    """Keep the name servers' classes and the options of resolv.conf(5), and how many domains are searched."""
    lines = []
    for line in data.decode("utf-8", "replace").splitlines():
        words = line.split()
        if words and words[0] in _KEPT_IN_RESOLV:
            lines.append(names.text(" ".join(words)))
        elif words and words[0] in {"search", "domain"}:
            lines.append(" ".join((words[0], *(word if word == "." else DOMAIN for word in words[1:]))))
    return "".join(f"{line}\n" for line in lines).encode()


def users(data: bytes, names: Renamer) -> bytes:
    """Rename the users in passwd(5); full names are left out."""
    return _rows(data, 7, (2, 3), lambda row: [names.user(row[0]), "x", *row[2:4], "", *map(names.text, row[5:])])


def groups(data: bytes, names: Renamer) -> bytes:
    """Rename the groups and their members in group(5)."""
    return _rows(data, 4, (2,), lambda row: [names.user(row[0]), "x", row[2], _members(row[3], names)])


def ranges(data: bytes, names: Renamer) -> bytes:
    """Rename the users in subuid(5)."""
    return _rows(data, 3, (1, 2), lambda row: [row[0] if row[0].isdigit() else names.user(row[0]), *row[1:]])


def _members(field: str, names: Renamer) -> str:
    return ",".join(names.user(name) for name in field.split(",")) if field else ""


def _rows(data: bytes, columns: int, numbers: tuple[int, ...], renamed: Callable[[list[str]], list[str]]) -> bytes:
    """Rename in every line of so many fields between colons, of which these are numbers; leave all others out."""
    rows = (line.split(":") for line in data.decode("utf-8", "replace").splitlines())
    kept = [renamed(row) for row in rows if len(row) == columns and all(row[i].isdigit() for i in numbers)]
    return "".join(":".join(row) + "\n" for row in kept).encode()
