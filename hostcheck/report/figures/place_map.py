"""Draw a map of where a host can be: coasts and borders, the disc of each landmark, and the claims.

The map shows each place at its true distance and direction from the landmark that answers first (azimuthal equidistant
projection). So this landmark's disc is a circle, and neither a pole nor the date line divides it.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from matplotlib.figure import Figure

from hostcheck.place.bounds import bound
from hostcheck.place.locating import Located
from hostcheck.place.measured import Measured
from hostcheck.place.shapes import shapes
from hostcheck.place.sphere import EARTH_KM, Disc, Vector, angle, cross, dot, vector
from hostcheck.report.svg import FOREGROUND, GRID, MUTED, SERIES, Canvas, harmless

_MOST_DISCS = 6
_LEAST_KM, _MOST_KM = 150.0, 9000.0
"""Minimum and maximum distance in km from the middle of the map to its edge."""
_CLAIMED = "X"
"""The marker of claims."""
_POINTS = 180
"""Number of points of a circle."""
_FINE = 300
"""Number of steps from the middle of the map to its edge. Details smaller than a step are left out."""

Point = tuple[float, float]


def is_drawn(located: Located) -> bool:
    """Return whether there is something to draw: at least one landmark with a round trip."""
    return any(each.rtt_ms is not None for each in located.measured)


def make(located: Located, canvas: Canvas) -> Figure:
    """Return a figure with the map."""
    usable = sorted((each for each in located.measured if each.rtt_ms is not None), key=lambda each: each.rtt_ms or 0.0)
    middle = _centre(usable[0])
    radius = bound(usable[0], "c").disc.radius * EARTH_KM
    reach = max(_LEAST_KM, min(_MOST_KM, 1.5 * radius))
    figure = Figure(figsize=(canvas.inches, canvas.inches * (1.0 if canvas.is_narrow else 0.7)), layout="constrained")
    axes = figure.add_subplot()
    for line in _borders(middle, reach):
        axes.plot(*zip(*line, strict=True), color=MUTED, linewidth=0.6)
    for number, each in enumerate(usable[:_MOST_DISCS]):
        color = SERIES[number % len(SERIES)]
        for speed, dashes in (("c", "-"), ("2/3 c", ":")):
            ring = _ring(bound(each, speed).disc, middle)  # type: ignore[arg-type]
            axes.plot(*zip(*ring, strict=True), color=color, linewidth=1.4, linestyle=dashes)
        _mark(axes, _project(_centre(each), middle), each.landmark.name, color=color, marker="o", reach=reach)
    for claim in located.claims:
        for part in claim.claim.place.discs if claim.claim.place else ():
            _mark(
                axes,
                _project(part.centre, middle),
                f"{claim.claim.by}: {claim.claim.said}",
                color=FOREGROUND,
                marker=_CLAIMED,
                reach=reach,
            )
    wide = reach if canvas.is_narrow else reach * 1.4
    axes.set(xlim=(-wide, wide), ylim=(-reach, reach), aspect="equal")
    axes.set_xlabel(f"km from {harmless(usable[0].landmark.name)}; solid: by light, dotted: in fibre; ×: claimed")
    axes.grid(color=GRID)
    return figure


def _centre(each: Measured) -> Vector:
    return vector(each.landmark.latitude, each.landmark.longitude)


def _mark(axes: Any, point: Point, text: str, *, color: str, marker: str, reach: float) -> None:
    """Draw a point with its name, if it is on the map. The name of a claim is below it, as it may be at a landmark."""
    beside = (5, -14) if marker == _CLAIMED else (5, 5)
    if max(map(abs, point)) < reach:
        axes.plot(*point, marker, color=color)
        axes.annotate(harmless(text), point, xytext=beside, textcoords="offset points", color=FOREGROUND, clip_on=True)


def _project(point: Vector, middle: Vector) -> Point:
    """Return a point's place on the map, in km to the east and to the north of the middle."""
    north = _north(middle)
    east = cross(north, middle)
    away = angle(point, middle)
    across, up = dot(point, east), dot(point, north)
    length = math.hypot(across, up) or 1.0
    return away * EARTH_KM * across / length, away * EARTH_KM * up / length


def _north(middle: Vector) -> Vector:
    """Return the direction to the north pole as a unit vector; at a pole, to the meridian of 180° or 0°."""
    x, y, z = middle
    wide = math.hypot(x, y)
    if wide < 1e-9:
        return -z, 0.0, 0.0
    return -z * x / wide, -z * y / wide, wide


def _ring(disc: Disc, middle: Vector) -> list[Point]:
    """Return the points of the circle around a disc."""
    north = _north(disc.centre)
    east = cross(north, disc.centre)
    along, across = math.cos(disc.radius), math.sin(disc.radius)
    points = []
    for number in range(_POINTS + 1):
        turn = 2 * math.pi * number / _POINTS
        up, right = across * math.cos(turn), across * math.sin(turn)
        point = tuple(along * c + up * n + right * e for c, n, e in zip(disc.centre, north, east, strict=True))
        points.append(_project((point[0], point[1], point[2]), middle))
    return points


def _borders(middle: Vector, reach: float) -> Iterator[list[Point]]:
    """Yield the coasts and borders on the map as lines, without details too small to show."""
    shown = 1.8 * reach / EARTH_KM
    for parts in shapes().values():
        for part in parts:
            if angle(part.cap.centre, middle) > part.cap.radius + shown:
                continue
            for ring in part.rings:
                yield from _lines(ring, middle, reach, shown)


def _lines(ring: Sequence[Point], middle: Vector, reach: float, shown: float) -> Iterator[list[Point]]:
    """Yield the parts of a ring that are on the map."""
    line: list[Point] = []
    for lon, lat in ring:
        place = vector(lat, lon)
        if angle(place, middle) > shown:
            if len(line) > 1:
                yield line
            line = []
            continue
        point = _project(place, middle)
        if not line or math.dist(point, line[-1]) > reach / _FINE:
            line.append(point)
    if len(line) > 1:
        yield line
