"""Parse one row of a profile's file into a check."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from hostcheck.errors import UnfitError
from hostcheck.profiles.model import Check, Condition, Question
from hostcheck.profiles.predicates import PREDICATES
from hostcheck.proofs import STEPS
from hostcheck.run.model import Severity
from hostcheck.tomltext import Table, nearest, read_document

_TEXTS = ("title", "why", "fix", "source")
_WORDS = ("passed", "missed", "unknown", "command")
"""Keys of texts that a row may leave out."""
_SUBJECTS = ("fact", "metric")
_PORTS = "ports"
"""Key for ports that must be free: short for the question whether net.ports.busy excludes them."""
_SEVERITY_UNKNOWN = "severity_unknown"
KEYS = (
    "id",
    *_TEXTS,
    *_WORDS,
    "severity",
    _SEVERITY_UNKNOWN,
    *_SUBJECTS,
    "when",
    "roles",
    "proved_by",
    *PREDICATES,
    _PORTS,
)
"""Every key that a row may have."""
CONDITION_KEYS = ("fact", "otherwise", *PREDICATES)
"""Every key that a condition may have."""

_ASKS = frozenset((*_SUBJECTS, *PREDICATES, _PORTS))
"""Keys whose values make up a question."""

Fit = Callable[[Question], Question]
"""Function that checks a question against the types of facts and metrics, and returns it with its argument converted to
the unit of the fact or metric. It raises an UnfitError for a question that the types do not allow."""


def read_check(
    table: Table, row: Mapping[str, Any], inherited: Check | None, roles: Sequence[str], fit: Fit
) -> Check | None:
    """Return the check of a row. If the check is inherited, the row changes it.

    Args:
        table: the place of the row in the file; it collects every mistake in the row.
        row: the keys and values of the row.
        inherited: the check with the row's id that the profile inherits; None if there is none.
        roles: the roles that the profile distinguishes.
        fit: checks the questions.

    Returns:
        The check; None if the row has a mistake.
    """
    before = len(table.mistakes)
    meant = table.refuse_unknown(row, KEYS)
    parts: dict[str, Any] = {}
    for key in _TEXTS:
        if key not in meant:
            with table.collecting():
                parts |= _text(table, row, key, inherited)
    for key in _WORDS:
        with table.collecting():
            if (words := table.text_of(row, key)) is not None:
                parts[key] = words
    if inherited and "command" not in row and ("fix" in row or not _ASKS.isdisjoint(row)):
        # It was the command of another remedy.
        parts["command"] = ""
    if "severity" not in meant:
        with table.collecting():
            parts["severity"] = _severity(table, row, inherited)
    if _SEVERITY_UNKNOWN in row and _SEVERITY_UNKNOWN not in meant:
        with table.collecting():
            parts[_SEVERITY_UNKNOWN] = table.one_of(row, _SEVERITY_UNKNOWN, get_args(Severity), None)
    if meant.isdisjoint(_ASKS):
        with table.collecting():
            parts["test"] = _asked(table, row, inherited, fit)
    if "when" in row or inherited is None:
        parts["when"] = _conditions(table, row, fit)
    with table.collecting():
        parts["roles"] = _roles(table, row, roles) or (inherited.roles if inherited else ())
    with table.collecting():
        parts["proved_by"] = _steps(table, row) or (inherited.proved_by if inherited else ())
    if len(table.mistakes) > before:
        return None
    return inherited._replace(**parts) if inherited else Check(id=row["id"], **parts)


def read_question(text: str, fit: Fit) -> Question:
    """Parse the question of a row alone: ``fact = "hw.cpus", at_least = 4``.

    Args:
        text: the keys and values of the question, in TOML, separated by commas.
        fit: checks the question.

    Raises:
        UsageError: if the text is not a question, or the question does not fit the type of its fact or metric.
    """
    written, place = f"question = {{ {text} }}", Path(text)
    row = read_document("question", written, place)["question"]
    table = Table("question", written, place)
    return _test(table, row, fit) or table.fail(
        None, "the question has no predicate", f"add one of {', '.join(PREDICATES)}"
    )


def _text(table: Table, row: Mapping[str, Any], key: str, inherited: Check | None) -> dict[str, str]:
    text = table.text_of(row, key)
    if text is None and inherited is None:
        table.fail(None, f"check {row['id']} has no {key}", f'add {key} = "…"')
    return {} if text is None else {key: text}


def _severity(table: Table, row: Mapping[str, Any], inherited: Check | None) -> Severity:
    known = get_args(Severity)
    if "severity" not in row and inherited is None:
        table.fail(None, f"check {row['id']} has no severity", f"use one of {', '.join(known)}")
    severity: Severity = table.one_of(row, "severity", known, inherited and inherited.severity)
    return severity


def _roles(table: Table, row: Mapping[str, Any], known: Sequence[str]) -> tuple[str, ...]:
    roles = table.texts(row, "roles") or ()
    for role in roles:
        if role not in known:
            remedy = f"it has {', '.join(known)}" if known else "list the profile's roles at its top: roles = […]"
            table.fail("roles", f"the profile has no role {role!r}", remedy)
    return roles


def _steps(table: Table, row: Mapping[str, Any]) -> tuple[str, ...]:
    steps = table.texts(row, "proved_by") or ()
    for step in steps:
        if step not in STEPS:
            table.fail("proved_by", f"a proof has no step {step!r}", nearest(step, STEPS))
    return steps


def _conditions(table: Table, row: Mapping[str, Any], fit: Fit) -> tuple[Condition, ...]:
    found = row.get("when", [])
    conditions = []
    for condition in found if isinstance(found, list) else [found]:
        with table.collecting():
            conditions.append(_condition(table, condition, fit))
    return tuple(conditions)


def _condition(table: Table, condition: Any, fit: Fit) -> Condition:
    if not isinstance(condition, Mapping):
        table.fail("when", f"when is {condition!r}", "write when = { fact = …, equals = true, otherwise = … }")
    for key in condition:
        if key not in CONDITION_KEYS:
            table.fail("when", f"the condition has an unknown key {key!r}", f"use one of {', '.join(CONDITION_KEYS)}")
    test = _test(table, condition, fit, where="when")
    otherwise = condition.get("otherwise")
    if test is None:
        table.fail("when", "the condition has no predicate", f"add one of {', '.join(PREDICATES)}")
    if not isinstance(otherwise, str) or not otherwise.strip():
        remedy = 'write why the check does not apply: otherwise = "…"'
        table.fail("when", "the condition has no text in the key otherwise", remedy)
    return Condition(test, otherwise)


def _asked(table: Table, row: Mapping[str, Any], inherited: Check | None, fit: Fit) -> Question:
    """Return the question of the row. Keys that the row leaves out are taken from the inherited check."""
    asked = {key: row[key] for key in row if key in PREDICATES or key in _SUBJECTS}
    if _PORTS in row:
        if asked:
            table.fail(_PORTS, "the row has two questions", "split it into two checks")
        asked = {"fact": "net.ports.busy", "excludes": row[_PORTS]}
        question = _test(table, asked, fit, where=_PORTS)
        return question or table.fail(_PORTS, f"{_PORTS} is empty", "name at least one port")
    if inherited is not None:
        before = inherited.test
        if not asked:
            return before
        if not any(key in asked for key in _SUBJECTS):
            asked[before.of] = before.subject
        if not any(key in asked for key in PREDICATES):
            asked[before.predicate] = before.argument
    test = _test(table, asked, fit)
    if test is None:
        table.fail(None, f"check {row['id']} has no predicate", f"add one of {', '.join(PREDICATES)}")
    return test


def _test(table: Table, row: Mapping[str, Any], fit: Fit, where: str | None = None) -> Question | None:
    """Return the question in the keys of a row; None if the question has no predicate.

    ``where`` is the key that mistakes are reported at; None for the key that is wrong.
    """
    predicates = [key for key in row if key in PREDICATES]
    subjects = [key for key in _SUBJECTS if key in row]
    if not predicates:
        return None
    predicate = predicates[0]
    if len(predicates) > 1 or len(subjects) > 1:
        table.fail(where or predicates[-1], "the row has two questions", "split it into two checks")
    if not subjects:
        remedy = "name a fact; hostcheck checks --facts lists them"
        table.fail(where or predicate, f"{predicate} has no fact", remedy)
    of = subjects[0]
    subject = row[of]
    if not isinstance(subject, str) or not subject.strip():
        table.fail(where or of, f"{of} is {subject!r}", "write a text")
    try:
        return fit(Question(subject, predicate, row[predicate], "fact" if of == "fact" else "metric"))
    except UnfitError as error:
        table.fail(where or (of if error.of_subject else predicate), error.problem, error.remedy)
