"""The tests a check can put to a fact, and how each says what it wants and what it found.

A predicate answers True, False, or None when the value does not settle it. It never sees an unknown fact.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hostcheck.run.model import FactValue, Scalar

_LEADING_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
_GIBIBYTE = 1 << 30


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
    """

    test: Callable[[FactValue, Any], Answer]
    expects: Callable[[Any], str]
    accepts: Callable[[Any], bool]


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
    if isinstance(bound, str):
        have, want = version(str(value)), version(bound)
        return Answer(None if have is None or want is None else have >= want, str(value))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return Answer(None, in_words(value))
    return Answer(value >= bound, _quantity(value))


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


def _provides_one_of(value: FactValue, wanted: Sequence[str]) -> Answer:
    offers = value if isinstance(value, Mapping) else {}
    usable = tuple(name for name, usable in offers.items() if usable)
    chosen = next((name for name in wanted if offers.get(name)), None)
    if chosen:
        return Answer(holds=True, found=f"{chosen} (of {in_words(usable)})")
    untold = tuple(name for name in wanted if offers.get(name) is None)
    if untold:
        return Answer(None, f"it could not be told whether there is {_any(untold)}")
    return Answer(holds=False, found=f"only {in_words(usable)}" if usable else "none")


def _quantity(value: float) -> str:
    """Say a number; large ones are bytes, and read better in GiB."""
    return f"{value / _GIBIBYTE:.1f} GiB" if value >= _GIBIBYTE else f"{value:,}"


def _any(items: Sequence[Scalar]) -> str:
    words = [in_words(item) for item in items]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _expects_at_least(bound: Any) -> str:
    return f"{bound} or later" if isinstance(bound, str) else f"at least {_quantity(bound)}"


def _is_list(argument: Any) -> bool:
    return isinstance(argument, list) and bool(argument) and all(isinstance(item, (str, int)) for item in argument)


PREDICATES: dict[str, Predicate] = {
    "at_least": Predicate(
        _at_least,
        _expects_at_least,
        lambda bound: version(bound) is not None if isinstance(bound, str) else isinstance(bound, (int, float)),
    ),
    "equals": Predicate(_equals, in_words, lambda wanted: isinstance(wanted, (str, int, float))),
    "one_of": Predicate(_one_of, _any, _is_list),
    "not_one_of": Predicate(_not_one_of, lambda refused: f"not {_any(refused)}", _is_list),
    "includes": Predicate(_includes, lambda wanted: in_words(tuple(wanted)), _is_list),
    "provides_one_of": Predicate(_provides_one_of, _any, _is_list),
}
"""The tests by the name a profile uses."""
