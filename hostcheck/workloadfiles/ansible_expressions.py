"""Evaluate expressions in ``{{ }}`` of a playbook: names, literals and simple filters.

Only the playbook's own variables are used
(https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_filters.html). A name that the playbook does not set
may be set elsewhere, so even ``default()`` does not determine its value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hostcheck.workloadfiles.node import Node, Plain
from hostcheck.workloadfiles.place import Place

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_]\w*)|(?P<number>\d{1,18})|'(?P<single>[^'\\]*)'|\"(?P<double>[^\"\\]*)\"|(?P<sign>[|.,()\[\]]))"
)
_MOST_TOKENS = 100
_LITERALS = {"true": True, "True": True, "false": False, "False": False}
_TRUE = frozenset({"yes", "on", "true", "1", "y", "t"})


class UnknownError(Exception):
    """The playbook does not determine the value."""


@dataclass(frozen=True, slots=True)
class Undefined:
    """The value of a key that a known mapping does not have."""


@dataclass(frozen=True, slots=True)
class Omitted:
    """The value of ``omit``: the option with this value is left out."""


Value = Node | Undefined | Omitted


def evaluated(text: str, values: Mapping[str, Node], place: Place) -> Node | Omitted | None:
    """Return the value of an expression; None if it is unknown, or the expression cannot be read.

    Args:
        text: the text between the braces.
        values: the values of variables, by name.
        place: the place of the expression.
    """
    try:
        reader = _Reader(_tokens(text), values, place)
        found = reader.expression()
        reader.end()
    except UnknownError:
        return None
    return None if isinstance(found, Undefined) else found


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at, text = 0, text.rstrip()
    while at < len(text):
        matched = _TOKEN.match(text, at)
        if matched is None or len(found) > _MOST_TOKENS:
            raise UnknownError
        kind = matched.lastgroup or ""
        found.append((kind, matched[kind]))
        at = matched.end()
    return found


class _Reader:
    """A parser that evaluates an expression from its beginning to its end."""

    def __init__(self, tokens: Sequence[tuple[str, str]], values: Mapping[str, Node], place: Place) -> None:
        self.tokens, self.values, self.place, self.at = tokens, values, place, 0

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise UnknownError

    def expression(self) -> Value:
        found = self._member()
        while self._takes("|"):
            name = self._take("name")
            arguments = self._arguments() if self._takes("(") else []
            found = self._filtered(name, found, arguments)
        return found

    def _member(self) -> Value:
        found = self._primary()
        while True:
            if self._takes("."):
                key = self._take("name")
            elif self._takes("["):
                kind, key = self._next()
                if kind not in {"single", "double"} or not self._takes("]"):
                    raise UnknownError
            else:
                return found
            if not isinstance(found, Node) or not found.is_mapping:
                raise UnknownError
            found = found.mapping().get(key, Undefined())

    def _primary(self) -> Value:
        kind, text = self._next()
        if kind in {"single", "double"}:
            return self._literal(text)
        if kind == "number":
            return self._literal(int(text))
        if kind == "sign" and text == "(":
            found = self.expression()
            if not self._takes(")"):
                raise UnknownError
            return found
        if kind == "name" and text == "omit":
            return Omitted()
        if kind == "name" and text in _LITERALS:
            return self._literal(_LITERALS[text])
        if kind != "name" or text not in self.values:
            raise UnknownError
        found = self.values[text]
        if found.is_scalar and ("{{" in found.written or "{%" in found.written):
            raise UnknownError
        return found

    def _filtered(self, name: str, value: Value, arguments: Sequence[Value]) -> Value:
        if name in {"default", "d"}:
            is_empty = len(arguments) > 1 and isinstance(value, Node) and not value.value
            if not isinstance(value, Undefined) and not is_empty:
                return value
            return arguments[0] if arguments else self._literal("")
        if name not in _FILTERS or arguments or not isinstance(value, Node) or not value.is_scalar or value.is_null:
            raise UnknownError
        return self._literal(_FILTERS[name](value.written))

    def _literal(self, value: Plain) -> Node:
        written = str(value).lower() if isinstance(value, bool) else str(value)
        return Node(value, self.place, written=written)

    def _arguments(self) -> list[Value]:
        found: list[Value] = []
        while not self._takes(")"):
            found.append(self.expression())
            if not self._takes(",") and not self._is_next(")"):
                raise UnknownError
        return found

    def _next(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise UnknownError
        self.at += 1
        return self.tokens[self.at - 1]

    def _take(self, wanted: str) -> str:
        kind, text = self._next()
        if kind != wanted:
            raise UnknownError
        return text

    def _is_next(self, sign: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at] == ("sign", sign)

    def _takes(self, sign: str) -> bool:
        found = self._is_next(sign)
        self.at += found
        return found


def _int(text: str) -> int:
    return int(text) if re.fullmatch(r"-?\d{1,18}", text) else 0


_FILTERS: Mapping[str, Callable[[str], Plain]] = {
    "int": _int,
    "string": str,
    "bool": lambda text: text.lower() in _TRUE,
    "lower": str.lower,
    "upper": str.upper,
    "trim": str.strip,
    "quote": str,
}
"""Filters of a scalar, each a function of its text."""
