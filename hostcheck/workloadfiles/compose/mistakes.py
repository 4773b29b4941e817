"""Mistakes in a Compose file itself: what Compose or the engine refuses, and settings without their apparent effect."""

from collections.abc import Iterator, Mapping

from hostcheck.workloadfiles.compose.nodes import is_required, text_of
from hostcheck.workloadfiles.compose.values import judge_values
from hostcheck.workloadfiles.compose.variables import HAS_TO_BE_SET
from hostcheck.workloadfiles.needs import Unclear
from hostcheck.workloadfiles.node import UNCLEAR, Node
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.sizes import LEAST_MEMORY, docker_bytes


class Judging:
    """The judgement of one service.

    Attributes:
        name: the name of the service.
        node: the service.
        services: all services of the project, by name.
        left_out: the names of the services whose profiles are not active.
        mistakes: the list to which mistakes are added.
    """

    def __init__(
        self, name: str, node: Node, services: Mapping[str, Node], left_out: frozenset[str], mistakes: Mistakes
    ) -> None:
        self.name, self.node, self.services, self.left_out, self.mistakes = name, node, services, left_out, mistakes

    def judge(self, count: int | None) -> None:
        """Add the mistakes of the service.

        Args:
            count: the number of instances; None if unknown.

        Raises:
            UsageError: if Compose refuses to read the file.
        """
        node = self.node
        name = node.get("container_name")
        if name is not None and count is not None and count > 1:
            self.mistakes.add(
                "compose/name-with-replicas",
                name.place,
                f"container_name with {count} instances: the second one cannot have the same name",
                "Leave container_name out, or have one instance.",
                self.name,
            )
        mode = node.get("network_mode")
        if mode is not None and text_of(mode) == "host" and (ports := node.get("ports")):
            self.mistakes.add(
                "compose/ports-with-host-network",
                ports.place,
                "ports with network_mode: host are discarded by Docker with a warning, and refused by docker-compose "
                "1: what the program listens on is open on the host",
                "Leave ports out, or network_mode.",
                self.name,
            )
        if mode is not None and text_of(mode).startswith(("service:", "container:")) and (ports := node.get("ports")):
            self.mistakes.add(
                "compose/ports-of-another",
                ports.place,
                f"ports beside network_mode: {text_of(mode)} are refused by Docker: that container has the network",
                "Publish them there, and leave ports out here.",
                self.name,
            )
        if mode is not None and node.get("networks"):
            raise mode.refusal("network_mode and networks contradict each other", "leave one of them out")
        image = node.get("image")
        if (image is None or image.value == "") and node.get("build") is None and node.get("provider") is None:
            raise node.refusal("it has neither an image nor a build context", "give it an image")
        for one, other in _SAME:
            first, second = node.get(one), node.at(*other)
            if first is None or second is None or UNCLEAR in {first.tag, second.tag}:
                continue
            read = docker_bytes if one.startswith("mem") else float
            if read(first.text()) != read(second.text()):
                raise second.refusal(f"{one} has another value", "leave one of them out")
        judge_values(self.name, node, self.mistakes)
        self._judge_memory()
        self._judge_dependencies()

    def _judge_memory(self) -> None:
        """Add mistakes for memory limits that the engine refuses (moby's daemon, daemon_unix.go)."""
        memory = self.node.get("mem_limit") or self.node.at("deploy", "resources", "limits", "memory")
        most = docker_bytes(text_of(memory)) if memory is not None else None
        if memory is None or not most:
            return
        swap = self.node.get("memswap_limit")
        kept = self.node.get("mem_reservation") or self.node.at("deploy", "resources", "reservations", "memory")
        fix = "Raise the limit, or leave it out."
        if most < LEAST_MEMORY:
            self.mistakes.add("compose/refused", memory.place, "Docker takes no limit below 6 MiB", fix, self.name)
        if swap is not None and 0 < (docker_bytes(text_of(swap)) or 0) < most:
            said = "memswap_limit is memory and swap together, and Docker refuses one below mem_limit"
            self.mistakes.add("compose/refused", swap.place, said, fix, self.name)
        if kept is not None and (docker_bytes(text_of(kept)) or 0) > most:
            said = "Docker refuses a reservation of memory above its limit"
            self.mistakes.add("compose/refused", kept.place, said, "Lower it.", self.name)

    def _judge_dependencies(self) -> None:
        if self.name in _all_dependencies(self.name, self.services):
            self.mistakes.add(
                "compose/dependency-cycle",
                _dependencies(self.node)[0][1].place,
                "what it depends on depends on it, and Compose starts none of them",
                "Leave out one of the dependencies.",
                self.name,
            )
        for name, each, required in _dependencies(self.node):
            if name not in self.services and required:
                self.mistakes.add(
                    "compose/unknown-dependency",
                    each.place,
                    f"it depends on {name}, and there is no such service",
                    "Name a service of the file, or add it.",
                    self.name,
                )
            elif name in self.left_out and required:
                self.mistakes.add(
                    "compose/unknown-dependency",
                    each.place,
                    f"it depends on {name}, whose profile is not asked for, and Compose refuses the project",
                    f"Ask for the profile of {name}, or write required: false.",
                    self.name,
                )


