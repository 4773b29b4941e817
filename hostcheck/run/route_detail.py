"""The detail of a sample from iperf3: what is between this host and its peer."""

from collections.abc import Mapping
from dataclasses import dataclass

from hostcheck.run.values import items_of, text_of


@dataclass(frozen=True, slots=True)
class NetworkDetail:
    """The detail of a sample from iperf3.

    Attributes:
        values: the sample's detail.
    """

    values: Mapping[str, object]

    @property
    def interface_bus(self) -> str:
        """How the interface to the peer is connected ("virtio"); empty if unknown, or if it has no device."""
        return text_of(self.values.get("interface_bus"))

    @property
    def qdiscs(self) -> tuple[str, ...]:
        """The queueing disciplines of the interface to the peer; empty if unknown."""
        return tuple(map(text_of, items_of(self.values.get("qdiscs"))))

    @property
    def packet_limits(self) -> tuple[str, ...] | None:
        """The kinds of netfilter's rules that may slow a transfer; None if unknown."""
        found = self.values.get("packet_limits")
        return None if found is None else tuple(map(text_of, items_of(found)))
