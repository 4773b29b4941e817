"""The standing of a fleet: the state of each host, and whether it is ready for each profile."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hostcheck.fleet.host import FleetHost, State
from hostcheck.fleet.state import Fleet


@dataclass(frozen=True, slots=True)
class Standing:
    """The standing of selected hosts of a fleet.

    Attributes:
        fleet: the fleet.
        hosts: the selected hosts, in the order of the inventory.
    """

    fleet: Fleet
    hosts: Sequence[FleetHost]

    @property
    def counts(self) -> Mapping[State, int]:
        """The number of hosts in each state; states without a host are left out."""
        found = Counter(host.state for host in self.hosts)
        return {state: found[state] for state in State if state in found}

    @property
    def ready(self) -> Mapping[str, Mapping[bool | None, int]]:
        """For each profile, the number of DONE hosts that are ready (True), not ready (False) or unknown (None)."""
        found: dict[str, Counter[bool | None]] = {}
        for host in self.hosts:
            for profile, ready in host.ready.items() if host.state is State.DONE else ():
                found.setdefault(profile, Counter())[ready] += 1
        return found

    @property
    def passed(self) -> Sequence[FleetHost]:
        """The hosts that are ready for all profiles by which they were judged."""
        return [host for host in self.hosts if host.state is State.DONE and all(host.ready.values())]

    @property
    def left(self) -> Sequence[FleetHost]:
        """The hosts without a current result."""
        return [host for host in self.hosts if host.state is not State.DONE]
