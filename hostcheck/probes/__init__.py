"""Probes turn the evidence of a host into facts. Each file has one concern. A probe is imported when it is used."""

from collections.abc import Iterable, Iterator

from hostcheck.catalogue.stores import OF_STORE, STORES

PROBES: dict[str, str] = {
    "virt": "hostcheck.probes.virt:probe",
    "kernel": "hostcheck.probes.kernel.kernel:probe",
    "keys": "hostcheck.probes.kernel.keys:probe",
    "cgroups": "hostcheck.probes.kernel.cgroups:probe",
    "namespaces": "hostcheck.probes.kernel.namespaces:probe",
    "storage": "hostcheck.probes.storage.storage:probe",
    "network": "hostcheck.probes.network.network:probe",
    "security": "hostcheck.probes.kernel.security:probe",
    "auditrules": "hostcheck.probes.kernel.auditrules:probe",
    "enginefiles": "hostcheck.probes.engine.enginefiles:probe",
    "engine": "hostcheck.probes.engine.engine:probe",
    "unit": "hostcheck.probes.engine.unit:probe",
    "daemon": "hostcheck.probes.engine.daemon:probe",
    "machine": "hostcheck.probes.machine:probe",
    "distribution": "hostcheck.probes.distribution:probe",
    "bootloader": "hostcheck.probes.bootloader:probe",
    "processor": "hostcheck.probes.processor:probe",
    "listening": "hostcheck.probes.network.listening:probe",
    "programs": "hostcheck.probes.engine.programs:probe",
    "seccomp": "hostcheck.probes.engine.seccomp:probe",
    "clock": "hostcheck.probes.clock:probe",
    "netoptions": "hostcheck.probes.network.netoptions:probe",
    "netstate": "hostcheck.probes.network.netstate:probe",
    "routes": "hostcheck.probes.network.routes:probe",
    "naming": "hostcheck.probes.network.naming:probe",
    "firewall": "hostcheck.probes.network.firewall:probe",
    "backends": "hostcheck.probes.network.backends:probe",
    "sysctls": "hostcheck.probes.kernel.sysctls:probe",
    "users": "hostcheck.probes.engine.users:probe",
    "registry": "hostcheck.probes.engine.registry:probe",
    "features": "hostcheck.probes.kernel.features:probe",
    "xattrs": "hostcheck.probes.storage.xattrs:probe",
    "root": "hostcheck.probes.root:probe",
    "disk": "hostcheck.probes.storage.disk:probe",
    "allotment": "hostcheck.probes.allotment:probe",
}
"""The probes that always run, by name, in the order they run: "module:function"."""

ON_REQUEST: dict[str, str] = {
    "host.engines": "hostcheck.probes.engine.engines:probe",
    "bin.git": "hostcheck.probes.engine.programs:git",
    "bin.xz": "hostcheck.probes.engine.programs:xz",
    "net.ports": "hostcheck.probes.network.ports:probe",
    "net.ranges_routed": "hostcheck.probes.network.ranges:probe",
    "gpu.devices": "hostcheck.probes.engine.gpu:devices",
    "gpu.ways": "hostcheck.probes.engine.gpu:ways",
    "engine.firewall": "hostcheck.probes.engine.firewall:probe",
    "engine.unobstructed": "hostcheck.probes.engine.obstacles:probe",
    "engine.podman_shares_layers": "hostcheck.probes.engine.podmandriver:probe",
    **dict.fromkeys(("security.mounts_denied_by", "engine.podman_mounts"), "hostcheck.probes.virt.mounts:probe"),
    "engine.remaps_users": "hostcheck.probes.engine.remap:probe",
    "engine.ipv6_rules": "hostcheck.probes.engine.ipv6rules:probe",
    "engine.bridge_range": "hostcheck.probes.network.bridgerange:probe",
    "engine.raw_rules": "hostcheck.probes.engine.environment:raw_rules",
    "engine.podman_keyring": "hostcheck.probes.engine.containersconf:keyring",
    "net.podman_firewall": "hostcheck.probes.network.netavark:driver",
    "net.nft_rules": "hostcheck.probes.network.netavark:rules",
    "net.search_wildcards": "hostcheck.probes.network.searchdomains:probe",
    "net.manager": "hostcheck.probes.network.manager:probe",
    "bin.helpers": "hostcheck.probes.engine.helpers:programs",
    "security.selinux_policies": "hostcheck.probes.engine.helpers:policies",
    "engine.quadlet": "hostcheck.probes.engine.helpers:quadlet",
    "net.default_route": "hostcheck.probes.network.routes:default_route",
    "host.fapolicyd": "hostcheck.probes.engine.fapolicyd:probe",
    "engine.other_snapshotter": "hostcheck.probes.engine.snapshotters:probe",
    "k8s": "hostcheck.probes.engine.kubelet:probe",
    "zookeeper": "hostcheck.probes.engine.zookeeper:probe",
    "kernel.modules": "hostcheck.probes.kernel.modules:probe",
    "net.rp_filter": "hostcheck.probes.network.netstate:rp_filter",
    "place": "hostcheck.probes.place:probe",
    "net.unique_ids": "hostcheck.probes.uniqueness:probe",
    **dict.fromkeys(
        ("ns.proc_mount", "ns.user_proc_mount", "engine.podman_own_proc"), "hostcheck.probes.kernel.procmount:probe"
    ),
    **dict.fromkeys(("net.peers_silent", "net.rtt_ms"), "hostcheck.probes.network.peers:probe"),
    **dict.fromkeys(
        ("ns.user_unprivileged", "ns.user_programs", "cgroup.delegated", "storage.rootless_drivers"),
        "hostcheck.probes.engine.rootless:probe",
    ),
    "hw.memory_available_bytes": "hostcheck.probes.machine:memory_available",
    "hw.cpu_mhz": "hostcheck.probes.frequency:probe",
    "time.clock_source": "hostcheck.probes.clock:source",
    "kernel.aio": "hostcheck.probes.engine.helpers:aio",
    "user.root_subids": "hostcheck.probes.engine.helpers:root_subids",
    **{f"{OF_STORE}{name}": f"hostcheck.probes.storage.stores:{name}" for name in STORES},
}
"""Probes of facts that few profiles need, by the id of the fact or the first words of the ids of several facts. A probe
runs only if one of its facts is asked for."""

NAMING: dict[str, str] = {
    **dict.fromkeys(("engine.running", "net.port_owners"), "hostcheck.probes.network.owners:probe"),
    "engine.cpu_set_aside": "hostcheck.probes.engine.set_aside:probe",
}
"""Probes whose facts contain names that users gave to programs and containers. They too run on request only, and never
for a capture, which other people read."""

EVERY: dict[str, str] = PROBES | ON_REQUEST
"""The probes for an audit with all profiles, and for a capture."""


def probes_of(asked: Iterable[str]) -> dict[str, str]:
    """Return the probes that always run, and those on request that report one of these facts or groups of facts.

    Args:
        asked: ids of facts ("net.ports.busy") or of groups ("net.ports").
    """
    ids = frozenset(asked)
    above = frozenset(group for fact_id in ids for group in _groups(fact_id))
    wanted = {
        name: reference
        for name, reference in (ON_REQUEST | NAMING).items()
        if name in above or not ids.isdisjoint(_groups(name))
    }
    return PROBES | wanted


def _groups(fact_id: str) -> Iterator[str]:
    """Yield the id of a fact, and the groups that it belongs to: for "net.ports.busy" also "net.ports" and "net"."""
    while fact_id:
        yield fact_id
        fact_id = fact_id.rpartition(".")[0]
