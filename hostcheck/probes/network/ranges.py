"""Address ranges that engines use for pods and services by default, and that this host routes elsewhere."""

from collections.abc import Iterator

from hostcheck.counts import number_of
from hostcheck.host.base import Host
from hostcheck.probes.network.routes import NOT_ROUTES, ROUTES, overlaps, parse_network, parse_routes
from hostcheck.probes.readings import unread_reason
from hostcheck.run.model import Evidence, Fact

RANGES = (
    *("10.42.0.0/16", "10.43.0.0/16"),  # k3s and RKE2: cluster-cidr and service-cidr
    *("10.244.0.0/16", "10.96.0.0/12"),  # k0s: spec.network podCIDR and serviceCIDR
    *("10.1.0.0/16", "10.152.183.0/24"),  # MicroK8s: args/kube-proxy, args/kube-apiserver
    "10.85.0.0/16",  # CRI-O: contrib/cni/11-crio-ipv4-bridge.conflist
    "10.4.0.0/24",  # nerdctl: docs/cni.md
)
"""The default ranges of engines."""
_OWN = (
    "docker",
    "br-",
    "cni",
    "podman",
    "veth",
    "flannel",
    "cali",
    "vxlan",
    "kube",
    "nerdctl",
    "tunl",
    "cilium",
    "lxc",
)
"""Beginnings of the names of interfaces that engines create for these ranges."""
_FACT = "net.ranges_routed"


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.ranges_routed: the engines' default ranges that this host routes elsewhere."""
    reading = host.read(ROUTES)
    if reading.text is None:
        yield Fact.unknown(_FACT, unread_reason(reading))
        return
    try:
        routes = parse_routes(reading.text)
    except (ValueError, IndexError):
        yield Fact.unknown(_FACT, NOT_ROUTES)
        return
    foreign = [route for route in routes if route.mask and not route.interface.startswith(_OWN)]
    networks = {text: parse_network(text) for text in RANGES}
    found = {
        text: route
        for text, network in networks.items()
        for route in foreign
        if network is not None and overlaps(route, network)
    }
    shown = tuple(
        Evidence(ROUTES, f"{route} on {route.interface}", f"overlaps {text}") for text, route in found.items()
    )
    none = Evidence(ROUTES, number_of(len(foreign), "route"), "without those of engines")
    yield Fact(_FACT, tuple(found), evidence=shown or (none,))
