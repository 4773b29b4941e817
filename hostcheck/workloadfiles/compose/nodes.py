"""What readers of a Compose file ask of its values."""

from pathlib import Path

from hostcheck.workloadfiles.forms import TRUTH
from hostcheck.workloadfiles.node import UNCLEAR, Node


def truth_of(node: Node) -> bool:
    """Return a truth value, which may stand there as text.

    Raises:
        UsageError: when it is none.
    """
    found = TRUTH.get(node.value.lower()) if isinstance(node.value, str) else None
    return node.truth() if found is None else found


def text_of(node: Node | None) -> str:
    """Return a scalar as text; "" where there is none, or its value is not known."""
    return node.text() if node is not None and node.tag != UNCLEAR else ""


def is_beside(node: Node) -> bool:
    """Whether a relative path is there, from the folder of the file that names it."""
    return (Path(node.place.file).parent / node.text()).exists()


def is_required(node: Node) -> bool:
    """Whether what an element names has to be there: it does not say ``required: false``."""
    found = node.get("required") if node.is_mapping else None
    return found is None or truth_of(found)
