"""Write families of OpenMetrics text, which is Prometheus' text format too.

https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
"""

from collections.abc import Iterable, Mapping

from hostcheck.plaintext import plain

END = "# EOF"
"""The last line of a document."""

BASE_UNITS: Mapping[str, tuple[str, float]] = {
    "s": ("seconds", 1.0),
    "MB/s": ("bytes_per_second", 1e6),
    "IOPS": ("operations_per_second", 1.0),
    "events/s": ("events_per_second", 1.0),
    "containers": ("containers", 1.0),
    "MB": ("bytes", 1e6),
    "%": ("ratio", 0.01),
}
"""For each unit of metrics, the suffix of the names of families (a base unit), and the factor to that base unit."""

Series = tuple[Mapping[str, str], float]


def family(name: str, help_text: str, series: Iterable[Series]) -> list[str]:
    """Return the lines of a family of gauges; none without a series.

    If labels differ only in characters that are not shown, they become equal. Of such series, the first is used.
    """
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
