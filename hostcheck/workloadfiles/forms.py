"""Check whether the values of a file have the form that the reader of its format accepts, by a table of keys and forms.

A form is a list of alternatives, separated by ``|``:

- ``str``, ``num``, ``int``, ``bool`` and ``null`` are scalars;
- ``digits`` is a number that is written as text, ``truth`` a truth value that is written as text, ``time`` a duration;
- ``=a,b`` is one of these words, and ``every`` a word that begins with ``every_``;
- ``[x]`` is a list of x, ``![x]`` a list without equal elements, ``{x}`` a mapping of any key to x;
- ``:name`` is a mapping with the keys that the table has for this name, and ``any`` any value.

A message never contains the value, which may be secret.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from hostcheck.workloadfiles.node import UNCLEAR, Node

_TWICE = "an earlier element of the list is equal"
_DIGITS = re.compile(r"[+-]?\d+(\.\d*)?")
_TIME = re.compile(r"[+-]?(0|(\d+(\.\d*)?(ns|us|µs|ms|s|m|h|d|w))+)")
TRUTH: Mapping[str, bool] = {
    **dict.fromkeys(("true", "1", "t", "y", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "f", "n", "no", "off"), False),
}
"""Words that Compose reads as a truth value (compose-go, loader/interpolate.go, toBoolean)."""
_WORDS = {
    "str": "text",
    "num": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "null": "nothing",
    "time": 'a time such as "30s"',
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value with a wrong form, or a key that is unknown or missing.

    Attributes:
        node: the value, or the mapping that lacks a key.
        path: the path of the value from the root: "services.web.ports[0]".
        said: the mistake, in words; empty for an unknown key.
        key: the unknown key; empty if the value has a wrong form.
        known: the keys that the mapping may have.
    """

    node: Node
    path: str
    said: str
    key: str = ""
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Forms:
    """The keys of a format's mappings, and the forms of their values.

    Attributes:
        shapes: for each name of a mapping, its keys with the forms of their values.
        required: for each name of a mapping, the keys that it must have.
        is_null_absent: whether null is treated as an absent value, for every form.
    """

    shapes: Mapping[str, Mapping[str, str]]
    required: Mapping[str, tuple[str, ...]]
    is_null_absent: bool = False

    def misfits(self, node: Node, form: str, path: str = "") -> Iterator[Misfit]:
        """Yield what is wrong with the form of a value and of all values below it.

        Args:
            node: the value, with known variables replaced.
            form: the form of the value.
            path: the path of the value from the root.
        """
        if node.tag == UNCLEAR or (node.is_null and self.is_null_absent):
            return
        alternatives = _alternatives(form)
        found = next((each for each in alternatives if _is_alike(node, each)), None)
        if found is None:
            yield Misfit(node, path, f"expected {_in_words(alternatives)}, found {_kind(node)}")
        elif found.startswith(":"):
            yield from self._of_mapping(node, found[1:], path)
        elif found.startswith("{"):
            for key, each in node.mapping().items():
                yield from self.misfits(each, found[1:-1], f"{path}.{key}" if path else key)
        elif found.startswith(("[", "![")):
            for number, each in enumerate(node.elements()):
                yield from self.misfits(each, found.lstrip("!")[1:-1], f"{path}[{number}]")
            yield from _repeated(node, path) if found[0] == "!" else ()

    def _of_mapping(self, node: Node, name: str, path: str) -> Iterator[Misfit]:
        shape = self.shapes[name]
        for key, each in node.mapping().items():
            below = f"{path}.{key}" if path else key
            if key in shape:
                yield from self.misfits(each, shape[key], below)
            elif not key.startswith("x-"):
                yield Misfit(each, below, "", key, frozenset(shape))
        # Names that were merged from a list have empty mappings: no key is required there.
        for key in self.required.get(name, ()) if node.mapping() else ():
            if node.get(key) is None:
                yield Misfit(node, path, f"{key} is missing")


def _repeated(node: Node, path: str) -> Iterator[Misfit]:
    """Yield the elements of a list that are equal to an earlier element."""
    seen: set[tuple[type, object]] = set()
    for number, each in enumerate(node.elements()):
        value = (type(each.value), each.value)
        if each.is_scalar and each.tag != UNCLEAR:
            if value in seen:
                yield Misfit(each, f"{path}[{number}]", _TWICE)
            seen.add(value)


def fix_of(misfit: Misfit) -> str:
    """Return in words how to correct a value with a wrong form."""
    if misfit.said == _TWICE:
        return "Leave this element out."
    if misfit.node.is_null:
        return "Give it a value, or leave it out."
    is_text = "expected text" in misfit.said and not isinstance(misfit.node.value, str)
    return "Write it in quotes." if is_text and misfit.node.is_scalar else "Write it as the specification says."


@cache
def _alternatives(form: str) -> tuple[str, ...]:
    """Split a form into its alternatives. A ``|`` within brackets or braces does not separate them."""
    found, depth = [""], 0
    for char in form:
        depth += (char in "[{") - (char in "]}")
        if char == "|" and not depth:
            found.append("")
        else:
            found[-1] += char
    return tuple(found)


def _is_alike(node: Node, alternative: str) -> bool:
    """Return whether a value is of the kind of an alternative, regardless of the values below it."""
    if alternative == "any":
        return True
    if alternative[0] in "[!":
        return node.is_list
    if alternative[0] in ":{":
        return node.is_mapping
    return node.is_scalar and _is_scalar(node.value, alternative)


def _is_scalar(value: object, alternative: str) -> bool:
    if alternative[0] == "=":
        return value in alternative[1:].split(",")
    if value is None or isinstance(value, bool):
        return alternative == ("null" if value is None else "bool")
    if isinstance(value, str):
        return (
            alternative == "str"
            or (alternative == "digits" and _DIGITS.fullmatch(value) is not None)
            or (alternative == "truth" and value.lower() in TRUTH)
            or (alternative == "every" and value.startswith("every_"))
            or (alternative == "time" and _TIME.fullmatch(value) is not None)
        )
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return alternative == "num" or (alternative == "int" and is_whole)


def _in_words(alternatives: tuple[str, ...]) -> str:
    found = []
    for each in alternatives:
        if each[0] == "=":
            found += each[1:].split(",")
        elif each[0] in "[!":
            found.append("a list")
        elif each[0] in ":{":
            found.append("keys with values")
        elif each in _WORDS:
            found.append(_WORDS[each])
    return " or ".join(dict.fromkeys(found))


def _kind(node: Node) -> str:
    if node.is_mapping:
        return "keys with values"
    if node.is_list:
        return "a list"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return "true or false"
    return "a number" if isinstance(node.value, int | float) else "other text"
