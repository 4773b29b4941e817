"""Check the questions of a profile against the types of facts and metrics."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hostcheck.catalogue.kinds import LAST_PORT, NUMBERS, Kind, Type, fits, is_number, is_path, is_range, is_version
from hostcheck.catalogue.loader import FactDescription, entries, entry_of
from hostcheck.errors import UnfitError
from hostcheck.limits import MOST, metric_limit, unknown
from hostcheck.profiles.model import Question
from hostcheck.run.model import NONE
from hostcheck.tomltext import nearest
from hostcheck.units import QuantityError, example_in, parse_quantity

_EQUAL = ("equals", "one_of", "not_one_of")
_ORDER = ("at_least", "at_most")
_SETS = ("includes", "excludes")
_MAPS = ("provides", "provides_one_of", "provides_none_of")
PREDICATES_OF: Mapping[Type, tuple[str, ...]] = {
    "boolean": ("equals",),
    **dict.fromkeys(("count", "integer", "number", "version"), (*_ORDER, *_EQUAL)),
    **dict.fromkeys(("choice", "text", "path"), _EQUAL),
    **dict.fromkeys(("set", "ports"), _SETS),
    "range": ("apart_from",),
    "map": _MAPS,
}
"""Predicates for each type of fact. A fact that can be "none" can also be compared with "none"."""

_LISTS = ("one_of", "not_one_of", *_SETS, *_MAPS)
_PORT = re.compile(r"(?P<before>(?:tcp|udp)/)?(?P<number>\d{1,5})(?P<after>/(?:tcp|udp))?")
_FEW = 12
"""Maximum number of words that a message lists; ``hostcheck checks`` lists all."""


def convert(question: Question) -> Question:
    """Return a question with its argument in the unit of the fact or metric: "400 GB" becomes bytes.

    Raises:
        UnfitError: if the fact or metric does not exist, or the predicate or the argument does not fit its type.
    """
    if question.of == "metric":
        if question.predicate not in _ORDER:
            raise UnfitError(f"{question.predicate} does not apply to a metric", f"use {' or '.join(_ORDER)}")
        argument, unit = metric_limit(question.subject, question.argument, bare=False)
        return question._replace(argument=argument, unit=unit)
    entry = entry_of(question.subject)
    if entry is None:
        raise unknown("fact", question.subject, entries())
    kind = entry.kind
    possible = (*PREDICATES_OF[kind.type], *(_EQUAL if kind.none else ()))
    if question.predicate not in possible:
        words = f"{question.predicate} does not apply to {entry.id}, whose type is {kind.name}"
        raise UnfitError(words, f"use {' or '.join(dict.fromkeys(possible))}")
    return question._replace(argument=_argument(entry, question.predicate, question.argument))


def _argument(entry: FactDescription, predicate: str, argument: Any) -> Any:
    if predicate == "apart_from":
        if not is_range(argument):
            raise UnfitError(
                f"{predicate} is {argument!r}", "write two ports, the first and the last, such as [30000, 32767]"
            )
        return argument
    if predicate not in _LISTS:
        return _one(entry, predicate, argument)
    if not isinstance(argument, list) or not argument:
        raise UnfitError(f"{predicate} is {argument!r}", f"write a list, such as [{_example(entry)}]")
    if entry.kind.type == "ports" and predicate in _SETS:
        return [port for item in argument for port in _ports(predicate, item)]
    return [_one(entry, predicate, item) for item in argument]


def _one(entry: FactDescription, predicate: str, item: Any) -> Any:
    """Return one value, converted to the type of the fact."""
    kind = entry.kind
    if predicate in _EQUAL and kind.none and item == NONE:
        return item
    if predicate not in PREDICATES_OF[kind.type]:
        raise UnfitError(f"{predicate} can compare {entry.id} only with none, not with {item!r}", f'write "{NONE}"')
    if kind.type in NUMBERS:
        return _number(entry, item)
    if not _is_right(kind, item):
        raise UnfitError(f"{item!r} does not fit {entry.id}, whose type is {kind.name}", _remedy(entry, item))
    return item


def _is_right(kind: Kind, item: Any) -> bool:
    if kind.type == "boolean":
        return isinstance(item, bool)
    if kind.type == "version":
        return is_version(kind, item)
    if kind.type == "path":
        return is_path(item)
    return isinstance(item, str) and bool(item.strip()) and kind.has(item)


def _number(entry: FactDescription, item: Any) -> float:
    kind = entry.kind
    number = item
    if isinstance(item, str):
        try:
            number = parse_quantity(item, kind.unit)
        except QuantityError as error:
            raise UnfitError(error.problem, error.remedy) from error
    # What is no number (nan) is not below the largest one either.
    if not is_number(number) or not abs(number) < MOST or not fits(kind, number):
        raise UnfitError(f"{item!r} does not fit {entry.id}, whose type is {kind.name}", _remedy(entry, item))
    return float(number) if isinstance(number, float) else int(number)


def _ports(predicate: str, item: Any) -> Iterable[str]:
    """Return the ports that one item of a list means, such as "tcp/80"; a number means the port in both protocols.

    Raises:
        UnfitError: if the item is not a port, or is a number and the predicate is "includes".
    """
    if isinstance(item, int) and not isinstance(item, bool) and 0 < item <= LAST_PORT:
        if predicate == "includes":
            raise UnfitError(f"{item} does not name the protocol", f'write "tcp/{item}" or "udp/{item}"')
        return f"tcp/{item}", f"udp/{item}"
    found = _PORT.fullmatch(item) if isinstance(item, str) else None
    if found is None or bool(found["before"]) == bool(found["after"]) or not 0 < int(found["number"]) <= LAST_PORT:
        remedy = 'write 80 without quotes for both protocols, or "tcp/80" or "80/tcp" for one'
        raise UnfitError(f"{item!r} is not a port", remedy)
    return (f"{(found['before'] or found['after']).strip('/')}/{int(found['number'])}",)


def _remedy(entry: FactDescription, item: Any) -> str:
    kind = entry.kind
    if kind.type == "boolean":
        return "write true or false, without quotes"
    if kind.type in NUMBERS:
        quantity = f', or with a unit: "{example_in(kind.unit)}"' if kind.unit else ""
        return f"write a number{f' of {kind.unit}' * bool(kind.unit)}, such as {entry.example}{quantity}"
    if kind.values:
        words = (*kind.values, *([NONE] if kind.none else ()))
        otherwise = "" if len(words) <= _FEW else f"hostcheck checks {entry.id} lists them"
        return nearest(str(item), words, otherwise)
    return f"write a text, such as {_example(entry)}"


def _example(entry: FactDescription) -> str:
    """Return an example of the fact's value in TOML; of a value with several parts, one part."""
    value = entry.example
    first = next(iter(value)) if isinstance(value, (tuple, Mapping)) else value
    return f'"{first}"' if isinstance(first, str) else str(first).lower()
