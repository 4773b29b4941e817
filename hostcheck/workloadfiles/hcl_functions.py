"""Functions of HCL that the jobs of Nomad call, for arguments whose values are known.

Source: https://developer.hashicorp.com/nomad/docs/job-specification/hcl2/functions. Elements of lists and mappings keep
their lines. What a function refuses, and what is too large, is unknown.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, DecimalException

from hostcheck.workloadfiles.node import UNCLEAR, Node, Plain

Value = Plain | Decimal | Sequence[Node] | Mapping[str, Node] | Node
MOST_TEXT = 64 << 10
"""Maximum length of a text that is made."""
MOST_ELEMENTS = 10_000
"""Maximum number of elements that are made."""
_MOST_DIGITS = 100
_MOST_OF_RANGE = 1024
"""Maximum length of range(), as HCL has it."""
_VERB = re.compile(r"%(?:%|(-?0?\d{0,3})(?:\.(\d{1,2}))?([sdvtfq]))")


class UnknownValueError(Exception):
    """The value of an expression is not known from the file; ``args`` has the reason."""


_NOT_EVALUATED = "an expression that is not evaluated here"
_TOO_LARGE = "an expression that is too large to be evaluated"


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
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(node.written) > _MOST_DIGITS:
        raise UnknownValueError(_NOT_EVALUATED)
    try:
        found = Decimal(node.written or str(value))
    except DecimalException as error:
        raise UnknownValueError(_NOT_EVALUATED) from error
    if not found.is_finite() or abs(found.adjusted()) > _MOST_DIGITS:
        raise UnknownValueError(_NOT_EVALUATED)
    return found


def whole(node: Node) -> int:
    """Return a whole number.

    Raises:
        UnknownValueError: for any other value.
    """
    found = number(node)
    if found != found.to_integral_value():
        raise UnknownValueError(_NOT_EVALUATED)
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
    raise UnknownValueError(_NOT_EVALUATED)


def truth(node: Node) -> bool:
    """Return a truth value.

    Raises:
        UnknownValueError: for any other value.
    """
    value = known(node).value
    if isinstance(value, bool):
        return value
    if value in {"true", "false"}:
        return value == "true"
    raise UnknownValueError(_NOT_EVALUATED)


def elements(node: Node) -> Sequence[Node]:
    """Return the elements of a list.

    Raises:
        UnknownValueError: for any other value.
    """
    if not known(node).is_list:
        raise UnknownValueError(_NOT_EVALUATED)
    return node.elements()


def mapping(node: Node) -> Mapping[str, Node]:
    """Return the values by key.

    Raises:
        UnknownValueError: for any other value.
    """
    if not known(node).is_mapping:
        raise UnknownValueError(_NOT_EVALUATED)
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
        raise UnknownValueError(_TOO_LARGE)
    return "".join(parts)


def call(name: str, arguments: Sequence[Node]) -> Value:
    """Return what a function gives.

    Raises:
        UnknownValueError: if an argument, or the function, is not known here.
    """
    if name in _ELSEWHERE:
        raise UnknownValueError(f"{name}() reads what is not in this file")
    function = _FUNCTIONS.get(name)
    if function is None:
        raise UnknownValueError(f"the function {name}() is not evaluated here")
    try:
        return function(arguments)
    except (ValueError, IndexError, KeyError, DecimalException, OverflowError) as error:
        raise UnknownValueError(_NOT_EVALUATED) from error


_ELSEWHERE = frozenset(
    ("abspath", "bcrypt", "file", "filebase64", "fileexists", "fileset", "pathexpand", "rsadecrypt", "timestamp")
)
"""Functions whose results depend on files, the clock or chance."""


def _only(arguments: Sequence[Node], count: int = 1) -> Sequence[Node]:
    if len(arguments) != count:
        raise UnknownValueError(_NOT_EVALUATED)
    return arguments


def _numbers(arguments: Sequence[Node]) -> list[Decimal]:
    return [number(each) for each in arguments]


def _concat(arguments: Sequence[Node]) -> Sequence[Node]:
    lists = [elements(each) for each in arguments]
    if sum(map(len, lists)) > MOST_ELEMENTS:
        raise UnknownValueError(_TOO_LARGE)
    return [element for each in lists for element in each]


def _merge(arguments: Sequence[Node]) -> Mapping[str, Node]:
    return {key: value for each in arguments for key, value in mapping(each).items()}


def _flat(node: Node) -> list[Node]:
    return [inner for each in elements(node) for inner in (_flat(each) if each.is_list else [each])]


def _lookup(arguments: Sequence[Node]) -> Node:
    of, key = mapping(arguments[0]), text(arguments[1])
    return of[key] if key in of or len(arguments) < 3 else arguments[2]


def _element(arguments: Sequence[Node]) -> Node:
    of, at = elements(arguments[0]), whole(_only(arguments, 2)[1])
    if at < 0:
        raise UnknownValueError(_NOT_EVALUATED)
    return of[at % len(of)] if of else of[at]


def _length(arguments: Sequence[Node]) -> int:
    (of,) = _only(arguments)
    value = known(of).value
    if isinstance(value, str | list | tuple | dict):
        return len(value)
    raise UnknownValueError(_NOT_EVALUATED)


def _contains(arguments: Sequence[Node]) -> bool:
    of, wanted = _only(arguments, 2)
    return any(is_equal(each, wanted) for each in elements(of))


def is_equal(one: Node, other: Node) -> bool:
    """Return whether two scalars are equal; values of two types are not.

    Raises:
        UnknownValueError: for lists and mappings, and for what is not known.
    """
    if not known(one).is_scalar or not known(other).is_scalar:
        raise UnknownValueError(_NOT_EVALUATED)
    first, second = one.value, other.value
    if isinstance(first, bool) or isinstance(second, bool) or isinstance(first, str) or isinstance(second, str):
        return type(first) is type(second) and first == second
    return first is second if first is None or second is None else number(one) == number(other)


def _distinct(arguments: Sequence[Node]) -> Sequence[Node]:
    found: dict[tuple[type, object], Node] = {}
    for each in elements(_only(arguments)[0]):
        if not known(each).is_scalar:
            raise UnknownValueError(_NOT_EVALUATED)
        found.setdefault((type(each.value), each.value), each)
    return list(found.values())


def _coalesce(arguments: Sequence[Node]) -> Node:
    given = [each for each in arguments if known(each).value not in (None, "")]
    return given[0]


def _joined_by(arguments: Sequence[Node]) -> str:
    between, *lists = arguments
    texts = [text(each) for of in lists for each in elements(of)]
    if len(text(between)) * len(texts) > MOST_TEXT:
        raise UnknownValueError(_TOO_LARGE)
    return joined([text(between) * bool(at) + each for at, each in enumerate(texts)])


def _replaced(arguments: Sequence[Node]) -> str:
    of, old, new = (text(each) for each in _only(arguments, 3))
    if not old or (len(old) > 1 and old[0] == old[-1] == "/"):
        # Between slashes it is a regular expression of Go.
        raise UnknownValueError(_NOT_EVALUATED)
    if of.count(old) * len(new) > MOST_TEXT:
        raise UnknownValueError(_TOO_LARGE)
    return of.replace(old, new)


def _formatted(arguments: Sequence[Node]) -> str:
    pattern, values = text(arguments[0]), list(arguments[1:])
    parts: list[str] = []
    end = 0
    for found in _VERB.finditer(pattern):
        parts += [pattern[end : found.start()], _verb(found, values)]
        end = found.end()
    parts.append(pattern[end:])
    if values or any("%" in part for part in parts[::2]):
        raise UnknownValueError(_NOT_EVALUATED)
    return joined(parts)


def _verb(found: re.Match[str], values: list[Node]) -> str:
    flags, precision, verb = found.groups()
    if verb is None:
        return "%"
    value = values.pop(0)
    if verb == "d":
        return f"%{flags}d" % whole(value)
    if verb == "f":
        return f"%{flags}.{precision or 6}f" % number(value)
    if verb == "q":
        return json.dumps(text(value), ensure_ascii=False)
    if precision is not None:
        raise UnknownValueError(_NOT_EVALUATED)
    return f"%{flags}s" % text(value)


def _range(arguments: Sequence[Node]) -> Sequence[Node]:
    bounds = [whole(each) for each in arguments]
    first, end = (0, *bounds) if len(bounds) == 1 else bounds[:2]
    numbers = range(first, end, bounds[2] if len(bounds) == 3 else 1 if first <= end else -1)
    if len(numbers) > _MOST_OF_RANGE:
        raise UnknownValueError(_TOO_LARGE)
    place, path = arguments[0].place, arguments[0].path
    return [Node(each, place, path, written=str(each)) for each in numbers]


def _texts(of: Node, values: Sequence[str]) -> Sequence[Node]:
    return [Node(each, of.place, of.path, written=each, quoted=True) for each in values]


def _split(arguments: Sequence[Node]) -> Sequence[Node]:
    between, of = _only(arguments, 2)
    return _texts(of, text(of).split(text(between)))


def _keys(arguments: Sequence[Node]) -> Sequence[Node]:
    (of,) = _only(arguments)
    return _texts(of, sorted(mapping(of)))


def _values(arguments: Sequence[Node]) -> Sequence[Node]:
    (of,) = _only(arguments)
    return [mapping(of)[key] for key in sorted(mapping(of))]


def _slice(arguments: Sequence[Node]) -> Sequence[Node]:
    of, first, end = elements(_only(arguments, 3)[0]), whole(arguments[1]), whole(arguments[2])
    if not 0 <= first <= end <= len(of):
        raise UnknownValueError(_NOT_EVALUATED)
    return of[first:end]


def _substr(arguments: Sequence[Node]) -> str:
    of, first, length = text(_only(arguments, 3)[0]), whole(arguments[1]), whole(arguments[2])
    if first < 0 or length < -1:
        raise UnknownValueError(_NOT_EVALUATED)
    return of[first:] if length == -1 else of[first : first + length]


def _zipped(arguments: Sequence[Node]) -> Mapping[str, Node]:
    keys, values = (elements(each) for each in _only(arguments, 2))
    return {text(key): value for key, value in zip(keys, values, strict=True)}


def _trimmed(arguments: Sequence[Node]) -> str:
    of, cut = _only(arguments, 2)
    return text(of).strip(text(cut))


def _of_text(function: Callable[[str], str]) -> Callable[[Sequence[Node]], Value]:
    return lambda arguments: function(text(_only(arguments)[0]))


def _of_number(function: Callable[[Decimal], Decimal]) -> "Callable[[Sequence[Node]], Value]":
    return lambda arguments: function(number(_only(arguments)[0]))


_FUNCTIONS: Mapping[str, Callable[[Sequence[Node]], Value]] = {
    "abs": _of_number(abs),
    "ceil": _of_number(lambda value: value.to_integral_value(ROUND_CEILING)),
    "floor": _of_number(lambda value: value.to_integral_value(ROUND_FLOOR)),
    "signum": _of_number(lambda value: Decimal((value > 0) - (value < 0))),
    "max": lambda arguments: max(_numbers(arguments)),
    "min": lambda arguments: min(_numbers(arguments)),
    "parseint": lambda arguments: int(text(arguments[0])[:_MOST_DIGITS], whole(_only(arguments, 2)[1])),
    "lower": _of_text(str.lower),
    "upper": _of_text(str.upper),
    "chomp": _of_text(lambda value: value.rstrip("\r\n")),
    "trimspace": _of_text(str.strip),
    "strrev": _of_text(lambda value: value[::-1]),
    "strlen": lambda arguments: len(text(_only(arguments)[0])),
    "trim": _trimmed,
    "trimprefix": lambda arguments: text(_only(arguments, 2)[0]).removeprefix(text(arguments[1])),
    "trimsuffix": lambda arguments: text(_only(arguments, 2)[0]).removesuffix(text(arguments[1])),
    "substr": _substr,
    "replace": _replaced,
    "split": _split,
    "join": _joined_by,
    "format": _formatted,
    "concat": _concat,
    "flatten": lambda arguments: _flat(_only(arguments)[0]),
    "merge": _merge,
    "lookup": _lookup,
    "element": _element,
    "length": _length,
    "contains": _contains,
    "distinct": _distinct,
    "compact": lambda arguments: [
        each for each in elements(_only(arguments)[0]) if known(each).value not in (None, "")
    ],
    "coalesce": _coalesce,
    "keys": _keys,
    "values": _values,
    "zipmap": _zipped,
    "range": _range,
    "reverse": lambda arguments: [*reversed(elements(_only(arguments)[0]))],
    "slice": _slice,
    "sort": lambda arguments: sorted(elements(_only(arguments)[0]), key=text),
}


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
