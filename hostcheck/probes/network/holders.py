"""Ports that are held without a socket of a program: by a NAT rule, by a container, by a socket unit of systemd.

An engine publishes a port by address translation; with the userland proxy off nothing is bound, and bind(2) succeeds.
Sources: iptables-save(8); nft(8); the Engine API's ContainerList; systemd.socket(5); kube-proxy's chain KUBE-NODEPORTS,
and its map service-nodeports of nftables.
"""

import ipaddress
import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from hostcheck.counts import number_of
from hostcheck.host.base import Host, Reading
from hostcheck.jsonvalues import items
from hostcheck.probes.engine.engine import find_engine
from hostcheck.probes.kernel.kconfig import read_config
from hostcheck.probes.kernel.loaded import PROC_MODULES, uses
from hostcheck.probes.machine import parse_root
from hostcheck.probes.network.network import installed_iptables, iptables_paths
from hostcheck.run.model import Evidence

_LIMIT_SECONDS = 1.0
_MOST_UNITS = 64
_UNITS = "/etc/systemd/system/sockets.target.wants"
_LISTEN = re.compile(r"^Listen(Stream|Datagram)\s*=\s*(?:\S*:)?(\d{1,5})\s*$", re.MULTILINE)
_PROTOCOLS = {"Stream": "tcp", "Datagram": "udp"}
_RULE = re.compile(r"^-A (\S+) (?=.*-p (tcp|udp)\b)(?=.*--dport (\d{1,5})(?= |$))(?=.*-j (\S+))", re.MULTILINE)
_TRANSLATES = frozenset({"DNAT", "REDIRECT"})
_NODE_PORTS = "KUBE-NODEPORTS"
_NFT = ("/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft")
_NATIVE = ("nft_nat", "nft_redir")
"""Modules that native nftables rules use to translate addresses. Rules of iptables-nft use other modules."""
_NFT_PORTS = re.compile(r"\b(tcp|udp) dport (\{[^}]{0,4096}\}|\d{1,5}\b)")
_NFT_TRANSLATES = re.compile(r"\b(?:dnat|redirect)\b")
_NFT_NODE_PORT = re.compile(r"\b(tcp|udp) \. (\d+) : goto \S+")
_LAST_PORT = 65535
_TO = re.compile(r"(! )?-d ([0-9.]{7,15})(/32)?")
_NFT_TO = re.compile(r"\bip6? daddr ([0-9a-f.:]{2,39})(?= )")
UNKNOWN = "?"
"""An address that is not known."""
_ALL_OF_IPV4 = "0.0.0.0"  # noqa: S104  nothing is bound
_ALL = (_ALL_OF_IPV4, "::")


class Holders(NamedTuple):
    """The ports that are held in one way, such as by iptables rules.

    Attributes:
        held: pairs of a port and its holder: ("tcp/8080", "nat").
        evidence: the source that was read, and its content.
        addresses: pairs of a port and an address on which it is held: ("tcp/8080", "0.0.0.0").
    """

    held: frozenset[tuple[str, str]]
    evidence: Evidence
    addresses: frozenset[tuple[str, str]] = frozenset()


def find_holders(host: Host) -> tuple[Holders, Holders, Holders, Holders]:
    """Return the ports that are held by iptables rules, nftables rules, containers, and enabled socket units."""
    return _rules(host), _native_rules(host), _containers(host), _units(host)


def parse_rules(text: str) -> frozenset[tuple[str, str]]:
    """Parse the nat table as iptables-save(8) prints it: the ports that are translated, and Kubernetes' node ports.

    Each port has the address to which the rule applies: "0.0.0.0" if the rule has none; "?" for a range, for a negated
    address, and in a chain of netavark, because the rule that jumps to the chain has the address.
    """
    return frozenset(
        (f"{found[2]}/{found[3]}", _destination(line))
        for line in text.splitlines()
        if (found := _RULE.match(line)) is not None
        if found[4] in _TRANSLATES or (found[1] == _NODE_PORTS and found[4] != "KUBE-MARK-MASQ")
    )


def _destination(rule: str) -> str:
    found = _TO.search(rule)
    if found is None and rule.startswith("-A NETAVARK-DN-"):
        return UNKNOWN
    if found is None or rule[found.start() :].startswith("-d 0.0.0.0/0"):
        return _ALL_OF_IPV4
    return UNKNOWN if found[1] or not found[3] else found[2]


def parse_ruleset(text: str) -> frozenset[tuple[str, str]]:
    """Parse the output of nft(8) list ruleset: the ports that are translated, and Kubernetes' node ports.

    Each port has the address to which the rule applies: "0.0.0.0" and "::" if the rule has none; "?" for a range, a set
    or a negated address, and in the table of netavark, because the rule that jumps there has the address.
    """
    rules: set[tuple[str, str]] = set()
    whole: Sequence[str] = _ALL
    for line in text.splitlines():
        if line.startswith("table "):
            whole = (UNKNOWN,) if line.split()[2:3] == ["netavark"] else _ALL
        found = _NFT_PORTS.search(line)
        if found is not None and _NFT_TRANSLATES.search(line, found.end()):
            addresses = _nft_destinations(line) if "daddr" in line else whole
            rules |= {(f"{found[1]}/{port}", each) for port in re.findall(r"\d+", found[2]) for each in addresses}
    of_nodes = {(f"{kind}/{port}", address) for kind, port in _NFT_NODE_PORT.findall(text) for address in _ALL}
    return frozenset(rules | of_nodes)


