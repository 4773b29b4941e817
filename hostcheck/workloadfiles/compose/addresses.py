"""Fixed addresses of services in the networks of a Compose file: Docker takes one of a subnet that the file gives.

Source: moby's daemon/container_operations.go (validateNetworkingConfig: "only when connecting to networks with user
configured subnets") and libnetwork's ipam ("no configured subnet contains IP address").
"""

import ipaddress
from collections.abc import Iterator, Mapping

from hostcheck.workloadfiles.node import UNCLEAR, Node
from hostcheck.workloadfiles.rules import Mistakes

ADDRESSES = ("ipv4_address", "ipv6_address")
"""The keys of a service's network with an address."""
_FIX = "Give the network a subnet with this address (ipam: config: - subnet: …), or leave the address out."
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def judge_addresses(root: Node, services: Mapping[str, Node], mistakes: Mistakes) -> None:
    """Add a mistake for each address that is in no subnet of its network.

    Args:
        root: the project.
        services: its services that start, by name.
        mistakes: the list to which they are added.
    """
    networks = root.get("networks")
    known: dict[str, list[_Network] | None] = {}
    for service, node in services.items():
        own = node.get("networks")
        for name, each in own.items() if own is not None and own.is_mapping else ():
            if name not in known:
                known[name] = _subnets(networks.mapping().get(name) if networks is not None else None)
            subnets = known[name]
            if subnets is None or not each.is_mapping:
                continue
            for address in filter(None, map(each.get, ADDRESSES)):
                try:
                    found = ipaddress.ip_address(address.text())
                except ValueError:
                    continue
                if address.tag == UNCLEAR or any(found in subnet for subnet in subnets):
                    continue
                said = f"the network {name} has no subnet with the address {address.text()}, and Docker refuses it"
                mistakes.add("compose/refused", address.place, said, _FIX, service)


def _subnets(network: Node | None) -> list[_Network] | None:
    """Return the subnets that the file gives a network; None if it is not known which it has."""
    if network is None:
        return None
    if network.is_null:
        return []
    external = network.get("external")
    if external is not None and external.value is not False:
        return None
    try:
        return list(_of_config(network))
    except ValueError:
        return None


def _of_config(network: Node) -> Iterator[_Network]:
    """Yield the subnets of a network.

    Raises:
        ValueError: if one of them is not known.
    """
    ipam = network.get("ipam")
    for each in ipam.all_of("config") if ipam is not None else ():
        subnet = each.get("subnet")
        if subnet is not None:
            yield ipaddress.ip_network("" if subnet.tag == UNCLEAR else subnet.text(), strict=False)
