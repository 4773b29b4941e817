"""Read HCL 2 with the line of every value, by python-hcl2, which parses and evaluates nothing.

Literals, lists, objects, and variables with a default (``var.NAME``, also within text) are evaluated. Any other
expression is ``UNCLEAR``: its value is unknown before the job is registered.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hostcheck.errors import UsageError
from hostcheck.plaintext import plain
from hostcheck.workloadfiles.documents import scalar_of
from hostcheck.workloadfiles.node import UNCLEAR, Node
from hostcheck.workloadfiles.place import Place

LABEL = "$label"
"""The key under which a block's first label is stored: no attribute can have this name."""
_LARGEST = 64 << 10
"""Maximum size in bytes: for some texts of twice this size, the parser takes 4 s of CPU time."""
_NAMED = frozenset({"identifier", "string", "keyword", "literal_value"})
"""Names of blocks and attributes: HCL has no reserved words, but python-hcl2's grammar has."""
_LATER = "its value is known when the job is registered"
_LETTERS = frozenset(
    {"NAME", "STRING_CHARS", "IN", "FOR", "IF", "FOR_EACH", "ELSE", "ENDIF", "ENDFOR", "TRUE", "FALSE", "NULL"}
)


def read_hcl(text: str, file: str) -> Node:
    """Return the body of a file: attributes by name, and the blocks of each name as a list.

    Raises:
        UsageError: when the text is no HCL, or python-hcl2 is not installed.
    """
    try:
        import hcl2  # noqa: PLC0415  an extra
        from lark.exceptions import UnexpectedInput  # noqa: PLC0415  the same
    except ImportError as error:
        from hostcheck.installed import command_for  # noqa: PLC0415  only where it is missing

        raise UsageError("reading HCL needs the extra workloads", remedy=command_for("workloads")) from error
    if len(text) > _LARGEST:
        raise UsageError(f"{plain(file)}: HCL of more than {_LARGEST >> 10} KiB", remedy="bring the job as JSON")
    try:
        tree = hcl2.parses_to_tree(text if text.endswith("\n") else f"{text}\n")
        body = next(_children(tree, "body"))
        return _Reader(file, _defaults(body, file)).body(body, Place(file, 1), "")
    except UnexpectedInput as error:
        raise UsageError(f"{plain(file)}:{max(error.line, 1)}: not HCL: it cannot be parsed here") from error
    except RecursionError as error:
        raise UsageError(f"{plain(file)}: not HCL: it is nested too deeply") from error


def _defaults(body: Any, file: str) -> dict[str, Node]:
    """Return the default of each variable that has one."""
    reader = _Reader(file, {})
    found: dict[str, Node] = {}
    for block in _children(body, "block"):
        name, labels = _names(block)
        if name == "variable" and labels:
            of_it = reader.body(next(_children(block, "body")), _place(block, file), "")
            if (default := of_it.get("default")) is not None:
                found[labels[0]] = default
    return found


