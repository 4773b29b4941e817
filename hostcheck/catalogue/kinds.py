"""Describe and check the values that a fact can have: type, unit, and the words of a choice."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from hostcheck.run.model import NONE

Type = Literal[
    "boolean", "count", "integer", "number", "version", "choice", "text", "path", "set", "ports", "range", "map"
]
TYPES: tuple[str, ...] = get_args(Type)

UNITS = ("", "bytes", "ms", "%")
"""Units of facts; a number without a unit is a count."""
NUMBERS = ("count", "integer", "number")
"""Types whose values are numbers."""
LAST_PORT = 65535

_VERSION = r"\d{1,18}(?:\.\d{1,18})*(?!\.?\d)"
_PORT = re.compile(r"(?:tcp|udp)/(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Kind:
    """The values that a fact can have.

    Attributes:
        type: boolean; count (a whole number from 0), integer (a whole number), number (from 0); version; choice (one
            of some words), text, path; set (of words), ports (a set of ports), range (its first and last port), map
            (of names to yes, no or unknown).
        unit: the unit of a number: "bytes", "ms" or "%"; empty for a count and for other types.
        form: a regular expression for versions with a limited number of parts, or for further words of a choice.
        values: the words of a choice, the items of a set, or the names of a map; empty if they are not limited.
        suffix: a suffix that words of a choice may have.
        states: the values of a map, if they are not yes and no.
        none: the meaning of "none" for this fact; empty if the fact cannot be "none".
    """

    type: Type
    unit: str = ""
    form: str = ""
    values: tuple[str, ...] = ()
    suffix: str = ""
    states: tuple[str, ...] = ()
    none: str = ""

    def has(self, word: str) -> bool:
        """Return whether a choice, a set or a map can have this word."""
        listed = not self.values or word in self.values or word.removesuffix(self.suffix) in self.values
        return listed or (self.form != "" and re.fullmatch(self.form, word) is not None)

    @property
    def name(self) -> str:
        """The type in a few words, such as "whole number, or none"."""
        return _NAMES[self.type] + (", or none" if self.none else "")

    @property
    def in_words(self) -> str:
        """The type with its unit, its words, and the meaning of none."""
        words = _NAMES[self.type]
        if self.unit:
            words += f" ({self.unit})"
        if self.values:
            words += f": {', '.join(self.values)}"
        if self.states:
            words += f"; each is {', '.join(self.states)} or unknown"
        return f"{words}; none: {self.none}" if self.none else words


_NAMES: dict[Type, str] = {
    "boolean": "yes or no",
    "count": "whole number",
    "integer": "whole number, also below 0",
    "number": "number",
    "version": "version",
    "choice": "choice",
    "text": "text",
    "path": "path",
    "set": "set of words",
    "ports": "set of ports",
    "range": "range of ports",
    "map": "yes or no for each name",
}


def fits(kind: Kind, value: Any) -> bool:
    """Return whether a known fact of this kind can have this value."""
    return (kind.none != "" and value == NONE) or _FITS[kind.type](kind, value)


def is_number(value: Any) -> bool:
    """Return whether a value is a number; true and false are not numbers."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_version(kind: Kind, value: Any) -> bool:
    """Return whether a value begins with a version. A distribution may append text to it."""
    if kind.form:
        return is_version(kind, value)
    return isinstance(value, str) and bool(re.match(_VERSION, value))


def is_version(kind: Kind, value: Any) -> bool:
    """Return whether a value is only a version: numbers and points, in the form of the kind."""
    return isinstance(value, str) and bool(re.match(_VERSION, value) and re.fullmatch(kind.form or _VERSION, value))


def is_port(value: Any) -> bool:
    """Return whether a value is a port as in facts: "tcp/22"."""
    found = _PORT.fullmatch(value) if isinstance(value, str) else None
    return found is not None and 0 < int(found[1]) <= LAST_PORT


def is_range(value: Any) -> bool:
    """Return whether a value is the first and the last port of a range."""
    return (
        isinstance(value, (list, tuple))
        and [type(end) for end in value] == [int, int]
        and 0 <= value[0] <= value[1] <= LAST_PORT
    )


def is_path(value: Any) -> bool:
    """Return whether a value is an absolute path."""
    return isinstance(value, str) and value.startswith("/")


def _is_number(kind: Kind, value: Any) -> bool:
    if not is_number(value) or (kind.type != "number" and not isinstance(value, int)):
        return False
    return (kind.type == "integer" or value >= 0) and (kind.unit != "%" or value <= 100)


def _is_word(kind: Kind, value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and kind.has(value)


def _is_map(kind: Kind, value: Any) -> bool:
    if not isinstance(value, Mapping) or not all(name in kind.values for name in value):
        return False
    if kind.states:
        return all(state is None or state in kind.states for state in value.values())
    return all(state is None or isinstance(state, bool) for state in value.values())


_FITS = {
    "boolean": lambda _, value: isinstance(value, bool),
    "count": _is_number,
    "integer": _is_number,
    "number": _is_number,
    "version": _is_version,
    "choice": _is_word,
    "text": _is_word,
    "path": lambda _, value: is_path(value),
    "set": lambda kind, value: isinstance(value, tuple) and all(_is_word(kind, item) for item in value),
    "ports": lambda _, value: isinstance(value, tuple) and all(map(is_port, value)),
    "range": lambda _, value: is_range(value),
    "map": _is_map,
}
