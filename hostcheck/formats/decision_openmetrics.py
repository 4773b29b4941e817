"""A gate's decision as OpenMetrics text, which is Prometheus' text format too: for node_exporter's textfile collector.

https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
"""

from collections.abc import Iterator
from typing import get_args

from hostcheck.formats.openmetrics import BASE_UNITS, END, Series, family
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision, Outcome
from hostcheck.gate.finding import WORST_FIRST, Finding
from hostcheck.plaintext import plain
from hostcheck.run.measured import Metric
from hostcheck.run.times import parse_time


def render(decision: Decision, _style: Style | None = None) -> str:
    """Return gauges in base units. Each check has one series with its status, and one info series.

    Names and units are those of https://prometheus.io/docs/practices/naming/.
    """
    worst = _worst(decision)
    lines = [
        *family("hostcheck_gate_outcome", "1 for the outcome of the gate, 0 for the others.", _outcomes(decision)),
        *family("hostcheck_gate_findings", "Number of findings by their effect on the gate.", _effects(decision)),
        *family("hostcheck_check_status", "1 for the status of each finding of the gate.", _statuses(worst)),
        *family("hostcheck_check_info", "1, with labels that describe a check.", _infos(worst)),
        *_figures(_measured(decision)),
        *family("hostcheck_run_started_timestamp_seconds", "Start of the judged run.", _started(decision)),
    ]
    return "\n".join([*lines, END]) + "\n"


def _worst(decision: Decision) -> list[Finding]:
    """Return the worst finding for each series. Names that differ only in hidden characters are one series."""
    found = {(plain(finding.scope), plain(finding.id)): finding for finding in reversed(decision.having(*WORST_FIRST))}
    return list(reversed(found.values()))


def _measured(decision: Decision) -> list[Metric]:
    metrics = {metric.id: metric for metric in decision.run.metrics}
    return [
        metric
        for metric in metrics.values()
        if metric.value is not None and metric.state not in {"published", "invalid", "skipped"}
    ]


def _outcomes(decision: Decision) -> Iterator[Series]:
    for outcome in get_args(Outcome):
        yield {"outcome": outcome}, int(outcome == decision.outcome)


def _effects(decision: Decision) -> Iterator[Series]:
    for effect in WORST_FIRST:
        yield {"effect": effect}, len(decision.having(effect))


def _statuses(worst: list[Finding]) -> Iterator[Series]:
    for finding in worst:
        if finding.status != "skip":
            yield {"scope": finding.scope, "id": finding.id, "status": finding.status}, 1


def _infos(worst: list[Finding]) -> Iterator[Series]:
    for finding in worst:
        if finding.status != "skip":
            waived = "true" if finding.effect == "waived" else "false"
            yield (
                {
                    "scope": finding.scope,
                    "id": finding.id,
                    "severity": finding.severity,
                    "waived": waived,
                    "title": finding.name,
                },
                1,
            )


def _figures(metrics: list[Metric]) -> Iterator[str]:
    """Yield the lines of three families for each unit: the metrics' estimates, and the two ends of their intervals."""
    for unit, (base, factor) in BASE_UNITS.items():
        own = [metric for metric in metrics if metric.unit == unit]
        values = (({"metric": metric.id}, factor * (metric.value or 0)) for metric in own)
        yield from family(f"hostcheck_metric_{base}", "Estimate of a metric.", values)
        for end, name, words in ((0, "low", "Lower"), (1, "high", "Upper")):
            ends = (({"metric": metric.id}, factor * metric.interval[end]) for metric in own if metric.interval)
            yield from family(f"hostcheck_metric_{name}_{base}", f"{words} end of a metric's 95 % interval.", ends)


def _started(decision: Decision) -> Iterator[Series]:
    try:
        yield {}, parse_time(decision.run.started).timestamp()
    except (ValueError, OverflowError):
        return
