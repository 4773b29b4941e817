"""Report which differences between hosts are larger than noise, if the measurements prove it."""

from collections.abc import Iterator, Mapping, Sequence

from hostcheck.comparison.between import source_of
from hostcheck.comparison.model import Cell
from hostcheck.comparison.ranking import few
from hostcheck.run.origins import is_imported
from hostcheck.spelling import upper_first

_DECIDED = ("better", "worse")


def larger_than_noise(names: Sequence[str], cells_of: Mapping[str, Sequence[Cell]]) -> Iterator[str]:
    """Yield one sentence that names the differences from the baseline that noise does not explain, if there are any.

    A ratio is called better or worse only if its 95 % interval excludes 1 by more than two runs of one host usually
    differ. The noise of published and imported values is unknown: another sentence names the hosts with only such ones.

    Args:
        names: a unique name for each host, the baseline first.
        cells_of: the cells of each headline metric, by its name in sentences.
    """
    said: dict[str, list[str]] = {}
    sure_cells: list[Cell] = []
    unsure: dict[str, list[Cell]] = {}
    for place in range(1, len(names)):
        ratios = {what: cells[place].ratio for what, cells in cells_of.items() if cells[place].ratio is not None}
        decided = [what for what, ratio in ratios.items() if ratio is not None and ratio.judgement in _DECIDED]
        pairs = {what: (cells_of[what][place], cells_of[what][0]) for what in decided}
        sure = [what for what in decided if not any(map(_brings_no_noise, pairs[what]))]
        sure_cells += [cell for what in sure for cell in pairs[what]]
        if sure:
            said.setdefault(_which(sure, len(ratios)), []).append(names[place])
        elif decided:
            unsure[names[place]] = [cell for pair in pairs.values() for cell in pair]
    noise = f"within a run and between runs{_from(sure_cells)}"
    if len(names) == 2:
        for which in said:
            verb = "are" if "differences" in which else "is"
            yield f"{upper_first(which)} {verb} larger than noise, {noise}."
    elif said:
        found = "; ".join(f"{which} of {few(who)}" for which, who in said.items())
        yield f"Larger than noise, {noise}: {found}."
    if unsure:
        yield _unknown(unsure, alone=len(names) == 2)


def _from(cells: Sequence[Cell]) -> str:
    """Return in parentheses where the difference between runs is known from; empty without cells."""
    sources = {source_of([cell.metric], len(cell.earlier)): None for cell in cells if cell.metric is not None}
    return f" ({'; '.join(sources)})" if sources else ""


def _unknown(hosts: Mapping[str, Sequence[Cell]], *, alone: bool) -> str:
    metrics = [cell.metric for cells in hosts.values() for cell in cells if cell.metric is not None]
    kinds = [
        *(["published"] if any(metric.state == "published" for metric in metrics) else []),
        *(["imported"] if any(map(is_imported, metrics)) else []),
    ]
    what = "Whether this is larger than noise is unknown" if alone else f"Unknown for {few([*hosts])}"
    return f"{what}: {' and '.join(kinds)} figures do not show their noise."


def _which(sure: Sequence[str], count: int) -> str:
    if len(sure) < count:
        return f"the {'difference' if len(sure) == 1 else 'differences'} at {few(sure)}"
    return "the difference" if count == 1 else f"{_ALL.get(count, f'all {count}')} differences"


_ALL = {2: "both", 3: "all three", 4: "all four"}


def _brings_no_noise(cell: Cell) -> bool:
    return cell.metric is None or cell.metric.state == "published" or is_imported(cell.metric)
