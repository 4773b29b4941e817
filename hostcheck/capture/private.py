"""Find the names of the host and its users, to remove them from a capture."""

from collections.abc import Iterator
from dataclasses import dataclass

from hostcheck.host.base import Host

_HOSTNAMES = ("/proc/sys/kernel/hostname", "/etc/hostname", "/proc/sys/kernel/domainname")
_USERS = ("USER", "LOGNAME", "SUDO_USER", "USERNAME")
_FIRST_USER, _NOBODY = 1000, 65534  # login.defs(5): UID_MIN; the account nobody exists on every host


@dataclass(frozen=True, slots=True)
class Private:
    """Private names.

    Attributes:
        hosts: names of the machine and of its domains, sorted.
        users: names of its users, sorted.
    """

    hosts: tuple[str, ...]
    users: tuple[str, ...]


def find_private(host: Host) -> Private:
    """Return the names of the host and its users, which a capture must not contain.

    Reading the names does not add files or variables to the capture.
    """
    return Private(tuple(sorted(set(_hosts(host)))), tuple(sorted(set(_users(host)))))


def _hosts(host: Host) -> Iterator[str]:
    for path in _HOSTNAMES:
        name = (host.read(path).text or "").strip()
        if name and name != "(none)":
            yield name
            first, _, domain = name.partition(".")
            yield first
            if "." in domain:
                yield domain
    for line in (host.read("/etc/resolv.conf").text or "").splitlines():
        words = line.split()
        if words[:1] in (["search"], ["domain"]):
            yield from (word.rstrip(".") for word in words[1:] if "." in word.strip("."))
    own = (host.environ("HOSTNAME") or "").strip()
    if own:
        yield own


def _users(host: Host) -> Iterator[str]:
    for name in _USERS:
        value = (host.environ(name) or "").strip()
        if value:
            yield value
    for line in (host.read("/etc/passwd").text or "").splitlines():
        fields = line.split(":")
        if len(fields) > 2 and fields[2].isdigit() and _FIRST_USER <= int(fields[2]) < _NOBODY:
            yield fields[0]
    yield from host.listdir("/home") or ()
