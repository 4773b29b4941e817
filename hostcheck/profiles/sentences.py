"""What a check found, in a sentence that follows its title: "Free space for images: 4.2 GiB are free; …".

The words are those of the check's row (``passed``, ``missed``, ``unknown``); if it has none, those of the fact that it
asks about (``words/words.toml``); if there are none, those of the comparison.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli

from hostcheck.profiles import wording
from hostcheck.profiles.model import Check, Question
from hostcheck.profiles.predicates import any_of, in_words, offered
from hostcheck.proofs import is_proof, seen
from hostcheck.resources import read_shipped
from hostcheck.run.model import Fact, FactValue, Severity, Status

_WORDS = Path(__file__).parent / "words" / "words.toml"
_BLANK = re.compile(r"\{(found|missing|wanted|is_needed|shortfall|count)\}")
_NAMED = 3
"""Maximum number of names that a sentence lists. If there are more, it says how many more."""
_STORE = re.compile(r"^store\.[^.]+\.")

_BY_COMPARISON: Mapping[str, tuple[str, str]] = {
    "at_least": ("{found}", "{found}; {wanted} {is_needed}"),
    "at_most": ("{found}", "{found}; {wanted} {is_needed}"),
    "equals": ("{found}", "{found}; {wanted} {is_needed}"),
    "one_of": ("{found}", "{found}; {wanted} {is_needed}"),
    "not_one_of": ("{found}", "{found} is not suitable"),
    "includes": ("all is there: {wanted}", "missing: {missing}"),
    "excludes": ("nothing of the kind was found", "there is {found}"),
    "provides": ("all is there: {wanted}", "missing: {missing}"),
    "provides_one_of": ("{found}", "there is no {wanted}"),
    "provides_none_of": ("nothing of the kind was found", "there is {found}"),
    "apart_from": ("{found}", "{found} overlaps {wanted}"),
}
"""The words for each predicate: if the check passes, and if it does not."""
_BOOLEAN = ("as it should be", "not as it should be")


def sentence(check: Check, status: Status, found: str, fact: Fact | None) -> str:
    """Return what was found, as a clause without a full stop.

    Args:
        check: the check.
        status: the status of its verdict.
        found: what its verdict says was found; for skip and unknown, the reason.
        fact: the fact that it asks about; None if there is none.
    """
    if status == "skip":
        return found
    if status == "unknown":
        return _filled(check.unknown or "not known: {found}", {"found": found})
    passed = status == "pass"
    own = check.passed if passed else check.missed
    if fact is None or not fact.known:
        return _filled(own or "{found}", {"found": found})
    if is_proof(fact.id):
        return _of_a_proof(fact, check.test.argument, passed=passed)
    template = own or _of_the_fact(check.test, fact.value, passed=passed)
    blanks = _blanks(template, check, fact.value)
    if not all(blanks.values()):
        # A sentence such as "not installed:" with nothing after it says less than the words of the comparison.
        template = _BY_COMPARISON[check.test.predicate][not passed] if check.test.predicate in _BY_COMPARISON else found
        blanks = _blanks(template, check, fact.value)
    return _filled(template, blanks)


def of_metric(question: Question, status: Status, found: str, severity: Severity) -> str:
    """Return what was measured, as a clause without a full stop."""
    if status == "pass":
        return found
    if status in {"warn", "fail"}:
        return f"{found}; {_wanted(question)} {_is_needed(severity)}"
    return f"not known: {found}"


def _of_a_proof(fact: Fact, steps: Sequence[str], *, passed: bool) -> str:
    value = fact.value if isinstance(fact.value, Mapping) else {}
    if passed:
        return f"seen to work: {', '.join(steps)}"
    return f"seen to fail: {'; '.join(seen(fact, step) for step in steps if value.get(step) is False)}"


def _of_the_fact(question: Question, value: FactValue, *, passed: bool) -> str:
    words = _words_of(question.subject)
    if isinstance(value, bool):
        return words.get("yes" if value else "no") or _BOOLEAN[not passed]
    if isinstance(value, str) and value in words:
        return str(words[value])
    return words.get("passed" if passed else "missed") or _BY_COMPARISON[question.predicate][not passed]


def _blanks(template: str, check: Check, value: FactValue) -> dict[str, str]:
    """Return the words for the blanks of a template. Most have none, and an audit has hundreds of sentences."""
    return {name: _BLANKS[name](check, value) for name in _BLANK.findall(template)}


def _missing_in_words(question: Question, value: FactValue) -> str:
    names, missing = _words_of(question.subject).get("items", {}), _missing(question, value)
    return " and ".join(names[name] for name in missing if name in names) or _names(missing)


def _found(question: Question, value: FactValue) -> str:
    match question.predicate:
        case "excludes" if isinstance(value, tuple):
            return _names(_present(question, value))
        case "provides" | "provides_none_of" | "provides_one_of":
            return _names(_present(question, value))
        case "apart_from" if isinstance(value, tuple):
            return " to ".join(map(str, value))
        case "within" | "not_within" as predicate:
            from hostcheck.profiles import placed  # noqa: PLC0415  few profiles ask where a host is

            return placed.answer(predicate, value, question.argument).found
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return wording.found(question, value, f"{value:,}")
    return in_words(value)


def _present(question: Question, value: FactValue) -> list[str]:
    """Return those names in the question's argument that the value has."""
    match question.predicate:
        case "excludes" if isinstance(value, tuple):
            return [str(item) for item in question.argument if item in value]
        case "provides" | "provides_none_of" | "provides_one_of":
            return [name for name, there in offered(value, question.argument).items() if there]
    return []