class _Reader:
    def __init__(self, file: str, variables: Mapping[str, Node]) -> None:
        self.file, self.variables = file, variables

    def body(self, tree: Any, place: Place, path: str) -> Node:
        found: dict[str, Node] = {}
        blocks: dict[str, list[Node]] = {}
        for attribute in _children(tree, "attribute"):
            name = _text(attribute.children[0])
            found[name] = self.value(attribute.children[-1], _place(attribute, self.file), _below(path, name))
        for block in _children(tree, "block"):
            name, labels = _names(block)
            where = _below(path, ".".join((name, *labels)))
            node = self.body(next(_children(block, "body")), _place(block, self.file), where)
            own = dict(node.mapping())
            if labels:
                own[LABEL] = Node(labels[0], node.place, where, written=labels[0], quoted=True)
            blocks.setdefault(name, []).append(Node(own, node.place, where))
        for name, each in blocks.items():
            found[name] = Node(each, each[0].place, _below(path, name))
        return Node(found, place, path)

    def value(self, tree: Any, place: Place, path: str) -> Node:
        kind, children = str(tree.data), _significant(tree)
        if kind == "expr_term" and len(children) == 1:
            return self.value(children[0], place, path)
        if kind in {"int_lit", "float_lit"}:
            text = str(tree.children[0])
            return Node(scalar_of(text), place, path, written=text)
        if kind == "literal_value":
            text = str(tree.children[0])
            return Node({"true": True, "false": False, "null": None}[text], place, path, written=text)
        if kind == "unary_op" and str(tree.children[0]) == "-":
            inner = self.value(children[-1], place, path)
            if isinstance(inner.value, int | float) and not isinstance(inner.value, bool):
                return Node(-inner.value, place, path, written=f"-{inner.written}")
        if kind == "string":
            return self.string(tree, place, path)
        if kind == "tuple":
            return Node([self.value(each, place, f"{path}[{at}]") for at, each in enumerate(children)], place, path)
        if kind == "object":
            return Node(dict(self.elements(tree, path)), place, path)
        if kind in {"heredoc_template", "heredoc_template_trim"}:
            return Node(str(tree.children[0]), place, path, written="a heredoc", quoted=True)
        if kind == "get_attr_expr_term" and (known := self.variables.get(_variable(tree))) is not None:
            return Node(known.value, place, path, known.tag, known.written, known.quoted)
        written = _dotted(tree) if kind == "get_attr_expr_term" else "an expression"
        return Node(_LATER, place, path, UNCLEAR, written)

    def string(self, tree: Any, place: Place, path: str) -> Node:
        parts: list[str] = []
        for part in _children(tree, "string_part"):
            inner = part.children[0]
            if not hasattr(inner, "data"):
                parts.append(_ESCAPE.sub(_unescaped, str(inner)))
                continue
            if str(inner.data) != "interpolation":
                return Node(_LATER, place, path, UNCLEAR, "an expression")
            found = self.value(_significant(inner)[0], place, path)
            if found.tag == UNCLEAR or not found.is_scalar:
                written = f"${{{_dotted(inner)}}}"
                return Node(f"{written} is known to the scheduler alone", place, path, UNCLEAR, written, quoted=True)
            parts.append(found.text() if found.value is not None else "")
        text = "".join(parts)
        return Node(text, place, path, written=text, quoted=True)

    def elements(self, tree: Any, path: str) -> Iterator[tuple[str, Node]]:
        for element in _children(tree, "object_elem"):
            key, value = element.children[0], element.children[-1]
            name = _text(key)
            yield name, self.value(value, _place(element, self.file), _below(path, name))


_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])\4\{")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


def _unescaped(found: re.Match[str]) -> str:
    """Return the character of an escape in a quoted template (HCL's native syntax, Template Literals)."""
    code = int(found[1] or found[2] or "0", 16)
    if found[4]:
        return f"{found[4]}{{"
    return _CONTROLS.get(found[3], found[3]) if found[3] else chr(code) if code <= sys.maxunicode else "\ufffd"


def _children(tree: Any, kind: str) -> Iterator[Any]:
    return (child for child in tree.children if hasattr(child, "data") and str(child.data) == kind)


def _significant(tree: Any) -> Sequence[Any]:
    return [child for child in tree.children if hasattr(child, "data") and str(child.data) != "new_line_or_comment"]


def _names(block: Any) -> tuple[str, tuple[str, ...]]:
    words = [_text(child) for child in _significant(block) if str(child.data) in _NAMED]
    return words[0], tuple(words[1:])


def _text(tree: Any) -> str:
    return "".join(str(token) for token in tree.scan_values(lambda token: token.type in _LETTERS))


def _dotted(tree: Any) -> str:
    return ".".join(str(token) for token in tree.scan_values(lambda token: token.type == "NAME"))


def _variable(tree: Any) -> str:
    first, _, name = _dotted(tree).partition(".")
    return name if first == "var" else ""


def _place(tree: Any, file: str) -> Place:
    return Place(file, getattr(tree.meta, "line", 1))


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
