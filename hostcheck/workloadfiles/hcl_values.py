"""Convert HCL values to the type that an operator or a function needs, as HCL does.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md. A value that HCL refuses, or that is too large, is
unknown.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, DecimalException

from hostcheck.workloadfiles.node import UNCLEAR, Node, Plain

Value = Plain | Decimal | Sequence[Node] | Mapping[str, Node] | Node
MOST_TEXT = 64 << 10
"""Maximum length of a text that an expression produces."""
MOST_ELEMENTS = 10_000
"""Maximum number of elements that an expression produces."""
NOT_EVALUATED = "an expression that is not evaluated here"
TOO_LARGE = "an expression that is too large to be evaluated"
MOST_DIGITS = 100
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
"""Decimal numbers of Go's big.ParseFloat. Python's Decimal accepts more, such as "1_000"."""


class UnknownValueError(Exception):
    """The file does not determine the value of an expression. The text of the error is the reason."""


def known(node: Node) -> Node:
    """Return the node, if its value is known.

    Raises:
        UnknownValueError: if the value is unknown, with the reason.
    """
    if node.tag == UNCLEAR:
        raise UnknownValueError(str(node.value))
    return node


def number(node: Node) -> Decimal:
    """Return the value as a number. Text is converted, as in HCL.

    Raises:
        UnknownValueError: if the value is not a number, or too large.
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
    """Return the value as a whole number.

    Raises:
        UnknownValueError: if the value is not a whole number.
    """
    found = number(node)
    if found != found.to_integral_value():
        raise UnknownValueError(NOT_EVALUATED)
    return int(found)


def text(node: Node) -> str:
    """Return the value as text. A number or a truth value is converted, as in HCL.

    Raises:
        UnknownValueError: if the value is a list, a mapping or null.
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
    """Return the value as a truth value. "true" and "false" are converted, as in HCL.

    Raises:
        UnknownValueError: if the value is not a truth value.
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
        UnknownValueError: if the value is not a list.
    """
    if not known(node).is_list:
        raise UnknownValueError(NOT_EVALUATED)
    return node.elements()


def mapping(node: Node) -> Mapping[str, Node]:
    """Return the values of a mapping by key.

    Raises:
        UnknownValueError: if the value is not a mapping.
    """
    if not known(node).is_mapping:
        raise UnknownValueError(NOT_EVALUATED)
    return node.mapping()


def in_digits(value: Decimal) -> str:
    """Return a number as HCL writes it in text: without an exponent, and without trailing zeros."""
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def joined(parts: Sequence[str]) -> str:
    """Join parts to one text.

    Raises:
        UnknownValueError: if the text is longer than ``MOST_TEXT``.
    """
    if sum(map(len, parts)) > MOST_TEXT:
        raise UnknownValueError(TOO_LARGE)
    return "".join(parts)


def is_equal(one: Node, other: Node) -> bool:
    """Return whether two scalars are equal. Values of different types are not.

    Raises:
        UnknownValueError: if either is unknown, a list or a mapping.
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
        UnknownValueError: if the key does not exist.
    """
    found = mapping(node).get(key)
    if found is None:
        raise UnknownValueError(f"there is no {key} in it")
    return found


def at_index(node: Node, index: Node) -> Node:
    """Return the element of a list at an index, or the value of a mapping at a key.

    Raises:
        UnknownValueError: if the element does not exist.
    """
    if known(node).is_mapping:
        return named(node, text(index))
    at, of = whole(index), elements(node)
    if not 0 <= at < len(of):
        raise UnknownValueError(f"there is no element {at} in it")
    return of[at]


def calculated(sign: str, one: Node, other: Node) -> Decimal | bool:
    """Return the result of an arithmetic or comparison operator.

    Args:
        sign: the operator.
        one: the left operand.
        other: the right operand.

    Raises:
        UnknownValueError: if an operand is not a number, or there is no result.
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
