"""Report which differences between hosts are larger than noise, if the measurements prove it."""

from collections.abc import Iterator, Mapping, Sequence

from hostcheck.comparison.model import Cell, Ratio
from hostcheck.comparison.ranking import few
from hostcheck.run.origins import is_imported

_NOISE = "within a run and between runs"


def larger_than_noise(names: Sequence[str], cells_of: Mapping[str, Sequence[Cell]]) -> Iterator[str]:
    """Yield one sentence that names the differences from the baseline that noise does not explain, if there are any.

    A ratio is called better or worse only if its 95 % interval excludes 1 by more than two runs of one host usually
    differ. The noise of published and imported values is unknown, so these are not named.

    Args:
        names: a unique name for each host, the baseline first.
        cells_of: the cells of each headline metric, by its name in sentences.
    """
    said: dict[str, list[str]] = {}
    for place in range(1, len(names)):
        ratios = {what: cells[place].ratio for what, cells in cells_of.items() if cells[place].ratio is not None}
        sure = [what for what, ratio in ratios.items() if _is_sure(ratio, cells_of[what][place], cells_of[what][0])]
        if sure:
            said.setdefault(_which(sure, len(ratios)), []).append(names[place])
    if len(names) == 2:
        for which in said:
            verb = "are" if "differences" in which else "is"
            yield f"{which[0].upper()}{which[1:]} {verb} larger than noise, {_NOISE}."
    elif said:
        found = "; ".join(f"{which} of {few(who)}" for which, who in said.items())
        yield f"Larger than noise, {_NOISE}: {found}."


def _which(sure: Sequence[str], count: int) -> str:
    if len(sure) < count:
        return f"the {'difference' if len(sure) == 1 else 'differences'} at {few(sure)}"
    return "the difference" if count == 1 else f"{_ALL.get(count, f'all {count}')} differences"


_ALL = {2: "both", 3: "all three", 4: "all four"}


def _is_sure(ratio: Ratio | None, *cells: Cell) -> bool:
    return (
        ratio is not None
        and ratio.judgement in {"better", "worse"}
        and all(cell.metric and cell.metric.state != "published" and not is_imported(cell.metric) for cell in cells)
    )
