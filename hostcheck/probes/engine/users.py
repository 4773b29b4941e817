"""What an ordinary user needs to run an engine: subordinate ids, a runtime folder, a lasting session.

The facts describe the user who runs the audit. When root runs it, they describe the user with the most subordinate ids,
and facts that only a user's session shows are unknown. Source: moby contrib/dockerd-rootless-setuptool.sh.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from hostcheck.counts import number_of
from hostcheck.host.base import Host, Reading
from hostcheck.host.numbers import is_whole
from hostcheck.probes.caching import cached_per_audit
from hostcheck.probes.readings import undetermined, unread, unread_reason
from hostcheck.probes.virt.limits import parse_uid_map
from hostcheck.run.model import Evidence, Fact

_LINGER = "/var/lib/systemd/linger"
_SOCKETS = ("/run/docker.sock", "/var/run/docker.sock")
_NSSWITCH, _SUBID = "/etc/nsswitch.conf", re.compile(r"^[ \t]*subid[ \t]*:([^#\n]*)", re.MULTILINE)
_TIMEOUT = 1.0
_AS_USER = "run the audit as the user who will run the engine"


def probe(host: Host) -> Iterator[Fact]:
    """Yield user.*: subids, linger, xdg_runtime_dir, dbus, rootful_socket_writable and docker_group."""
    uid = effective_user(host.read("/proc/self/status").text or "")
    name = None if uid is None else user_name(host.read("/etc/passwd").text or "", uid)
    own = (name, str(uid)) if uid else ()
    yield _subids(host, own)
    yield _linger(host, own)
    yield _runtime_dir(host, uid)
    yield _bus(host, uid)
    yield _socket(host, uid)
    yield _group(host)


def parse_subids(text: str) -> Mapping[str, tuple[range, ...]]:
    """Parse /etc/subuid or /etc/subgid: the ranges of ids of each user, by name or uid (subuid(5))."""
    found: dict[str, tuple[range, ...]] = {}
    for line in text.splitlines():
        user, _, rest = line.partition(":")
        start, _, count = rest.partition(":")
        if user and is_whole(start) and is_whole(count):
            found[user] = (*found.get(user, ()), range(int(start), int(start) + int(count)))
    return found


def subids(host: Host, kind: str) -> Mapping[str, int]:
    """Return how many usable subordinate ids each user has, by name or uid.

    In a container's user namespace, only mapped ids exist, and newuidmap(1) maps either all ranges of a user or none. A
    user with a range that is not completely mapped therefore has 0. A range may span adjacent extents of the map.

    Args:
        host: the host.
        kind: "uid" or "gid".
    """
    listed = parse_subids(host.read(f"/etc/sub{kind}").text or "")
    rows = parse_uid_map(host.read(f"/proc/self/{kind}_map").text or "")
    mapped = [range(first, first + length) for first, _, length in rows]
    usable = {
        user: ranges if all(_is_mapped(each, mapped) for each in ranges) else () for user, ranges in listed.items()
    }
    return {user: sum(each.stop - each.start for each in ranges) for user, ranges in usable.items()}


def _is_mapped(ids: range, mapped: Sequence[range]) -> bool:
    """Return whether a range of ids is completely within the mapped ranges; True if the map was not captured."""
    here = ids.start
    for extent in sorted(mapped, key=lambda extent: extent.start):
        if extent.start <= here < extent.stop:
            here = extent.stop
    return not mapped or here >= ids.stop


def effective_user(status: str) -> int | None:
    """Parse /proc/self/status: the effective user id (proc_pid_status(5)); None if it is missing."""
    rows = (line.split() for line in status.splitlines() if line.startswith("Uid:"))
    return next((int(row[2]) for row in rows if len(row) > 2 and is_whole(row[2])), None)


def home_of_user(host: Host) -> str | None:
    """Return the home folder of the user who runs the audit; None if unknown, and for root.

    A captured root has no environment, so its passwd(5) is used.
    """
    uid, home = effective_user(host.read("/proc/self/status").text or ""), host.environ("HOME")
    if not uid:
        return None
    home = home or _home_in(host.read("/etc/passwd").text or "", uid)
    return home.rstrip("/") if home.startswith("/") else None


@cached_per_audit
def home_of_rootless(host: Host) -> str | None:
    """Return the home of the user who would run a rootless engine; None if it is unknown.

    This user is the one who runs the audit; if that is root, the one with the most subordinate ids.
    """
    own = home_of_user(host)
    if own is not None or effective_user(host.read("/proc/self/status").text or ""):
        return own
    counts = subids(host, "uid")
    passwd = host.read("/etc/passwd").text or ""
    rows = (line.split(":") for line in passwd.splitlines())
    homes = {
        key: row[5].rstrip("/") for row in rows if len(row) > 6 and row[5].startswith("/") for key in (row[0], row[2])
    }
    users = [user for user in counts if user in homes]
    return homes[max(users, key=counts.__getitem__)] if users else None


def _home_in(passwd: str, uid: int) -> str:
    rows = (line.split(":") for line in passwd.splitlines())
    return next((row[5] for row in rows if len(row) > 6 and row[2] == str(uid)), "")


def user_name(passwd: str, uid: int) -> str | None:
    """Return a user's name from the text of passwd(5); None if the user is not in it."""
    rows = (line.split(":") for line in passwd.splitlines())
    return next((row[0] for row in rows if len(row) > 2 and row[2] == str(uid)), None)


