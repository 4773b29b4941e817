"""Read YAML 1.2 and JSON with the line of every value.

YAML is parsed by PyYAML. The type of an unquoted scalar is decided here by YAML 1.2: ``22:22`` and ``yes`` are text,
not a base-60 number and a boolean (https://yaml.org/spec/1.2.2/#103-core-schema).
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from hostcheck.characters import line_and_column, named, unusual_space
from hostcheck.errors import UsageError
from hostcheck.plaintext import plain
from hostcheck.workloadfiles.node import ANY, NOT_RENDERED, Node, RefusedError
from hostcheck.workloadfiles.place import Place

_DEEPEST = 100
"""Maximum depth of lists and mappings. The formats need less than 30."""
_STANDARD = "tag:yaml.org,2002:"
_TEXT = "tag:yaml.org,2002:str"
_QUOTED = frozenset({"'", '"', "|", ">"})
"""Styles in which a scalar is always text."""


def read_yaml(text: str, file: str, *, merges_once: bool = False) -> list[Node]:
    """Return the documents of a YAML file. Empty documents are left out.

    Args:
        text: the text of the file.
        file: the path of the file.
        merges_once: whether a second "<<" of a mapping is refused as any other key is. go-yaml 3 refuses it (docker/
            compose#10411); go-yaml 2, of kubectl, and PyYAML, of Ansible, merge both.

    Raises:
        UsageError: if the text is not YAML, a mapping has a key twice, or PyYAML is not installed.
    """
    return [without_refused(node) for node in _documents(text, file, merges_once=merges_once) if not node.is_null]


def read_json(text: str, file: str) -> Node:
    """Return the value in a JSON file.

    If tabs are replaced by spaces, JSON is YAML, because tabs occur only between its tokens. So PyYAML provides the
    lines, and Python's parser checks that the text is JSON.

    Raises:
        UsageError: if the text is not JSON, an object has a key twice, or PyYAML is not installed.
    """
    try:
        # Numbers are parsed below. Here, Python's int() would refuse more than 4300 digits.
        json.loads(text, parse_int=str)
    except json.JSONDecodeError as error:
        raise UsageError(f"{plain(file)}:{error.lineno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise UsageError(f"{plain(file)}: not JSON: it is nested too deeply") from error
    (root,) = _documents(text.replace("\t", " "), file)
    return without_refused(root)


_LEFT_OUT: ContextVar[frozenset[tuple[Place, str]]] = ContextVar("left out", default=frozenset())
"""The place and the path of each value that is left out while files are read now, included files too."""


@contextmanager
def leaving_out(refused: Iterable[RefusedError]) -> Iterator[None]:
    """Leave refused values out of each file that is read within this context, without raising their errors."""
    token = _LEFT_OUT.set(frozenset((each.place, each.path) for each in refused))
    try:
        yield
    finally:
        _LEFT_OUT.reset(token)


def refuse_unless_left_out(error: RefusedError) -> None:
    """Raise an error, unless what it refuses is left out now.

    Raises:
        RefusedError: the error.
    """
    if (error.place, error.path) not in _LEFT_OUT.get():
        raise error


def without_refused(root: Node) -> Node:
    """Return a value without the values that are left out now."""
    left_out = _LEFT_OUT.get()
    made: dict[int, Node] = {}

    def is_kept(node: Node) -> bool:
        return (node.place, node.path) not in left_out and not (node.is_scalar and (node.place, ANY) in left_out)

    def kept(node: Node) -> Node:
        # An alias is one node in several places.
        if id(node) not in made:
            made[id(node)] = node
            if node.is_mapping:
                below = {key: kept(each) for key, each in node.mapping().items() if is_kept(each)}
                made[id(node)] = replace(node, value=below)
            elif node.is_list:
                made[id(node)] = replace(node, value=[kept(each) for each in node.elements() if is_kept(each)])
        return made[id(node)]

    return kept(root) if left_out else root


def _documents(text: str, file: str, *, merges_once: bool = False) -> Iterator[Node]:
    """Yield the documents of a text by PyYAML's events. libyaml is used if installed: it is ten times faster."""
    try:
        import yaml  # noqa: PLC0415  an extra
    except ImportError as error:
        from hostcheck.installed import lacking  # noqa: PLC0415  only where it is missing

        raise lacking(UsageError, "reading workload files", "PyYAML", "workloads") from error
    # Events are used, because PyYAML composes nodes by unlimited recursion, which a nested file can make crash.
    events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        yield from _Builder(file, events, text, merges_once=merges_once).documents()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        problem = str(error.problem or error.context or "it cannot be read").splitlines()[0]
        raise UsageError(f"{plain(file)}:{line}: not YAML: {plain(_explained(problem, text, mark))}") from error
    except yaml.reader.ReaderError as error:
        # The position counts bytes in libyaml. The character is permitted nowhere, so its first place is the place.
        character = chr(error.character)
        line, column = line_and_column(text, text.find(character))
        what = f"column {column} is {named(character)}, which YAML does not permit"
        raise UsageError(f"{plain(file)}:{line}: not YAML: {what}", remedy="leave it out") from error
    except (yaml.YAMLError, UnicodeError) as error:
        problem = (str(error).splitlines() or ["it cannot be read"])[0]
        raise UsageError(f"{plain(file)}: not YAML: {plain(problem)}") from error


def _explained(problem: str, text: str, mark: Any) -> str:
    """Return a parser's problem; with the name of the wrong character, or of one that only looks like a space.

    Args:
        problem: the problem in the words of PyYAML.
        text: the text of the file.
        mark: the place of the problem; None if unknown.
    """
    lines = text.splitlines()
    if mark is None or mark.line >= len(lines):
        return problem
    line = lines[mark.line]
    if problem.startswith("found character") and mark.column < len(line):
        return f"column {mark.column + 1} is {named(line[mark.column])}, which cannot begin a value"
    return "; ".join(filter(None, (problem, unusual_space(line))))


class _Builder:
    """A builder of nodes from a file's events. An anchored node is built once for all its aliases."""

    def __init__(self, file: str, events: Iterator[Any], text: str, *, merges_once: bool) -> None:
        self.merges_once = merges_once
        self.file, self.events, self.text = file, events, text
        self.anchors: dict[str, Node | None] = {}

    def documents(self) -> Iterator[Node]:
        for event in self.events:
            if type(event).__name__ == "DocumentStartEvent":
                self.anchors = {}
                yield self.node(next(self.events), "", 0)

    def node(self, event: Any, path: str, depth: int) -> Node:
        place = Place(self.file, event.start_mark.line + 1)
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self.named(event.anchor, place)
        if depth > _DEEPEST:
            raise UsageError(
                f"{plain(str(place))}: not read: the value is in more than {_DEEPEST} lists and mappings",
                remedy="nest it less deeply",
            )
        if event.anchor:
            self.anchors[event.anchor] = None
        tag = event.tag if event.tag and event.tag != "!" and not event.tag.startswith(_STANDARD) else ""
        if kind == "MappingStartEvent":
            node = Node(self.mapping(path, depth), place, path, tag)
        elif kind == "SequenceStartEvent":
            node = Node(self.sequence(path, depth), place, path, tag)
        else:
            is_text = bool(tag) or event.style in _QUOTED or event.tag == _TEXT
            value = event.value if is_text else scalar_of(event.value)
            node = Node(value, place, path, tag, event.value, event.style in _QUOTED, *self.source(event))
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def source(self, event: Any) -> tuple[str, bool]:
        """Return the lines of a multi-line scalar, and whether YAML folds them; ("", False) for any other scalar."""
        start, end = event.start_mark, event.end_mark
        if start.line == end.line or event.style in {"'", '"'}:
            return "", False
        text = self.text[start.index : end.index]
        # The indicator of a block has its line to itself.
        return (f"\n{text.partition(chr(10))[2]}" if event.style else text), event.style != "|"

    def named(self, anchor: str, place: Place) -> Node:
        found = self.anchors.get(anchor)
        if found is None:
            inside = anchor in self.anchors
            why = f"is inside the value of its anchor &{anchor}" if inside else f"has no anchor &{anchor} before it"
            remedy = "write the value in place of the alias"
            raise UsageError(f"{plain(str(place))}: not read: the alias *{plain(anchor)} {plain(why)}", remedy=remedy)
        return found

    def sequence(self, path: str, depth: int) -> list[Node]:
        elements: list[Node] = []
        while type(event := next(self.events)).__name__ != "SequenceEndEvent":
            elements.append(self.node(event, f"{path}[{len(elements)}]", depth + 1))
        return elements

    def mapping(self, path: str, depth: int) -> Mapping[str, Node]:
        found: dict[str, Node] = {}
        merged: list[Node] = []
        merges = False
        while type(event := next(self.events)).__name__ != "MappingEndEvent":
            key = self.node(event, path, depth + 1)
            name = key.written
            value = self.node(next(self.events), f"{path}.{name}" if path else name, depth + 1)
            if name == "<<" and not key.quoted and not (merges and self.merges_once):
                merges = True
                merged += value.elements() if value.is_list else [value]
            elif not key.is_scalar:
                raise key.refusal("a key that is not text", NOT_RENDERED)
            elif name in found or name == "<<":
                raise UsageError(
                    f"{plain(str(key.place))}: the key {plain(name)} appears twice", remedy="write it once"
                )
            else:
                found[name] = value
        for each in merged:
            for name, value in each.mapping().items():
                found.setdefault(name, value)
        return found


def scalar_of(text: str) -> str | int | float | bool | None:
    """Return the value of an unquoted scalar, by the core schema of YAML 1.2.2 (10.3.2).

    A number with more than 40 digits remains text.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text.startswith(("0o", "0x")) else int(text)
    if _FLOAT.fullmatch(text):
        return float(text.replace(".inf", "inf").replace(".Inf", "inf").replace(".INF", "inf"))
    return math.nan if text in {".nan", ".NaN", ".NAN"} else text


_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,40}|0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]{1,40}|[0-9]{1,40}(?:\.[0-9]{0,40})?)(?:[eE][-+]?[0-9]{1,3})?|[-+]?\.(?:inf|Inf|INF)"
)


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line. A backslash at the end continues a line.

    As in systemd's units (systemd.syntax(7)), comment lines within a continued line are skipped. The text has a newline
    in place of each backslash and of each comment line, so that the lines of its parts can be counted.
    """
    number, held = 0, ""
    for at, line in enumerate(text.splitlines(), 1):
        if held and line.lstrip().startswith(("#", ";")):
            held += "\n"
            continue
        number = number or at
        if line.endswith("\\"):
            held += f"{line[:-1]}\n"
            continue
        yield number, held + line
        number, held = 0, ""
    if held:
        yield number, held
