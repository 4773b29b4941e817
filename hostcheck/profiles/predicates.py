"""The predicates of checks, with their wording of what is expected and what was found.

A predicate returns True, False, or None when the value cannot be compared. It is never applied to an unknown fact.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeGuard

from hostcheck.run.model import NONE, FactValue, Scalar

_VERSION = re.compile(r"\d{1,18}(?:\.\d{1,18})*(?!\.?\d)")
_STATES: Mapping[Any, bool] = {
    True: True,
    False: False,
    **dict.fromkeys(("builtin", "loaded", "loadable"), True),
    **dict.fromkeys(("blocked", "absent"), False),
}
"""Whether a value in a map means that its key is present. The words are values in the fact kernel.modules."""
_NAMED = 4
"""Maximum number of names that a message lists, of names that exist instead of the wanted ones."""


class Answer(NamedTuple):
    """The result of a predicate.

    Attributes:
        holds: whether the value is as expected; None if it cannot be compared.
        found: the value in words, with the items that it lacks.
    """

    holds: bool | None
    found: str


class Predicate(NamedTuple):
    """A predicate.

    Attributes:
        test: function from the value of the fact, and the argument in the profile, to the answer.
        expects: function from the argument to the expected value, in words.
    """

    test: Callable[[FactValue, Any], Answer]
    expects: Callable[[Any], str]


def in_words(value: FactValue) -> str:
    """Return the value of a fact in words: yes and no for booleans, parts joined by commas."""
    if value is True:
        return "yes"
    if value is False:
        return "no"
    if value is None:
        return "unknown"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {in_words(item)}" for key, item in value.items())
    if isinstance(value, tuple):
        return ", ".join(in_words(item) for item in value) or "none"
    return str(value)


def version(text: str) -> tuple[int, ...] | None:
    """Parse the numbers at the start of a version: "6.1.0-13-amd64" is (6, 1, 0).

    None if it does not start with a number, or if one of them has more than 18 digits.
    """
    found = _VERSION.match(text)
    return tuple(int(part) for part in found[0].split(".")) if found else None


def _at_least(value: FactValue, bound: Any) -> Answer:
    return _compare(value, bound, operator.ge)


def _at_most(value: FactValue, bound: Any) -> Answer:
    return _compare(value, bound, operator.le)


def _compare(value: FactValue, bound: Any, holds: Callable[[Any, Any], bool]) -> Answer:
    """Compare a value with a bound: two texts as versions, by their numbers; or two numbers.

    The value "none" fails: the thing is known to be missing. The answer is None for a text and a number.
    """
    if value == NONE:
        return Answer(holds=False, found=NONE)
    if isinstance(bound, str) and isinstance(value, str):
        have, want = version(value), version(bound) if _VERSION.fullmatch(bound) else None
        return Answer(None if have is None or want is None else holds(have, want), value)
    if not _is_number(value) or not _is_number(bound):
        return Answer(None, in_words(value))
    return Answer(holds(value, bound), f"{value:,}")


def _same(value: Any, wanted: Any) -> bool | None:
    """Whether a value equals the wanted one, or is one of its versions; None if their types cannot be compared."""
    if value is None or wanted is None:
        return None
    if NONE in (value, wanted):
        return bool(value == wanted)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted if isinstance(value, bool) and isinstance(wanted, bool) else None
    if isinstance(value, str) and isinstance(wanted, str):
        return value == wanted or _is_of(value, wanted)
    return bool(value == wanted) if _is_number(value) and _is_number(wanted) else None


def _is_of(value: str, wanted: str) -> bool:
    """Whether a version is one of the wanted version: 17.0.15 is one of 17, 1.8.3-2 of 1.8.3, and 1.8 of 1.8.0."""
    have, want = version(value), version(wanted) if _VERSION.fullmatch(wanted) else None
    return have is not None and want is not None and (*have, *(0 for _ in want))[: len(want)] == want


def _among(value: Any, wanted: Sequence[Scalar]) -> bool | None:
    """Whether a value is in a list; None if it equals no item, but cannot be compared with at least one of them."""
    answers = [_same(value, item) for item in wanted]
    return True if True in answers else None if None in answers else False


def _one_of(value: FactValue, wanted: Sequence[Scalar]) -> Answer:
    return Answer(_among(value, wanted), in_words(value))


def _not_one_of(value: FactValue, refused: Sequence[Scalar]) -> Answer:
    among = _among(value, refused)
    return Answer(None if among is None else not among, in_words(value))


def _equals(value: FactValue, wanted: Scalar) -> Answer:
    return Answer(_same(value, wanted), in_words(value))


def _there(value: FactValue, items: Sequence[Scalar]) -> dict[Scalar, bool | None]:
    """Return for each item whether a set contains it; None for it if the value is not a set, or the item not a text."""
    if value == NONE:
        return dict.fromkeys(items, False)
    if not isinstance(value, tuple):
        return dict.fromkeys(items)
    return {item: item in value if isinstance(item, str) else None for item in items}


def _includes(value: FactValue, wanted: Sequence[Scalar]) -> Answer:
    there = _there(value, wanted)
    missing = tuple(item for item, answer in there.items() if answer is False)
    found = in_words(value)
    if missing:
        return Answer(holds=False, found=f"{found}; missing: {in_words(missing)}")
    return Answer(None if None in there.values() else True, found)


def _excludes(value: FactValue, refused: Sequence[Scalar]) -> Answer:
    answers = _there(value, refused)
    there = tuple(item for item, answer in answers.items() if answer)
    if there:
        return Answer(holds=False, found=in_words(there))
    return Answer(None, in_words(value)) if None in answers.values() else Answer(holds=True, found="none of them")


def offered(value: FactValue, wanted: Sequence[str]) -> dict[str, bool | None]:
    """Return for each name whether a map says that it is present; None if that is unknown."""
    states = value if isinstance(value, Mapping) else {}
    return {name: _STATES.get(states.get(name)) for name in wanted}


def _provides(value: FactValue, wanted: Sequence[str]) -> Answer:
    """Require that all names are present. If one is missing, the answer is no, even if others are unknown."""
    offers = offered(value, wanted)
    missing = tuple(name for name, there in offers.items() if there is False)
    unknown = tuple(name for name, there in offers.items() if there is None)
    if missing:
        return Answer(holds=False, found=f"missing: {in_words(missing)}")
    if unknown:
        return Answer(None, f"unknown: {in_words(unknown)}")
    return Answer(holds=True, found=in_words(tuple(wanted)))


def _provides_one_of(value: FactValue, wanted: Sequence[str]) -> Answer:
    offers = offered(value, wanted)
    usable = tuple(name for name, state in value.items() if _STATES.get(state)) if isinstance(value, Mapping) else ()
    chosen = next((name for name, there in offers.items() if there), None)
    if chosen:
        return Answer(holds=True, found=f"{chosen} (of {in_words(usable)})")
    unknown = tuple(name for name, there in offers.items() if there is None)
    if unknown:
        return Answer(None, f"unknown: {in_words(unknown)}")
    return Answer(holds=False, found=f"only {in_words(usable)}" if 0 < len(usable) <= _NAMED else "none of them")


def _provides_none_of(value: FactValue, refused: Sequence[str]) -> Answer:
    """Require that no name is present. If one is present, the answer is no, even if others are unknown."""
    offers = offered(value, refused)
    there = tuple(name for name, answer in offers.items() if answer)
    unknown = tuple(name for name, answer in offers.items() if answer is None)
    if there:
        return Answer(holds=False, found=in_words(there))
    if unknown:
        return Answer(None, f"unknown: {in_words(unknown)}")
    return Answer(holds=True, found="none of them")


def any_of(items: Sequence[Scalar]) -> str:
    """Join alternatives: "v1, hybrid or v2"."""
    words = [in_words(item) for item in items]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _apart_from(value: FactValue, refused: Sequence[int]) -> Answer:
    """Require that the range (first, last) does not overlap the refused range."""
    if not isinstance(value, tuple) or not _is_range(list(value)) or not _is_range(refused):
        return Answer(None, in_words(value))
    first, last = (int(str(end)) for end in value)
    return Answer(last < refused[0] or first > refused[1], f"{first} to {last}")


def _bound(words: str, later: str) -> Callable[[Any], str]:
    return lambda bound: f"{bound} or {later}" if isinstance(bound, str) else f"{words} {bound:,}"


def _expects_not(refused: Sequence[Scalar]) -> str:
    return "present" if list(refused) == [NONE] else f"not {any_of(refused)}"


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_range(argument: Any) -> bool:
    return (
        isinstance(argument, list) and [type(end) for end in argument] == [int, int] and 0 <= argument[0] <= argument[1]
    )


PREDICATES: dict[str, Predicate] = {
    "at_least": Predicate(_at_least, _bound("at least", "later")),
    "at_most": Predicate(_at_most, _bound("at most", "earlier")),
    "equals": Predicate(_equals, in_words),
    "one_of": Predicate(_one_of, any_of),
    "not_one_of": Predicate(_not_one_of, _expects_not),
    "includes": Predicate(_includes, lambda wanted: in_words(tuple(wanted))),
    "excludes": Predicate(_excludes, lambda refused: f"without {any_of(refused)}"),
    "provides": Predicate(_provides, lambda wanted: in_words(tuple(wanted))),
    "provides_one_of": Predicate(_provides_one_of, any_of),
    "provides_none_of": Predicate(_provides_none_of, lambda refused: f"without {any_of(refused)}"),
    "apart_from": Predicate(_apart_from, lambda ends: f"no overlap with {ends[0]} to {ends[1]}"),
}
"""The predicates, by their names in a profile."""
PLACED = ("within", "not_within")
"""The predicates of the table ``[place]``. Few profiles have it, so ``profiles.placed`` answers them."""
