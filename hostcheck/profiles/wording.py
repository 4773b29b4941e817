"""What a question expects, in words, with the unit."""

from hostcheck.profiles.model import Question
from hostcheck.profiles.predicates import PREDICATES

_ENDINGS = {"_percent": " %", "_ms": " ms"}
"""Units that the ids of facts name; an amount of data is written with its unit, and the rest is counted."""


def expected(question: Question) -> str:
    """Say what is expected: "at least 5 %", "at most 0.01 s"."""
    return PREDICATES[question.predicate].expects(question.argument) + unit_of(question)


def unit_of(question: Question) -> str:
    """Return the unit of what is asked about, with the space before it; empty where it has none, or is written with it.

    The catalogue has the unit of each fact, and an audit does not read it.
    """
    if question.of == "metric":
        from hostcheck.run.metrics import kind_of  # noqa: PLC0415  few profiles ask about metrics

        kind = kind_of(question.subject)
        return f" {kind.unit if kind else question.unit}".rstrip()
    return next((unit for ending, unit in _ENDINGS.items() if question.subject.endswith(ending)), "")
