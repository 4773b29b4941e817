"""Write the answer: which host is faster, by how much, and what is undecided. One sentence for each pair or group."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from hostcheck.comparison.labels import headline_of, in_a_sentence
from hostcheck.comparison.model import Cell, Judgement, Ratio, Row
from hostcheck.comparison.noise import larger_than_noise
from hostcheck.comparison.ranking import NAMED, few, ranking
from hostcheck.comparison.ratio import compare_cells, is_shown
from hostcheck.comparison.undistinguished import because
from hostcheck.quantities import times, times_span
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import headlines, of_steadiness
from hostcheck.run.origins import marks_of_metric

MOST_IN_PAIRS = 20
"""Maximum number of hosts that are all compared with each other. The time grows with the square of their number."""
MOST_GROUPS = 4
"""Maximum number of groups that have a sentence each. If there are more, only the fastest hosts are named."""

MOST_OTHERS = 4
"""Maximum number of metrics in the answer if no headline metric says anything."""

WIDE = 0.25
"""If half the width of an interval is at least this share of the value, both ends are written, not a percentage."""

_FIRST: dict[Judgement, str] = {
    "better": "{verb} faster than {baseline}: ",
    "worse": "{verb} slower than {baseline}: ",
    "same": "{verb} equal to {baseline} within 5 % at ",
    "inconclusive": "cannot be distinguished from {baseline} at ",
    "not comparable": "cannot be compared with {baseline} at ",
}
"""Start of the first clause after the hosts' names."""

_UNDECIDED: tuple[Judgement, ...] = ("inconclusive", "not comparable")

_FURTHER: dict[Judgement, str] = {
    "better": "faster: ",
    "worse": "slower: ",
    "same": "equal within 5 % at ",
    "inconclusive": "cannot be distinguished at ",
    "not comparable": "cannot be compared at ",
}
"""Start of a further clause."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A headline metric and its ratios, which all have one judgement.

    Attributes:
        what: the metric's name in sentences, with the marks of its values.
        ratios: a ratio for each host of the group.
        reason: why the hosts cannot be distinguished; empty if they can be, or if there are several reasons.
    """

    what: str
    ratios: tuple[Ratio, ...]
    reason: str

    @property
    def judgement(self) -> Judgement:
        return self.ratios[0].judgement


def answer(names: Sequence[str], rows: Sequence[Row], emulated: Collection[str] = ()) -> tuple[str, ...]:
    """Return the sentences that answer which host is faster.

    Args:
        names: a unique name for each host, the baseline first.
        rows: the metrics of all hosts.
        emulated: the names of the hosts on whose emulated disk was measured.
    """
    said = _answer(names, rows)
    for name in emulated:
        first = next((sentence for sentence in said if name in sentence), "")
        said = tuple(sentence.replace(name, _slowed(name), 1) if sentence == first else sentence for sentence in said)
    return said


def _slowed(name: str) -> str:
    """Return a name that says who slowed the host's disk: "vm (sata, emulated, slowed by hostcheck)"."""
    before, mark, after = name.rpartition("emulated")
    return f"{before}{mark}, slowed by hostcheck{after}"


def _answer(names: Sequence[str], rows: Sequence[Row]) -> tuple[str, ...]:
    if not any(is_shown(cell.metric) for row in rows for cell in row.cells):
        return (f"Nothing was measured on {few(names)}.",)
    shown = _telling(rows, several=len(names) > 1)
    if len(names) == 1:
        return _alone(names[0], shown)
    groups = _groups(len(names), shown)
    noise = larger_than_noise(names, {_what(row): row.cells for row in shown}) if len(groups) <= MOST_GROUPS else ()
    if len(groups) == 1:
        return (*_of_one_group(names, groups[0], shown), *noise)
    said = [_against_baseline(names, group, shown) for group in groups] if len(groups) <= MOST_GROUPS else []
    return (*_fastest(names, range(len(names)), shown), *said, *noise)


def _telling(rows: Sequence[Row], *, several: bool) -> list[Row]:
    """Return the rows that the answer is about: the headline metrics, or the first other ones if those say nothing."""
    headline = [row for row in rows if row.id in headlines()]
    if any(_says(row, several=several) for row in headline):
        return headline
    others = [row for row in rows if _says(row, several=several) and not of_steadiness(row.id)]
    return others[:MOST_OTHERS] or headline


def _says(row: Row, *, several: bool) -> bool:
    if several:
        return any(cell.ratio is not None for cell in row.cells)
    return is_shown(row.cells[0].metric)


def _what(row: Row) -> str:
    """Return the name of a metric in sentences."""
    headline = headline_of(row.id, (cell.metric for cell in row.cells if cell.metric is not None))
    return headline or in_a_sentence(row.label)


