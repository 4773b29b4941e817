"""The ports of one host in use during a search."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hostcheck.workloadfiles.addresses import clash, overlap
from hostcheck.workloadfiles.needs import HostPort

_Key = tuple[str, int]


@dataclass(slots=True)
class HostPorts:
    """The ports in use: single ports, and ranges that need any one free port each.

    Attributes:
        busy: the ports that other programs use: ("tcp", 80). They matter for ranges; for single ports, they were judged
            before the search.
        taken: for each single port, the number of uses by address.
        ranges: the ranges that need one port each.
    """

    busy: frozenset[_Key] = frozenset()
    taken: dict[_Key, Counter[str]] = field(default_factory=dict)
    ranges: list[HostPort] = field(default_factory=list)

    def fit(self, ports: Sequence[HostPort]) -> bool:
        """Return whether these ports are available besides those in use."""
        single = [port for port in ports if _is_single(port)]
        for number, port in enumerate(single):
            if self._is_taken(port.protocol, port.first, port.address):
                return False
            if any(clash(port, other) for other in single[:number]):
                return False
        ranges = [*self.ranges, *(port for port in ports if not _is_single(port))]
        return not ranges or self._match(ranges, single)

    def add(self, ports: Sequence[HostPort]) -> None:
        """Reserve ports."""
        for port in ports:
            if _is_single(port):
                self.taken.setdefault((port.protocol, port.first), Counter())[port.address] += 1
            else:
                self.ranges.append(port)

    def remove(self, ports: Sequence[HostPort]) -> None:
        """Release ports."""
        for port in ports:
            if _is_single(port):
                self.taken[port.protocol, port.first][port.address] -= 1
            else:
                self.ranges.remove(port)

    def _is_taken(self, protocol: str, number: int, address: str) -> bool:
        addresses = self.taken.get((protocol, number))
        if not addresses:
            return False
        return any(count and overlap(address, other) for other, count in addresses.items())

    def _match(self, ranges: Sequence[HostPort], single: Sequence[HostPort]) -> bool:
        """Return whether each range can get a port of its own (a bipartite matching, by Kuhn's algorithm)."""
        own = {(port.protocol, port.first) for port in single}
        given: dict[_Key, int] = {}

        def choices(at: int) -> Iterator[_Key]:
            port = ranges[at]
            for number in range(port.first, port.last + 1):
                key = (port.protocol, number)
                if key not in self.busy and key not in own and not self._is_taken(*key, port.address):
                    yield key

        def give(at: int, seen: set[_Key]) -> bool:
            for key in choices(at):
                if key in seen:
                    continue
                seen.add(key)
                if key not in given or give(given[key], seen):
                    given[key] = at
                    return True
            return False

        return all(give(at, set()) for at in range(len(ranges)))


def _is_single(port: HostPort) -> bool:
    return port.first == port.last