def _missing(question: Question, value: FactValue) -> list[str]:
    argument = question.argument
    if question.predicate in {"provides", "provides_one_of"}:
        return [name for name, there in offered(value, argument).items() if there is False]
    if question.predicate == "includes":
        return [str(item) for item in argument if not isinstance(value, tuple) or item not in value]
    return []


def _wanted(question: Question) -> str:
    argument = question.argument
    match question.predicate:
        case "at_least" | "at_most" as bound:
            more = {"at_least": ("later", "more"), "at_most": ("earlier", "less")}[bound]
            return f"{wording.amount_of(question)} or {more[not isinstance(argument, str)]}"
        case "includes" | "provides":
            return _names([str(item) for item in argument], most=len(argument))
        case "apart_from":
            return f"{argument[0]} to {argument[1]}"
        case "equals":
            return in_words(argument)
        case _:
            return any_of(argument)


_BLANKS: Mapping[str, Callable[[Check, FactValue], str]] = {
    "found": lambda check, value: _found(check.test, value),
    "missing": lambda check, value: _missing_in_words(check.test, value),
    "wanted": lambda check, _: _wanted(check.test),
    "is_needed": lambda check, _: _is_needed(check.severity),
    "count": lambda check, value: str(len(_present(check.test, value))),
    "shortfall": lambda _, value: f"{-value:,}" if isinstance(value, (int, float)) else "",
}


def _is_needed(severity: Severity) -> str:
    return "is needed" if severity == "required" else "is recommended"


def _names(names: Sequence[str], most: int = _NAMED) -> str:
    """Join names: "a, b and c", or "a, b, c and 8 more"."""
    if len(names) > most + 1:
        names = (*names[:most], f"{len(names) - most} more")
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _filled(template: str, blanks: Mapping[str, str]) -> str:
    return _BLANK.sub(lambda blank: blanks.get(blank[1], blank[0]), template)


def _words_of(fact_id: str) -> Mapping[str, Any]:
    return words().get(_STORE.sub("storage.", fact_id), {})


@lru_cache
def words() -> Mapping[str, Mapping[str, Any]]:
    """Return the words for facts, by the fact's id.

    A fact about a store's folder (store.*) has no entry: it uses that of the data-root (storage.*).
    """
    found: Mapping[str, Mapping[str, Any]] = tomli.loads(read_shipped(_WORDS))
    return found