def _groups(count: int, rows: Sequence[Row]) -> list[tuple[int, ...]]:
    """Return the indexes of the hosts after the baseline, grouped by equal judgements in all metrics."""
    found: dict[tuple[Judgement | None, ...], list[int]] = {}
    for place in range(1, count):
        ratios = [row.cells[place].ratio for row in rows]
        found.setdefault(tuple(ratio.judgement if ratio else None for ratio in ratios), []).append(place)
    return [tuple(places) for places in found.values()]


def _of_one_group(names: Sequence[str], places: Sequence[int], rows: Sequence[Row]) -> Iterator[str]:
    said = _against_baseline(names, places, rows)
    if len(places) > MOST_IN_PAIRS:
        yield said
        return
    pairs = [ratio for row in rows for ratio in _among(row, places)]
    judgements = {ratio.judgement for ratio in pairs} - {"not comparable"}
    if len(places) == 1 or not judgements:
        yield said
    elif judgements <= {"same"}:
        yield f"{said.removesuffix('.')}; the {_number(len(places))} are equal within 5 %."
    elif judgements <= {"same", "inconclusive"}:
        which = "faster" if len(places) == 2 else "fastest"
        why = _common(_why(row, places) for row in rows if list(_among(row, places)))
        yield f"{said.removesuffix('.')}; which of the {_number(len(places))} is {which} is undecided{_after(why)}."
    else:
        yield said
        yield from _fastest(names, places, rows)


def _number(count: int) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(count, str(count))


def _among(row: Row, places: Iterable[int]) -> Iterator[Ratio]:
    """Yield the ratio of each pair of these hosts that both have a value."""
    for one, other in combinations([cell for place in places if is_shown((cell := row.cells[place]).metric)], 2):
        yield compare_cells(other, one)


def _against_baseline(names: Sequence[str], places: Sequence[int], rows: Sequence[Row]) -> str:
    who, baseline = few([names[place] for place in places]), names[0]
    parts = list(_parts(names, places, rows))
    if not parts:
        return f"{who} and {baseline} have no headline metric in common."
    verb = "is" if len(places) == 1 else "are"
    clauses: list[str] = []
    for judgement, further in _FURTHER.items():
        if said := [part for part in parts if part.judgement == judgement]:
            begin = further if clauses else _FIRST[judgement].format(verb=verb, baseline=baseline)
            clauses.append(begin + _listed(judgement, said))
    return f"{who} {'; '.join(clauses)}."


def _parts(names: Sequence[str], places: Sequence[int], rows: Sequence[Row]) -> Iterator[_Part]:
    for row in rows:
        ratios = tuple(ratio for place in places if (ratio := row.cells[place].ratio) is not None)
        if ratios:
            marks = dict.fromkeys(mark for place in (0, *places) for mark in _marks(names[place], row.cells[place]))
            reason = _common(_why(row, (0, place)) for place in places) if ratios[0].judgement in _UNDECIDED else ""
            yield _Part(_what(row) + (f" ({', '.join(marks)})" if marks else ""), ratios, reason)


def _marks(name: str, cell: Cell) -> Iterator[str]:
    """Yield the words for a value's origin, unless the host's name contains them."""
    if cell.metric is not None:
        yield from (mark for mark in marks_of_metric(cell.metric) if mark not in name)


def _listed(judgement: Judgement, parts: Sequence[_Part]) -> str:
    if judgement in {"better", "worse"}:
        return ", ".join(f"{_size(part.ratios)} at {part.what}" for part in parts)
    return _with_reasons([(part.what, part.reason) for part in parts])


def _with_reasons(parts: Sequence[tuple[str, str]]) -> str:
    """Join what cannot be distinguished. A reason that all have is written once."""
    if reason := _common(reason for _, reason in parts):
        return few([what for what, _ in parts]) + _after(reason)
    return few([f"{what} (because {reason})" if reason else what for what, reason in parts])


def _common(reasons: Iterable[str]) -> str:
    """Return the common reason; empty if there are several reasons, or one is unknown."""
    found = {*reasons}
    return found.pop() if len(found) == 1 else ""


def _after(reason: str) -> str:
    return f", because {reason}" if reason else ""


def _why(row: Row, places: Iterable[int]) -> str:
    """Return why hosts, given by index, cannot be distinguished in a metric; empty if there are several reasons."""
    cells = [row.cells[place] for place in places if is_shown(row.cells[place].metric)]
    pairs = [(pair, compare_cells(pair[1], pair[0])) for pair in combinations(cells, 2)]
    return _common(because(row, *pair, ratio) for pair, ratio in pairs if ratio.judgement in _UNDECIDED)


