"""Check that the values of a run file have the types of the model's annotations. A run file may contain anything."""

import dataclasses
import sys
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

LARGEST = sys.float_info.max
"""Largest absolute value that a number may have."""

_NUMBERS = {int: (int,), float: (int, float)}


def misfit(value: object, expected: Any, where: str) -> str | None:
    """Return what is wrong with a value, and where; None if its type is as expected.

    Args:
        value: a value of the model's dataclasses, tuples, mappings and scalars.
        expected: an annotation: a dataclass, a scalar type, a Literal, a union, tuple[…] or Mapping[…].
        where: the value's place in the file, for the message.
    """
    origin, arguments = _parts(expected)
    if expected is Any:
        return None
    if origin in (Union, types.UnionType):
        if value is None and types.NoneType in arguments:
            return None
        problems = [misfit(value, each, where) for each in arguments]
        return None if None in problems else _told(value, expected, where)
    if origin is Literal:
        return (
            None if value in arguments else f"{where} is {_short(value)}, not one of {', '.join(map(str, arguments))}"
        )
    if origin is tuple:
        return _tuple_misfit(value, arguments, where)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            return _told(value, "an object", where)
        return _first(misfit(item, arguments[1], f"{where}.{key}") for key, item in value.items())
    if isinstance(expected, type) and dataclasses.is_dataclass(expected):
        if not isinstance(value, expected):
            return _told(value, "an object", where)
        hints = _hints(expected)
        return _first(misfit(getattr(value, name), hint, f"{where}.{name}") for name, hint in hints.items())
    return _scalar_misfit(value, expected, where)


@cache
def _parts(expected: Any) -> tuple[Any, tuple[Any, ...]]:
    return get_origin(expected), get_args(expected)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _tuple_misfit(value: object, arguments: tuple[Any, ...], where: str) -> str | None:
    if not isinstance(value, tuple):
        return _told(value, "a list", where)
    kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else list(arguments)
    if len(kinds) != len(value):
        return f"{where} has {len(value)} items, not {len(kinds)}"
    return _first(misfit(item, kind, f"{where}[{i}]") for i, (item, kind) in enumerate(zip(value, kinds, strict=True)))


def _scalar_misfit(value: object, expected: Any, where: str) -> str | None:
    if expected in _NUMBERS:
        # In Python, a bool is an int, and JSON may contain NaN, infinity and huge integers: all are refused here.
        fits = isinstance(value, _NUMBERS[expected]) and not isinstance(value, bool) and abs(value) <= LARGEST
    else:
        fits = isinstance(value, expected)
    return None if fits else _told(value, expected, where)


def _first(problems: Any) -> str | None:
    return next((problem for problem in problems if problem is not None), None)


def _told(value: object, expected: Any, where: str) -> str:
    name = "null" if expected is type(None) else getattr(expected, "__name__", str(expected))
    return f"{where} is {_short(value)}, not {name}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…"
