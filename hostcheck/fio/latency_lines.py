"""Read the lines about latency in fio's normal output (show_ddir_status and show_clat_percentiles in its stat.c)."""

import re
from collections.abc import Sequence
from dataclasses import replace

from hostcheck.fio.direction_line import OLD_SIDE, SIDE
from hostcheck.fio.quantity import carried, number_of
from hostcheck.fio.result import Latency

Lines = Sequence[tuple[int, str]]
"""Lines with their numbers."""

LATENCY = re.compile(
    r"(?P<of>slat|clat|lat|sync) {0,3}\((?P<unit>[num]?sec)\) {0,3}: min= {0,9}(?P<min>[^,\s]{1,20}) {0,3}, "
    r"max= {0,9}(?P<max>[^,\s]{1,20}) {0,3}, avg= {0,9}(?P<avg>[^,\s]{1,20}), stdev= {0,9}(?P<dev>\S{1,20})"
)
_PERCENTILES = re.compile(r"(?P<of>slat|clat|lat|sync) percentiles \((?P<unit>[num]?sec)\)")
_PERCENTILE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)th=\[ {0,20}(>?\d{1,18})\]")
_NANOSECONDS = {"nsec": 1, "usec": 1000, "msec": 1_000_000, "sec": 1_000_000_000}


def latencies_of(lines: Lines, *, of_sync: bool = False) -> dict[str, Latency]:
    """Return the latencies of one direction, by the names of the attributes of ``Side``.

    The lines end where the next direction begins.
    """
    names = {"slat": "submission", "clat": "completion", "lat": "total", "sync": "sync"}
    found: dict[str, Latency] = {}
    for place, (_, line) in enumerate(lines):
        if SIDE.match(line) or OLD_SIDE.match(line):
            break
        if match := LATENCY.match(line):
            # A second one is of a direction whose own line is missing.
            if (match["of"] == "sync") != of_sync or names[match["of"]] in found:
                break
            if latency := _latency(match):
                found[names[match["of"]]] = latency
        elif (match := _PERCENTILES.match(line)) and (names[match["of"]] in found):
            of = names[match["of"]]
            found[of] = replace(found[of], percentiles=_percentiles(match["unit"], lines[place + 1 :]))
    return found


def _latency(match: re.Match[str]) -> Latency | None:
    unit = _NANOSECONDS[match["unit"]]
    values = [number_of(match[key]) for key in ("avg", "min", "max", "dev")]
    if values[0] is not None and values[2] is not None and values[0] > values[2]:
        # A maximum of 10.97k is printed as 10.0k by a fio that loses the carry.
        values[2] = max(values[2], min(values[0], number_of(carried(match["max"])) or 0.0))
    mean, low, high, deviation = (None if value is None else value * unit for value in values)
    if mean is None or low is None or high is None:
        return None
    return Latency(mean, low, high, deviation)


def _percentiles(unit: str, lines: Lines) -> dict[float, float]:
    found: dict[float, float] = {}
    for _, line in lines:
        if not line.startswith("|"):
            break
        # Before 2.99 what was beyond the last bucket had a ">".
        for percent, value in _PERCENTILE.findall(line):
            if 0 < float(percent) <= 100 and not value.startswith(">"):
                found[float(percent)] = float(value) * _NANOSECONDS[unit]
    return found
