"""The networks of a Nomad job: their modes, and the ports that they take of a client.

Source: https://developer.hashicorp.com/nomad/docs/job-specification/network.
"""

from collections.abc import Iterator

from hostcheck.workloadfiles.model import Rule, Where
from hostcheck.workloadfiles.needs import HostPort, Need, Unclear
from hostcheck.workloadfiles.node import UNCLEAR, Node
from hostcheck.workloadfiles.nomad_tree import all_of, name_of, pick
from hostcheck.workloadfiles.ports import LAST

_MADE_OF_CNI = "attr.plugins.cni.version.bridge"
"""The attribute of a client that has the plugins for the mode bridge. Nomad places no such group without it."""


def modes_of(group: Node) -> Iterator[Rule]:
    """Yield the rule that a client must have the CNI plugins, if the network mode of a group is bridge."""
    for network in all_of(group, "network", "Networks"):
        mode = pick(network, "mode", "Mode")
        if mode is not None and mode.tag != UNCLEAR and mode.text() == "bridge":
            yield Where(mode.place, "mode = bridge", _MADE_OF_CNI, "exists", ())


def unread(node: Node) -> Iterator[Need]:
    """Yield unclear needs for blocks that an expression generates."""
    for each in node.all_of("dynamic"):
        said = f'dynamic "{name_of(each)}"'
        yield Unclear(each.place, said, "a block", "what it makes is known to the scheduler alone")


def ports_of(network: Node) -> Iterator[Need]:
    """Yield the needs of a network: its static ports, and needs that only a client knows."""
    yield from unread(network)
    mode = pick(network, "mode", "Mode")
    if mode is not None and mode.tag == UNCLEAR:
        yield Unclear(mode.place, mode.written, "a network", str(mode.value))
    elif mode is not None and mode.text() not in {"", "bridge", "host", "none"}:
        why = "which networks of CNI a client has is known to it alone"
        yield Unclear(mode.place, f"mode = {mode.text()}", "a network", why)
    for port in (*all_of(network, "port", "ReservedPorts"), *network.all_of("DynamicPorts")):
        static = pick(port, "static", "Value")
        named = pick(port, "host_network", "HostNetwork")
        is_default = named is None or (named.tag != UNCLEAR and named.text() in {"", "default"})
        if not is_default and named is not None:
            said = f"host_network = {named.written}"
            why = "which networks a client has, and on which address, is known to it alone"
            yield Unclear(named.place, said, "a network of the client", why)
        if static is None or not is_default:
            continue
        if static.tag == UNCLEAR:
            yield Unclear(static.place, static.written, "a port of the host", str(static.value))
            continue
        number = static.whole(0, LAST)
        if number:
            # Nomad reserves a static port for TCP and for UDP (nomad/structs/network.go, AddReservedPort).
            for protocol in ("tcp", "udp"):
                yield HostPort(static.place, f"static: {number}", protocol, number, number)