_SAME = (
    ("cpus", ("deploy", "resources", "limits", "cpus")),
    ("mem_limit", ("deploy", "resources", "limits", "memory")),
    ("mem_reservation", ("deploy", "resources", "reservations", "memory")),
    ("scale", ("deploy", "replicas")),
)
"""Pairs of keys with one meaning. Compose refuses different values (compose-go, loader/validate.go)."""


def _dependencies(node: Node) -> list[tuple[str, Node, bool]]:
    """Return the dependencies of a service: for each the name, its place in the file, and whether it is required.

    A service also depends on those with which it shares something (compose-go, types.ServiceConfig.GetDependencies).
    """
    found = node.get("depends_on")
    named: list[tuple[str, Node, bool]] = []
    if found is not None and found.is_list:
        named += [(each.text(), each, True) for each in found.elements()]
    elif found is not None:
        named += [(name, each, is_required(each)) for name, each in found.mapping().items()]
    for key in ("network_mode", "pid", "ipc"):
        shared = node.get(key)
        if shared is not None and text_of(shared).startswith("service:"):
            named.append((text_of(shared).removeprefix("service:"), shared, True))
    for key in ("links", "volumes_from"):
        for each in node.all_of(key):
            name = text_of(each).partition(":")[0]
            if name and name != "container":
                named.append((name, each, True))
    return named


def of_others(node: Node) -> Iterator[Unclear]:
    """Yield unclear needs for resources that a service shares with containers outside of its project."""
    shared = [(node.get(key), "container:") for key in ("network_mode", "pid", "ipc")]
    shared += [(each, "container:") for each in node.all_of("volumes_from")]
    shared += [(each, "") for each in node.all_of("external_links")]
    for each, start in shared:
        if each is not None and (said := text_of(each)) and said.startswith(start):
            yield Unclear(each.place, said, "another container", "whether it is there is known to the engine alone")


def _all_dependencies(name: str, services: Mapping[str, Node]) -> set[str]:
    """Return the dependencies of a service, including indirect ones."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        node = services.get(waiting.pop())
        new = {other for other, _, _ in _dependencies(node)} - found if node is not None and node.is_mapping else set()
        found |= new
        waiting += new
    return found


def unset_variables(node: Node, known: set[Place]) -> Iterator[Unclear]:
    """Yield an unclear need for each unset variable without which Compose does not start.

    The need has the place of the variable, not its value, which may be secret. An alias is one node in several places,
    and is visited once.

    Args:
        node: the part of the file to search.
        known: places that are reported already.
    """
    waiting, seen = [node], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if not node.is_scalar:
            waiting += node.mapping().values() if node.is_mapping else node.elements()
        elif node.tag == UNCLEAR and HAS_TO_BE_SET in str(node.value) and node.place not in known:
            yield Unclear(node.place, node.path, "a variable", str(node.value))
