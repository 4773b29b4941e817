#!/usr/bin/env python3
"""How long a placement takes: 5,000 instances on 500 hosts, by the search and by the solver of the extra ``placement``.

    .venv/bin/python benchmarks/own/placement.py [INSTANCES HOSTS]

Workloads of 25 instances each set memory and CPUs aside, publish one of 40 ports, and one in four is spread over five
zones: four fifths of the memory and three quarters of the CPUs are taken. The search's own way, the host with the
fewest instances first, is enough here; the solver is what decides where it is not. Prints Markdown; CPU time.
"""

import random
import sys
import time
from collections.abc import Callable

from hostcheck.placement.problem import Demand, Even, Problem, Room
from hostcheck.placement.search import Outcome, search
from hostcheck.placement.solver import solve
from hostcheck.workloadfiles.needs import HostPort
from hostcheck.workloadfiles.place import Place

EACH = 25
PORTS, ZONES = 40, 5


def problem(instances: int, hosts: int) -> Problem:
    """Return workloads and hosts, the same each time."""
    chance = random.Random(1)  # noqa: S311 - no secret
    zones = tuple(f"zone-{at % ZONES}" for at in range(hosts))
    demands = []
    for number in range(instances // EACH):
        memory, cpus = chance.choice((2, 4, 6, 8)), chance.choice((0.5, 1, 1.5, 2))
        port = 8000 + number % PORTS
        demands.append(
            Demand(
                f"workload-{number}",
                EACH,
                may=("pass",) * hosts,
                amounts={"cpu": cpus, "memory": float(memory << 30)},
                ports=(HostPort(Place("made.yaml", 1), "", "tcp", port, port),),
                even=(Even(1, zones, "by zone"),) if number % 4 == 0 else (),
            )
        )
    rooms = tuple(Room(f"host-{at}", {"cpu": 16.0, "memory": float(64 << 30)}) for at in range(hosts))
    return Problem(tuple(demands), rooms)


def main() -> None:
    """Print the table."""
    instances, hosts = map(int, sys.argv[1:3] or ("5000", "500"))
    made = problem(instances, hosts)
    ways: dict[str, Callable[[Problem], Outcome]] = {"search": search, "solver": solve}
    sys.stdout.write(f"| {instances} instances on {hosts} hosts | found | CPU time |\n|---|---|---|\n")
    for name, way in ways.items():
        began = time.process_time()
        found = way(made).assignment is not None
        sys.stdout.write(f"| {name} | {'yes' if found else 'no'} | {time.process_time() - began:.1f} s |\n")


if __name__ == "__main__":
    main()
