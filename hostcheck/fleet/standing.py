"""How a fleet stands: each host with its state, and whether it is ready for each profile."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hostcheck.fleet.state import Fleet, FleetHost, State


@dataclass(frozen=True, slots=True)
class Standing:
    """How the hosts of a fleet stand.

    Attributes:
        fleet: the fleet.
        hosts: those that were asked about, in the order of the inventory.
    """

    fleet: Fleet
    hosts: Sequence[FleetHost]

    @property
    def counts(self) -> Mapping[State, int]:
        """How many hosts are in each state that any is in."""
        found = Counter(host.state for host in self.hosts)
        return {state: found[state] for state in State if state in found}

    @property
    def ready(self) -> Mapping[str, Mapping[bool | None, int]]:
        """For each profile, of how many hosts that are done it is known that they are ready, or are not; or unknown."""
        found: dict[str, Counter[bool | None]] = {}
        for host in self.hosts:
            for profile, ready in host.ready.items() if host.state is State.DONE else ():
                found.setdefault(profile, Counter())[ready] += 1
        return found

    @property
    def passed(self) -> Sequence[FleetHost]:
        """The hosts that are ready for all that they were audited for."""
        return [host for host in self.hosts if host.state is State.DONE and all(host.ready.values())]

    @property
    def left(self) -> Sequence[FleetHost]:
        """The hosts without a new result."""
        return [host for host in self.hosts if host.state is not State.DONE]
