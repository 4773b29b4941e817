"""The notes below a comparison's table, for all formats: marks, missing values, and why hosts are not compared."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from hostcheck.comparison.between import source_of
from hostcheck.comparison.bounds import FIO_WAS_THE_LIMIT
from hostcheck.comparison.cached import unseen
from hostcheck.comparison.labels import in_a_sentence
from hostcheck.comparison.model import Cell, Comparison, Judgement, Ratio, Row
from hostcheck.comparison.origin import days
from hostcheck.comparison.ranking import few
from hostcheck.comparison.steadiness import is_wide
from hostcheck.run.details import DiskDetail
from hostcheck.run.estimators import counted
from hostcheck.run.fio_limit import fio_was_the_limit
from hostcheck.run.measured import Metric
from hostcheck.run.origins import is_imported, is_origin, lacks, marks_of_run

_SIGNS = {"unstable": "~", "partial": "~", "published": "†"}
"""A mark for each state in which a value needs care."""

_IMPORTED = "‡"

_UNDECIDED: tuple[Judgement, ...] = ("not comparable", "inconclusive")
"""Judgements that say nothing about which host is faster."""

_SAMPLES = re.compile(r"samples (?:of|between) [^;]+")
"""A pattern for the range of samples in a reason. Its unit is that of the run file, or fits the smallest sample."""

_LEGEND = {
    "~": "~ a wide interval, or too few samples",
    _IMPORTED: "‡ imported: other work on the host is unknown, and so is whether the disk or a cache was measured",
    "†": "† published{when}, not measured; ratios have the measured host's range",
}


def legend(comparison: Comparison) -> list[str]:
    """Return the origin of the values in the comparison's table, with its days, and the meaning of each mark in it."""
    metrics = [cell.metric for row in comparison.rows for cell in row.cells]
    shown = [metric for metric in metrics if metric is not None and metric.value is not None]
    used = "".join(map(signs_of, shown))
    foreign = [sign for sign in (_SIGNS["published"], _IMPORTED) if sign in used]
    own = [run for run in comparison.runs if not {"published", "imported"} & {*marks_of_run(run)}]
    published = [run for run in comparison.runs if run.is_published]
    when = f" {days(published)}" if published else ""
    measured = []
    if own and any({*signs_of(metric)}.isdisjoint(foreign) for metric in shown):
        rest = f", except those with {' or '.join(foreign)}" if foreign else ", none published"
        measured = [f"{'' if foreign else 'all '}measured by hostcheck {days(own)}{rest}"]
    return [*measured, *(text.format(when=when) for sign, text in _LEGEND.items() if sign in used)]


def signs_of(metric: Metric) -> str:
    """Return a mark for each reason why a value needs care; empty if there is none."""
    return _SIGNS.get(metric.state, "") + (_IMPORTED if is_imported(metric) else "")


def notes(comparison: Comparison) -> Iterator[str]:
    """Yield why values are missing or doubtful, why hosts are not compared, and the notes of the runs.

    The origin of a run's values (an emulated disk, an interrupted run) is first, because every reader must see it.
    """
    of_runs = [(name, note) for run, name in zip(comparison.runs, comparison.names, strict=True) for note in run.notes]
    yield from (f"{name}: {note}" for name, note in of_runs if is_origin(note))
    yield from _once(comparison, comparison.rows, lambda row, cell: (*_of_figure(row, cell), *_of_ratio(cell.ratio)))
    yield from (f"{name}: {note}" for name, note in of_runs if not is_origin(note))
    yield from unseen(comparison.names, comparison.runs)
    if said := between_runs(comparison):
        yield said


def undecided(comparison: Comparison, rows: Sequence[Row]) -> Iterator[str]:
    """Yield why hosts are not compared, or cannot be distinguished, in these rows."""
    yield from _once(
        comparison,
        rows,
        lambda _, cell: _of_ratio(cell.ratio) if cell.ratio and cell.ratio.judgement in _UNDECIDED else (),
    )


def _once(comparison: Comparison, rows: Sequence[Row], said_of: Callable[[Row, Cell], Iterable[str]]) -> Iterator[str]:
    """Yield the notes on a host's cells. A note that several metrics have is written once."""
    for place, name in enumerate(comparison.names):
        labels_of: dict[str, list[str]] = {}
        for row in rows:
            for said in said_of(row, row.cells[place]):
                labels_of.setdefault(said, []).append(in_a_sentence(row.label))
        for said, labels in labels_of.items():
            yield f"{name}, {', '.join(labels)}: {said}"


def between_runs(comparison: Comparison) -> str:
    """Return one line on how much two runs of a host are assumed to differ; empty if nothing is compared."""
    used: dict[str, list[str]] = {}
    for place, name in enumerate(comparison.names):
        compared = [
            row.cells[place] for row in comparison.rows if any(cell.ratio and cell.ratio.value for cell in row.cells)
        ]
        metrics = [cell.metric for cell in compared if cell.metric is not None and cell.metric.state != "published"]
        if not any(metric.value is not None for metric in metrics):
            continue
        source = source_of(metrics, max(len(cell.earlier) for cell in compared))
        used.setdefault(source, []).append(name)
    said = "; ".join(f"{few(who)}, {source}" for source, who in used.items())
    return f"How far apart two runs of one host may lie: {said}." if said else ""


def reason_of(row: Row, metric: Metric) -> str:
    """Return why a value needs care. The range of its samples is written in the row's unit, like the value."""
    values = counted(metric.samples)
    if metric.state != "unstable" or not values:
        return metric.reason
    spread = f"samples of {row.scale.span(min(values), max(values))} {row.scale.unit}"
    return _SAMPLES.sub(lambda _: spread, metric.reason)


def _of_figure(row: Row, cell: Cell) -> Iterator[str]:
    metric = cell.metric
    if metric is None:
        return
    # Why a wide interval is wide is said once for all of them (hostcheck.comparison.steadiness).
    if metric.reason and not is_wide(metric):
        yield f"{metric.state}, {reason_of(row, metric)}"
    if fio_was_the_limit(metric):
        yield FIO_WAS_THE_LIMIT
    # Why the value may not show the disk's speed.
    yield from dict.fromkeys(filter(None, (DiskDetail(sample.detail).caution for sample in metric.samples)))
    yield from filter(None, (lacks(metric),))


def _of_ratio(ratio: Ratio | None) -> Iterator[str]:
    if ratio is None:
        return
    if ratio.judgement == "not comparable":
        yield f"not comparable, {ratio.reason}"
    elif ratio.reason:
        effect = "cannot be distinguished from the baseline" if ratio.judgement == "inconclusive" else "the ratio"
        yield f"{effect}; {ratio.reason}"
