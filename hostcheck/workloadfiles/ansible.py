"""Ansible playbooks: the containers that tasks of community.docker and containers.podman start.

Sources: the modules' documentation, community.docker.docker_container and containers.podman.podman_container. A
playbook is not run: a task that a loop or a condition decides counts once, and what a template gives is not known.
"""

from collections.abc import Iterator, Sequence

from hostcheck.workloadfiles.command_line import container_run, needs_of_option, split
from hostcheck.workloadfiles.model import Content, HostPort, Need, Place, Unclear, Workload
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.units import judge_run

_DOCKER = frozenset({"community.docker.docker_container", "docker_container"})
_PODMAN = frozenset({"containers.podman.podman_container", "podman_container"})
_COMMANDS = frozenset(
    f"{prefix}{name}" for prefix in ("", "ansible.builtin.", "ansible.legacy.") for name in ("command", "shell")
)
_TASKS = ("pre_tasks", "tasks", "post_tasks", "handlers", "block", "rescue", "always")
_OPTIONS = {
    "published_ports": "publish",
    "ports": "publish",
    "publish": "publish",
    "volumes": "volume",
    "volume": "volume",
    "devices": "device",
    "device": "device",
    "capabilities": "cap-add",
    "cap_add": "cap-add",
    "memory": "memory",
    "cpus": "cpus",
    "platform": "platform",
}
_GONE = frozenset({"absent", "stopped", "present"})


def is_playbook(root: Node) -> bool:
    """Whether a document is a list of plays, or of tasks."""
    if not root.is_list or not root.elements():
        return False
    return all(
        each.is_mapping
        and bool({"hosts", "import_playbook", *_TASKS, *_DOCKER, *_PODMAN, *_COMMANDS} & each.mapping().keys())
        for each in root.elements()
    )


def read(file: str, root: Node) -> Content:
    """Return what the containers of a playbook ask for.

    Raises:
        UsageError: for a task that is none, with its line.
    """
    mistakes = Mistakes()
    workloads: list[Workload] = []
    programs: list[str] = []
    for task in _tasks(root.elements()):
        for key, node in task.items():
            program = "docker" if key in _DOCKER else "podman" if key in _PODMAN else ""
            if program and node.is_mapping and not _is_gone(node):
                programs.append(program)
                workloads.append(_container(node, program, mistakes))
            elif key in _COMMANDS:
                found = _command(node, mistakes)
                if found is not None:
                    programs.append(found[0])
                    workloads.append(found[1])
    note = () if workloads else ("no task of it starts a container",)
    return Content(file, "ansible", (programs or ["docker"])[0], tuple(workloads), tuple(mistakes), note)


def _tasks(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        if not node.is_mapping:
            raise node.refusal(f"expected a play or a task, found {node.kind}")
        yield node
        for key in _TASKS:
            yield from _tasks(node.all_of(key))


def _is_gone(node: Node) -> bool:
    state = node.get("state")
    return state is not None and state.is_scalar and state.text() in _GONE


def _container(node: Node, program: str, mistakes: Mistakes) -> Workload:
    found = node.get("name")
    name = found.text() if found is not None else "?"
    needs: list[Need] = []

    def add(option: str, said: str, where: Node, value: str) -> None:
        if "{{" in value or "{%" in value:
            needs.append(Unclear(where.place, said, option.replace("-", " "), "a template gives its value"))
            return
        try:
            needs.extend(needs_of_option(option, value, where.place, said, program))
        except ValueError as error:
            mistakes.add("run/refused", where.place, f"{program} refuses {said}: {error}", "See docker-run(1).", name)

    for key, each in node.items():
        option = _OPTIONS.get(key)
        if option is not None and not each.is_mapping:
            for one in each.elements() if each.is_list else (each,):
                if (option, one.text()) != ("publish", "all"):
                    add(option, f"{key}: {one.text()}", one, one.text())
    sysctls = node.get("sysctls") or node.get("sysctl")
    for parameter, each in sysctls.items() if sysctls is not None and sysctls.is_mapping else ():
        add("sysctl", f"{parameter}: {each.text()}", each, f"{parameter}={each.text()}")
    privileged = node.get("privileged")
    if privileged is not None and privileged.value is True:
        add("privileged", "privileged: true", privileged, "true")
    network = node.get("network_mode")
    if network is not None and network.is_scalar and network.text() == "host":
        if any(isinstance(need, HostPort) for need in needs):
            said = f"ports are published beside the host's network: {program} discards them"
            mistakes.add("run/ports-with-host-network", network.place, said, "Leave one of them out.", name)
        needs = [need for need in needs if not isinstance(need, HostPort)]
    alone = "" if "{{" in name else f"the container is called {name} in both"
    return Workload(name, node.place, 1, needs=tuple(needs), alone=alone)


def _command(node: Node, mistakes: Mistakes) -> tuple[str, Workload] | None:
    """Return the program and the workload of a task that runs ``docker run``; None where it runs something else."""
    place: Place = node.place
    if node.is_mapping:
        argv, inner = node.get("argv"), node.get("cmd") or node.get("_raw_params")
        words = [each.text() for each in argv.elements()] if argv else split(inner.text()) if inner else []
    else:
        words = split(node.text()) if node.is_scalar and not node.is_null else []
    run = container_run(words, place)
    if run is None:
        return None
    name = run.name or run.image
    judge_run(run, name, place, mistakes)
    alone = f"the container is called {run.name} in both" if run.name and "{{" not in run.name else ""
    return run.program, Workload(name, place, 1, needs=run.needs, alone=alone)
