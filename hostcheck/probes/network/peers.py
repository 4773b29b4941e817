"""The other servers of this host's cluster: whether they answer, and their round-trip time.

The evidence numbers them in the order of the configuration, and does not show their addresses, which are private.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from hostcheck.host.base import Host
from hostcheck.probes.engine.zookeeper import CONFIGURATIONS, parse_settings
from hostcheck.probes.readings import unread
from hostcheck.probes.trials import untried
from hostcheck.run.model import Evidence, Fact

_ETCD: Final = (
    *("/etc/default/etcd", "/etc/etcd/etcd.conf", "/etc/etcd/etcd.conf.yml", "/etc/etcd.env"),
    "/etc/kubernetes/manifests/etcd.yaml",
)
_CLUSTER = re.compile(r"initial[-_]cluster[\"']?[ \t]*[:=][ \t]*[\"']?([^\s\"']+)", re.IGNORECASE)
_URL = re.compile(r"https?://(\[[0-9A-Fa-f:.]+\]|[\w.-]+):(\d{1,5})")
_NOMAD: Final = ("/etc/nomad.d/nomad.hcl", "/etc/nomad.d/server.hcl", "/etc/nomad.d/client.hcl")
_JOIN = re.compile(r"^[ \t]*(retry_join|servers)[ \t]*=[ \t]*\[", re.MULTILINE)
_PORTS = {"retry_join": 4648, "servers": 4647}
_ADDRESS = re.compile(r"\"([\w.-]+)(?::(\d{1,5}))?\"")
_MESOS: Final = "/etc/mesos/zk"
_MEMBER = re.compile(r"([\w.-]+):(\d{1,5})")


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.peers_silent and net.rtt_ms."""
    found = configured(host)
    if found:
        yield from _asked(host, found)
        return
    hidden = unread(host, (*_ETCD, *CONFIGURATIONS, *_NOMAD, _MESOS))
    shown = (Evidence("configurations of etcd, ZooKeeper, Nomad and Mesos", None, "no other server is named"),)
    for fact_id in ("net.peers_silent", "net.rtt_ms"):
        yield Fact.unknown(fact_id, hidden) if hidden else Fact(fact_id, "none", evidence=shown)


def _asked(host: Host, found: Mapping[str, str]) -> Iterator[Fact]:
    tried = host.experiment("peers", peers=" ".join(found))
    answers = tried or {}
    evidence = tuple(
        Evidence(f"server {number} of {len(found)}, from {source}", *_shown(answers.get(peer)))
        for number, (peer, source) in enumerate(found.items(), 1)
    )
    left_out = [peer for peer in found if peer not in answers]
    silent = sum(not answer["ok"] for answer in answers.values())
    if left_out and not silent:
        yield Fact.unknown("net.peers_silent", untried("servers", tried), evidence)
    else:
        yield Fact("net.peers_silent", silent, evidence=evidence)
    times = [answer["rtt_us"] for answer in answers.values() if answer["ok"]]
    if times:
        yield Fact("net.rtt_ms", round(max(times) / 1000, 2), evidence=evidence)
    else:
        yield Fact.unknown("net.rtt_ms", "no other server answered: see the evidence for each one's error", evidence)


def configured(host: Host) -> Mapping[str, str]:
    """Return the other servers that configuration files name: "address:port" to the path of the first such file.

    Sources: etcd's ETCD_INITIAL_CLUSTER and --initial-cluster; server.N of zookeeperAdmin; retry_join and servers of
    Nomad's agent configuration; zk:// in Mesos' packages.
    """
    found: dict[str, str] = {}
    for paths, parse in (((*_ETCD,), parse_etcd), (CONFIGURATIONS, parse_zookeeper), (_NOMAD, parse_nomad)):
        for path in paths:
            found = {**dict.fromkeys(parse(host.read(path).text or ""), path), **found}
    return {**dict.fromkeys(parse_mesos(host.read(_MESOS).text or ""), _MESOS), **found}


def parse_etcd(text: str) -> tuple[str, ...]:
    """Parse etcd's configuration (environment, YAML or command line): the peers of the initial cluster."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    clusters = (found[1] for line in lines for found in _CLUSTER.finditer(line))
    return tuple(f"{name}:{port}" for cluster in clusters for name, port in _URL.findall(cluster))


def parse_zookeeper(text: str) -> tuple[str, ...]:
    """Parse zoo.cfg: the address of each server, with the port for followers."""
    servers = (value for key, value in parse_settings(text).items() if key.startswith("server."))
    return tuple(f"{found[1]}:{found[2]}" for value in servers if (found := _MEMBER.match(value)))


def parse_nomad(text: str) -> tuple[str, ...]:
    """Parse the configuration of a Nomad agent in HCL: the servers that it names by their addresses.

    Servers that a cloud's API finds (auto-join, "provider=aws …") are left out.
    """
    return tuple(
        f"{name}:{port or _PORTS[key]}" for key, listed in _lists(text) for name, port in _ADDRESS.findall(listed)
    )


def _lists(text: str) -> Iterator[tuple[str, str]]:
    """Yield the key and the content of each list of servers.

    A list that has no end is ignored, and so is all that follows it.
    """
    end = 0
    while found := _JOIN.search(text, end):
        end = text.find("]", found.end())
        if end < 0:
            return
        yield found[1], text[found.end() : end]


def parse_mesos(text: str) -> tuple[str, ...]:
    """Parse the address of Mesos' ZooKeeper ensemble: ("one:2181", "two:2181") for "zk://one:2181,two:2181/mesos"."""
    _, scheme, rest = text.strip().partition("zk://")
    members = rest.partition("/")[0].rpartition("@")[2] if scheme else ""
    return tuple(f"{name}:{port}" for name, port in _members(members))


def _members(listed: str) -> Iterator[tuple[str, str]]:
    found = (_MEMBER.match(each.strip()) for each in listed.split(","))
    return ((each[1], each[2]) for each in found if each)


def _shown(answer: Mapping[str, object] | None) -> tuple[str | None, str]:
    if answer is None:
        return None, "not tried"
    if not answer["ok"]:
        return None, f"does not answer: {answer['error']}"
    return f"{answer['rtt_us']} µs", "round-trip time of opening a TCP connection"
