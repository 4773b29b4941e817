"""Geometry on a sphere: points as unit vectors, discs around them, and whether discs have a point in common.

All values are in radians on the unit sphere, so the poles, the date line and antipodes are no special cases.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

Vector = tuple[float, float, float]

EARTH_KM = 6371.0088
"""Mean radius of the Earth in km (IUGG)."""
EPSILON = 1e-7
"""Discs this far apart, in radians (0.6 m), still have a point in common, so rounding never excludes a place."""


class Disc(NamedTuple):
    """All points up to a distance from a point.

    Attributes:
        centre: the point.
        radius: the distance in radians; a disc of π or more is the whole sphere.
    """

    centre: Vector
    radius: float


def vector(latitude: float, longitude: float) -> Vector:
    """Return the point of the unit sphere at a latitude and a longitude in degrees."""
    up, across = math.radians(latitude), math.radians(longitude)
    wide = math.cos(up)
    return wide * math.cos(across), wide * math.sin(across), math.sin(up)


def degrees(point: Vector) -> tuple[float, float]:
    """Return the latitude and the longitude of a point, in degrees."""
    x, y, z = point
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def dot(a: Vector, b: Vector) -> float:
    """Return the scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """Return the vector product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def angle(a: Vector, b: Vector) -> float:
    """Return the angle between two points, in radians. It is exact for close and for opposite points, too."""
    return math.atan2(math.hypot(*cross(a, b)), dot(a, b))


def kilometres(a: Vector, b: Vector) -> float:
    """Return the distance between two points on the Earth, in km."""
    return angle(a, b) * EARTH_KM


def disc(latitude: float, longitude: float, radius_km: float) -> Disc:
    """Return the disc around a point: latitude and longitude in degrees, radius in km."""
    return Disc(vector(latitude, longitude), radius_km / EARTH_KM)


def outside_of(inner: Disc) -> Disc:
    """Return the points that are not within a disc, as the disc around the opposite point."""
    x, y, z = inner.centre
    return Disc((-x, -y, -z), math.pi - inner.radius)


def excess(point: Vector, discs: Sequence[Disc]) -> float:
    """Return how far a point is outside of the furthest disc, in radians; 0 or less if it is within all discs."""
    return max((angle(point, each.centre) - each.radius for each in discs), default=-math.pi)


def limiting(discs: Sequence[Disc]) -> list[Disc]:
    """Return the discs that determine what all have in common, smallest first.

    A disc is left out if it is the whole sphere or contains another one. Few of a hundred remain, so that few
    comparisons are needed for each point.
    """
    kept: list[Disc] = []
    for each in sorted(discs, key=lambda one: one.radius):
        if each.radius < math.pi and all(angle(each.centre, one.centre) + one.radius > each.radius for one in kept):
            kept.append(each)
    return kept


def corners(discs: Sequence[Disc]) -> tuple[Vector, ...]:
    """Return points that the discs have in common: at least one of each part of the common area.

    A part is bounded by arcs. An arc ends where two circles cross, or is a whole circle. So the crossings and a point
    of each circle miss no part. If no disc limits the area, the point is the north pole.
    """
    limits = limiting(discs)
    if not limits:
        return ((0.0, 0.0, 1.0),)
    return tuple(point for point in _candidates(limits) if excess(point, limits) <= EPSILON)


def meet(discs: Sequence[Disc]) -> bool:
    """Return whether the discs have a point in common."""
    limits = limiting(discs)
    return not limits or any(excess(point, limits) <= EPSILON for point in _candidates(limits))


def _candidates(limits: Sequence[Disc]) -> Iterator[Vector]:
    for each in limits:
        yield each.centre
        yield _on(each)
    for one, other in combinations(limits, 2):
        yield from _crossings(one, other)


def _on(circle: Disc) -> Vector:
    """Return a point of the circle around a disc."""
    x, y, z = circle.centre
    aside = (0.0, -z, y) if abs(x) < 0.9 else (-z, 0.0, x)
    length = math.hypot(*aside)
    across, along = math.sin(max(circle.radius, 0.0)) / length, math.cos(max(circle.radius, 0.0))
    return x * along + aside[0] * across, y * along + aside[1] * across, z * along + aside[2] * across


def _crossings(one: Disc, other: Disc) -> Iterator[Vector]:
    """Yield the points at which two circles cross, or touch within rounding."""
    between = dot(one.centre, other.centre)
    square = 1.0 - between * between
    if square < 1e-15:
        # Both have one axis, so they have no point or all points in common: ``_on`` yields one of each circle.
        return
    near, far = math.cos(one.radius), math.cos(other.radius)
    a, b = (near - far * between) / square, (far - near * between) / square
    rest = (1.0 - a * a - b * b - 2 * a * b * between) / square
    if rest < -EPSILON:
        return
    aside = cross(one.centre, other.centre)
    height = math.sqrt(max(0.0, rest))
    for sign in (1.0, -1.0) if height else (1.0,):
        point = [a * p + b * q + sign * height * n for p, q, n in zip(one.centre, other.centre, aside, strict=True)]
        length = math.hypot(*point)
        yield point[0] / length, point[1] / length, point[2] / length
