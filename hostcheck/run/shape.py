"""Check that the values of a run file have the types of the model's annotations. A run file may contain anything."""

import sys
import types
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hostcheck.counts import number_of
from hostcheck.run.changes import Change
from hostcheck.run.measured import Metric

LARGEST = sys.float_info.max
"""Largest absolute value that a number may have."""

_NUMBERS = {int, float}
_SCALARS: set[Any] = {str, bool, int, float, types.NoneType}
_UNIONS = (Union, types.UnionType)

_LATE = {"Metric": Metric, "Change": Change}
"""Types that the model names as text, since an audit does not load them."""

_Check = Callable[[Any], str | None]
"""Returns what is wrong with a value, beginning with the place inside the value; None if nothing is."""


def misfit(value: object, expected: Any, where: str) -> str | None:
    """Return what is wrong with a value, and where; None if its type is as expected.

    Args:
        value: a value of the model's dataclasses, tuples, mappings and scalars.
        expected: an annotation: a dataclass, a scalar type, a Literal, a union, tuple[…] or Mapping[…].
        where: the value's place in the file, for the message.
    """
    problem = _check_of(expected)(value)
    return None if problem is None else where + problem


@cache
def _check_of(expected: Any) -> _Check:
    # Made once for each annotation: a run has tens of thousands of values.
    origin, arguments = get_origin(expected), get_args(expected)
    if expected in (Any, object):
        return lambda _value: None
    if _kinds(expected) <= _SCALARS:
        return _scalar(_kinds(expected), expected)
    if origin in _UNIONS:
        return _union(expected, arguments)
    if origin is Literal:
        return _literal(arguments)
    if origin is tuple:
        return _list(arguments)
    return _mapping(arguments[1]) if origin is not None and issubclass(origin, Mapping) else _object(expected)


def _kinds(expected: Any) -> set[Any]:
    """Return the types of a union, or the annotation itself."""
    return set(get_args(expected)) if get_origin(expected) in _UNIONS else {expected}


def _scalar(kinds: set[Any], expected: Any) -> _Check:
    if float in kinds:
        kinds = kinds | {int}

    def check(value: Any) -> str | None:
        # In Python, a bool is an int, and JSON may contain NaN, infinity and huge integers: all are refused here.
        kind = type(value)
        fits = kind in kinds and (kind not in _NUMBERS or abs(value) <= LARGEST)
        return None if fits else _differs(value, expected)

    return check


def _union(expected: Any, arguments: tuple[Any, ...]) -> _Check:
    scalars = _scalar(_SCALARS & set(arguments), expected)
    checks = [scalars, *(_check_of(each) for each in arguments if each not in _SCALARS)]

    def check(value: object) -> str | None:
        for each in checks:
            if each(value) is None:
                return None
        return _differs(value, expected)

    return check


def _literal(arguments: tuple[Any, ...]) -> _Check:
    def check(value: object) -> str | None:
        return None if value in arguments else f" is {_short(value)}, not one of {', '.join(map(str, arguments))}"

    return check


def _list(arguments: tuple[Any, ...]) -> _Check:
    each = _check_of(arguments[0])
    checks = None if arguments[-1] is Ellipsis else [_check_of(argument) for argument in arguments]

    def check(value: object) -> str | None:
        if not isinstance(value, tuple):
            return _differs(value, "a list")
        if checks is not None and len(checks) != len(value):
            return f" has {number_of(len(value), 'item')}, not {len(checks)}"
        for place, item in enumerate(value):
            problem = (each if checks is None else checks[place])(item)
            if problem is not None:
                return f"[{place}]{problem}"
        return None

    return check


def _mapping(expected: Any) -> _Check:
    each = _check_of(expected)

    def check(value: object) -> str | None:
        if not isinstance(value, Mapping):
            return _differs(value, "an object")
        for key, item in value.items():
            problem = each(item)
            if problem is not None:
                return f".{key}{problem}"
        return None

    return check


def _object(kind: type) -> _Check:
    hints = get_type_hints(kind, localns=_LATE)
    checks = {name: _check_of(hint) for name, hint in hints.items()}
    by_type = [name for name, hint in hints.items() if _kinds(hint) <= _SCALARS - _NUMBERS]
    others = [name for name in checks if name not in by_type]
    passed = set()

    def check(value: object) -> str | None:
        if not isinstance(value, kind):
            return _differs(value, "an object")
        # Most values are text: whether it fits depends on the types alone, of which there are few combinations.
        types_found = tuple([type(getattr(value, name)) for name in by_type])
        for name in others if types_found in passed else checks:
            problem = checks[name](getattr(value, name))
            if problem is not None:
                return f".{name}{problem}"
        passed.add(types_found)
        return None

    return check


def _differs(value: object, expected: Any) -> str:
    name = "null" if expected is type(None) else getattr(expected, "__name__", str(expected))
    return f" is {_short(value)}, not {name}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…"
