"""The origin of imported values as text: one line for each value."""

from collections.abc import Iterator

from hostcheck.plaintext import plain
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.model import Run


def explain(run: Run) -> str:
    """Return a line for each value of an imported run: the metric, the value, and the field from which it was read."""
    lines = [line for metric in run.metrics for line in _lines(metric)]
    return "\n".join(lines or ["nothing was read"])


def _lines(metric: Metric) -> Iterator[str]:
    for sample in metric.samples:
        value = "no value" if sample.value is None else f"{sample.value:,.6g} {metric.unit}"
        counts = "" if sample.valid else f"; not used: {sample.reason}"
        also = "".join(
            f"; {sample.detail[key]}" for key in ("also", "caution", "lacks", "latency_note") if sample.detail.get(key)
        )
        yield plain(f"{metric.id}: {value}, read from {_source(sample)}{_as(metric)}{counts}{also}")


def _as(metric: Metric) -> str:
    """Return, in words, the settings with which a metric was read. They must be equal in a comparison."""
    settings = (f"{key.replace('_', ' ')} {_word(value)}" for key, value in metric.settings.items())
    return f", as {', '.join(settings)}" if metric.settings else ""


def _word(setting: object) -> str:
    if setting is None:
        return "unknown"
    return ("yes" if setting else "no") if isinstance(setting, bool) else str(setting)


def _source(sample: Sample) -> str:
    """Return the place from which a value was read; for fio's outputs, the file and the job."""
    if "read_from" in sample.detail:
        return str(sample.detail["read_from"])
    return (
        ", ".join(f"{key} {sample.detail[key]}" for key in ("file", "job") if key in sample.detail)
        or "an unnamed place"
    )
