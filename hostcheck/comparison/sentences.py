"""Write the findings of a comparison as sentences. Each sentence follows from the data."""

from collections.abc import Sequence

from hostcheck.comparison.durability import durability
from hostcheck.comparison.labels import amount_of
from hostcheck.comparison.model import Ratio, Row
from hostcheck.comparison.ranking import few
from hostcheck.comparison.ratio import is_imported, is_shown
from hostcheck.comparison.steadiness import steadiness
from hostcheck.comparison.throttled import throttled
from hostcheck.quantities import span, times
from hostcheck.run.metrics import METRICS, headlines, spec_of
from hostcheck.run.model import Metric, Run
from hostcheck.verdicts import readiness

WIDE = 0.25
"""Half the width of an interval, as a share of the figure, from which on its ends say more than a percentage."""


def sentences(runs: Sequence[Run], names: Sequence[str], rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the findings: a comparison of each host with the baseline, then sentences about single hosts."""
    if not any(is_shown(metric) for run in runs for metric in run.metrics):
        return (f"Nothing was measured on {few(names)}.", *_readiness(runs, names), *_of_hosts(runs, names))
    called = [_called(run, name) for run, name in zip(runs, names, strict=True)]
    said = [_against_baseline(called[place], called[0], place, rows) for place in range(1, len(runs))]
    if len(runs) == 1:
        said += _alone(called[0], rows)
    said += [*_readiness(runs, names), *_of_hosts(runs, names)]
    there = {row.id for row in rows}
    never = [METRICS[metric_id].headline for metric_id in headlines() if metric_id not in there]
    if never:
        said.append(f"Not measured in {'this run' if len(runs) == 1 else 'any run'}: {few(never)}.")
    return tuple(said)


def _headline(row: Row) -> str:
    """Return the name of a headline metric in sentences; empty if it is not a headline metric."""
    spec = spec_of(row.id)
    return spec.headline if spec else ""


def _called(run: Run, name: str) -> str:
    """Return the host's name, marked if all its values are published."""
    return f"{name} (published values)" if run.is_published else name


def _against_baseline(name: str, baseline: str, place: int, rows: Sequence[Row]) -> str:
    parts = []
    lacking: dict[str, list[str]] = {}
    for row in rows:
        if not (what := _headline(row)):
            continue
        cell, first = row.cells[place], row.cells[0]
        if cell.ratio is not None and cell.metric is not None:
            parts.append(_part(what, cell.metric, first.metric, cell.ratio))
        elif is_shown(cell.metric) != is_shown(first.metric):
            lacking.setdefault(baseline if is_shown(cell.metric) else name, []).append(what)
    without = [f"{who} has no value for {few(what)}" for who, what in lacking.items()]
    if not parts:
        return "; ".join([f"{name} and {baseline} have no headline metric in common", *without]) + "."
    return f"{name} against {baseline}: {'; '.join([*parts, *without])}."


def _alone(name: str, rows: Sequence[Row]) -> list[str]:
    """Return the headline values of a single run, which is compared with no other."""
    figures = [
        f"{what} {_figure(row.cells[0].metric)}"
        for row in rows
        if (what := _headline(row)) and is_shown(row.cells[0].metric)
    ]
    return [f"{name}: {'; '.join(figures)}."] if figures else []


def _figure(metric: Metric | None) -> str:
    assert metric is not None
    unit = "" if metric.unit == "s" else f" {metric.unit}"
    return f"{amount_of(metric)}{unit}{_precision(metric)}"


def _precision(metric: Metric) -> str:
    """Return the interval beside a figure: "±13 %", or both ends where a share of the figure says little."""
    if metric.interval is None or not metric.value:
        return ""
    low, high = metric.interval
    width = (high - low) / 2 / metric.value
    return f" ({span(low, high, metric.unit)})" if width > WIDE else f" (±{_percent(width)})"


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %") if share >= 0.01 else f"{max(share, 0.001):.1%}".replace("%", " %")


def _part(what: str, metric: Metric, baseline: Metric | None, ratio: Ratio) -> str:
    if ratio.judgement == "not comparable":
        return f"{what}: not comparable ({ratio.reason})"
    if ratio.judgement == "inconclusive":
        return f"{what} cannot be distinguished {'at this noise' if ratio.interval else f'({ratio.reason})'}"
    if ratio.judgement == "same":
        return f"{what} the same within 5 %"
    assert ratio.value is not None
    assert baseline is not None
    word = "faster" if ratio.value > 1 else "slower"
    if ratio.interval is None:
        size = times(max(ratio.value, 1 / ratio.value))
    else:
        low, high = sorted(max(bound, 1 / bound) for bound in ratio.interval)
        size = times(low) if times(low) == times(high) else f"{times(low)}–{times(high)}"
    size = f"at least {size}" if ratio.at_least else size
    doubt = " (imported, not checked)" if is_imported(metric) or is_imported(baseline) else ""
    if metric.unit == "s":
        return f"{what} takes {amount_of(metric)} instead of {amount_of(baseline)}, {size}× {word}{doubt}"
    return f"{size}× {word} at {what}{doubt}"


def _readiness(runs: Sequence[Run], names: Sequence[str]) -> list[str]:
    """Return sentences on the profiles for which hosts are ready. Hosts with the same result share a sentence."""
    alike: dict[str, list[str]] = {}
    for run, name in zip(runs, names, strict=True):
        profiles = dict.fromkeys(verdict.profile for verdict in run.verdicts)
        states = [
            readiness(profile, tuple(v for v in run.verdicts if v.profile == profile)).sentence for profile in profiles
        ]
        if states:
            alike.setdefault("; for ".join(states), []).append(name)
    return [f"{few(which)} for {states}." for states, which in alike.items()]


def _of_hosts(runs: Sequence[Run], names: Sequence[str]) -> list[str]:
    return [said for run, name in zip(runs, names, strict=True) for said in _of_host(name, run)]


def _of_host(name: str, run: Run) -> list[str]:
    said = [*throttled(name, run), *steadiness(name, run), *durability(name, run)]
    missing = [metric for metric in run.metrics if metric.state in {"skipped", "invalid"}]
    if missing:
        reasons = dict.fromkeys(metric.reason for metric in missing)
        count = f"{len(missing)} metric{'s'[: len(missing) != 1]}"
        said.append(f"Not measured on {name}: {count} ({'; '.join(reasons)}).")
    return said
