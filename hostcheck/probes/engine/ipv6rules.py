"""Whether Docker can write the rules of IPv6 that it is set to write.

Before 27.0 dockerd with "ip6tables": true ends where ip6tables has no table nat; since then, where it is the default,
it goes on without rules of IPv6 (moby#47895, moby#47918; home-assistant/operating-system#2051).
"""

from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host
from hostcheck.probes.engine.daemon import read_configuration
from hostcheck.probes.engine.environment import docker_version
from hostcheck.probes.engine.firewall import firewall
from hostcheck.probes.kernel.kconfig import read_config
from hostcheck.probes.kernel.release import parse_version
from hostcheck.probes.network.netoptions import IPV6_TABLES, choices
from hostcheck.run.model import Evidence, Fact

_OPTION, _TABLE = "ip6tables", "nat"
_GOES_ON = (27, 0)


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.ipv6_rules."""
    fact_id = "engine.ipv6_rules"
    configuration = read_configuration(host)
    is_set = configuration.values.get(_OPTION) is True
    if not is_set and (doubt := configuration.unread or configuration.problem):
        yield Fact.unknown(fact_id, doubt, (configuration.evidence,))
        return
    if not is_set or firewall(host).value != "iptables":
        yield Fact(fact_id, value=True, evidence=(configuration.evidence,))
        return
    tables = choices(read_config(host), IPV6_TABLES)
    there = tables.value.get(_TABLE) if tables.known and isinstance(tables.value, Mapping) else None
    version = docker_version(host)
    numbers = parse_version(version)
    shown = (Evidence(configuration.path, f"{_OPTION}: true", "rules of IPv6 are to be written"), *tables.evidence)
    if there:
        yield Fact(fact_id, value=True, evidence=shown)
    elif there is None:
        yield Fact.unknown(fact_id, tables.reason or "whether the kernel has the table nat of IPv6 is not known", shown)
    elif numbers is None:
        reason = "Docker before 27.0 ends without the table nat of IPv6, and its version is unknown: see dockerd -v"
        yield Fact.unknown(fact_id, reason, shown)
    else:
        goes_on = numbers >= _GOES_ON
        says = f"{'for' if goes_on else 'against'}: from 27.0 on dockerd goes on without these rules"
        yield Fact(fact_id, goes_on, evidence=(*shown, Evidence("GET /info", version, says)))
