"""The shapes of countries, and whether a country has a point within discs. ``bin/shapes`` makes the data.

Shapes are simplified, and their map leaves out areas that are too small for its scale. So a caller adds ``error_km`` to
the radius of each disc: a country is excluded only if its true shape is outside too. What the map lacks is added
(``data/added.toml``): inhabited islands, and further land that belongs to a code.
"""

import gzip
import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import tomli

from hostcheck.place.sphere import EARTH_KM, EPSILON, Disc, Vector, angle, corners, degrees, excess, limiting, vector
from hostcheck.resources import read_shipped, read_shipped_bytes

_FILE = Path(__file__).parent / "data" / "shapes.json.gz"
_ADDED = _FILE.with_name("added.toml")

MAP_KM = 10.0
"""Maximum error of coasts and borders on a map of 1:10,000,000, in km: a line of 1 mm is 10 km wide."""
_STRETCH = 16
"""Number of segments in a stretch."""
_FINEST = 0.2 / EARTH_KM
"""A segment whose half is shorter than this, in radians, is not divided further, and counts as within the discs."""

Place = tuple[float, float]
"""Longitude and latitude in degrees."""


class Polygon:
    """A part of a country: an outer ring, and the rings of its holes.

    Attributes:
        cap: a disc that contains the part.
    """

    def __init__(self, cap: Disc, arcs: Sequence[Sequence[Place]], rings: Sequence[Sequence[int]]) -> None:
        """Use the cap, the arcs of all countries, and for each ring the indexes of its arcs (~n is arc n backwards)."""
        self.cap, self._arcs, self._numbers = cap, arcs, rings

    @cached_property
    def rings(self) -> tuple[tuple[Place, ...], ...]:
        """The rings: longitudes and latitudes in degrees. The last point repeats the first."""
        return tuple(tuple(self._points(ring)) for ring in self._numbers)

    @cached_property
    def stretches(self) -> tuple["Stretch", ...]:
        """The rings, cut into short stretches. Most stretches are far from the discs, and are skipped by their caps."""
        return tuple(
            _stretch(tuple(itertools.pairwise(ring[start : start + _STRETCH + 1])))
            for ring in self.rings
            for start in range(0, max(1, len(ring) - 1), _STRETCH)
        )

    def meets(self, discs: Sequence[Disc], common: Sequence[Vector]) -> bool:
        """Return whether the part has a point within all discs.

        Args:
            discs: the discs.
            common: the ``corners`` of the discs.
        """
        if not _near(self.cap, discs):
            return False
        near = (each for each in self.stretches if _near(each.cap, discs))
        return any(map(self.has, common)) or any(_reaches(*each, discs) for part in near for each in part.segments)

    def has(self, point: Vector) -> bool:
        """Return whether a point is inside: the meridian from it to the north pole crosses an odd number of segments.

        No country contains the north pole.
        """
        if angle(point, self.cap.centre) > self.cap.radius:
            return False
        lat, lon = degrees(point)
        crossed = 0
        for ring in self.rings:
            for (lon_a, lat_a), (lon_b, lat_b) in itertools.pairwise(ring):
                # The side of an end depends on that end alone, so that rounding counts no crossing twice or never.
                a, b = _turn(lon_a - lon), _turn(lon_b - lon)
                if (a < 0) is not (b < 0) and abs(a - b) < 180:
                    crossed += lat_a + a / (a - b) * (lat_b - lat_a) > lat
        return crossed % 2 == 1

    def _points(self, numbers: Sequence[int]) -> Iterator[Place]:
        yield self._arc(numbers[0])[0]
        for number in numbers:
            # An island that was simplified to a point has an arc with only this point.
            yield from self._arc(number)[1:] or self._arc(number)

    def _arc(self, number: int) -> Sequence[Place]:
        return self._arcs[number] if number >= 0 else self._arcs[~number][::-1]


class Stretch(NamedTuple):
    """Some consecutive segments.

    Attributes:
        segments: the two ends of each segment.
        cap: a disc that contains all segments.
    """

    segments: tuple[tuple[Place, Place], ...]
    cap: Disc


