"""The results of a fleet as columns, for its page. The run files are read one at a time."""

from dataclasses import replace

from hostcheck.fleet.files import BEFORE, LATEST, MEASURED
from hostcheck.fleet.host import State
from hostcheck.fleet.pairs import kept_pairs
from hostcheck.fleet.state import Fleet
from hostcheck.population.columns import Placed, Population


def population_of(fleet: Fleet) -> Population:
    """Return the hosts of a fleet, in the order of its inventory.

    A host without a current result has no run. If the latest run has no figures, those of the latest run with figures
    are used.

    Raises:
        FleetError: if the fleet, or a file of it, cannot be read.
        UsageError: if a run file is damaged.
    """
    population = Population(fleet.name, pairs=kept_pairs(fleet))
    for host in fleet.hosts():
        placed = Placed(
            host.name, host.placed.groups, host.placed.domain, host.placed.provider, host.state.value, host.reason
        )
        done = host.state is State.DONE
        run, before = (fleet.run(host, folder=folder) if done else None for folder in (LATEST, BEFORE))
        if run and not run.metrics and (measured := fleet.run(host, folder=MEASURED)):
            run = replace(run, metrics=measured.metrics)
        population.add(placed, run, before)
    return population