def members(group: str, name: str) -> int | None:
    """Count the members of a group in the text of group(5); None if there is no such group."""
    rows = (line.split(":") for line in group.splitlines())
    listed = next((row[3] for row in rows if len(row) > 3 and row[0] == name), None)
    return None if listed is None else sum(bool(member) for member in listed.strip().split(","))


def group_id(group: str, name: str) -> int | None:
    """Return a group's id from the text of group(5); None if there is no such group."""
    rows = (line.split(":") for line in group.splitlines())
    return next((int(row[2]) for row in rows if len(row) > 2 and row[0] == name and is_whole(row[2])), None)


def _subids(host: Host, own: tuple[str | None, ...]) -> Fact:
    """Return user.subids: how many subordinate uids or gids the user has, whichever is fewer."""
    readings = [host.read(path) for path in ("/etc/subuid", "/etc/subgid")]
    own_map = host.read("/proc/self/uid_map")
    evidence = (
        *(reading.evidence("ranges", _users(reading)) for reading in readings),
        own_map.evidence("the ids of this user namespace"),
    )
    if hidden := unread(host, ("/etc/subuid", "/etc/subgid")):
        return Fact.unknown("user.subids", hidden, evidence)
    users, groups = subids(host, "uid"), subids(host, "gid")
    every_user = dict.fromkeys((*users, *groups))
    counts = (min(users.get(user, 0), groups.get(user, 0)) for user in every_user if not own or user in own)
    most = max(counts, default=0)
    source = host.read(_NSSWITCH) if not most else None
    named = _SUBID.search(source.text or "") if source else None
    if source and named and set(named[1].split()) - {"files"}:
        reason = f"{_NSSWITCH} has subordinate ids come from {named[1].strip()}: see getsubids USER"
        return Fact.unknown("user.subids", reason, (*evidence, source.evidence("where else they come from", named[1])))
    return Fact("user.subids", most, evidence=evidence)


def _users(reading: Reading) -> str | None:
    return None if reading.text is None else number_of(len(parse_subids(reading.text)), "user")


def _linger(host: Host, own: tuple[str | None, ...]) -> Fact:
    """Return user.linger: whether the user's services keep running after logout (loginctl(1), enable-linger)."""
    there = host.exists(_LINGER)
    names = host.listdir(_LINGER) if there else ()
    if there is None or names is None:
        return Fact.unknown("user.linger", f"{_LINGER} could not be read: {_AS_USER}, see loginctl show-user")
    counted = [name for name in names if not own or name in own]
    shown = Evidence(_LINGER, number_of(len(names), "user"), "their services keep running after logout")
    return Fact("user.linger", bool(counted), evidence=(shown,))


def _runtime_dir(host: Host, uid: int | None) -> Fact:
    fact_id = "user.xdg_runtime_dir"
    if uid is None or uid == 0:
        return Fact.unknown(fact_id, f"root's environment is not the user's: {_AS_USER}")
    folder = host.environ("XDG_RUNTIME_DIR")
    there = bool(folder) and host.exists(folder or "")
    if there is None:
        return Fact.unknown(fact_id, undetermined("the folder in XDG_RUNTIME_DIR"))
    shown = Evidence("XDG_RUNTIME_DIR", "set" if folder else None, "and the folder exists" if there else "against")
    return Fact(fact_id, there, evidence=(shown,))


def _bus(host: Host, uid: int | None) -> Fact:
    """Return user.dbus: whether the D-Bus socket of the user's systemd exists; engines request control groups by it."""
    fact_id = "user.dbus"
    if uid is None or uid == 0:
        return Fact.unknown(fact_id, f"root's session is not the user's: {_AS_USER}")
    path = f"/run/user/{uid}/bus"
    there = host.exists(path)
    if there is None:
        return Fact.unknown(fact_id, undetermined(path))
    return Fact(fact_id, there, evidence=(Evidence(path, "present" if there else None, "for" if there else "against"),))


def _socket(host: Host, uid: int | None) -> Fact:
    """Return user.rootful_socket_writable: whether the rootful engine answers this user, who may use it by mistake."""
    fact_id = "user.rootful_socket_writable"
    seen = {path: host.exists(path) for path in _SOCKETS}
    path = next((path for path, there in seen.items() if there), None)
    if path is None:
        if None in seen.values():
            return Fact.unknown(fact_id, f"could not check for {_SOCKETS[0]}: audit the host itself")
        return Fact(fact_id, value=False, evidence=(Evidence(_SOCKETS[0], None, "against: it does not exist"),))
    if uid is None or uid == 0:
        return Fact.unknown(fact_id, f"{path} exists, and root may always write to it: {_AS_USER}")
    answers = host.http_get(path, "/info", _TIMEOUT) is not None
    shown = Evidence(path, "answers" if answers else "does not answer", "for" if answers else "against")
    return Fact(fact_id, answers, evidence=(shown,))


def _group(host: Host) -> Fact:
    """Return user.docker_group: the number of users in the group docker, who can use the engine and so become root."""
    reading = host.read("/etc/group")
    if reading.text is None:
        reason = unread_reason(reading)
        return Fact.unknown("user.docker_group", reason)
    count = members(reading.text, "docker")
    shown = reading.evidence("members of docker", "no such group" if count is None else str(count))
    return Fact("user.docker_group", count or 0, evidence=(shown,))
