"""Functions to read values of a Compose file."""

from pathlib import Path

from hostcheck.userfile import is_there
from hostcheck.workloadfiles.forms import TRUTH
from hostcheck.workloadfiles.node import UNCLEAR, Node


def truth_of(node: Node) -> bool:
    """Return a truth value. It may be written as text.

    Raises:
        UsageError: if the value is not a truth value.
    """
    found = TRUTH.get(node.value.lower()) if isinstance(node.value, str) else None
    return node.truth() if found is None else found


def text_of(node: Node | None) -> str:
    """Return a scalar as text; "" if it is missing or its value is unknown."""
    return node.text() if node is not None and node.tag != UNCLEAR else ""


def is_beside(node: Node) -> bool:
    """Return whether the relative path in a node exists, from the folder of the file that contains the node."""
    return is_there(Path(node.place.file).parent / node.text())


def is_required(node: Node) -> bool:
    """Return whether something that a file refers to must exist: whether it has no ``required: false``."""
    found = node.get("required") if node.is_mapping else None
    return found is None or truth_of(found)
