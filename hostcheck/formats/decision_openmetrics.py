"""A gate's decision as OpenMetrics text, which is Prometheus' text format too: for node_exporter's textfile collector.

https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
"""

from collections.abc import Iterator, Mapping
from typing import get_args

from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision, Outcome
from hostcheck.gate.finding import WORST_FIRST, Finding
from hostcheck.plaintext import plain
from hostcheck.run.model import Metric, Status
from hostcheck.run.times import parse_time

Series = tuple[Mapping[str, str], float]


def render(decision: Decision, _style: Style | None = None) -> str:
    """Return gauges. An outcome and a status are one series a state, so that none ever changes its labels."""
    metrics = _measured(decision)
    worst = _worst(decision)
    lines = [
        *_family("hostcheck_gate_outcome", "Whether the gate came to this outcome.", _outcomes(decision)),
        *_family("hostcheck_gate_findings", "Findings of the gate by what they mean for it.", _effects(decision)),
        *_family("hostcheck_gate_status", "Whether what the gate looked at has this status.", _statuses(worst)),
        *_family("hostcheck_gate_waived", "Whether what the gate looked at is waived.", _waived(worst)),
        *_family("hostcheck_metric_value", "Estimate of a metric in its unit.", _figures(metrics)),
        *_family("hostcheck_metric_low", "Lower end of the 95 % interval of a metric.", _ends(metrics, 0)),
        *_family("hostcheck_metric_high", "Upper end of the 95 % interval of a metric.", _ends(metrics, 1)),
        *_family("hostcheck_run_started_timestamp_seconds", "When the run that was judged began.", _started(decision)),
    ]
    return "\n".join([*lines, "# EOF"]) + "\n"


def _family(name: str, help_text: str, series: Iterator[Series]) -> list[str]:
    # Names that differ only in what is not shown of them have the same labels. The first one counts: it is the worst.
    values: dict[str, float] = {}
    for labels, value in series:
        values.setdefault(_labels(labels), value)
    lines = [f"{name}{labels} {value!r}" for labels, value in values.items()]
    return [f"# HELP {name} {help_text}", f"# TYPE {name} gauge", *lines] if lines else []


def _labels(labels: Mapping[str, str]) -> str:
    inner = ",".join(f'{name}="{_escape(value)}"' for name, value in labels.items())
    return f"{{{inner}}}" if inner else ""


def _escape(text: str) -> str:
    return plain(text).replace("\\", "\\\\").replace('"', '\\"')


def _worst(decision: Decision) -> list[Finding]:
    """Return one finding for each thing looked at, the worst: a series must not be there twice."""
    found = {(finding.scope, finding.id): finding for finding in reversed(decision.having(*WORST_FIRST))}
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
        for status in get_args(Status):
            yield _of(finding) | {"status": status}, int(status == finding.status)


def _waived(worst: list[Finding]) -> Iterator[Series]:
    for finding in worst:
        yield _of(finding), int(finding.effect == "waived")


def _of(finding: Finding) -> dict[str, str]:
    return {"scope": finding.scope, "id": finding.id, "severity": finding.severity}


def _figures(metrics: list[Metric]) -> Iterator[Series]:
    for metric in metrics:
        yield {"metric": metric.id, "unit": metric.unit}, float(metric.value or 0)


def _ends(metrics: list[Metric], end: int) -> Iterator[Series]:
    for metric in metrics:
        if metric.interval is not None:
            yield {"metric": metric.id, "unit": metric.unit}, float(metric.interval[end])


def _started(decision: Decision) -> Iterator[Series]:
    try:
        yield {}, parse_time(decision.run.started).timestamp()
    except (ValueError, OverflowError):
        return
