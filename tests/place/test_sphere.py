"""Discs on a sphere: at the poles, across the date line, around antipodes."""

import math
import random

import pytest

from hostcheck.place import sphere
from hostcheck.place.sphere import EARTH_KM, angle, corners, degrees, disc, excess, kilometres, meet, outside_of, vector
from tests.place.worlds import somewhere


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ((59.91, 10.75), (50.11, 8.68), 1097),  # Oslo, Frankfurt
        ((0, 179.9), (0, -179.9), 22),
        ((90, 0), (90, 123), 0),
        ((90, 0), (-90, 0), math.pi * EARTH_KM),
        ((10, 20), (-10, -160), math.pi * EARTH_KM),
        ((45, 45), (45, 45), 0),
    ],
)
def test_distances(one, other, km):
    assert kilometres(vector(*one), vector(*other)) == pytest.approx(km, abs=1)


def test_degrees_are_those_of_the_vector():
    chance = random.Random(1)
    for _ in range(100):
        place = somewhere(chance)
        assert degrees(vector(*place)) == pytest.approx(place, abs=1e-9)


@pytest.mark.parametrize(
    ("discs", "common"),
    [
        ([disc(0, 0, 500), disc(0, 10, 500)], False),
        ([disc(0, 0, 600), disc(0, 10, 600)], True),
        ([disc(0, 179, 200), disc(0, -179, 200)], True),
        ([disc(90, 0, 100), disc(89, 170, 100)], True),
        ([disc(0, 0, 100), disc(0, 0, 5)], True),
        ([disc(0, 0, 19_000), disc(0, 180, 900)], False),
        ([disc(0, 0, 19_500), disc(0, 180, 900)], True),
        # A ring: within the one, and not within 400 km of its middle.
        ([disc(10, 20, 500), outside_of(disc(10, 20, 400))], True),
        ([disc(10, 20, 400), outside_of(disc(10, 20, 500))], False),
        ([disc(0, 0, 30_000)], True),
        ([], True),
    ],
)
def test_discs_that_have_points_in_common(discs, common):
    assert meet(discs) is common
    assert bool(corners(discs)) is common


def test_they_meet_where_a_dense_grid_finds_a_common_point():
    """Independent: 8,000 points of a spiral, 250 km apart."""
    grid = [
        vector(math.degrees(math.asin(2 * (n + 0.5) / 8_000 - 1)), math.degrees(2.399963229728653 * n) % 360)
        for n in range(8_000)
    ]
    chance = random.Random(2)
    seen = set()
    for _ in range(25):
        discs = [disc(*somewhere(chance), chance.uniform(1000, 14_000)) for _ in range(chance.randint(2, 5))]
        least = min(excess(point, discs) for point in grid) * EARTH_KM
        if abs(least) > 300:
            assert meet(discs) is (least < 0), least
            seen.add(least < 0)
        for point in corners(discs):
            assert excess(point, discs) <= 1e-7
    assert seen == {True, False}


def test_each_part_of_what_is_left_has_a_corner():
    """Two large discs and the outside of a band leave two parts, far from each other."""
    discs = [
        disc(0, 0, 9000),
        outside_of(disc(0, 0, 5000)),
        outside_of(disc(90, 0, 8500)),
        outside_of(disc(-90, 0, 8500)),
    ]
    east = [point for point in corners(discs) if point[1] > 0]
    west = [point for point in corners(discs) if point[1] < 0]
    assert east
    assert west
    assert angle(east[0], west[0]) > 1


def test_of_a_hundred_discs_those_around_another_one_cost_nothing(monkeypatch):
    wide = [disc(60 + number / 10, 10, 3000 + 100 * number) for number in range(99)]
    near, beside = disc(60, 10, 300), disc(60, 20, 400)
    seen = []
    real = sphere.excess
    monkeypatch.setattr(sphere, "excess", lambda point, discs: seen.append(len(discs)) or real(point, discs))
    assert sphere.limiting([*wide, beside, near]) == [near, beside]
    assert len(sphere.corners([*wide, beside, near])) == len(sphere.corners([beside, near]))
    assert len(seen) == 12
    assert max(seen) == 2


def test_of_equal_discs_one_is_left():
    assert sphere.limiting([disc(60, 10, 300)] * 3) == [disc(60, 10, 300)]
    assert sphere.limiting([disc(60, 10, 30000)]) == []
