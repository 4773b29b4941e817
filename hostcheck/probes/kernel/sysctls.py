"""Kernel settings (sysctl) whose values an engine requires."""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.host.numbers import whole
from hostcheck.probes.readings import fact_of, unread_reason
from hostcheck.run.model import Fact

_KUBELET = (
    ("/proc/sys/vm/overcommit_memory", "1"),
    ("/proc/sys/kernel/panic", "10"),
    ("/proc/sys/kernel/panic_on_oops", "1"),
)
"""Values that the kubelet sets, or requires with --protect-kernel-defaults. Source: kubernetes pkg/util/sysctl."""

_LIMITS = (
    ("sysctl.inotify_instances", "/proc/sys/fs/inotify/max_user_instances", "instances of one user"),
    ("sysctl.inotify_watches", "/proc/sys/fs/inotify/max_user_watches", "watches of one user"),
    ("sysctl.max_map_count", "/proc/sys/vm/max_map_count", "mappings of one process"),
    ("sysctl.pid_max", "/proc/sys/kernel/pid_max", "process ids of the whole host"),
)


def probe(host: Host) -> Iterator[Fact]:
    """Yield sysctl.*."""
    yield fact_of(
        host,
        "sysctl.unprivileged_port_start",
        "/proc/sys/net/ipv4/ip_unprivileged_port_start",
        int,
        "a whole number",
        says="the first port that ordinary users may bind",
    )
    yield fact_of(
        host,
        "sysctl.ping_group_range",
        "/proc/sys/net/ipv4/ping_group_range",
        parse_ping,
        "two whole numbers",
        says="the first and the last group that may use ping",
    )
    for fact_id, path, says in _LIMITS:
        yield fact_of(host, fact_id, path, parse_limit, "a whole number from 0", says=says)
    yield _kubelet(host)


def parse_limit(text: str) -> int:
    """Parse a limit of /proc/sys.

    Raises:
        ValueError: if the text is not a whole number, or is below 0.
    """
    limit = whole(text)
    if limit < 0:
        raise ValueError(text)
    return limit


def parse_ping(text: str) -> bool:
    """Parse net.ipv4.ping_group_range: whether it contains a group; "1 0" contains none (icmp(7))."""
    first, last = (whole(word) for word in text.split())
    return first <= last


def _kubelet(host: Host) -> Fact:
    readings = [(host.read(path), wanted) for path, wanted in _KUBELET]
    evidence = tuple(reading.evidence(f"{wanted} is required") for reading, wanted in readings)
    if any(reading.text is not None and reading.text.strip() != wanted for reading, wanted in readings):
        return Fact("sysctl.kubelet", value=False, evidence=evidence)
    unread = next((reading for reading, _ in readings if reading.text is None), None)
    if unread is not None:
        reason = unread_reason(unread)
        return Fact.unknown("sysctl.kubelet", reason, evidence)
    return Fact("sysctl.kubelet", value=True, evidence=evidence)
