"""Replace the variables in a Compose file: ``$NAME``, ``${NAME}``, ``${NAME:-default}`` and similar forms.

The similar forms are ``${NAME:?error}`` and ``${NAME:+other}``; each form is also valid without the colon
(https://docs.docker.com/reference/compose-file/interpolation/). For an unset variable, Compose inserts an empty text
and warns. Here the value is unknown instead.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from hostcheck.workloadfiles.node import UNCLEAR, Node

_START = re.compile(r"\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(:?[-?+])?)")
_DEEPEST = 10
_MOST_CHARACTERS = 16 << 20

HAS_TO_BE_SET = "has to be set"
"""Words in the reason for an unset variable without which Compose does not start."""


class UnsetError(Exception):
    """A variable is not set, or its value cannot be used. The text of the error has the reason."""


class BoundedVariables(Mapping[str, str]):
    """Variables whose values are returned only up to a total number of characters.

    The value of a variable can be twice that of the previous one, so sixty lines could fill any memory.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        """Use these variables, by name."""
        self._values = values
        self._left = _MOST_CHARACTERS

    def __getitem__(self, name: str) -> str:
        """Return the value of a variable.

        Raises:
            KeyError: if there is no such variable.
            UnsetError: if the limit of characters is exceeded.
        """
        value = self._values[name]
        self._left -= len(value)
        if self._left < 0:
            raise UnsetError(f"its variables give more than {_MOST_CHARACTERS >> 20} MiB of text")
        return value

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def interpolated(node: Node, values: Mapping[str, str], made: dict[int, Node] | None = None) -> Node:
    """Return a node with the variables of its scalars replaced. A scalar with an unset variable becomes ``UNCLEAR``.

    Args:
        node: the node.
        values: the values of the variables.
        made: the results so far, by the id of the node: an alias is one node in several places.
    """
    made = {} if made is None else made
    known = made.get(id(node))
    if known is not None:
        return known
    if node.is_mapping:
        changed = replace(node, value={key: interpolated(each, values, made) for key, each in node.mapping().items()})
    elif node.is_list:
        changed = replace(node, value=[interpolated(each, values, made) for each in node.elements()])
    elif isinstance(node.value, str) and "$" in node.value:
        try:
            changed = replace(node, value=replaced(node.value, values))
        except UnsetError as unset:
            changed = replace(node, tag=UNCLEAR, value=str(unset))
    else:
        changed = node
    made[id(node)] = changed
    return changed


def replaced(text: str, values: Mapping[str, str], depth: int = 0) -> str:
    """Return a text with its variables replaced.

    Args:
        text: the text.
        values: the values of the variables.
        depth: the number of defaults in which this text is nested.

    Raises:
        UnsetError: if a variable is not set, or the text is not valid.
    """
    if depth > _DEEPEST:
        raise UnsetError("its variables are nested too deeply")
    parts: list[str] = []
    at = 0
    while (found := _START.search(text, at)) is not None:
        parts.append(text[at : found.start()])
        at = found.end()
        if found[1]:
            parts.append("$")
        elif found[2]:
            parts.append(_value(found[2], values))
        else:
            rest, at = _to_brace(text, at)
            parts.append(_expanded(found[3], found[4] or "", rest, values, depth))
    return "".join((*parts, text[at:]))


def _to_brace(text: str, start: int) -> tuple[str, int]:
    """Return the text up to the closing brace, and the index after the brace.

    Raises:
        UnsetError: if there is no closing brace.
    """
    open_braces = 1
    for at in range(start, len(text)):
        if text.startswith("${", at):
            open_braces += 1
        elif text[at] == "}":
            open_braces -= 1
            if not open_braces:
                return text[start:at], at + 1
    raise UnsetError("a ${ without its }")


def _expanded(name: str, operator: str, rest: str, values: Mapping[str, str], depth: int) -> str:
    value = values.get(name)
    is_set = value is not None and (value != "" or not operator.startswith(":"))
    kind = operator[-1:]
    if kind == "-":
        return str(value) if is_set else replaced(rest, values, depth + 1)
    if kind == "+":
        return replaced(rest, values, depth + 1) if is_set else ""
    if kind == "?" and not is_set:
        raise UnsetError(f"the variable {name} {HAS_TO_BE_SET}" + (f": {rest}" if rest else ""))
    return _value(name, values)


def _value(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise UnsetError(f"the variable {name} is not set")
    return values[name]
