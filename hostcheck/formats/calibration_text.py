"""A calibration as text: each measured value, its true value, and the conclusion for this host."""

from itertools import groupby

from hostcheck.comparison.labels import label
from hostcheck.formats.terminal import Style, table
from hostcheck.quantities import amount
from hostcheck.run.calibration import QUIET, Calibration, TierMetric


def render(calibration: Calibration, style: Style) -> str:
    """Return the calibration as lines of text."""
    lines: list[str] = []
    for tier, readings in groupby(calibration.readings, key=lambda reading: reading.tier):
        said = f"A disk of {tier.iops:,} IOPS and {tier.bytes_per_second / 1e6:,.0f} MB/s: {tier.title}"
        rows = table(["", "truth", "measured", "error"], list(map(_row, readings)), style, right=(1, 2, 3))
        lines += [style.paint(style.wrap(said, 0), "bold"), *rows, ""]
    lines.append(style.wrap(_conclusion(calibration), 0))
    return "\n".join(lines) + "\n"


def _row(reading: TierMetric) -> list[str]:
    metric = reading.metric
    name = f"{label(metric.id)}, {metric.unit}"
    if metric.value is None or reading.error is None:
        return [name, amount(reading.truth, metric.unit), metric.state, ""]
    far = "" if reading.is_near else " !"
    return [name, *(_exact(value) for value in (reading.truth, metric.value)), f"{100 * reading.error:+.2f} %{far}"]


def _exact(value: float) -> str:
    return f"{value:,.1f}" if value < 1000 else f"{value:,.0f}"


def _conclusion(calibration: Calibration) -> str:
    if calibration.is_quiet:
        near = f"Every figure is within {100 * QUIET:g} % of the truth"
        return f"{near}: this host is quiet enough for disks of these speeds."
    far = [reading for reading in calibration.readings if not reading.is_near]
    parts = [f"{label(reading.metric.id)} at {reading.tier.iops:,} IOPS ({_why(reading)})" for reading in far]
    return f"This host is not quiet enough for disks of these speeds. Too far from the truth: {'; '.join(parts)}."


def _why(reading: TierMetric) -> str:
    if reading.error is None:
        return reading.metric.reason
    steal = [s.conditions.steal_percent for s in reading.metric.samples if s.conditions.steal_percent is not None]
    stolen = f", with {max(steal):.1f} % of the CPU time stolen" if steal and max(steal) >= 1 else ""
    return f"off by {100 * reading.error:+.1f} %{stolen}"
