"""Parts of a Nomad job that exclude each other, and references to names that nothing has.

Source: nomad/structs/structs.go (Job.Validate, TaskGroup.Validate, Task.Validate, Resources.Validate) and
drivers/docker/driver.go ("image name required for docker driver").
"""

from collections.abc import Sequence

from hostcheck.workloadfiles.node import UNCLEAR, Node
from hostcheck.workloadfiles.nomad_tree import all_of, name_of, pick
from hostcheck.workloadfiles.rules import Mistakes

_RULE = "nomad/refused"


def judge_groups(name: str, job: Node, mistakes: Mistakes) -> None:
    """Add mistakes for groups with equal names.

    Args:
        name: the name of the job.
        job: the job.
        mistakes: the list to which mistakes are added.
    """
    _judge_names(name, "group", all_of(job, "group", "TaskGroups"), mistakes)


def judge_group(name: str, group: Node, kind: str, mistakes: Mistakes) -> None:
    """Add mistakes for the parts of a group.

    Args:
        name: the name of the workload.
        group: the group.
        kind: the type of the job: "service", "system"…
        mistakes: the list to which mistakes are added.
    """
    tasks = all_of(group, "task", "Tasks")
    _judge_names(name, "task", tasks, mistakes)
    policy = pick(group, "reschedule", "ReschedulePolicy")
    if kind == "system" and policy is not None:
        said = "a job of the type system has no policy of rescheduling, and Nomad refuses one"
        mistakes.add(_RULE, policy.place, said, "Leave it out.", name)
    _judge_static(name, group, mistakes)
    defined = group.get("Volumes")
    volumes = {name_of(each) for each in group.all_of("volume")} | (defined.mapping().keys() if defined else set())
    is_known = not group.all_of("dynamic")
    for task in tasks:
        for mount in all_of(task, "volume_mount", "VolumeMounts"):
            volume = pick(mount, "volume", "Volume")
            if is_known and volume is not None and volume.tag != UNCLEAR and volume.text() not in volumes:
                said = f"the group has no volume {volume.text()}, and Nomad refuses the job"
                mistakes.add(_RULE, volume.place, said, f'Add volume "{volume.text()}" to the group.', name)
        for resources in all_of(task, "resources", "Resources"):
            cores, cpu = pick(resources, "cores", "Cores"), pick(resources, "cpu", "CPU")
            if cores is not None and cpu is not None and _is_some(cores) and _is_some(cpu):
                said = "cpu and cores beside each other: Nomad takes one of them"
                mistakes.add(_RULE, cores.place, said, "Leave one of them out.", name)
        _judge_image(name, task, mistakes)


def _is_some(node: Node) -> bool:
    return isinstance(node.value, int) and node.value > 0


def _judge_names(name: str, what: str, nodes: Sequence[Node], mistakes: Mistakes) -> None:
    seen: set[str] = set()
    for node in nodes:
        own = name_of(node)
        if own in seen and own != "?":
            said = f"there is a {what} {own} already, and Nomad refuses a second one"
            mistakes.add(_RULE, node.place, said, "Give it another name.", name)
        seen.add(own)


def _judge_static(name: str, group: Node, mistakes: Mistakes) -> None:
    """Add mistakes for a static port that two labels of the group's network have ("already reserved by")."""
    seen: set[object] = set()
    for network in all_of(group, "network", "Networks"):
        for port in all_of(network, "port", "ReservedPorts"):
            static, collides = pick(port, "static", "Value"), pick(port, "ignore_collision", "IgnoreCollision")
            elsewhere = pick(port, "host_network", "HostNetwork")
            if static is None or not _is_some(static) or collides is not None or elsewhere is not None:
                continue
            if static.value in seen:
                said = f"the group has the static port {static.text()} already, and Nomad refuses a second one"
                mistakes.add(_RULE, static.place, said, "Leave one of them out.", name)
            seen.add(static.value)


def _judge_image(name: str, task: Node, mistakes: Mistakes) -> None:
    driver = pick(task, "driver", "Driver")
    if driver is None or driver.tag == UNCLEAR or driver.text() != "docker" or task.all_of("dynamic"):
        return
    configs = all_of(task, "config", "Config")
    if not any(each.get("image") is not None or each.all_of("dynamic") for each in configs):
        place = configs[0].place if configs else task.place
        said = "the task has no image, and Docker's driver does not start it"
        mistakes.add("nomad/no-image", place, said, "Give it an image.", name)
