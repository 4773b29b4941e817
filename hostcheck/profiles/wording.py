"""The wording of expected and found values, with units."""

from hostcheck.profiles.model import Question
from hostcheck.profiles.predicates import PLACED, PREDICATES

_ENDINGS = {"_percent": " %", "_ms": " ms", ".mtu": " bytes", ".headroom": " bytes"}
"""Units by the end of a fact's id. The text of an amount of data includes its unit; other numbers are counts."""
_DEFICITS = {"net.mtu.headroom": "the MTU of the bridges is {} bytes larger than the uplink's"}
"""The meaning of a value below 0, by fact."""
_MEBIBYTE, _GIBIBYTE = 1 << 20, 1 << 30
_BOUNDS = {"at_least": "at least", "at_most": "at most"}


def expected(question: Question) -> str:
    """Return what a question expects, in words: "at least 5 %", "at most 0.01 s", "at least 10.0 GiB"."""
    argument = question.argument
    if question.predicate in PLACED:
        from hostcheck.profiles import placed  # noqa: PLC0415  few profiles ask where a host is

        return placed.expected(question.predicate, argument)
    if _is_data(question) and question.predicate in _BOUNDS and isinstance(argument, (int, float)):
        return f"{_BOUNDS[question.predicate]} {data(argument)}"
    return PREDICATES[question.predicate].expects(argument) + unit_of(question)


def amount_of(question: Question) -> str:
    """Return the bound of a question in words, with its unit: "10.0 GiB", "10.0 ms", "3.10"."""
    argument = question.argument
    if isinstance(argument, str):
        return argument
    if question.of == "metric":
        from hostcheck.quantities import amount  # noqa: PLC0415  few profiles ask about metrics

        unit = unit_of(question)
        return amount(argument, unit.strip()) + (unit if unit != " s" else "")
    return data(argument) if _is_data(question) else f"{argument:,}{unit_of(question)}"


def found(question: Question, value: float, words: str) -> str:
    """Return a number that was found in words, with its unit; if it is below 0, its meaning.

    Args:
        question: the question about the fact.
        value: the value of the fact.
        words: the number as text, without a unit.
    """
    if value < 0 and question.subject in _DEFICITS:
        return _DEFICITS[question.subject].format(-value)
    return data(value) if _is_data(question) else words + unit_of(question)


def data(value: float) -> str:
    """Return an amount of data, given in bytes, in words: in GiB, MiB or bytes, by its size."""
    if value >= _GIBIBYTE:
        return f"{value / _GIBIBYTE:.1f} GiB"
    return f"{value / _MEBIBYTE:.0f} MiB" if value >= _MEBIBYTE else f"{value:,} bytes"


def _is_data(question: Question) -> bool:
    return question.of == "fact" and question.subject.endswith("_bytes")


def unit_of(question: Question) -> str:
    """Return the unit of a fact or metric with a leading space; empty if it has none or the text includes it.

    The catalogue has the unit of each fact too, but an audit does not read it.
    """
    if question.of == "metric":
        from hostcheck.run.metrics import spec_of  # noqa: PLC0415  few profiles ask about metrics

        spec = spec_of(question.subject)
        return f" {spec.unit if spec else question.unit}".rstrip()
    return next((unit for ending, unit in _ENDINGS.items() if question.subject.endswith(ending)), "")
