"""Names: the host name, the name servers, and the proxy."""

from collections.abc import Iterator

from hostcheck.counts import number_of
from hostcheck.host.base import Host
from hostcheck.host.resolver import RESOLV, name_servers
from hostcheck.probes.readings import fact_of, unread_reason
from hostcheck.run.model import Evidence, Fact

_UPSTREAM = "/run/systemd/resolve/resolv.conf"
_STUB = "127.0.0.53"
_NAME = "/proc/sys/kernel/hostname"
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_SYSTEMD = frozenset({"myhostname", "resolve"})
"""Services of nsswitch.conf(5) that always resolve the host's own name: nss-myhostname(8), nss-resolve(8)."""
_PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.resolv.*, net.hostname_valid, net.hostname_resolves and net.proxy."""
    yield from _resolver(host)
    yield fact_of(host, "net.hostname_valid", _NAME, is_dns_name, "a name", says="the host's name")
    yield _resolves(host)
    yield _proxy(host)


def host_services(text: str) -> tuple[str, ...]:
    """Parse nsswitch.conf(5): the words of the line "hosts", which are services and actions."""
    rows = (line.partition("#")[0].split() for line in text.splitlines())
    return next((tuple(row[1:]) for row in rows if row and row[0] == "hosts:"), ())


def is_loopback(server: str) -> bool:
    """Whether an address is on the loopback interface, which a container does not share with the host."""
    return server.startswith("127.") or server.partition("%")[0] == "::1"


def is_dns_name(text: str) -> bool:
    """Whether a name is a DNS name (RFC 1123 section 2.1), in lower case as Kubernetes requires."""
    return len(text) <= 253 and all(
        0 < len(label) <= 63 and set(label) <= _LETTERS and label[0] != "-" != label[-1] for label in text.split(".")
    )


def _resolver(host: Host) -> Iterator[Fact]:
    """Yield net.resolv.*, from the file that engines pass to containers.

    If the only server is the stub of systemd-resolved, engines pass the list of its upstream servers instead.
    Source: moby libnetwork/resolvconf; kubelet's resolvConf as kubeadm sets it.
    """
    reading = host.read(RESOLV)
    if reading.text is None:
        reason = unread_reason(reading) + (": create it" if reading.failure == "absent" else "")
        for fact_id in ("net.resolv.loopback_only", "net.resolv.loopback", "net.resolv.servers"):
            yield Fact.unknown(fact_id, reason, (reading.evidence("not readable"),))
        return
    servers = name_servers(reading.text)
    evidence = [reading.evidence("name servers", number_of(len(servers), "name server"))]
    if servers == (_STUB,):
        upstream = host.read(_UPSTREAM)
        if upstream.text is not None:
            servers = name_servers(upstream.text)
            evidence.append(upstream.evidence("used by engines in its place", number_of(len(servers), "name server")))
    # Without any name server the resolver uses the loopback address: resolv.conf(5).
    local = [is_loopback(server) for server in servers] or [True]
    yield Fact("net.resolv.loopback_only", all(local), evidence=tuple(evidence))
    yield Fact("net.resolv.loopback", any(local), evidence=tuple(evidence))
    yield Fact("net.resolv.servers", len(servers), evidence=tuple(evidence))


def _resolves(host: Host) -> Fact:
    """Return net.hostname_resolves by local files. DNS is not queried, to avoid traffic."""
    fact_id = "net.hostname_resolves"
    name, hosts = host.read(_NAME), host.read("/etc/hosts")
    if name.text is None or hosts.text is None:
        unread = name if name.text is None else hosts
        return Fact.unknown(fact_id, unread_reason(unread))
    own = name.text.strip().lower()
    rows = (line.partition("#")[0].lower().split() for line in hosts.text.splitlines())
    if any(own in row[1:] for row in rows):
        return Fact(fact_id, value=True, evidence=(hosts.evidence("for: the name is in it", "the name"),))
    switch = host.read("/etc/nsswitch.conf")
    if _SYSTEMD & set(host_services(switch.text or "")):
        return Fact(fact_id, value=True, evidence=(switch.evidence("for: systemd resolves it", "hosts"),))
    reason = "the name is not in /etc/hosts, and the DNS was not queried: see getent hosts"
    return Fact.unknown(fact_id, reason, (hosts.evidence("silent", "not the name"),))


def _proxy(host: Host) -> Fact:
    there = [name for name in _PROXIES if host.environ(name)]
    if not there and not host.proves_absence:
        return Fact.unknown(
            "net.proxy", "the captured environment has no proxy variable, but may be incomplete: audit the host itself"
        )
    evidence = (Evidence("the environment", ", ".join(there) or None, "of this process"),)
    return Fact("net.proxy", ", ".join(there) or "none", evidence=evidence)
