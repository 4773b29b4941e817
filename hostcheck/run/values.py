"""Take values of a type out of JSON, which may contain anything. A value of another type is treated as missing."""

import re
from collections.abc import Iterator, Mapping

from hostcheck.run.shape import LARGEST

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,4})?)")

Span = tuple[float, float]


def mapping_of(value: object) -> Mapping[str, object]:
    """Return the value if it is an object; an empty one otherwise."""
    return value if isinstance(value, Mapping) else {}


def items_of(value: object) -> tuple[object, ...]:
    """Return the items of a list; an empty tuple if it is no list."""
    return tuple(value) if isinstance(value, list | tuple) else ()


def text_of(value: object) -> str:
    """Return the value if it is a text; an empty one otherwise."""
    return value if isinstance(value, str) else ""


def limits_of(value: object) -> Mapping[str, float] | None:
    """Return the numbers of an object by name; None if it is no object."""
    if not isinstance(value, Mapping):
        return None
    return {
        name: number for name, each in value.items() if isinstance(name, str) and (number := finite(each)) is not None
    }


def finite(value: object) -> float | None:
    """Return the value if it is a finite number; None otherwise, and for a bool."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        return None
    return float(value)


def columns_of(series: object) -> Mapping[str, tuple[float | None, ...]]:
    """Return a series as one tuple for each quantity, with "t" (seconds) first.

    Two shapes in earlier files are converted: a list of points, and for a disk, a series with the length of a window
    instead of "t".
    """
    if isinstance(series, Mapping):
        columns = {str(name): tuple(map(finite, items_of(column))) for name, column in series.items()}
        if (width := finite(series.get("milliseconds"))) is not None:
            times = tuple(round(place * width / 1000, 3) for place in range(1, len(columns.get("iops", ())) + 1))
            columns = {"t": times, "iops": columns.get("iops", ())}
        return columns
    points = [point for point in items_of(series) if isinstance(point, Mapping)]
    names = dict.fromkeys(str(name) for point in points for name in point)
    return {name: tuple(finite(point.get(name)) for point in points) for name in names}


def span_of(value: object) -> Span | None:
    """Return a pair of finite numbers; None if the value is not such a pair."""
    items = items_of(value)
    if len(items) != 2:
        return None
    begin, end = map(finite, items)
    return None if begin is None or end is None else (begin, end)


def percentiles_of(value: object) -> Iterator[tuple[float, float]]:
    """Yield (percentile, value) pairs of an object such as {"p50": 0.35, "p99.9": 4.1}."""
    for name, milliseconds in mapping_of(value).items():
        found, number = _PERCENTILE.fullmatch(str(name)), finite(milliseconds)
        if found and number is not None and number >= 0:
            yield float(found[1]), number
