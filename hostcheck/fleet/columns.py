"""A fleet as columns, for its page: one run file at a time."""

from hostcheck.fleet.pairs import kept_pairs
from hostcheck.fleet.state import Fleet, State
from hostcheck.population.columns import Placed, Population


def population_of(fleet: Fleet) -> Population:
    """Return the hosts of a fleet, in the order of its inventory. A host without a result of now has no run.

    Raises:
        FleetError: when the fleet, or a file of it, cannot be read.
        UsageError: when a run file is damaged.
    """
    population = Population(fleet.name, pairs=kept_pairs(fleet))
    for host in fleet.hosts():
        placed = Placed(
            host.name, host.placed.groups, host.placed.domain, host.placed.provider, host.state.value, host.reason
        )
        done = host.state is State.DONE
        population.add(placed, fleet.run(host) if done else None, fleet.run(host, before=True) if done else None)
    return population
