"""The ports on which the nodes of a cluster reach each other, by profile."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from hostcheck.errors import UsageError

PORTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # https://etcd.io/docs/v3.5/op-guide/configuration/
        "etcd": ("tcp/2379", "tcp/2380"),
        # What every node needs of another, where each may be a control plane:
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
OF_ROLES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        # The scheduler (10259) and the controller manager (10257) are reached by their own node only, and kubeadm binds
        # them to 127.0.0.1.
        "kubernetes": {"control-plane": ("tcp/6443", "tcp/2379", "tcp/2380", "tcp/10250"), "worker": ("tcp/10250",)},
    }
)
"""What nodes of one role need of each other, instead of ``PORTS``. With an etcd on the control planes."""


def ports_of(profiles: Sequence[str], roles: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the ports of profiles, such as "tcp/2379", without duplicates.

    Args:
        profiles: the profiles.
        roles: the roles of all nodes; none if each node may have any.

    Raises:
        UsageError: if the nodes of a profile need no ports of each other, or no profile has one of the roles.
    """
    for name in profiles:
        if name not in PORTS:
            raise UsageError(f"--profile {name}: its nodes need no peers", remedy=f"name one of {', '.join(PORTS)}")
    known = dict.fromkeys(role for name in profiles for role in OF_ROLES.get(name, {}))
    for role in roles:
        if role not in known:
            remedy = f"there are: {', '.join(known)}" if known else "leave --role out"
            raise UsageError(f"--role {role}: no named profile has ports of that role", remedy=remedy)
    return tuple(dict.fromkeys(port for name in profiles for port in _ports(name, roles)))


def _ports(name: str, roles: Sequence[str]) -> tuple[str, ...]:
    of_roles = OF_ROLES.get(name, {})
    chosen = [port for role in roles for port in of_roles.get(role, ())]
    return tuple(chosen) or PORTS[name]
