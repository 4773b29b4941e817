"""Rename hosts, users and name servers in the files that list them."""

import re
from collections.abc import Callable

from hostcheck.capture.renaming import DOMAIN, Renamer

_LOCAL = re.compile(r"localhost[\w.-]*|ip6-[a-z]+")
_KEPT_IN_RESOLV = ("nameserver", "options", "sortlist", "lookup")
_NOT_PRIVATE = frozenset({"", "(none)", "localhost", "localhost.localdomain"})


def host_name(data: bytes, names: Renamer) -> bytes:
    """Replace the content of a file that holds only the host or domain name; placeholders such as "(none)" are kept."""
    name = data.decode("utf-8", "replace").strip()
    return data if name in _NOT_PRIVATE else f"{names.host(name)}\n".encode()


def hosts(data: bytes, names: Renamer) -> bytes:
    """Rename the hosts in /etc/hosts; local names are kept."""
    lines = []
    for line in data.decode("utf-8", "replace").splitlines():
        words = line.partition("#")[0].split()
        if words:
            known = [word if _LOCAL.fullmatch(word) else names.host(word) for word in words[1:]]
            lines.append(" ".join((names.text(words[0]), *known)))
    return "".join(f"{line}\n" for line in lines).encode()


def resolver(data: bytes, names: Renamer) -> bytes:
    """Rename addresses and domains in resolv.conf(5).

    Addresses keep their class. Options are kept, and the number of name servers and search domains. Other lines are
    left out.
    """
    lines = []
    for line in data.decode("utf-8", "replace").splitlines():
        words = line.split()
        if words and words[0] in _KEPT_IN_RESOLV:
            lines.append(names.text(" ".join(words)))
        elif words and words[0] in {"search", "domain"}:
            lines.append(" ".join((words[0], *(word if word == "." else DOMAIN for word in words[1:]))))
    return "".join(f"{line}\n" for line in lines).encode()


def users(data: bytes, names: Renamer) -> bytes:
    """Rename the users in passwd(5), and remove full names."""
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
    """Rename the lines that have the expected fields, separated by colons; other lines are left out.

    Args:
        data: the content of the file.
        columns: how many fields a line must have.
        numbers: the indexes of the fields that must be numbers.
        renamed: function that takes the fields of a line and returns them renamed.
    """
    rows = (line.split(":") for line in data.decode("utf-8", "replace").splitlines())
    kept = [renamed(row) for row in rows if len(row) == columns and all(row[i].isdigit() for i in numbers)]
    return "".join(":".join(row) + "\n" for row in kept).encode()
