"""The tests a check can put to a fact, and how each says what it wants and what it found.

A predicate answers True, False, or None when the value does not settle it. It never sees an unknown fact.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hostcheck.run.model import NONE, FactValue, Scalar

_LEADING_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
_GIBIBYTE = 1 << 30
_NAMED = 4
"""Things that are named besides what was asked for; more are noise."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a predicate says of a fact's value.

    Attributes:
        holds: whether the value is as wanted; None when the value does not settle it.
        found: the value in words, with what is missing from it.
    """

    holds: bool | None
    found: str


@dataclass(frozen=True, slots=True)
class Predicate:
    """One kind of test.

    Attributes:
        test: takes the fact's value and the profile's argument.
        expects: takes the argument and says what is wanted, in words.
        accepts: whether an argument is one this test can use.
        takes: what kind of argument that is, in words.
    """

    test: Callable[[FactValue, Any], Answer]
    expects: Callable[[Any], str]
    accepts: Callable[[Any], bool]
    takes: str


def in_words(value: FactValue) -> str:
    """Say a fact's value: yes and no for booleans, parts joined by commas."""
    if value is True:
        return "yes"
    if value is False:
        return "no"
    if value is None:
        return "not known"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {in_words(item)}" for key, item in value.items())
    if isinstance(value, tuple):
        return ", ".join(in_words(item) for item in value) or "none"
    return str(value)


def version(text: str) -> tuple[int, ...] | None:
    """Read the numbers a version begins with: "6.1.0-13-amd64" is (6, 1, 0)."""
    found = _LEADING_NUMBERS.match(text)
    return tuple(int(part) for part in found[0].split(".")) if found else None


def _at_least(value: FactValue, bound: Any) -> Answer:
    return _compare(value, bound, operator.ge)


def _at_most(value: FactValue, bound: Any) -> Answer:
    return _compare(value, bound, operator.le)


def _compare(value: FactValue, bound: Any, holds: Callable[[Any, Any], bool]) -> Answer:
    """Compare versions by their numbers where the bound is a text, and numbers otherwise.

    "none" is no unknown version: the thing is known not to be there.
    """
    if value == NONE:
        return Answer(holds=False, found=NONE)
    if isinstance(bound, str):
        have, want = version(str(value)), version(bound)
        return Answer(None if have is None or want is None else holds(have, want), str(value))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return Answer(None, in_words(value))
    return Answer(holds(value, bound), quantity(value))


def _one_of(value: FactValue, wanted: Sequence[Scalar]) -> Answer:
    return Answer(value in wanted, in_words(value))


def _not_one_of(value: FactValue, refused: Sequence[Scalar]) -> Answer:
    return Answer(value not in refused, in_words(value))


def _equals(value: FactValue, wanted: Scalar) -> Answer:
    return Answer(value == wanted, in_words(value))


def _includes(value: FactValue, wanted: Sequence[Scalar]) -> Answer:
    have = value if isinstance(value, tuple) else ()
    missing = tuple(item for item in wanted if item not in have)
    found = in_words(have)
    return Answer(not missing, f"{found}; missing: {in_words(missing)}" if missing else found)


def _excludes(value: FactValue, refused: Sequence[Scalar]) -> Answer:
    have = value if isinstance(value, tuple) else (value,)
    there = tuple(item for item in refused if item in have)
    return Answer(not there, in_words(there) if there else "none of them")


def _provides(value: FactValue, wanted: Sequence[str]) -> Answer:
    """Ask that all of the wanted are there: what is missing for certain outranks what could not be told."""
    offers = value if isinstance(value, Mapping) else {}
    missing = tuple(name for name in wanted if offers.get(name) is False)
    untold = tuple(name for name in wanted if offers.get(name) is None)
    if missing:
        return Answer(holds=False, found=f"missing: {in_words(missing)}")
    if untold:
        return Answer(None, f"it could not be told whether there is {any_of(untold)}")
    return Answer(holds=True, found=in_words(tuple(wanted)))


def _provides_one_of(value: FactValue, wanted: Sequence[str]) -> Answer:
    offers = value if isinstance(value, Mapping) else {}
    usable = tuple(name for name, usable in offers.items() if usable)
    chosen = next((name for name in wanted if offers.get(name)), None)
    if chosen:
        return Answer(holds=True, found=f"{chosen} (of {in_words(usable)})")
    untold = tuple(name for name in wanted if offers.get(name) is None)
    if untold:
        return Answer(None, f"it could not be told whether there is {any_of(untold)}")
    return Answer(holds=False, found=f"only {in_words(usable)}" if 0 < len(usable) <= _NAMED else "none of them")


def quantity(value: float) -> str:
    """Say a number; large ones are bytes, and read better in GiB."""
    return f"{value / _GIBIBYTE:.1f} GiB" if value >= _GIBIBYTE else f"{value:,}"


def any_of(items: Sequence[Scalar]) -> str:
    """Say alternatives: "v1, hybrid or v2"."""
    words = [in_words(item) for item in items]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _apart_from(value: FactValue, refused: Sequence[int]) -> Answer:
    """Ask that a range (first, last) has no number in common with another."""
    if not isinstance(value, tuple) or not _is_range(list(value)):
        return Answer(None, in_words(value))
    first, last = (int(str(end)) for end in value)
    return Answer(last < refused[0] or first > refused[1], f"{first} to {last}")


def _bound(words: str, later: str) -> Callable[[Any], str]:
    return lambda bound: f"{bound} or {later}" if isinstance(bound, str) else f"{words} {quantity(bound)}"


def _expects_not(refused: Sequence[Scalar]) -> str:
    return "there is one" if list(refused) == [NONE] else f"not {any_of(refused)}"


def _is_list(argument: Any) -> bool:
    return isinstance(argument, list) and bool(argument) and all(isinstance(item, (str, int)) for item in argument)


def _is_bound(argument: Any) -> bool:
    if isinstance(argument, str):
        return version(argument) is not None
    return isinstance(argument, (int, float)) and not isinstance(argument, bool)


def _is_range(argument: Any) -> bool:
    return (
        isinstance(argument, list) and [type(end) for end in argument] == [int, int] and 0 <= argument[0] <= argument[1]
    )


def _is_scalar(argument: Any) -> bool:
    return isinstance(argument, (str, int, float))


_BOUND = "a number, or a version as a text"
_LIST = "a list of words or numbers"

PREDICATES: dict[str, Predicate] = {
    "at_least": Predicate(_at_least, _bound("at least", "later"), _is_bound, _BOUND),
    "at_most": Predicate(_at_most, _bound("at most", "earlier"), _is_bound, _BOUND),
    "equals": Predicate(_equals, in_words, _is_scalar, "true, false, a number or a text"),
    "one_of": Predicate(_one_of, any_of, _is_list, _LIST),
    "not_one_of": Predicate(_not_one_of, _expects_not, _is_list, _LIST),
    "includes": Predicate(_includes, lambda wanted: in_words(tuple(wanted)), _is_list, _LIST),
    "excludes": Predicate(_excludes, lambda refused: f"without {any_of(refused)}", _is_list, _LIST),
    "provides": Predicate(_provides, lambda wanted: in_words(tuple(wanted)), _is_list, _LIST),
    "provides_one_of": Predicate(_provides_one_of, any_of, _is_list, _LIST),
    "apart_from": Predicate(
        _apart_from, lambda ends: f"nothing of {ends[0]} to {ends[1]}", _is_range, "a range: its first and last number"
    ),
}
"""The tests by the name a profile uses."""
