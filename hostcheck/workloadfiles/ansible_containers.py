"""The containers of a playbook's modules: a module finds a container by its name, and starts no second one.

Source: the documentation of community.docker.docker_container and containers.podman.podman_container, name and
recreate.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from hostcheck.workloadfiles.model import Workload
from hostcheck.workloadfiles.needs import Need, Unclear
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.run_options import is_known

_NOWHERE = Place("", 0)


@dataclass(slots=True)
class Containers:
    """The workloads of a playbook so far.

    Attributes:
        found: the workloads, in the order of the tasks.
        named: for each module, pattern of hosts and name of a container, the index of its workload.
    """

    found: list[Workload] = field(default_factory=list)
    named: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def add(self, workload: Workload, module: str, hosts: str, *, has_image: bool) -> None:
        """Add the container of a task, or change that of an earlier task.

        Args:
            workload: the container.
            module: the module that starts it; empty for a command, which always starts another one.
            hosts: the hosts on which the task runs.
            has_image: whether the task can make the container; without an image it only starts one that exists.
        """
        key = (module, hosts, workload.name)
        at = self.named.get(key) if module and is_known(workload.name) else None
        if at is not None:
            earlier = self.found[at]
            if not has_image or _asked(earlier) == _asked(workload):
                if has_image and earlier.perhaps and not workload.perhaps:
                    self.found[at] = workload
                return
            why = f"line {workload.place.line} makes the container anew"
            self.found[at] = replace(earlier, perhaps=earlier.perhaps or why)
        if module:
            self.named[key] = len(self.found)
        self.found.append(workload)

    def remove(self, name: str, line: int) -> None:
        """Note that a task removes or stops the container of a name, which may be unknown."""
        if name:
            self.found = [_removed(each, name, line) for each in self.found]


def _removed(workload: Workload, name: str, line: int) -> Workload:
    if workload.perhaps or (workload.name != name and is_known(name)):
        return workload
    return replace(workload, perhaps=f"line {line} removes or stops it")


def _asked(workload: Workload) -> tuple[bool, int | None, list[Need]]:
    """Return the needs of a container without their places, and without the conditions of its task."""
    return workload.each_host, workload.instances, sorted(_needs(workload), key=repr)


def _needs(workload: Workload) -> Iterator[Need]:
    for need in workload.needs:
        if not (isinstance(need, Unclear) and need.what == "a condition"):
            yield replace(need, place=_NOWHERE, said="")
