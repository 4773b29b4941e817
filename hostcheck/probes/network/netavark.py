"""Whether Podman's network program, netavark, writes its rules by nftables or by iptables.

Its default is set when it is built: iptables, unless the package sets nftables, as in Fedora since 41 and RHEL since
10. With nftables, Podman does not need the modules of iptables. Sources: containers.conf(5) (firewall_driver);
containers/netavark#986 and #1038; src/firewall/nft.rs.
"""

import re
from collections.abc import Iterator
from types import MappingProxyType

from hostcheck.host.base import Host
from hostcheck.probes import distribution
from hostcheck.probes.engine.containersconf import SYSTEM, setting
from hostcheck.probes.kernel.kconfig import read_config
from hostcheck.probes.kernel.release import read_release
from hostcheck.probes.readings import unread_reason
from hostcheck.probes.witness import settle
from hostcheck.run.model import Evidence, Fact

_FACT = "net.podman_firewall"
_DRIVERS = ("nftables", "iptables", "firewalld", "none")
_NFTABLES_SINCE = MappingProxyType({"fedora": 41, "rhel": 10})
"""The first release of a distribution whose netavark is built for nftables, by the distribution's family."""
_KERNELS = MappingProxyType({"fedora": re.compile(r"\.fc(\d+)\b"), "rhel": re.compile(r"\.el(\d+)(?:_\d+)?\b")})
"""Patterns that find the distribution's release in a kernel's release, by family."""

NFT_RULES = ("NF_NAT", "NF_TABLES", "NF_TABLES_INET", "NFT_NAT", "NFT_MASQ", "NFT_CT", "NFT_FIB_INET")
"""Options that netavark's rules need: NAT chains of the family inet, masquerade, ct state, fib daddr type local."""


def driver(host: Host) -> Iterator[Fact]:
    """Yield net.podman_firewall: whether netavark writes its rules by iptables or nftables."""
    yield _configured(host) or _built_in(host)


def rules(host: Host) -> Iterator[Fact]:
    """Yield net.nft_rules: whether the kernel supports the rules that netavark writes by nftables."""
    config = read_config(host)
    yield settle("net.nft_rules", (config.witness(*NFT_RULES),), config.problem)


def _configured(host: Host) -> Fact | None:
    """Return net.podman_firewall if containers.conf sets the driver; None if it does not.

    If several files set it, the one that is read last is effective.
    """
    driver, reading = setting(host, SYSTEM, "network", "firewall_driver")
    if reading is not None and reading.text is None:
        return Fact.unknown(_FACT, unread_reason(reading))
    if reading is None or driver not in _DRIVERS:
        return None
    return Fact(_FACT, str(driver), evidence=(reading.evidence("firewall_driver", str(driver)),))


def _built_in(host: Host) -> Fact:
    """Return net.podman_firewall by how the distribution builds netavark.

    The distribution is known by os-release(5), or else by the kernel's release.
    """
    found = {fact.id: fact for fact in distribution.probe(host)}
    family, release = found["os.family"], found["os.release"]
    kernel = read_release(host).text
    if family.known and release.known:
        # Amazon Linux, a relative of Fedora, has years as release numbers.
        number = re.match(r"\d{1,3}(?!\d)", str(release.value))
        versions = {family.value: int(number[0])} if number else {}
        shown = family.evidence[0]
    elif kernel is None:
        return Fact.unknown(_FACT, f"nothing names the distribution: {family.reason}")
    else:
        matches = {name: pattern.search(kernel) for name, pattern in _KERNELS.items()}
        versions = {name: int(match[1]) for name, match in matches.items() if match}
        shown = Evidence("uname -r", kernel, "the distribution of the kernel")
    nftables = any(versions.get(name, 0) >= since for name, since in _NFTABLES_SINCE.items())
    value = "nftables" if nftables else "iptables"
    says = "assumed: how the distribution builds netavark, since containers.conf sets no firewall_driver"
    return Fact(_FACT, value, evidence=(Evidence(shown.source, shown.value, says),))
