"""The table ``[place]`` of profiles and policies: where a host must be, as checks of the fact place.excluded."""

from collections.abc import Mapping, Sequence
from typing import Any

from hostcheck.errors import UnfitError
from hostcheck.place.countries import codes_of, in_words, names, parse_code
from hostcheck.profiles.model import Check, Question
from hostcheck.profiles.predicates import PLACED, Answer
from hostcheck.run.model import FactValue
from hostcheck.tomltext import Table

EXCLUDED = "place.excluded"
_FEW = 8
"""Maximum number of countries that a sentence lists."""
_SOURCE = "docs/locate.md"
_FIX = "Name landmarks that are near the host; if it is elsewhere, rent another host."


def within(excluded: FactValue, wanted: Sequence[str]) -> Answer:
    """Answer whether a host is in one of the wanted countries.

    Yes if all other countries are excluded, no if all wanted ones are excluded; unknown in any other case.
    """
    return _answer(excluded, codes_of(wanted), inside=True)


def not_within(excluded: FactValue, refused: Sequence[str]) -> Answer:
    """Answer whether a host is in none of the refused countries.

    Yes if all refused countries are excluded, no if all others are excluded; unknown in any other case.
    """
    return _answer(excluded, codes_of(refused), inside=False)


def answer(predicate: str, excluded: FactValue, asked: Sequence[str]) -> Answer:
    """Answer the question of one of the predicates ``PLACED``, by the countries that are excluded."""
    return within(excluded, asked) if predicate == "within" else not_within(excluded, asked)


def _answer(excluded: FactValue, codes: frozenset[str], *, inside: bool) -> Answer:
    if not isinstance(excluded, tuple):
        return Answer(None, "the excluded countries are not a list")
    left = frozenset(names()) - {str(code) for code in excluded}
    found = f"near enough are parts of {_listed(left)}"
    if not left:
        # No host is nowhere: whatever was measured, it is not right.
        return Answer(None, "no country is near enough")
    if left <= codes:
        return Answer(inside, found)
    return Answer(None if left & codes else not inside, found)


def _listed(left: frozenset[str]) -> str:
    if len(left) > _FEW:
        return f"{len(left)} of {len(names())} countries"
    return ", ".join(names()[code] for code in sorted(left))


def expected(predicate: str, asked: Sequence[str]) -> str:
    """Return what is expected, in words: "within Norway or the EU (members since 2020-02-01)"."""
    joined = " or ".join(in_words(code) for code in asked)
    return f"{'within' if predicate == 'within' else 'not within'} {joined}"


def read_place(table: Table, found: Mapping[str, Any]) -> tuple[Check, ...]:
    """Return the checks for ``found``, the content of a table ``[place]``; ``table`` collects its mistakes."""
    checks = []
    for key in PLACED:
        with table.collecting():
            codes = _codes(table, found, key)
            if codes:
                checks.append(_check(key, codes))
    return tuple(checks)


def _codes(table: Table, found: Mapping[str, Any], key: str) -> tuple[str, ...]:
    codes = []
    for text in table.texts(found, key) or ():
        try:
            codes.append(parse_code(text))
        except UnfitError as error:
            table.fail(key, error.problem, error.remedy, item=text)
    return tuple(dict.fromkeys(codes))


def _check(key: str, codes: tuple[str, ...]) -> Check:
    return Check(
        id=f"place.{key}",
        title=f"Place {'within' if key == 'within' else 'not within'} {' or '.join(codes)}",
        test=Question(EXCLUDED, key, list(codes)),
        severity="required",
        why="The host has to be there, for its users, its law or its contract.",
        fix=_FIX,
        source=_SOURCE,
        passed="{found}",
        missed="{found}",
    )
