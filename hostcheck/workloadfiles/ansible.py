"""Ansible playbooks: the containers that tasks of community.docker and containers.podman start.

Sources: the documentation of the modules community.docker.docker_container and containers.podman.podman_container. A
playbook is not run: ``ansible_tasks`` evaluates its loops, conditions and variables as far as possible.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from hostcheck.workloadfiles.addresses import merged
from hostcheck.workloadfiles.ansible_containers import Containers
from hostcheck.workloadfiles.ansible_tasks import BLOCKS, tasks_of
from hostcheck.workloadfiles.command_line import container_run, discards_ports, made_by, split, starts_others
from hostcheck.workloadfiles.model import Content, Workload
from hostcheck.workloadfiles.mounts import again, target_of_volume
from hostcheck.workloadfiles.needs import HostPort, Need, Unclear
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.ports_twice import judge_ports
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.run_options import is_known, named_by, needs_of_option
from hostcheck.workloadfiles.shell import commands
from hostcheck.workloadfiles.units import judge_run
from hostcheck.workloadfiles.words import Word, moved

_DOCKER = frozenset({"community.docker.docker_container", "docker_container"})
_PODMAN = frozenset(
    f"{prefix}{name}" for prefix in ("containers.podman.", "") for name in ("podman_container", "podman_pod")
)
_NETWORKS = frozenset(
    {"community.docker.docker_network", "docker_network", "containers.podman.podman_network", "podman_network"}
)
_COMMANDS = frozenset(
    f"{prefix}{name}" for prefix in ("", "ansible.builtin.", "ansible.legacy.") for name in ("command", "shell")
)
_UNREAD = frozenset(
    f"{prefix}{name}"
    for prefix, names in {
        "": (
            "docker_compose",
            "docker_compose_v2",
            "docker_service",
            "docker_stack",
            "docker_swarm_service",
            "helm",
            "k8s",
            "podman_play",
        ),
        "community.docker.": ("docker_compose", "docker_compose_v2", "docker_stack", "docker_swarm_service"),
        "containers.podman.": ("podman_play",),
        "kubernetes.core.": ("k8s", "helm"),
    }.items()
    for name in names
)
"""Modules that start containers which other files describe, or keys that are not read."""
_ELSEWHERE = frozenset(
    f"{prefix}{name}"
    for prefix in ("", "ansible.builtin.", "ansible.legacy.")
    for name in ("import_playbook", "import_role", "import_tasks", "include_role", "include_tasks", "include")
)
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
    "env_file": "env-file",
    "env_files": "env-file",
    "runtime": "runtime",
    "security_opts": "security-opt",
    "security_opt": "security-opt",
    "storage_opts": "storage-opt",
    "privileged": "privileged",
}
_YES = frozenset({"yes", "on", "true", "1", "y", "t"})
"""Words that mean true in a playbook (Ansible's module_utils/parsing/convert_bool.py)."""
_GONE = frozenset({"absent", "stopped", "present"})


def is_playbook(root: Node) -> bool:
    """Return whether a document is a list of plays or of tasks."""
    if not root.is_list or not root.elements():
        return False
    elements = root.elements()
    if not all(each.is_mapping for each in elements):
        return False
    sure = {"hosts", "import_playbook", *_DOCKER, *_PODMAN, *_UNREAD, *_ELSEWHERE}
    return any(sure & each.mapping().keys() for each in elements) or all(
        {*BLOCKS, *_COMMANDS} & each.mapping().keys() for each in elements
    )


def read(file: str, root: Node) -> Content:
    """Return the needs of a playbook's containers.

    Raises:
        UsageError: if a play or a task is not valid. The message has the line.
    """
    mistakes = Mistakes()
    containers = Containers()
    programs: list[str] = []
    tasks = list(tasks_of(root.elements()))
    made = frozenset(name for task in tasks for name in _made_by(task.node))
    for task in tasks:
        containers.remove(_gone_by(task.node), task.node.place.line)
        for program, workload in _started(task.node, mistakes, made):
            programs += [program] if program else []
            count = None if task.count is None else workload.instances
            # A container on another host needs nothing of this one.
            needs = () if task.elsewhere else workload.needs
            perhaps = task.perhaps
            if task.hosts not in {"", *_EVERY}:
                perhaps = perhaps or f"which of the hosts are in {task.hosts} is not known"
            of_play = task.hosts != ""
            found = replace(
                workload, instances=count, each_host=of_play, needs=(*needs, *task.unclear), perhaps=perhaps
            )
            module, has_image = _module(task.node)
            containers.add(found, module, f"{task.hosts} {task.elsewhere}", has_image=has_image)
    return Content(file, "ansible", (programs or ["docker"])[0], tuple(containers.found), tuple(mistakes))


_EVERY = frozenset({"all", "*"})
"""Patterns of a play that mean all hosts."""


def _gone_by(task: Node) -> str:
    """Return the name of the container that a task removes or stops; "" for any other task."""
    for key, node in task.items():
        options = _options(node) if key in _DOCKER | _PODMAN else None
        state = None if options is None else options.get("state")
        name = None if options is None else options.get("name")
        if state is not None and name is not None and state.is_scalar and state.text() in {"absent", "stopped"}:
            return name.text()
    return ""


def _made_by(task: Node) -> Iterator[str]:
    """Yield the names of the containers, pods and networks that a task makes."""
    for key, node in task.items():
        options = _options(node) if key in _DOCKER | _PODMAN | _NETWORKS else None
        name = None if options is None else options.get("name") or options.get("network_name")
        if name is not None and name.is_scalar:
            yield name.text()
        for words in _lines(node) if key in _COMMANDS else ():
            yield from made_by(words, container_run(words, node.place))


def _module(task: Node) -> tuple[str, bool]:
    """Return the module by which a task starts a container, and whether it names an image; "" for another task."""
    for key, node in task.items():
        options = _options(node) if key in _DOCKER | _PODMAN else None
        if options is not None:
            name = key.rpartition(".")[2]
            return name, name == "podman_pod" or options.get("image") is not None
    return "", False


def _started(task: Node, mistakes: Mistakes, made: Collection[str]) -> Iterator[tuple[str, Workload]]:
    """Yield each workload that a task starts, with its program; the program is "" if unknown.

    Args:
        task: the task.
        mistakes: the list to which mistakes are added.
        made: the names of the containers, pods and networks that the playbook makes.
    """
    for key, node in task.items():
        program = "docker" if key in _DOCKER else "podman" if key in _PODMAN else ""
        options = _options(node) if program else None
        if options is not None:
            if not _is_gone(options):
                yield program, _container(options, program, mistakes, made)
        elif key in _COMMANDS:
            yield from _commands(node, mistakes, made)
        elif (program or key in _UNREAD or key in _ELSEWHERE) and not _is_gone(node):
            yield "", _unread(key, node)
        elif key == "roles":
            yield from (("", _unread("role", each)) for each in node.elements())


def _options(node: Node) -> Node | None:
    """Return the options of a module; None if they cannot be read.

    They may be one text: "name=web image=nginx".
    """
    if node.is_mapping:
        return node
    words = split(node.text()) if node.is_scalar and not node.is_null else []
    if not words or not all(re.match(r"\w+=", word) for word in words):
        return None
    pairs = (word.partition("=")[::2] for word in words)
    return replace(node, value={key: replace(node, value=text, written=text) for key, text in pairs}, written="")


def _unread(what: str, node: Node) -> Workload:
    """Return a workload with an unclear need, for containers that this file does not describe in a readable form."""
    found = next((each for key in ("role", "name", "file", "project_src") if (each := _below(node, key))), node)
    # Arguments in one text may have a secret: a word of the text is shown only if it is a name.
    first = found.text().partition(" ")[0] if found.is_scalar and not found.is_null else ""
    name = f"{what} {first}" if first and is_known(first) and "=" not in first else what
    why = "what it starts is defined elsewhere, or is written in a way that is not read"
    return Workload(name, node.place, None, needs=(Unclear(node.place, name, "its containers", why),))


def _below(node: Node, key: str) -> Node | None:
    return node.get(key) if node.is_mapping else None


def _is_gone(node: Node) -> bool:
    state = _below(node, "state")
    return state is not None and state.is_scalar and state.text() in _GONE


def _container(node: Node, program: str, mistakes: Mistakes, made: Collection[str]) -> Workload:
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
            for one in _listed(each):
                if (option, one.text()) != ("publish", "all"):
                    value = "true" if option == "privileged" and one.written.lower() in _YES else one.text()
                    add(option, f"{key}: {one.text()}", one, value)
    sysctls = node.get("sysctls") or node.get("sysctl")
    for parameter, each in sysctls.items() if sysctls is not None and sysctls.is_mapping else ():
        add("sysctl", f"{parameter}: {each.text()}", each, f"{parameter}={each.text()}")
    for each in node.all_of("mounts"):
        if each.is_mapping and each.at("type") is not None and each.mapping()["type"].written == "bind":
            fields = ",".join(f"{key}={value.text()}" for key, value in each.items() if value.is_scalar)
            add("mount", fields, each, fields)
    for each in node.all_of("device_requests"):
        why = "which devices the driver finds is known to the engine alone"
        needs.append(Unclear(each.place, "device_requests", "a device", why))
    volumes = node.get("volumes") or node.get("volume")
    texts = () if volumes is None or volumes.is_mapping else [each for each in _listed(volumes) if each.is_scalar]
    for place, path in again((each.place, target_of_volume(each.text())) for each in texts):
        mistakes.add("run/refused", place, f"{program} refuses a second mount at {path}", "See docker-run(1).", name)
    pod = node.get("pod")
    if pod is not None and any(isinstance(need, HostPort) for need in needs):
        said = "podman refuses ports of a container in a pod: they belong to the pod"
        mistakes.add("run/refused", pod.place, said, "Publish them by podman_pod.", name)
        needs = [need for need in needs if not isinstance(need, HostPort)]
    network = node.get("network_mode") or node.get("network")
    text = network.text() if network is not None and network.is_scalar else ""
    if network is not None and discards_ports(program, text):
        if any(isinstance(need, HostPort) for need in needs):
            said = f"ports are published with {text} as network: {program} discards them"
            mistakes.add("run/ports-discarded", network.place, said, "Leave one of them out.", name)
        needs = [need for need in needs if not isinstance(need, HostPort)]
    needs += (need for other, need in _named(node) if other not in made)
    if program == "podman":
        needs = list(merged(needs))
    judge_ports(needs, name, mistakes)
    alone = "" if not is_known(name) else f"both containers are named {name}"
    return Workload(name, node.place, 1, needs=tuple(needs), alone=alone)


_NAMING = {
    "ipc": "ipc",
    "ipc_mode": "ipc",
    "links": "link",
    "network": "network",
    "network_mode": "network",
    "networks": "network",
    "pid": "pid",
    "pid_mode": "pid",
    "pod": "pod",
    "volumes_from": "volumes-from",
}
"""Keys that name networks, pods and other containers, each with the equivalent option of docker-run(1)."""


def _named(node: Node) -> Iterator[tuple[str, Need]]:
    """Yield the networks, pods and containers that a container names, each with the need if no task makes it."""
    for key, each in node.items():
        option = _NAMING.get(key)
        for one in _listed(each) if option is not None and not each.is_mapping else ():
            named = one.get("name") if one.is_mapping else one
            if named is not None and named.is_scalar and not named.is_null:
                yield from named_by(_NAMING[key], named.text(), named.place)


def _listed(node: Node) -> Sequence[Node]:
    """Return the elements of an option. A text is split at its commas, as Ansible does."""
    if node.is_list or not isinstance(node.value, str) or "{" in node.value:
        return node.elements() if node.is_list else (node,)
    return [replace(node, value=each.strip(), written=each.strip()) for each in node.value.split(",")]


def _lines(node: Node) -> list[list[str]]:
    """Return the words of each command of a task that runs commands."""
    argv = _below(node, "argv")
    inner = _below(node, "cmd") or _below(node, "_raw_params") if node.is_mapping else node
    if argv is not None:
        return [[Word(each.text(), each.place.line) for each in argv.elements()]]
    return _with_lines(inner) if inner is not None and inner.is_scalar and not inner.is_null else []


def _commands(node: Node, mistakes: Mistakes, made: Collection[str]) -> Iterator[tuple[str, Workload]]:
    """Yield the program and the workload of each ``docker run`` in a task that runs a command."""
    place: Place = node.place
    for words in _lines(node):
        run = container_run(words, place)
        if run is None:
            if said := starts_others(words, made):
                yield "", _unread(said, node)
            continue
        name = run.name or run.image
        judge_run(run, name, mistakes)
        alone = f"both containers are named {run.name}" if run.name and is_known(run.name) else ""
        yield run.program, Workload(name, place, 1, needs=run.needs_beside(made), alone=alone)


_FOLD = re.compile(r"(?<=[^\n])\n(?=[^\n])")


def _with_lines(node: Node) -> list[list[str]]:
    """Return the words of the commands in a text, each with its line in the file.

    Lines that YAML joins are read as continued lines. If that gives other words, as within quotes, all words get the
    line at which the text begins.
    """
    words = [each.words for each in commands(node.text())]
    source = _FOLD.sub(" \\\n", node.source) if node.folded else node.source
    found = [each.words for each in commands(source)] if source else words
    first = node.place.line
    if found == words:
        return [[moved(word, first - 1) for word in line] for line in found]
    return [[Word(word, first) for word in line] for line in words]
