"""What a question expects, in words, with the unit."""

from hostcheck.profiles.model import Question
from hostcheck.profiles.predicates import PREDICATES

_ENDINGS = {"_percent": " %", "_ms": " ms"}
"""Units that the ids of facts name; an amount of data is written with its unit, and the rest is counted."""
_GIBIBYTE = 1 << 30
_BOUNDS = {"at_least": "at least", "at_most": "at most"}


def expected(question: Question) -> str:
    """Say what is expected: "at least 5 %", "at most 0.01 s", "at least 10.0 GiB"."""
    argument = question.argument
    if _is_data(question) and question.predicate in _BOUNDS and isinstance(argument, (int, float)):
        return f"{_BOUNDS[question.predicate]} {data(argument)}"
    return PREDICATES[question.predicate].expects(argument) + unit_of(question)


def found(question: Question, value: float, words: str) -> str:
    """Say what was found of a number: the words of the answer with the unit."""
    return data(value) if _is_data(question) else words + unit_of(question)


def data(value: float) -> str:
    """Write an amount of data: large ones read better in GiB."""
    return f"{value / _GIBIBYTE:.1f} GiB" if value >= _GIBIBYTE else f"{value:,} bytes"


def _is_data(question: Question) -> bool:
    return question.of == "fact" and question.subject.endswith("_bytes")


def unit_of(question: Question) -> str:
    """Return the unit of what is asked about, with the space before it; empty where it has none, or is written with it.

    The catalogue has the unit of each fact, and an audit does not read it.
    """
    if question.of == "metric":
        from hostcheck.run.metrics import kind_of  # noqa: PLC0415  few profiles ask about metrics

        kind = kind_of(question.subject)
        return f" {kind.unit if kind else question.unit}".rstrip()
    return next((unit for ending, unit in _ENDINGS.items() if question.subject.endswith(ending)), "")
