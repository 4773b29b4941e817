"""The shapes of countries, and whether a country has a point within discs. ``bin/shapes`` makes the data.

A shape is simplified, and the map that it is from leaves out what is too small for its scale. So whoever asks adds
``error_km`` to the radius of each disc: a country is only excluded where its true shape is outside as well. What the
map lacks is added (``data/added.toml``): islands with people, and further land of a code.
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
"""What the coasts and borders of a map of 1:10,000,000 are away from the ground: a line of 1 mm is 10 km wide."""
_STRETCH = 16
"""Segments of a stretch."""
_FINEST = 0.2 / EARTH_KM
"""Half a segment of this length, in radians, is no longer divided: it is taken for a point in common."""

Place = tuple[float, float]
"""Longitude and latitude in degrees."""


class Polygon:
    """A part of a country: an outer ring and those of its holes.

    Attributes:
        cap: a disc that holds all of it.
    """

    def __init__(self, cap: Disc, arcs: Sequence[Sequence[Place]], rings: Sequence[Sequence[int]]) -> None:
        """Take the cap, the arcs of all countries, and the numbers of those of this one (~n is n backwards)."""
        self.cap, self._arcs, self._numbers = cap, arcs, rings

    @cached_property
    def rings(self) -> tuple[tuple[Place, ...], ...]:
        """The rings: longitudes and latitudes in degrees; the last point is the first one again."""
        return tuple(tuple(self._points(ring)) for ring in self._numbers)

    @cached_property
    def stretches(self) -> tuple["Stretch", ...]:
        """The rings in short stretches, of which most are far from any question."""
        return tuple(
            _stretch(tuple(itertools.pairwise(ring[start : start + _STRETCH + 1])))
            for ring in self.rings
            for start in range(0, max(1, len(ring) - 1), _STRETCH)
        )

    def meets(self, discs: Sequence[Disc], common: Sequence[Vector]) -> bool:
        """Whether it has a point within all discs.

        Args:
            discs: the discs.
            common: ``corners`` of them.
        """
        if not _near(self.cap, discs):
            return False
        near = (each for each in self.stretches if _near(each.cap, discs))
        return any(map(self.has, common)) or any(_reaches(*each, discs) for part in near for each in part.segments)

    def has(self, point: Vector) -> bool:
        """Whether a point is inside: the meridian from it to the north pole crosses an odd number of segments.

        No country holds the north pole.
        """
        if angle(point, self.cap.centre) > self.cap.radius:
            return False
        lat, lon = degrees(point)
        crossed = 0
        for ring in self.rings:
            for (lon_a, lat_a), (lon_b, lat_b) in itertools.pairwise(ring):
                # On which side an end is depends on that end alone, so that rounding counts none twice or never.
                a, b = _turn(lon_a - lon), _turn(lon_b - lon)
                if (a < 0) is not (b < 0) and abs(a - b) < 180:
                    crossed += lat_a + a / (a - b) * (lat_b - lat_a) > lat
        return crossed % 2 == 1

    def _points(self, numbers: Sequence[int]) -> Iterator[Place]:
        yield self._arc(numbers[0])[0]
        for number in numbers:
            # Of an island that is smaller than what is kept, a point is left: it is its own end.
            yield from self._arc(number)[1:] or self._arc(number)

    def _arc(self, number: int) -> Sequence[Place]:
        return self._arcs[number] if number >= 0 else self._arcs[~number][::-1]


class Stretch(NamedTuple):
    """Some segments that follow each other.

    Attributes:
        segments: their ends.
        cap: a disc that holds them.
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
    """Whether a cap meets each of the discs."""
    return all(angle(cap.centre, each.centre) <= each.radius + cap.radius + EPSILON for each in discs)


@lru_cache
def shapes() -> Mapping[str, tuple[Polygon, ...]]:
    """Return the parts of each country, by code."""
    document = _document()
    unit = document["unit"]
    arcs = [_decoded(steps, unit) for steps in document["arcs"]]
    added = _added()
    return {
        code: (*(Polygon(_cap(part["cap"], unit), arcs, part["rings"]) for part in parts), *added.get(code, ()))
        for code, parts in document["countries"].items()
    }


def _added() -> Mapping[str, Sequence[Polygon]]:
    """Return what the map lacks, by code: islands as points, and outlines."""
    document = tomli.loads(read_shipped(_ADDED))
    rings = [(code, [place]) for code, places in document["islands"].items() for place in places]
    rings += [(code, [*outline, outline[0]]) for code, outline in document["outlines"].items()]
    found: dict[str, list[Polygon]] = {}
    for code, ring in rings:
        found.setdefault(code, []).append(Polygon(_cap_of(ring), [[(lon, lat) for lat, lon in ring]], [[0]]))
    return found


def _cap_of(ring: Sequence[Sequence[float]]) -> Disc:
    """Return a disc that holds an outline; of latitudes and longitudes."""
    first = vector(*ring[0])
    return Disc(first, max(angle(first, vector(*place)) for place in ring) * 1.02)


def error_km() -> float:
    """Return by how much a shape can be wrong, in km: what was simplified, and the map itself."""
    return float(_document()["error_km"]) + MAP_KM


def source() -> str:
    """Return where the shapes are from."""
    return str(_document()["source"])


def meeting(discs: Sequence[Disc]) -> frozenset[str]:
    """Return the countries that have a point within all discs."""
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
    """Return a difference of longitudes as the shorter way around, from -180 to 180."""
    return (longitude + 180) % 360 - 180


def _reaches(first: Place, last: Place, discs: Sequence[Disc]) -> bool:
    """Whether a segment, which is straight on the map, has a point within all discs.

    ``excess`` changes by at most the way between two points, so its value in the middle and half the length bound it.
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
    """Return what half of a segment measures at most, in radians."""
    (lon_a, lat_a), (lon_b, lat_b) = first, last
    return math.radians(math.hypot(_turn(lon_b - lon_a) * _widest(lat_a, lat_b), lat_b - lat_a)) / 2


def _widest(lat_a: float, lat_b: float) -> float:
    """Return what a degree of longitude measures at most between two latitudes, as a part of that at the equator."""
    if lat_a * lat_b < 0:
        return 1.0
    return math.cos(math.radians(min(abs(lat_a), abs(lat_b))))
