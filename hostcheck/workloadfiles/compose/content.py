"""The needs of a Compose project: those of all services, except services whose profiles are not active."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from hostcheck.spelling import closest
from hostcheck.workloadfiles.compose.addresses import ADDRESSES, judge_addresses
from hostcheck.workloadfiles.compose.consistency import judge_consistency
from hostcheck.workloadfiles.compose.nodes import text_of
from hostcheck.workloadfiles.compose.project import Project
from hostcheck.workloadfiles.compose.service import Service
from hostcheck.workloadfiles.compose.shapes import REQUIRED, SHAPES
from hostcheck.workloadfiles.compose.swarm import is_for_swarm, published_once
from hostcheck.workloadfiles.forms import Forms, fix_of
from hostcheck.workloadfiles.model import Content, Mistake, Workload
from hostcheck.workloadfiles.needs import Unclear
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.rules import Mistakes


def read(project: Project) -> Content:
    """Return the needs of a project.

    Raises:
        UsageError: if Compose would refuse the project. The message has the line.
    """
    root = project.root
    workloads: list[Workload] = []
    mistakes: list[Mistake] = []
    found = Mistakes()
    notes: list[str] = []
    services = root.get("services")
    names = dict(services.items()) if services else {}
    for_swarm = is_for_swarm(root)
    left_out = frozenset(name for name, node in names.items() if _is_left_out(node, project.profiles))
    for name, node in names.items():
        if name in left_out:
            own = ", ".join(sorted(_profiles(node)))
            notes.append(f"{name} is in the profile {own}, which is not active: it is left out")
            continue
        service = Service(name, node, root, names, left_out, for_swarm=for_swarm)
        workload = replace(service.workload(), mark=f"{project.name}/{name}")
        if workload.instances != 1 and for_swarm:
            workload = replace(workload, needs=tuple(published_once(node, workload.needs)))
        workloads.append(workload)
        mistakes += service.mistakes
    unasked = {each for node in names.values() for each in _profiles(node)}
    notes += [
        f"no service has the profile {each}, which was requested" for each in sorted(project.profiles - unasked - {"*"})
    ]
    unclear = list(_judge_forms(root, found))
    workloads = [
        replace(each, needs=(*each.needs, *(need for of, need in unclear if of in {each.name, ""})))
        for each in workloads
    ]
    started = {name: node for name, node in names.items() if name not in left_out}
    _judge_names(started, found)
    judge_consistency(root, started, found)
    if not for_swarm:
        judge_addresses(root, started, found)
    mistakes += found
    if not names:
        raise root.refusal("no services")
    together = "" if for_swarm else "docker compose up starts all of a project on one engine"
    said = (*project.notes, *notes)
    return Content(project.file, "compose", "docker", tuple(workloads), tuple(mistakes), said, together)


def _judge_forms(root: Node, mistakes: Mistakes) -> Iterator[tuple[str, Unclear]]:
    """Add mistakes for values and keys that Compose refuses; yield unclear needs for other unknown keys.

    Only a newer Compose may know such a key. Each need comes with the name of its service; "" for all services.
    """
    for each in Forms(SHAPES, REQUIRED).misfits(root, ":project"):
        parts = each.path.split(".")
        service = parts[1].partition("[")[0] if parts[0] == "services" and len(parts) > 1 else ""
        near = closest(each.key, sorted(each.known)) if each.key else ""
        if not each.key:
            said = f"{each.path}: {each.said}, and Compose refuses the project"
            mistakes.add("compose/wrong-form", each.node.place, said, fix_of(each), service)
        elif near or len(parts) == 1:
            where = "at the top of a file" if len(parts) == 1 else "here"
            said = f"Compose has no key {each.key} {where}, and refuses the project"
            fix = f"Did you mean {near}?" if near else "Leave it out, or name it x-…"
            mistakes.add("compose/unknown-key", each.node.place, said, fix, service)
        else:
            why = "a version of Compose that does not know it refuses the project"
            yield service, Unclear(each.node.place, each.key, "a key", why)


def _judge_names(services: Mapping[str, Node], mistakes: Mistakes) -> None:
    """Add mistakes for names and addresses that two services want."""
    owners: dict[tuple[str, ...], str] = {}
    for service, node in services.items():
        name, networks = node.get("container_name"), node.get("networks")
        own = networks.items() if networks is not None and networks.is_mapping else ()
        wanted = [((network, key), each.get(key)) for network, each in own if each.is_mapping for key in ADDRESSES]
        wanted.append((("", "container_name"), name))
        for kind, each in wanted:
            if each is None or not (text := text_of(each)):
                continue
            other = owners.setdefault((*kind, text), service)
            if other != service:
                said = f"{kind[-1]} {text} is that of {other} too, and the second one does not start"
                mistakes.add("compose/twice", each.place, said, "Give each its own.", service)


def _profiles(node: Node) -> set[str]:
    return {each.text() for each in node.all_of("profiles")}


def _is_left_out(node: Node, asked: frozenset[str]) -> bool:
    """Return whether a service has profiles, and none of them is active. "*" activates all profiles."""
    own = _profiles(node)
    return bool(own) and not own & asked and "*" not in asked
