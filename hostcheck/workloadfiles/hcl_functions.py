"""HCL functions that Nomad's jobs call, for arguments whose values are known.

Sources: https://developer.hashicorp.com/nomad/docs/job-specification/hcl2/functions; nomad jobspec2/functions.go, where
some names mean other functions than in Terraform. Elements of lists and mappings keep their lines. If a function
refuses its arguments, or the result is too large, the value is unknown.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, DecimalException

from hostcheck.workloadfiles import hcl_encodings, hcl_files
from hostcheck.workloadfiles.hcl_values import (
    MOST_DIGITS,
    MOST_ELEMENTS,
    MOST_TEXT,
    NOT_EVALUATED,
    TOO_LARGE,
    UnknownValueError,
    Value,
    elements,
    is_equal,
    joined,
    known,
    mapping,
    number,
    text,
    whole,
)
from hostcheck.workloadfiles.node import Node

_MOST_OF_RANGE = 1024
"""Maximum length of a range(). HCL has the same limit."""
_VERB = re.compile(r"%(?:%|(-?0?\d{0,3})(?:\.(\d{1,2}))?([sdvtfq]))")


def call(name: str, arguments: Sequence[Node]) -> Value:
    """Return the result of a function.

    Raises:
        UnknownValueError: if an argument is unknown, or the function is not implemented here.
    """
    if name in _ELSEWHERE:
        raise UnknownValueError(f"{name}() gives what is not in this file")
    function = _FUNCTIONS.get(name)
    if function is None:
        raise UnknownValueError(f"the function {name}() is not evaluated here")
    try:
        return function(arguments)
    except (ValueError, IndexError, KeyError, DecimalException, OverflowError) as error:
        raise UnknownValueError(NOT_EVALUATED) from error


_ELSEWHERE = frozenset(("abspath", "bcrypt", "fileset", "pathexpand", "rsadecrypt", "timestamp", "uuidv4"))
"""Functions whose results depend on the machine, the clock or chance."""


def _only(arguments: Sequence[Node], count: int = 1) -> Sequence[Node]:
    if len(arguments) != count:
        raise UnknownValueError(NOT_EVALUATED)
    return arguments


def _numbers(arguments: Sequence[Node]) -> list[Decimal]:
    return [number(each) for each in arguments]


def _concat(arguments: Sequence[Node]) -> Sequence[Node]:
    lists = [elements(each) for each in arguments]
    if sum(map(len, lists)) > MOST_ELEMENTS:
        raise UnknownValueError(TOO_LARGE)
    return [element for each in lists for element in each]


def _merge(arguments: Sequence[Node]) -> Mapping[str, Node]:
    return {key: value for each in arguments for key, value in mapping(each).items()}


def _flat(node: Node) -> list[Node]:
    return [inner for each in elements(node) for inner in (_flat(each) if each.is_list else [each])]


def _lookup(arguments: Sequence[Node]) -> Node:
    of, key, otherwise = _only(arguments, 3)
    return mapping(of).get(text(key), otherwise)


def _element(arguments: Sequence[Node]) -> Node:
    of, at = elements(arguments[0]), whole(_only(arguments, 2)[1])
    if at < 0:
        raise UnknownValueError(NOT_EVALUATED)
    return of[at % len(of)] if of else of[at]


def _length(arguments: Sequence[Node]) -> int:
    (of,) = _only(arguments)
    return len(mapping(of) if known(of).is_mapping else elements(of))


def _contains(arguments: Sequence[Node]) -> bool:
    of, wanted = _only(arguments, 2)
    return any(is_equal(each, wanted) for each in elements(of))


def _distinct(arguments: Sequence[Node]) -> Sequence[Node]:
    found: dict[tuple[type, object], Node] = {}
    for each in elements(_only(arguments)[0]):
        if not known(each).is_scalar:
            raise UnknownValueError(NOT_EVALUATED)
        found.setdefault((type(each.value), each.value), each)
    return list(found.values())


def _coalesce(arguments: Sequence[Node]) -> Node:
    given = [each for each in arguments if not known(each).is_null]
    return given[0]


def _joined_by(arguments: Sequence[Node]) -> str:
    between, *lists = arguments
    texts = [text(each) for of in lists for each in elements(of)]
    if len(text(between)) * len(texts) > MOST_TEXT:
        raise UnknownValueError(TOO_LARGE)
    return joined([text(between) * bool(at) + each for at, each in enumerate(texts)])


def _replaced(arguments: Sequence[Node]) -> str:
    of, old, new = (text(each) for each in _only(arguments, 3))
    if not old or (len(old) > 1 and old[0] == old[-1] == "/"):
        # A text between slashes is a regular expression in Go's syntax.
        raise UnknownValueError(NOT_EVALUATED)
    if of.count(old) * len(new) > MOST_TEXT:
        raise UnknownValueError(TOO_LARGE)
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
        raise UnknownValueError(NOT_EVALUATED)
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
        raise UnknownValueError(NOT_EVALUATED)
    return f"%{flags}s" % text(value)


def _range(arguments: Sequence[Node]) -> Sequence[Node]:
    bounds = [whole(each) for each in arguments]
    first, end = (0, *bounds) if len(bounds) == 1 else bounds[:2]
    numbers = range(first, end, bounds[2] if len(bounds) == 3 else 1 if first <= end else -1)
    if len(numbers) > _MOST_OF_RANGE:
        raise UnknownValueError(TOO_LARGE)
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
        raise UnknownValueError(NOT_EVALUATED)
    return of[first:end]


def _substr(arguments: Sequence[Node]) -> str:
    of, first, length = text(_only(arguments, 3)[0]), whole(arguments[1]), whole(arguments[2])
    if first < 0 or length < -1:
        raise UnknownValueError(NOT_EVALUATED)
    return of[first:] if length == -1 else of[first : first + length]


def _zipped(arguments: Sequence[Node]) -> Mapping[str, Node]:
    keys, values = (elements(each) for each in _only(arguments, 2))
    return {text(key): value for key, value in zip(keys, values, strict=True)}


def _parsed_whole(arguments: Sequence[Node]) -> int:
    written, base = text(_only(arguments, 2)[0]), whole(arguments[1])
    digits = written.removeprefix("-") if written.startswith("-") else written.removeprefix("+")
    # Python's int() accepts more than Go's big.Int: blanks, "1_000", and "0x1f" in base 16.
    if len(digits) > MOST_DIGITS or not all(each.isascii() and int(each, 36) < base for each in digits):
        raise UnknownValueError(NOT_EVALUATED)
    return int(written, base)


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
    "parseint": _parsed_whole,
    "lower": _of_text(str.lower),
    "upper": _of_text(str.upper),
    "chomp": _of_text(lambda value: value.rstrip("\r\n")),
    "trimspace": _of_text(str.strip),
    "reverse": _of_text(lambda value: value[::-1]),
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
    "slice": _slice,
    **hcl_encodings.FUNCTIONS,
    **hcl_files.FUNCTIONS,
    "sort": lambda arguments: sorted(elements(_only(arguments)[0]), key=text),
}
