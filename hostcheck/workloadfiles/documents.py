"""Read YAML 1.2 and JSON with the line of every value.

YAML is read by ruamel.yaml as version 1.2: ``22:22`` and ``yes`` are text there, not a number of seconds and a truth
value (https://yaml.org/spec/1.2.2/#103-core-schema). A node is built once, however often an alias names it, so a
document of aliases takes no more than its text.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from hostcheck.errors import UsageError
from hostcheck.plaintext import plain
from hostcheck.workloadfiles.model import Place
from hostcheck.workloadfiles.node import Node

_DEEPEST = 100
"""Levels of lists and mappings: the formats that are read here have fewer than 30."""
_STANDARD = "tag:yaml.org,2002:"
_MERGE = "tag:yaml.org,2002:merge"


def read_yaml(text: str, file: str) -> list[Node]:
    """Return the documents of a YAML file; one that is empty is left out.

    Raises:
        UsageError: when the text is no YAML, a key stands twice in one mapping, or ruamel.yaml is not installed.
    """
    return [node for root in _composed(text, file) if not (node := _Builder(file).build(root, "", 0)).is_null]


def read_json(text: str, file: str) -> Node:
    """Return the value of a JSON file.

    JSON without its tabs is YAML, as tabs stand only between its tokens; so lines come from the reader of YAML, and
    what is JSON from Python's.

    Raises:
        UsageError: when the text is no JSON, or a key stands twice in one object.
    """
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"{plain(file)}:{error.lineno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise UsageError(f"{plain(file)}: not JSON: it is nested too deeply") from error
    (root,) = _composed(text.replace("\t", " "), file)
    return _Builder(file).build(root, "", 0)


def _composed(text: str, file: str) -> Iterator[Any]:
    try:
        from ruamel.yaml import YAML  # noqa: PLC0415  an extra
        from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415  the same
    except ImportError as error:
        from hostcheck.installed import command_for  # noqa: PLC0415  only where it is missing

        raise UsageError("reading workload files needs the extra workloads", remedy=command_for("workloads")) from error
    reader = YAML(typ="rt", pure=True)
    reader.version = (1, 2)
    try:
        yield from reader.compose_all(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        problem = str(error.problem or error.context or "it cannot be read").splitlines()[0]
        raise UsageError(f"{plain(file)}:{line}: not YAML: {plain(problem)}") from error
    except RecursionError as error:
        raise UsageError(f"{plain(file)}: not YAML: it is nested too deeply") from error
    except YAMLError as error:
        problem = str(error).splitlines()[0]
        raise UsageError(f"{plain(file)}: not YAML: {plain(problem)}") from error


class _Builder:
    """Nodes of a document, each made once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.made: dict[int, Node] = {}
        self.under_way: set[int] = set()

    def build(self, node: Any, path: str, depth: int) -> Node:
        place = Place(self.file, node.start_mark.line + 1)
        known = self.made.get(id(node))
        if known is not None:
            return known
        if depth > _DEEPEST or id(node) in self.under_way:
            why = "an alias stands in what it names" if depth <= _DEEPEST else "it is nested too deeply"
            raise UsageError(f"{plain(str(place))}: not read: {why}")
        self.under_way.add(id(node))
        built = self._built(node, place, path, depth)
        self.under_way.discard(id(node))
        self.made[id(node)] = built
        return built

    def _built(self, node: Any, place: Place, path: str, depth: int) -> Node:
        tag = str(node.tag or "")
        own = "" if tag.startswith(_STANDARD) else tag
        if node.id == "mapping":
            return Node(self._mapping(node, path, depth), place, path, own)
        if node.id == "sequence":
            elements = [self.build(each, f"{path}[{number}]", depth + 1) for number, each in enumerate(node.value)]
            return Node(elements, place, path, own)
        value = node.value if own else _scalar(tag, node.value)
        return Node(value, place, path, own, node.value, quoted=bool(node.style))

    def _mapping(self, node: Any, path: str, depth: int) -> Mapping[str, Node]:
        found: dict[str, Node] = {}
        merged: list[Node] = []
        for key, value in node.value:
            if str(key.tag) == _MERGE or (key.value == "<<" and key.style is None):
                below = self.build(value, path, depth + 1)
                merged += below.elements() if below.is_list else [below]
                continue
            if key.id != "scalar":
                raise UsageError(f"{plain(self.file)}:{key.start_mark.line + 1}: a key that is no text")
            if key.value in found:
                line = key.start_mark.line + 1
                raise UsageError(f"{plain(self.file)}:{line}: the key {plain(key.value)} stands there twice")
            found[key.value] = self.build(value, f"{path}.{key.value}" if path else key.value, depth + 1)
        for each in merged:
            for name, value in each.mapping().items():
                found.setdefault(name, value)
        return found


def _scalar(tag: str, text: str) -> str | int | float | bool | None:
    kind = tag.removeprefix(_STANDARD)
    try:
        if kind == "int":
            return int(text.replace("_", ""), 0) if not text.lstrip("+-").startswith("0") else _octal(text)
        if kind == "float":
            return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan").replace(".NaN", "nan"))
    except ValueError:
        return text
    if kind == "bool":
        return text.lower() == "true"
    return None if kind == "null" else text


def _octal(text: str) -> int:
    """Return a number that begins with 0: 0o17 and 0x1f as they say, others in tens (YAML 1.2.2, 10.3.2)."""
    bare = text.lstrip("+-").lower()
    number = int(bare, 0) if bare.startswith(("0o", "0x")) else int(bare)
    return -number if text.startswith("-") else number


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text file with their numbers; a line that ends with a backslash goes on in the next.

    As systemd reads a unit (systemd.syntax(7)): comment lines within a continued line are passed over.
    """
    number, held = 0, ""
    for at, line in enumerate(text.splitlines(), 1):
        if held and line.lstrip().startswith(("#", ";")):
            continue
        number = number or at
        if line.endswith("\\"):
            held += f"{line[:-1]} "
            continue
        yield number, held + line
        number, held = 0, ""
    if held:
        yield number, held
