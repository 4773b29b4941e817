"""Names: the host's own, the servers that resolve others, the proxy that fetches by them."""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.readings import fact_of
from hostcheck.run.model import Evidence, Fact

_RESOLV = "/etc/resolv.conf"
_UPSTREAM = "/run/systemd/resolve/resolv.conf"
_STUB = "127.0.0.53"
_NAME = "/proc/sys/kernel/hostname"
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_SYSTEMD = frozenset({"myhostname", "resolve"})
"""Services of nsswitch.conf(5) that always know the host's own name: nss-myhostname(8), nss-resolve(8)."""
_PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


def probe(host: Host) -> Iterator[Fact]:
    """Give net.resolv.loopback_only, net.hostname_valid, net.hostname_resolves and net.proxy."""
    yield _resolver(host)
    yield fact_of(host, "net.hostname_valid", _NAME, is_dns_name, "the host's name")
    yield _resolves(host)
    yield _proxy(host)


def name_servers(text: str) -> tuple[str, ...]:
    """Parse resolv.conf(5): the name servers, in order."""
    rows = (line.split() for line in text.splitlines())
    return tuple(row[1] for row in rows if len(row) > 1 and row[0] == "nameserver")


def host_services(text: str) -> tuple[str, ...]:
    """Parse nsswitch.conf(5): the services that are asked for hosts, with their actions."""
    rows = (line.partition("#")[0].split() for line in text.splitlines())
    return next((tuple(row[1:]) for row in rows if row and row[0] == "hosts:"), ())


def is_loopback(server: str) -> bool:
    """Whether an address is the host's own: of no use inside a container, whose loopback is another."""
    return server.startswith("127.") or server.partition("%")[0] == "::1"


def is_dns_name(text: str) -> bool:
    """Whether a name is one of the DNS (RFC 1123 section 2.1), in lower case as Kubernetes wants it."""
    labels = text.split(".")
    return len(text) <= 253 and all(
        0 < len(label) <= 63 and set(label) <= _LETTERS and label[0] != "-" != label[-1] for label in labels
    )


def _resolver(host: Host) -> Fact:
    """Judge the file that engines give to containers.

    Where systemd-resolved's stub is the only server that is the list of its upstreams. Source: moby
    libnetwork/resolvconf; kubelet's resolvConf as kubeadm sets it.
    """
    fact_id = "net.resolv.loopback_only"
    reading = host.read(_RESOLV)
    if reading.text is None:
        reason = f"{_RESOLV} could not be read ({reading.error or reading.failure}): make one, or run as root"
        return Fact.unknown(fact_id, reason, (reading.evidence("not readable"),))
    servers = name_servers(reading.text)
    evidence = [reading.evidence("name servers", f"{len(servers)} name servers")]
    if servers == (_STUB,):
        upstream = host.read(_UPSTREAM)
        if upstream.text is not None:
            servers = name_servers(upstream.text)
            evidence.append(upstream.evidence("what engines use in its place", f"{len(servers)} name servers"))
    # Without any the resolver asks the loopback: resolv.conf(5).
    return Fact(fact_id, all(is_loopback(server) for server in servers), evidence=tuple(evidence))


def _resolves(host: Host) -> Fact:
    """Tell whether the host's own files have its name; the DNS may too, and is not asked: that would be traffic."""
    fact_id = "net.hostname_resolves"
    name, hosts = host.read(_NAME), host.read("/etc/hosts")
    if name.text is None or hosts.text is None:
        unread = name if name.text is None else hosts
        return Fact.unknown(fact_id, f"{unread.source} could not be read ({unread.error or unread.failure})")
    rows = (line.partition("#")[0].lower().split() for line in hosts.text.splitlines())
    if any(name.text.strip().lower() in row[1:] for row in rows):
        return Fact(fact_id, value=True, evidence=(hosts.evidence("for: the name is in it", "the name"),))
    switch = host.read("/etc/nsswitch.conf")
    if _SYSTEMD & set(host_services(switch.text or "")):
        return Fact(fact_id, value=True, evidence=(switch.evidence("for: systemd answers for it", "hosts"),))
    reason = "the name is not in /etc/hosts, and the DNS was not asked: see getent hosts"
    return Fact.unknown(fact_id, reason, (hosts.evidence("silent", "not the name"),))


def _proxy(host: Host) -> Fact:
    there = [name for name in _PROXIES if host.environ(name)]
    if not there and not host.tells_absence:
        return Fact.unknown("net.proxy", "the environment of a captured host was not captured")
    evidence = (Evidence("the environment", ", ".join(there) or None, "of this process"),)
    return Fact("net.proxy", ", ".join(there) or "none", evidence=evidence)
