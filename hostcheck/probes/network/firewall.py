"""The active firewall service, its policy for forwarded packets, and the version of iptables."""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.kernel.kconfig import read_config
from hostcheck.probes.network.network import iptables_paths
from hostcheck.probes.readings import no_version, undetermined, unread_reason
from hostcheck.run.model import Evidence, Fact

_FIREWALLD = tuple(
    f"/sys/fs/cgroup/{hierarchy}system.slice/firewalld.service" for hierarchy in ("", "systemd/", "unified/")
)
_UFW, _UFW_DEFAULTS = "/etc/ufw/ufw.conf", "/etc/default/ufw"
_ENABLED = re.compile(r"^[ \t]*ENABLED=[\"']?yes\b", re.MULTILINE | re.IGNORECASE)
_FORWARD = r"(?m)^[ \t]*DEFAULT_FORWARD_POLICY=[\"']?(\w+)"
_VERSION = re.compile(r"\bv(\d+(?:\.\d+)+)")
_LIMIT_SECONDS = 1.0


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.firewall, net.firewall.forward and net.iptables_version."""
    firewall = _firewall(host)
    yield firewall
    yield _forward(host, firewall)
    yield _version(host)


def parse_version(text: str) -> str | None:
    """Return the version in the output of iptables --version: "1.8.9" for "iptables v1.8.9 (nf_tables)"; else None."""
    found = _VERSION.search(text)
    return found[1] if found else None


def firewalld(host: Host) -> str | None:
    """Return the path of the control group of firewalld's service, which exists while the service runs; else None."""
    return next((path for path in _FIREWALLD if host.exists(path)), None)


def _firewall(host: Host) -> Fact:
    """Return net.firewall: firewalld is detected by the control group of its service, ufw by its configuration."""
    running = firewalld(host)
    if running:
        return Fact("net.firewall", "firewalld", evidence=(Evidence(running, "present", "for: its service runs"),))
    ufw = host.read(_UFW)
    if _ENABLED.search(ufw.text or ""):
        return Fact("net.firewall", "ufw", evidence=(ufw.evidence("for: it is enabled", "ENABLED=yes"),))
    if ufw.failure in {"denied", "unreadable"}:
        return Fact.unknown("net.firewall", unread_reason(ufw))
    if not host.proves_absence:
        return Fact.unknown("net.firewall", undetermined("a firewall service"))
    shown = ufw.evidence("neither firewalld nor ufw is on", None if ufw.text is None else "not enabled")
    return Fact("net.firewall", "none", evidence=(shown,))


def _forward(host: Host, firewall: Fact) -> Fact:
    """Return net.firewall.forward: ufw's policy for forwarded packets. If it is DROP, containers have no network."""
    fact_id = "net.firewall.forward"
    if not firewall.known:
        return Fact.unknown(fact_id, firewall.reason, firewall.evidence)
    if firewall.value != "ufw":
        return Fact(fact_id, "none", evidence=firewall.evidence)
    reading = host.read(_UFW_DEFAULTS)
    found = re.search(_FORWARD, reading.text or "")
    if found is None:
        return Fact.unknown(fact_id, f"{_UFW_DEFAULTS} does not set DEFAULT_FORWARD_POLICY: see ufw status verbose")
    return Fact(fact_id, found[1].lower(), evidence=(reading.evidence("DEFAULT_FORWARD_POLICY", found[1]),))


def _version(host: Host) -> Fact:
    fact_id = "net.iptables_version"
    paths = iptables_paths(host)
    seen = [host.exists(path) for path in paths]
    path = next((path for path, there in zip(paths, seen, strict=True) if there), None)
    if path is None and None in seen:
        return Fact.unknown(fact_id, undetermined("iptables"))
    if path is None:
        return Fact(fact_id, "none", evidence=(Evidence(", ".join(paths), None, "not installed"),))
    if read_config(host).state("NETFILTER_NETLINK") != "y" and not host.exists("/sys/module/nfnetlink"):
        # iptables-nft opens its netlink socket before it reads its arguments. That would load the module.
        return Fact.unknown(fact_id, f"{path} was not run, because it might load nfnetlink: see iptables --version")
    reading = host.run((path, "--version"), _LIMIT_SECONDS)
    version = parse_version(reading.text or "")
    if version is None:
        return Fact.unknown(
            fact_id, f"{no_version(reading)}: see iptables --version", (reading.evidence("no version"),)
        )
    return Fact(fact_id, version, evidence=(reading.evidence("the version"),))
