"""What a Compose project asks for: its services, but for those of profiles that are not asked for."""

from hostcheck.workloadfiles.compose.project import Project
from hostcheck.workloadfiles.compose.service import Service
from hostcheck.workloadfiles.model import Content, Mistake, Workload
from hostcheck.workloadfiles.node import Node


def read(project: Project) -> Content:
    """Return what a project asks for.

    Raises:
        UsageError: for a file that Compose would refuse, with the line.
    """
    root = project.root
    workloads: list[Workload] = []
    mistakes: list[Mistake] = []
    notes: list[str] = []
    services = root.get("services")
    names = dict(services.items()) if services else {}
    left_out = frozenset(name for name, node in names.items() if _is_left_out(node, project.profiles))
    for name, node in names.items():
        if name in left_out:
            own = ", ".join(sorted(_profiles(node)))
            notes.append(f"{name} is of the profile {own}, which is not asked for: it is left out")
            continue
        service = Service(name, node, root, names, left_out)
        workloads.append(service.workload())
        mistakes += service.mistakes
    if not names:
        raise root.refusal("no services")
    return Content(project.file, "compose", "docker", tuple(workloads), tuple(mistakes), (*project.notes, *notes))


def _profiles(node: Node) -> set[str]:
    return {each.text() for each in node.all_of("profiles")}


def _is_left_out(node: Node, asked: frozenset[str]) -> bool:
    """Whether a service has profiles, and none of them is asked for: "*" asks for all."""
    own = _profiles(node)
    return bool(own) and not own & asked and "*" not in asked
