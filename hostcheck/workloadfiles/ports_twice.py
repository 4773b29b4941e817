"""A host port that one container wants twice: no engine starts it.

Sources: moby's libnetwork/portallocator ("port is already allocated"); podman's pkg/specgen/generate/ports.go
("conflicting port mappings"); Mesos offers each port once.
"""

from collections.abc import Iterable

from hostcheck.workloadfiles.addresses import wanted_twice
from hostcheck.workloadfiles.needs import Need
from hostcheck.workloadfiles.rules import Mistakes


def judge_ports(needs: Iterable[Need], name: str, mistakes: Mistakes) -> None:
    """Add a mistake for each port that clashes with an earlier one of the same container.

    Args:
        needs: the needs of the container.
        name: the name of the workload.
        mistakes: the list to which they are added.
    """
    for need in wanted_twice(needs):
        said = f"the container asks for {need.label} of the host a second time, and does not start"
        mistakes.add("file/port-twice", need.place, said, "Leave it out, or choose another port of the host.", name)
