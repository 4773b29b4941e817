"""Report why the values of two hosts cannot be distinguished, in a few words."""

from hostcheck.comparison.bounds import is_bound
from hostcheck.comparison.model import Cell, Ratio, Row, is_vague
from hostcheck.comparison.settings import differences, lacking

_UNLIKE = "settings differ or are unknown"


def because(row: Row, first: Cell, second: Cell, ratio: Ratio) -> str:
    """Return why it is unknown which of two values is better; empty if a reason is too long for a sentence.

    Args:
        row: the row of the two values. Its unit is used.
        first: the cell of a host; it has a value.
        second: the cell of another host; it has a value.
        ratio: the ratio of the two values, which does not show the better one.
    """
    one, other = first.metric, second.metric
    assert one is not None
    assert other is not None
    for metric in (one, other):
        if is_bound(metric):
            return f"{row.amount_of(metric)} is only a lower bound"
    if ratio.judgement == "not comparable":
        return _UNLIKE if differences(one, other) else ""
    if unknown := lacking(one, other):
        return unknown
    if one.interval and other.interval and _meet(one.interval, other.interval):
        return "their intervals overlap"
    for metric, beside in ((one, other), (other, one)):
        if metric.interval is None and beside.interval and _meet(beside.interval, (metric.value or 0.0,) * 2):
            span = row.span_of(beside)
            return (
                f"{row.amount_of(beside)} is {span}"
                if is_vague(beside)
                else f"{row.amount_of(metric)} is within {span}"
            )
    if ratio.interval is None:
        return "one sample gives no interval"
    low, high = ratio.interval
    return "the interval of their ratio includes 1" if low <= 1 <= high else "two runs of one host may differ as much"


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return max(one[0], other[0]) <= min(one[1], other[1])
