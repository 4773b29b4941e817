"""Whether Docker can write the IPv6 rules that it is configured to write.

If ip6tables has no table nat, dockerd before 27.0 with "ip6tables": true ends. Later releases, in which that is the
default, continue without IPv6 rules (moby#47895, moby#47918; home-assistant/operating-system#2051).
"""

from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host
from hostcheck.probes.engine.daemon import read_configuration
from hostcheck.probes.engine.environment import docker_version, printed_version
from hostcheck.probes.engine.firewall import firewall
from hostcheck.probes.kernel.kconfig import read_config
from hostcheck.probes.kernel.release import parse_version
from hostcheck.probes.network.netoptions import IPV6_TABLES, choices
from hostcheck.run.model import Evidence, Fact

_OPTION, _TABLE = "ip6tables", "nat"
_GOES_ON = (27, 0)


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.ipv6_rules: whether Docker can write its IPv6 rules."""
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
    shown = (Evidence(configuration.path, f"{_OPTION}: true", "rules of IPv6 are to be written"), *tables.evidence)
    if there:
        yield Fact(fact_id, value=True, evidence=shown)
    elif there is None:
        yield Fact.unknown(fact_id, tables.reason or "whether the kernel has the table nat of IPv6 is not known", shown)
    else:
        yield _without(fact_id, host, shown)


def _without(fact_id: str, host: Host, shown: tuple[Evidence, ...]) -> Fact:
    """Return the fact for a kernel whose configuration lacks the table."""
    answers = docker_version(host)
    found = answers or printed_version(host)
    numbers = parse_version(found)
    if numbers is None:
        reason = "Docker before 27.0 ends without the table nat of IPv6, and its version is unknown: see dockerd -v"
        return Fact.unknown(fact_id, reason, shown)
    source = "GET /info" if answers else "dockerd --version"
    if numbers >= _GOES_ON:
        says = "for: from 27.0 on dockerd goes on without these rules"
        return Fact(fact_id, value=True, evidence=(*shown, Evidence(source, found, says)))
    if answers:
        # It started: before this was set, or with a table that the configuration does not show.
        reason = f"Docker {found} ends without the table nat of IPv6, and yet it runs: see whether it starts again"
        return Fact.unknown(fact_id, reason, (*shown, Evidence(source, found, "silent: it runs")))
    says = "against: from 27.0 on dockerd goes on without these rules"
    return Fact(fact_id, value=False, evidence=(*shown, Evidence(source, found, says)))
