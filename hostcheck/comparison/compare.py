"""Make a comparison from runs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hostcheck.comparison.answer import answer
from hostcheck.comparison.between import earlier_of, figures_of
from hostcheck.comparison.labels import in_order, row_label
from hostcheck.comparison.model import Cell, Comparison, Row
from hostcheck.comparison.pool import group, pool
from hostcheck.comparison.ratio import compare_cells, is_shown
from hostcheck.comparison.sentences import findings, fitness
from hostcheck.errors import UsageError
from hostcheck.run.model import Run
from hostcheck.run.origins import is_emulated, marked, marks_of_run
from hostcheck.run.steadiness import measured, measured_ids


def compare(
    runs: Sequence[Run], *, pooled: bool = False, history: Sequence[Run] = (), files: Mapping[str, str] | None = None
) -> Comparison:
    """Compare runs with the first run, the baseline.

    Args:
        runs: at least one run.
        pooled: whether to merge several runs of one host into one, if there is more than one host.
        history: other runs of these hosts. Runs that began before a compared run show how much runs of its host differ.
        files: the files of the runs, by the runs' ids, as the user named them.

    Raises:
        UsageError: if there is no run.
    """
    if not runs:
        raise UsageError("there is no run to compare", remedy="name at least one run")
    sources = group(runs) if pooled else tuple((run,) for run in runs)
    compared = {run.id for run in runs}
    runs = tuple(pool(made_of) for made_of in sources)
    earlier = [earlier_of(run, (other for other in history if other.id not in compared)) for run in runs]
    ids = in_order(metric_id for run in runs for metric_id in measured_ids(run))
    rows = tuple(_row(metric_id, runs, earlier) for metric_id in ids)
    names = distinct([marked(_name(run, runs), marks_of_run(run)) for run in runs])
    emulated = [name for name, run in zip(names, runs, strict=True) if is_emulated(run)]
    answers = answer(names, rows, emulated)
    return Comparison(
        runs, sources, names, rows, answers, fitness(runs, names), findings(runs, names, rows), files or {}
    )


def _name(run: Run, runs: Sequence[Run]) -> str:
    """Return the name of a run's host, with "(own disk)" if its run on an emulated disk is compared too."""
    if is_emulated(run) or run.is_published:
        return run.host.name
    own = any(is_emulated(other) and other.host.name.startswith(f"{run.host.name} (") for other in runs)
    return f"{run.host.name} (own disk)" if own else run.host.name


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, with a number after each name that occurred before: "db", "db (2)"."""
    seen: dict[str, int] = {}
    numbered = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        numbered.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(numbered)


def _row(metric_id: str, runs: Sequence[Run], earlier: Sequence[Sequence[Run]]) -> Row:
    metrics = [measured(run, metric_id) for run in runs]
    there = [metric for metric in metrics if metric is not None]
    pattern = there[0]
    cells = [
        Cell(metric, None, figures_of(metric, before) if metric is not None else ())
        for metric, before in zip(metrics, earlier, strict=True)
    ]
    baseline = cells[0]
    compared = [
        replace(cell, ratio=compare_cells(cell, baseline))
        if is_shown(cell.metric) and is_shown(baseline.metric)
        else cell
        for cell in cells[1:]
    ]
    return Row(metric_id, row_label(metric_id, there), pattern.unit, pattern.better, (baseline, *compared))
