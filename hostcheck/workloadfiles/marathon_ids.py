"""Check the ids of Marathon's apps, pods and groups.

Source: Marathon's state/PathId.scala (validPathWithChars) and core/group (childOf), of July 2021.
"""

import re

from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.rules import Mistakes

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def absolute(name: str, group: str) -> str:
    """Return an id as an absolute path. A relative id is below its group."""
    return name if name.startswith("/") or not group else f"{group.rstrip('/')}/{name}"


def judge_id(node: Node, group: str, mistakes: Mistakes) -> None:
    """Add a mistake for an id with invalid characters, or an id that is not below the group around it."""
    written = node.text()
    name = absolute(written, group)
    if not all(map(_is_part, filter(None, written.split("/")))):
        said = f"the id {written} has other characters than Marathon takes, and Marathon refuses it"
        fix = "Use lowercase letters, digits, hyphens and dots; a name begins and ends with a letter or a digit."
        mistakes.add("marathon/id", node.place, said, fix, name)
    elif group and not name.startswith(f"{group.rstrip('/')}/"):
        said = f"{written} is not below {group}, the group in which it stands, and Marathon refuses it"
        mistakes.add("marathon/id", node.place, said, f"Write it below {group}, or relative: without / in front.", name)


def _is_part(part: str) -> bool:
    return part in {".", ".."} or all(_LABEL.fullmatch(label) for label in part.split("."))