def _stretch(segments: tuple[tuple[Place, Place], ...]) -> Stretch:
    (lon, lat), _ = segments[len(segments) // 2]
    middle = vector(lat, lon)
    far = max(
        angle(middle, vector(lat_a, lon_a)) + 2 * _half((lon_a, lat_a), last) for (lon_a, lat_a), last in segments
    )
    return Stretch(segments, Disc(middle, far))


def _near(cap: Disc, discs: Sequence[Disc]) -> bool:
    """Return whether a cap meets each of the discs."""
    return all(angle(cap.centre, each.centre) <= each.radius + cap.radius + EPSILON for each in discs)


@lru_cache
def shapes() -> Mapping[str, tuple[Polygon, ...]]:
    """Return the parts of each country, by its code."""
    document = _document()
    unit = document["unit"]
    arcs = [_decoded(steps, unit) for steps in document["arcs"]]
    added = _added()
    return {
        code: (*(Polygon(_cap(part["cap"], unit), arcs, part["rings"]) for part in parts), *added.get(code, ()))
        for code, parts in document["countries"].items()
    }


def _added() -> Mapping[str, Sequence[Polygon]]:
    """Return the parts that the map lacks, by the code of the country: islands as points, and outlines."""
    document = tomli.loads(read_shipped(_ADDED))
    rings = [(code, [place]) for code, places in document["islands"].items() for place in places]
    rings += [(code, [*outline, outline[0]]) for code, outline in document["outlines"].items()]
    found: dict[str, list[Polygon]] = {}
    for code, ring in rings:
        found.setdefault(code, []).append(Polygon(_cap_of(ring), [[(lon, lat) for lat, lon in ring]], [[0]]))
    return found


def _cap_of(ring: Sequence[Sequence[float]]) -> Disc:
    """Return a disc that contains an outline, whose points are latitude and longitude in degrees."""
    first = vector(*ring[0])
    return Disc(first, max(angle(first, vector(*place)) for place in ring) * 1.02)


def error_km() -> float:
    """Return the maximum error of a shape in km: the error of simplifying plus the error of the map."""
    return float(_document()["error_km"]) + MAP_KM


def source() -> str:
    """Return the name of the map from which the shapes are made."""
    return str(_document()["source"])


def meeting(discs: Sequence[Disc]) -> frozenset[str]:
    """Return the codes of the countries that have a point within all discs."""
    common = corners(discs)
    if not common:
        return frozenset()
    limits = limiting(discs)
    return frozenset(code for code, parts in shapes().items() if any(part.meets(limits, common) for part in parts))


@lru_cache
def _document() -> dict:  # type: ignore[type-arg]
    return dict(json.loads(gzip.decompress(read_shipped_bytes(_FILE))))


def _decoded(steps: Sequence[int], unit: int) -> tuple[Place, ...]:
    x, y = steps[0], steps[1]
    points = [(x / unit, y / unit)]
    for place in range(2, len(steps), 2):
        x, y = x + steps[place], y + steps[place + 1]
        points.append((x / unit, y / unit))
    return tuple(points)


def _cap(cap: Sequence[int], unit: int) -> Disc:
    lon, lat, radius_km = cap
    return Disc(vector(lat / unit, lon / unit), radius_km / EARTH_KM)


def _turn(longitude: float) -> float:
    """Return a difference of longitudes as the shorter way around, from -180 to 180 degrees."""
    return (longitude + 180) % 360 - 180


def _reaches(first: Place, last: Place, discs: Sequence[Disc]) -> bool:
    """Return whether a segment, which is straight on the map, has a point within all discs.

    ``excess`` changes by at most the distance between two points. So its value in the middle and half of the segment's
    length bound it along the segment.
    """
    pending = [(first, last)]
    while pending:
        (lon_a, lat_a), (lon_b, lat_b) = pending.pop()
        wide = _turn(lon_b - lon_a)
        half = _half((lon_a, lat_a), (lon_b, lat_b))
        middle = (lon_a + wide / 2, (lat_a + lat_b) / 2)
        beyond = excess(vector(middle[1], middle[0]), discs)
        if beyond <= EPSILON or (beyond <= half < _FINEST):
            return True
        if beyond <= half:
            pending += [((lon_a, lat_a), middle), (middle, (lon_b, lat_b))]
    return False


def _half(first: Place, last: Place) -> float:
    """Return the maximum length of half a segment, in radians."""
    (lon_a, lat_a), (lon_b, lat_b) = first, last
    return math.radians(math.hypot(_turn(lon_b - lon_a) * _widest(lat_a, lat_b), lat_b - lat_a)) / 2


def _widest(lat_a: float, lat_b: float) -> float:
    """Return the maximum length of a degree of longitude between two latitudes, as a share of that at the equator."""
    if lat_a * lat_b < 0:
        return 1.0
    return math.cos(math.radians(min(abs(lat_a), abs(lat_b))))
