"""Which firewall rules Docker writes for its bridges: iptables, nftables or none.

Sources: https://docs.docker.com/engine/network/firewall-nftables/ (firewall-backend, from Docker 29 on; iptables set to
false turns both off); Engine API, SystemInfo (FirewallBackend).
"""

from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host
from hostcheck.probes.engine.daemon import read_configuration
from hostcheck.probes.engine.engine import find_engine
from hostcheck.run.model import NONE, Evidence, Fact

_FACT = "engine.firewall"
_IPTABLES, _NFTABLES = "iptables", "nftables"


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.firewall: whether Docker writes its rules by iptables, by nftables, or not at all."""
    yield firewall(host)


def firewall(host: Host) -> Fact:
    """Return engine.firewall: "none", "iptables" or "nftables".

    It is "none" if the configuration turns iptables off. Otherwise it is the value that the running engine reports;
    else "nftables" if firewall-backend is configured so; else unknown if a file of the configuration could not be read;
    else "iptables", dockerd's default.
    """
    configuration, engine = read_configuration(host), find_engine(host)
    options = configuration.values
    if options.get("iptables") is False:
        shown = Evidence(configuration.path, "iptables: false", "of the file or of dockerd's command line")
        return Fact(_FACT, NONE, evidence=(shown,))
    reported = engine.info.get("FirewallBackend")
    running = reported.get("Driver") if isinstance(reported, Mapping) else None
    if isinstance(running, str) and running.startswith((_IPTABLES, _NFTABLES)):
        # "iptables+firewalld" too.
        name = _NFTABLES if running.startswith(_NFTABLES) else _IPTABLES
        return Fact(_FACT, name, evidence=(Evidence("GET /info FirewallBackend", running, "the running engine's"),))
    if options.get("firewall-backend") == _NFTABLES:
        shown = Evidence(configuration.path, _NFTABLES, "firewall-backend, of the file or of dockerd's command line")
        return Fact(_FACT, _NFTABLES, evidence=(shown,))
    if configuration.unread:
        return Fact.unknown(_FACT, configuration.unread, (configuration.evidence,))
    return Fact(_FACT, _IPTABLES, evidence=(Evidence("dockerd(8)", _IPTABLES, "assumed: the default"),))
