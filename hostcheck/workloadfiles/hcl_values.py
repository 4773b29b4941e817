"""Values of HCL as what an operator or a function needs: HCL converts numbers and truth values from and to text.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md. What HCL refuses, or is too large, is unknown.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, DecimalException

from hostcheck.workloadfiles.node import UNCLEAR, Node, Plain

Value = Plain | Decimal | Sequence[Node] | Mapping[str, Node] | Node
MOST_TEXT = 64 << 10
"""Maximum length of a text that is made."""
MOST_ELEMENTS = 10_000
"""Maximum number of elements that are made."""
NOT_EVALUATED = "an expression that is not evaluated here"
TOO_LARGE = "an expression that is too large to be evaluated"
MOST_DIGITS = 100
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
"""What Go's big.ParseFloat reads in base 10; Python reads more, such as "1_000"."""


class UnknownValueError(Exception):
    """The value of an expression is not known from the file; ``args`` has the reason."""


def known(node: Node) -> Node:
    """Return a node whose value is known.

    Raises:
        UnknownValueError: for one that is not, with the reason.
    """
    if node.tag == UNCLEAR:
        raise UnknownValueError(str(node.value))
    return node


def number(node: Node) -> Decimal:
    """Return a number, which may be written as text: HCL converts it.

    Raises:
        UnknownValueError: for any other value.
    """
    value = known(node).value
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(node.written) > MOST_DIGITS:
        raise UnknownValueError(NOT_EVALUATED)
    written = node.written or str(value)
    if not _NUMBER.fullmatch(written):
        raise UnknownValueError(NOT_EVALUATED)
    found = Decimal(written)
    if abs(found.adjusted()) > MOST_DIGITS:
        raise UnknownValueError(NOT_EVALUATED)
    return found


def whole(node: Node) -> int:
    """Return a whole number.

    Raises:
        UnknownValueError: for any other value.
    """
    found = number(node)
    if found != found.to_integral_value():
        raise UnknownValueError(NOT_EVALUATED)
    return int(found)


def text(node: Node) -> str:
    """Return text; a number or a truth value is converted.

    Raises:
        UnknownValueError: for any other value.
    """
    value = known(node).value
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return in_digits(number(node))
    raise UnknownValueError(NOT_EVALUATED)


def truth(node: Node) -> bool:
    """Return a truth value.

    Raises:
        UnknownValueError: for any other value.
    """
    value = known(node).value
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in {"true", "false"}:
        return value == "true"
    raise UnknownValueError(NOT_EVALUATED)


def elements(node: Node) -> Sequence[Node]:
    """Return the elements of a list.

    Raises:
        UnknownValueError: for any other value.
    """
    if not known(node).is_list:
        raise UnknownValueError(NOT_EVALUATED)
    return node.elements()


def mapping(node: Node) -> Mapping[str, Node]:
    """Return the values by key.

    Raises:
        UnknownValueError: for any other value.
    """
    if not known(node).is_mapping:
        raise UnknownValueError(NOT_EVALUATED)
    return node.mapping()


def in_digits(value: Decimal) -> str:
    """Return a number as HCL writes it in text: without an exponent, and without zeros at the end."""
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def joined(parts: Sequence[str]) -> str:
    """Return parts as one text.

    Raises:
        UnknownValueError: if it is longer than ``MOST_TEXT``.
    """
    if sum(map(len, parts)) > MOST_TEXT:
        raise UnknownValueError(TOO_LARGE)
    return "".join(parts)


def is_equal(one: Node, other: Node) -> bool:
    """Return whether two scalars are equal; values of two types are not.

    Raises:
        UnknownValueError: for lists and mappings, and for what is not known.
    """
    if not known(one).is_scalar or not known(other).is_scalar:
        raise UnknownValueError(NOT_EVALUATED)
    first, second = one.value, other.value
    if isinstance(first, bool) or isinstance(second, bool) or isinstance(first, str) or isinstance(second, str):
        return type(first) is type(second) and first == second
    return first is second if first is None or second is None else number(one) == number(other)


def named(node: Node, key: str) -> Node:
    """Return the value of an attribute or a key.

    Raises:
        UnknownValueError: where it is absent.
    """
    found = mapping(node).get(key)
    if found is None:
        raise UnknownValueError(f"there is no {key} in it")
    return found


def at_index(node: Node, index: Node) -> Node:
    """Return an element of a list by its number, or a value by its key.

    Raises:
        UnknownValueError: where it is absent.
    """
    if known(node).is_mapping:
        return named(node, text(index))
    at, of = whole(index), elements(node)
    if not 0 <= at < len(of):
        raise UnknownValueError(f"there is no element {at} in it")
    return of[at]


def calculated(sign: str, one: Node, other: Node) -> Decimal | bool:
    """Return what an operator between numbers gives.

    Raises:
        UnknownValueError: for other values, and where there is no result.
    """
    try:
        return _ARITHMETIC[sign](number(one), number(other))
    except DecimalException as error:
        raise UnknownValueError(NOT_EVALUATED) from error


_ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal | bool]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one / other,
    "%": lambda one, other: one % other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}
