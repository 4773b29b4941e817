"""Find values of a Nomad job by their names in HCL and in JSON."""

from collections.abc import Sequence

from hostcheck.workloadfiles.hcl import LABEL
from hostcheck.workloadfiles.node import Node


def name_of(node: Node) -> str:
    """Return the name of a job, a group, a port…; "?" if it has none."""
    found = node.get(LABEL) or node.get("Name") or node.get("ID")
    return found.text() if found else "?"


def pick(node: Node | None, of_hcl: str, of_json: str) -> Node | None:
    """Return the value of a key that has one name in HCL and another in JSON; None if it is absent."""
    return None if node is None else node.get(of_hcl) or node.get(of_json)


def all_of(node: Node, of_hcl: str, of_json: str) -> Sequence[Node]:
    """Return the blocks of a name. If there can be only one, JSON has an object instead of a list."""
    found = pick(node, of_hcl, of_json)
    if found is None:
        return ()
    return found.elements() if found.is_list else (found,)
