"""Functions on the tree that python-hcl2 makes of a file: names, lines, and short texts for messages."""

from collections.abc import Iterator, Sequence
from typing import Any

from hostcheck.workloadfiles.place import Place

_LETTERS = frozenset(
    {"NAME", "STRING_CHARS", "IN", "FOR", "IF", "FOR_EACH", "ELSE", "ENDIF", "ENDFOR", "TRUE", "FALSE", "NULL"}
)


def children_of(tree: Any, kind: str) -> Iterator[Any]:
    """Yield the direct children of one kind."""
    return (child for child in tree.children if hasattr(child, "data") and str(child.data) == kind)


def significant(tree: Any) -> Sequence[Any]:
    """Return the direct children that are neither tokens nor comments."""
    return [child for child in tree.children if hasattr(child, "data") and str(child.data) != "new_line_or_comment"]


def letters(tree: Any) -> str:
    """Return a name, or the characters of a quoted text."""
    return "".join(str(token) for token in tree.scan_values(lambda token: token.type in _LETTERS))


def dotted(tree: Any) -> str:
    """Return all names in an expression, joined by dots: "attr.kernel.name"."""
    return ".".join(str(token) for token in tree.scan_values(lambda token: token.type == "NAME"))


def bare_name(tree: Any) -> str:
    """Return the name, if an expression is only a name; otherwise ""."""
    inner = significant(tree) if str(tree.data) == "expr_term" else [tree]
    return letters(inner[0]) if len(inner) == 1 and str(inner[0].data) == "identifier" else ""


def written_of(tree: Any) -> str:
    """Return a short text for an expression in a message, such as "${attr.cpu.arch}"."""
    kind, inner = str(tree.data), significant(tree)
    if kind == "expr_term" and len(inner) == 1:
        return written_of(inner[0])
    if kind == "get_attr_expr_term":
        return dotted(tree)
    if kind == "string":
        part = next((each for piece in inner for each in significant(piece) if str(each.data) == "interpolation"), None)
        return "an expression" if part is None else f"${{{dotted(part)}}}"
    if kind == "function_call":
        return f"{letters(inner[0])}(…)"
    return "an expression"


def place_of(tree: Any, otherwise: Place) -> Place:
    """Return the place of a part of a file; ``otherwise`` if the part has no line."""
    line = getattr(tree.meta, "line", None)
    return otherwise if line is None else Place(otherwise.file, line)


def below(path: str, name: str) -> str:
    """Return the path of a name below a path; ``path`` may be empty."""
    return f"{path}.{name}" if path else name
