"""Values in objects that create pods: values that the API refuses, and values that are probably mistakes.

Sources: pkg/apis/core/validation and pkg/apis/batch/validation of Kubernetes, and
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-memory.
"""

import re

from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.rules import Mistakes

_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_LAST_PORT = 65535
_CRON_FIELDS = 5


def judge_values(name: str, node: Node, spec: Node, mistakes: Mistakes) -> None:
    """Add mistakes for the name of an object, its schedule, and the ports and the memory of its containers.

    Args:
        name: the name of the workload.
        node: the object.
        spec: the pod that it creates.
        mistakes: the list to which mistakes are added.
    """
    own, schedule = node.at("metadata", "name"), node.at("spec", "schedule")
    if own is not None and own.is_scalar and not _NAME.fullmatch(own.text()):
        fix = "Use small letters, digits and - only, with a letter or a digit at both ends."
        mistakes.add("kubernetes/wrong-form", own.place, "a name that the API refuses", fix, name)
    if schedule is not None and schedule.is_scalar:
        fields = schedule.text().split()
        if not schedule.text().startswith("@") and len(fields) != _CRON_FIELDS:
            said = f"a schedule of {len(fields)} fields, and the API takes {_CRON_FIELDS}"
            mistakes.add(
                "kubernetes/wrong-form", schedule.place, said, "Write it as minute hour day month weekday.", name
            )
    for container in (*spec.all_of("containers"), *spec.all_of("initContainers")):
        for port in container.all_of("ports"):
            _judge_port(name, port, mistakes, host_network=spec.is_true("hostNetwork"))
        for kind in ("requests", "limits"):
            memory = container.at("resources", kind, "memory")
            if memory is not None and memory.is_scalar and re.fullmatch(r"[0-9.]+m", memory.text()):
                said = f"{memory.text()} is a number of thousandths of a byte"
                mistakes.add("kubernetes/milli-bytes", memory.place, said, "Write Mi for mebibytes.", name)


def _judge_port(name: str, port: Node, mistakes: Mistakes, *, host_network: bool) -> None:
    own, of_host = port.get("containerPort"), port.get("hostPort")
    number = own.value if own is not None else None
    if own is None or not isinstance(number, int):
        return
    if not 0 < number <= _LAST_PORT:
        said = f"containerPort {number}: the API takes 1 to {_LAST_PORT}"
        mistakes.add("kubernetes/wrong-form", own.place, said, "Choose one of the range.", name)
    elif host_network and of_host is not None and of_host.value not in {0, number}:
        said = f"hostPort {of_host.text()} beside containerPort {number}: with hostNetwork the API takes only the same"
        mistakes.add("kubernetes/wrong-form", of_host.place, said, "Leave hostPort out.", name)
