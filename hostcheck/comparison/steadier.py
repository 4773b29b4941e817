"""Report which of two hosts is steadier, if the variations of their rates show it. One sentence for each host."""

from collections.abc import Iterator, Sequence

from hostcheck.comparison.labels import in_a_sentence
from hostcheck.comparison.model import Judgement, Ratio, Row
from hostcheck.comparison.ranking import few
from hostcheck.quantities import times_span
from hostcheck.run.measured import Metric

MOST = 4
"""Maximum number of hosts for which there are sentences. With more hosts, only the table's rows show it."""

_WORDS: dict[Judgement, str] = {"better": "steadier than", "worse": "less steady than"}


def steadier(names: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """Yield a sentence for each host after the baseline on whether it is steadier.

    There is no sentence if no variation was compared, or if all are judged the same, which the table's rows show.
    """
    varying = [row for row in rows if row.unit == "%"]
    for place, name in enumerate(names[1:MOST], 1):
        found = [(row, ratio) for row in varying if (ratio := row.cells[place].ratio) and ratio.value is not None]
        clauses = [
            f"{words} {names[0]}: {few([_at(row, ratio, place) for row, ratio in shown])}"
            for judgement, words in _WORDS.items()
            if (shown := [(row, ratio) for row, ratio in found if ratio.judgement == judgement])
        ]
        if clauses:
            yield f"{name} is {'; '.join(clauses)}."
        elif any(ratio.judgement != "same" for _, ratio in found):
            yield f"Which of {names[0]} and {name} is steadier is undecided."


def _at(row: Row, ratio: Ratio, place: int) -> str:
    ours, theirs = row.cells[place].metric, row.cells[0].metric
    assert ours is not None
    assert theirs is not None
    size = times_span(*(ratio.bounds or (1.0, 1.0)))
    return f"{size} at {_what(row)} (variation {_percent(ours)} % against {_percent(theirs)} %)"


def _what(row: Row) -> str:
    return in_a_sentence(row.label.replace(", variation", ""))


def _percent(metric: Metric) -> str:
    return f"{metric.value or 0:.0f}"