def _size(ratios: Sequence[Ratio]) -> str:
    """Return how many times better or worse, in words: from the lowest to the highest bound of these ratios."""
    bounds = [bound for ratio in ratios for bound in _bounds(ratio)]
    size = times_span(min(bounds), max(bounds))
    return f"at least {times(min(bounds))}×" if any(ratio.at_least for ratio in ratios) else size


def _bounds(ratio: Ratio) -> tuple[float, ...]:
    assert ratio.value is not None
    return ratio.bounds or (max(ratio.value, 1 / ratio.value),)


def _fastest(names: Sequence[str], places: Iterable[int], rows: Sequence[Row]) -> Iterator[str]:
    """Yield sentences with the fastest hosts in each metric. Metrics with equal hosts share a sentence."""
    among = [names[place] for place in places]
    leaders: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        who, reason = _first(names, among, row)
        if who:
            leaders.setdefault(who, []).append((_what(row) + _with_a_figure(names, among, row), reason))
    if leaders:
        yield f"Fastest: {'; '.join(f'{who} at {_with_reasons(what)}' for who, what in leaders.items())}."


def _with_a_figure(names: Sequence[str], among: Sequence[str], row: Row) -> str:
    """Return how many hosts have a figure, as a mark; empty if all have one."""
    count = sum(is_shown(row.cells[names.index(name)].metric) for name in among)
    return f" (only {_number(count)} of {_number(len(among))} have a figure)" if count < len(among) else ""


def _first(names: Sequence[str], among: Sequence[str], row: Row) -> tuple[str, str]:
    """Return the fastest of some hosts in words: "a", "a and b (tied)", "a or b (cannot be distinguished)"; and why.

    Hosts that have a value but no place are named too. If such a value is the best one shown, nothing is known of who
    is the fastest: "a or c (cannot be compared)"; otherwise: "a (not ranked: c)".
    """
    ranked = [[name for name in place if name in among] for place in ranking(names, row)]
    first = next((place for place in ranked if place), [])
    if sum(map(len, ranked)) < 2:
        return "", ""
    placed = {name for place in ranked for name in place}
    shown = [name for name in among if is_shown(row.cells[names.index(name)].metric)]
    unplaced = [name for name in shown if name not in placed]
    if quicker := _quicker(names, unplaced, first, row):
        fastest = [*first, *quicker]
        who = few(fastest, "or") if len(fastest) <= NAMED else f"one of {len(fastest)} hosts"
        left = [f"not ranked: {few(rest)}"] if (rest := [name for name in unplaced if name not in quicker]) else []
        return f"{who} ({'; '.join(['cannot be compared', *left])})", ""
    who, why, marks = few(first), "", []
    judgements = {ratio.judgement for ratio in _among(row, [names.index(name) for name in first])}
    if judgements == {"same"}:
        marks.append("tied")
    elif judgements:
        # Names of some of many say nothing: the next run would name others.
        who = few(first, "or") if len(first) <= NAMED else f"one of {len(first)} hosts"
        marks.append("cannot be distinguished")
        why = _why(row, [names.index(name) for name in first])
    if unplaced:
        marks.append(f"not ranked: {few(unplaced)}")
    return (f"{who} ({'; '.join(marks)})" if marks else who), why


def _quicker(names: Sequence[str], unplaced: Iterable[str], first: Iterable[str], row: Row) -> list[str]:
    """Return the hosts without a place whose value is at least as good as one of the first place."""
    best = [_goodness(row, names.index(name)) for name in first]
    return [name for name in unplaced if _goodness(row, names.index(name)) >= min(best)]


def _goodness(row: Row, place: int) -> float:
    """Return a number that is higher for a better value."""
    metric = row.cells[place].metric
    value = (metric.value if metric else None) or 0.0
    return value if row.better == "higher" else -value


def _alone(name: str, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the headline values of a single run, which is compared with no other."""
    figures = [
        f"{_what(row)} {row.amount_of(metric)} {row.scale.unit}{_precision(row, metric)}"
        for row in rows
        if (metric := row.cells[0].metric) is not None and is_shown(metric)
    ]
    return (f"{name}: {'; '.join(figures)}.",) if figures else ()


def _precision(row: Row, metric: Metric) -> str:
    """Return the interval of a value in words: "±13 %", or both ends if the interval is wide."""
    if metric.interval is None or not metric.value:
        return ""
    low, high = metric.interval
    width = (high - low) / 2 / metric.value
    return f" ({row.span_of(metric)})" if width > WIDE else f" (±{_percent(width)})"


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %") if share >= 0.01 else f"{max(share, 0.001):.1%}".replace("%", " %")