def _nft_destinations(rule: str) -> Sequence[str]:
    found = _NFT_TO.search(rule)
    return (found[1],) if found else (UNKNOWN,)


def parse_containers(answer: Any) -> Iterator[tuple[str, str, str]]:
    """Parse the answer to GET /containers/json: yield a container's name, a port that it publishes, and the address.

    The address is "?" if the engine gives none.
    """
    for container in answer if isinstance(answer, list) else ():
        if not isinstance(container, dict):
            continue
        names = items(container.get("Names")) or ["a container"]
        for port in items(container.get("Ports")):
            public, kind = (port.get("PublicPort"), port.get("Type")) if isinstance(port, dict) else (None, None)
            if kind in _PROTOCOLS.values() and isinstance(public, int) and 0 < public <= _LAST_PORT:
                yield str(names[0]).lstrip("/"), f"{kind}/{public}", _published_on(port.get("IP"))


def _published_on(address: Any) -> str:
    try:
        return str(ipaddress.ip_address(str(address)))
    except ValueError:
        return UNKNOWN


def parse_unit(text: str) -> frozenset[str]:
    """Parse a socket unit (systemd.socket(5)): the ports that it listens on."""
    return frozenset(f"{_PROTOCOLS[kind]}/{port}" for kind, port in _LISTEN.findall(text))


def _rules(host: Host) -> Holders:
    path = next((path for path in iptables_paths(host) if host.exists(path)), None)
    program = posixpath.join(posixpath.dirname(path or ""), "iptables-save")
    if path is None or not (_is_root(host) and _forwards(host) and _has_nat(host)):
        why = "not run: it needs root, and such rules exist only with iptables, a nat table and forwarding"
        return Holders(frozenset(), Evidence(program, None, why))
    reading = host.run((program, "-t", "nat"), _LIMIT_SECONDS)
    return _translated(parse_rules(reading.text or ""), reading)


def _translated(rules: frozenset[tuple[str, str]], reading: Reading) -> Holders:
    held = frozenset((port, "nat") for port, _ in rules)
    shown = None if reading.text is None else ", ".join(sorted(port for port, _ in held)) or "none"
    return Holders(held, reading.evidence("ports that are translated", shown), rules)


def _native_rules(host: Host) -> Holders:
    """Return the ports that native nftables rules hold: those of netavark, Docker and kube-proxy.

    iptables-save does not print these rules.
    """
    path = next((path for path in _NFT if host.exists(path)), None)
    used = uses(host.read(PROC_MODULES).text or "")
    if path is None or not any(used.get(name) for name in _NATIVE) or not (_is_root(host) and _forwards(host)):
        why = "not run: it needs root, and such rules exist only with nft, its modules in use and forwarding"
        return Holders(frozenset(), Evidence("nft", None, why))
    reading = host.run((path, "-n", "list", "ruleset"), _LIMIT_SECONDS)
    return _translated(parse_ruleset(reading.text or ""), reading)


def _has_nat(host: Host) -> bool:
    """Whether the nat table of the installed backend exists. If it does not, printing it would load its module."""
    if installed_iptables(host).value == "nft":
        return host.exists("/sys/module/nft_chain_nat") is True or read_config(host).state("NFT_NAT") == "y"
    return "nat" in (host.read("/proc/net/ip_tables_names").text or "").split()


def _forwards(host: Host) -> bool:
    """Whether the host forwards packets. If it does not, a rule cannot publish the port of a container."""
    return (host.read("/proc/sys/net/ipv4/ip_forward").text or "").strip() == "1"


def _is_root(host: Host) -> bool:
    try:
        return parse_root(host.read("/proc/self/status").text or "")
    except (ValueError, IndexError):
        return False


def _containers(host: Host) -> Holders:
    source = "GET /containers/json"
    socket = find_engine(host).socket
    answer = host.http_get(socket, "/containers/json", _LIMIT_SECONDS) if socket else None
    if answer is None:
        return Holders(frozenset(), Evidence(source, None, "no engine answers"))
    published = sorted(set(parse_containers(answer[1])))
    shown = ", ".join(dict.fromkeys(f"{port} {name}" for name, port, _ in published)) or "none"
    return Holders(
        frozenset((port, "container") for _, port, _ in published),
        Evidence(source, shown, "ports that are published"),
        frozenset((port, address) for _, port, address in published),
    )


def _units(host: Host) -> Holders:
    names = [name for name in host.listdir(_UNITS) or () if name.endswith(".socket")][:_MOST_UNITS]
    held = {(port, name) for name in names for port in parse_unit(host.read(f"{_UNITS}/{name}").text or "")}
    return Holders(
        frozenset(held), Evidence(_UNITS, number_of(len(names), "unit"), "socket units that start with the host")
    )
