"""The ports on which the nodes of a cluster reach each other, by profile."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from hostcheck.errors import UsageError

PORTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # https://etcd.io/docs/v3.5/op-guide/configuration/
        "etcd": ("tcp/2379", "tcp/2380"),
        # https://kubernetes.io/docs/reference/networking/ports-and-protocols/
        "kubernetes": ("tcp/6443", "tcp/10250"),
        # https://docs.docker.com/engine/swarm/swarm-tutorial/#open-protocols-and-ports-between-the-hosts
        "swarm": ("tcp/2377", "tcp/7946", "udp/7946", "udp/4789"),
        # https://zookeeper.apache.org/doc/current/zookeeperAdmin.html
        "zookeeper": ("tcp/2181", "tcp/2888", "tcp/3888"),
        # https://mesos.apache.org/documentation/latest/configuration/master-and-agent/
        "mesos": ("tcp/5050", "tcp/5051"),
        # https://developer.hashicorp.com/nomad/docs/install/production/requirements#ports-used
        "nomad": ("tcp/4646", "tcp/4647", "tcp/4648", "udp/4648"),
    }
)


def ports_of(profiles: Sequence[str]) -> tuple[str, ...]:
    """Return the ports of profiles, such as "tcp/2379", without duplicates.

    Raises:
        UsageError: if the nodes of a profile need no ports of each other.
    """
    for name in profiles:
        if name not in PORTS:
            raise UsageError(f"--profile {name}: its nodes need no peers", remedy=f"name one of {', '.join(PORTS)}")
    return tuple(dict.fromkeys(port for name in profiles for port in PORTS[name]))
