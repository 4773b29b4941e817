"""Network settings of the running kernel: bridge netfilter, IPv6, connection tracking, ephemeral ports."""

from collections.abc import Iterator

from hostcheck.counts import number_of
from hostcheck.host.base import Host, Reading
from hostcheck.host.mounts import mount_under, parse_mountinfo, read_mounts
from hostcheck.host.numbers import whole
from hostcheck.probes.readings import fact_of, switch, unparsed_reason, unread_reason
from hostcheck.run.model import Evidence, Fact

_NETFILTER = "/proc/sys/net/netfilter"
_MOUNTINFO = "/proc/self/mountinfo"
_SETTINGS = "/proc/sys/net"
_CALLS = ("arptables", "ip6tables", "iptables")


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.{sysctls_writable, bridge_nf_call, ipv6, ipv6_forward, ephemeral_range} and net.conntrack.*."""
    yield _writable(host)
    yield _calls(host)
    yield _ipv6(host)
    yield _ipv6_forward(host)
    yield from _conntrack(host)
    yield fact_of(
        host,
        "net.ephemeral_range",
        "/proc/sys/net/ipv4/ip_local_port_range",
        parse_range,
        "two whole numbers",
        says="ports of outgoing connections",
    )


def _writable(host: Host) -> Fact:
    """Return net.sysctls_writable. In a container, /proc/sys may be read-only, and /proc/sys/net below it writable."""
    fact_id, reading = "net.sysctls_writable", read_mounts(host)
    mounts = parse_mountinfo(reading.text or "")
    if not mounts:
        return Fact.unknown(fact_id, unread_reason(reading))
    mount = mount_under(mounts, _SETTINGS)
    closed = mount is not None and mount.fs_type == "proc" and "ro" in mount.options
    shown = f"{mount.mount_point} is ro" if closed and mount else None
    says = f"against: {_SETTINGS} is read-only" if closed else f"for: no mount makes {_SETTINGS} read-only"
    return Fact(fact_id, not closed, evidence=(Evidence(_MOUNTINFO, shown, says),))


def rp_filter(host: Host) -> Iterator[Fact]:
    """Yield net.rp_filter: how the kernel treats a packet if the route to its sender uses another interface.

    The larger of the values of "all" and of the interface is used (ip-sysctl, rp_filter).
    """
    path = "/proc/sys/net/ipv4/conf/all/rp_filter"
    yield fact_of(host, "net.rp_filter", path, parse_rp_filter, "0, 1 or 2", says="the least of every interface")


def parse_rp_filter(text: str) -> str:
    """Parse net.ipv4.conf.*.rp_filter: "off", "strict" or "loose".

    Raises:
        ValueError: for another value.
    """
    return ("off", "strict", "loose")[("0", "1", "2").index(text.strip())]


def parse_range(text: str) -> tuple[int, int]:
    """Parse net.ipv4.ip_local_port_range: the first and the last port (ip(7))."""
    first, last = (whole(word) for word in text.split())
    return first, last


def _calls(host: Host) -> Fact:
    """Return net.bridge_nf_call: which kinds of tables see bridged packets. None does before br_netfilter is loaded."""
    fact_id = "net.bridge_nf_call"
    readings = {name: host.read(f"/proc/sys/net/bridge/bridge-nf-call-{name}") for name in _CALLS}
    evidence = tuple(reading.evidence("1 if on") for reading in readings.values())
    value = {name: _switched(host, reading) for name, reading in readings.items()}
    if None in value.values():
        unread = next(reading for name, reading in readings.items() if value[name] is None)
        return Fact.unknown(fact_id, unread_reason(unread), evidence)
    return Fact(fact_id, value, evidence=evidence)


def _switched(host: Host, reading: Reading) -> bool | None:
    if reading.text is None:
        return False if reading.failure == "absent" and host.proves_absence else None
    return {"0": False, "1": True}.get(reading.text.strip())


def _ipv6(host: Host) -> Fact:
    reading = host.read("/proc/net/if_inet6")
    if reading.text is not None:
        shown = reading.evidence(
            "one line an address", number_of(len(reading.text.splitlines()), "address", "addresses")
        )
        return Fact("net.ipv6", bool(reading.text.strip()), evidence=(shown,))
    if host.proves_absence and reading.failure == "absent":
        return Fact("net.ipv6", value=False, evidence=(reading.evidence("against: the kernel has no IPv6"),))
    return Fact.unknown("net.ipv6", unread_reason(reading))


def _ipv6_forward(host: Host) -> Fact:
    """Return net.ipv6_forward: whether it is on both for "all" (existing interfaces) and for "default" (later ones)."""
    fact_id = "net.ipv6_forward"
    paths = [f"/proc/sys/net/ipv6/conf/{name}/forwarding" for name in ("all", "default")]
    facts = [fact_of(host, fact_id, path, switch, "a whole number", says="1 if on") for path in paths]
    evidence = tuple(piece for fact in facts for piece in fact.evidence)
    if any(fact.value is False for fact in facts if fact.known):
        return Fact(fact_id, value=False, evidence=evidence)
    unknown = next((fact for fact in facts if not fact.known), None)
    if unknown is None:
        return Fact(fact_id, value=True, evidence=evidence)
    if host.proves_absence and host.exists("/proc/sys/net/ipv6") is False and host.exists("/proc/sys/net"):
        return Fact(fact_id, value=False, evidence=evidence)
    return Fact.unknown(fact_id, unknown.reason, evidence)


def _conntrack(host: Host) -> Iterator[Fact]:
    """Yield net.conntrack.max, the limit of tracked connections, and net.conntrack.used_percent.

    If the table of connections is full, packets are dropped.
    """
    count, most = (host.read(f"{_NETFILTER}/nf_conntrack_{name}") for name in ("count", "max"))
    evidence = (count.evidence("connections now"), most.evidence("the limit"))
    try:
        limit, used = whole(most.text or ""), whole(count.text or "")
    except ValueError:
        failed = most if most.text is None else count
        reason = unparsed_reason(failed, "a whole number") if failed.text is not None else _untracked(host, failed)
        yield Fact.unknown("net.conntrack.max", reason, evidence)
        yield Fact.unknown("net.conntrack.used_percent", reason, evidence)
        return
    yield Fact("net.conntrack.max", limit, evidence=(evidence[1],))
    # 0 is no limit: linux/Documentation/networking/nf_conntrack-sysctl.rst.
    yield Fact("net.conntrack.used_percent", round(100 * used / limit, 1) if limit else 0.0, evidence=evidence)


def _untracked(host: Host, failed: Reading) -> str:
    """Return why a file of connection tracking could not be read."""
    if failed.failure != "absent" or not host.proves_absence:
        return unread_reason(failed)
    if host.exists(_NETFILTER):
        return (
            f"there is no {failed.source}, because nf_conntrack is not loaded: modprobe nf_conntrack, and audit again"
        )
    return f"there is no {_NETFILTER} here: if this is a container, audit the host itself"
