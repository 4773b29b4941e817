"""Files that list names: of hosts, of users, of name servers."""

import re

from hostcheck.capture.renaming import DOMAIN, HOST, Renamer

_LOCAL = re.compile(r"localhost[\w.-]*|ip6-[a-z]+")
_KEPT_IN_RESOLV = ("nameserver", "options", "sortlist", "lookup")
_FIRST_USER = 1000  # login.defs(5): UID_MIN
_NOBODY = 65534


def host_name(data: bytes, names: Renamer) -> bytes:
    """Name the host "host", and what has no name "(none)"."""
    del names
    return data if data.strip() in {b"", b"(none)", b"localhost"} else f"{HOST}\n".encode()


def hosts(data: bytes, names: Renamer) -> bytes:
    """Rename all but the local names in /etc/hosts."""
    lines = []
    for line in data.decode("utf-8", "replace").splitlines():
        words = line.partition("#")[0].split()
        if words:
            known = [word if _LOCAL.fullmatch(word) else HOST for word in words[1:]]
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


def accounts(data: bytes, names: Renamer) -> bytes:
    """Rename the people in passwd(5); their full names and homes are left out, and every password."""
    lines = []
    for line in data.decode("utf-8", "replace").splitlines():
        fields = line.split(":")
        if len(fields) < 3 or not fields[2].isdigit():
            continue
        people = _FIRST_USER <= int(fields[2]) < _NOBODY
        name = names.user(fields[0]) if people else names.text(fields[0])
        rest = (
            ["", f"/home/{name}", *fields[6:7]] if people and len(fields) > 5 else [names.text(x) for x in fields[4:]]
        )
        lines.append(":".join([name, "x", fields[2], *fields[3:4], *rest]))
    return "".join(f"{line}\n" for line in lines).encode()


def ranges(data: bytes, names: Renamer) -> bytes:
    """Rename the people in subuid(5)."""
    lines = [line.partition(":") for line in data.decode("utf-8", "replace").splitlines()]
    return "".join(
        f"{name if name.isdigit() else names.user(name)}{colon}{names.text(rest)}\n" for name, colon, rest in lines
    ).encode()
