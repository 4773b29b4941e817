"""One row of a profile's file into a check."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from hostcheck.profiles.model import Check, Condition, Question
from hostcheck.profiles.predicates import PREDICATES
from hostcheck.run.model import Severity
from hostcheck.tomltext import Table

_TEXTS = ("title", "why", "fix", "source")
_SUBJECTS = ("fact", "metric")
_METRIC_PREDICATES = ("at_least", "at_most")
KEYS = ("id", *_TEXTS, "severity", *_SUBJECTS, "when", "roles", *PREDICATES)
"""Every key that a row may have."""
CONDITION_KEYS = ("fact", "otherwise", *PREDICATES)
"""Every key that a condition may have."""


def read_check(table: Table, row: Mapping[str, Any], inherited: Check | None, roles: Sequence[str]) -> Check:
    """Make a check of a row, or a changed one of an inherited check and the row that changes it.

    Args:
        table: where the row stands, for errors.
        row: its keys and values.
        inherited: the check of the same id that the profile inherits.
        roles: the roles that the profile knows.

    Raises:
        UsageError: when the row lacks something or has something unknown, with file and line.
    """
    table.refuse_unknown(row, KEYS)
    texts = {key: text for key in _TEXTS if (text := table.text_of(row, key)) is not None}
    if inherited is not None:
        return _changed(table, row, inherited, texts, roles)
    for key in _TEXTS:
        if key not in texts:
            table.fail(None, f"check {row['id']} has no {key}")
    if "severity" not in row:
        table.fail(None, f"check {row['id']} has no severity", f"it is one of {', '.join(get_args(Severity))}")
    test = _test(table, row)
    if test is None:
        table.fail(None, f"check {row['id']} asks nothing", f"give it one of {', '.join(PREDICATES)}")
    return Check(
        id=row["id"],
        test=test,
        severity=table.one_of(row, "severity", get_args(Severity), None),
        when=_conditions(table, row),
        roles=_roles(table, row, roles),
        **texts,
    )


def _changed(
    table: Table, row: Mapping[str, Any], inherited: Check, texts: Mapping[str, str], roles: Sequence[str]
) -> Check:
    return replace(
        inherited,
        test=_asked_anew(table, row, inherited.test),
        severity=table.one_of(row, "severity", get_args(Severity), inherited.severity),
        when=_conditions(table, row) if "when" in row else inherited.when,
        roles=_roles(table, row, roles) or inherited.roles,
        **texts,
    )


def _roles(table: Table, row: Mapping[str, Any], known: Sequence[str]) -> tuple[str, ...]:
    roles = table.texts(row, "roles") or ()
    for role in roles:
        if role not in known:
            remedy = f"it has {', '.join(known)}" if known else "list the profile's roles at its top: roles = […]"
            table.fail("roles", f"the profile has no role {role!r}", remedy)
    return roles


def _conditions(table: Table, row: Mapping[str, Any]) -> tuple[Condition, ...]:
    found = row.get("when", [])
    conditions = found if isinstance(found, list) else [found]
    return tuple(_condition(table, condition) for condition in conditions)


def _condition(table: Table, condition: Any) -> Condition:
    if not isinstance(condition, Mapping):
        table.fail("when", f"when is {condition!r}", "write when = { fact = …, equals = true, otherwise = … }")
    for key in condition:
        if key not in CONDITION_KEYS:
            table.fail("when", f"its condition has an unknown key {key!r}", f"there is {', '.join(CONDITION_KEYS)}")
    test = _test(table, condition, where="when")
    otherwise = condition.get("otherwise")
    if test is None or not isinstance(otherwise, str) or not otherwise.strip():
        table.fail("when", "its condition needs a fact, a predicate and otherwise: why the check does not apply")
    return Condition(test, otherwise)


def _asked_anew(table: Table, row: Mapping[str, Any], inherited: Question) -> Question:
    """Return the inherited test with what the row says of it."""
    asked = {key: row[key] for key in row if key in PREDICATES or key in _SUBJECTS}
    if not any(key in asked for key in _SUBJECTS):
        asked[inherited.of] = inherited.subject
    if not any(key in asked for key in PREDICATES):
        asked[inherited.predicate] = inherited.argument
    return _test(table, asked) or inherited


def _test(table: Table, row: Mapping[str, Any], where: str | None = None) -> Question | None:
    """Make the test of a row, or of the condition at the key ``where``; None where it has no predicate."""
    predicates = [key for key in row if key in PREDICATES]
    subjects = [key for key in _SUBJECTS if key in row]
    if not predicates:
        return None
    predicate = predicates[0]
    if len(predicates) > 1 or len(subjects) > 1:
        table.fail(where or predicates[-1], "it asks two things at once", "make two checks of it")
    if not subjects:
        table.fail(where or predicate, f"{predicate} is asked of nothing", "name a fact; hostcheck checks tells them")
    argument = row[predicate]
    if not PREDICATES[predicate].accepts(argument):
        table.fail(
            where or predicate, f"{predicate} cannot use {argument!r}", f"it takes {PREDICATES[predicate].takes}"
        )
    if subjects[0] == "metric" and predicate not in _METRIC_PREDICATES:
        table.fail(where or predicate, f"{predicate} cannot be asked of a metric", "ask at_least or at_most")
    return Question(
        table.text_of(row, subjects[0]) or "", predicate, argument, "fact" if subjects[0] == "fact" else "metric"
    )
