"""Landmarks, hosts at true positions, and what handshakes between them would measure."""

import math
import random

from hostcheck.place.landmarks import Landmark
from hostcheck.place.measured import Measured
from hostcheck.place.sphere import kilometres, vector

FIBRE_KM_PER_MS = 199.86
"""Of light in fibre, one way."""

OSLO = (59.91, 10.75)
LONDON = (51.51, -0.13)
ASHBURN = (39.04, -77.49)
FRANKFURT = (50.11, 8.68)
STOCKHOLM = (59.33, 18.07)
TOKYO = (35.68, 139.69)


def landmark(name="Oslo", at=OSLO, accuracy_km=0.0, **parts):
    return Landmark(name, parts.pop("address", "192.0.2.1"), 443, *at, "a test", accuracy_km, **parts)


def measured(rtt_ms, name="Oslo", at=OSLO, accuracy_km=0.0, **parts):
    return Measured(landmark(name, at, accuracy_km, **parts), rtt_ms, counted=10, tried=10)


def distance_km(one, other):
    return kilometres(vector(*one), vector(*other))


def somewhere(chance):
    """A place that is equally likely in each part of the sphere."""
    return math.degrees(math.asin(chance.uniform(-1, 1))), chance.uniform(-180, 180)


def rtt_between(host, place, chance):
    """The least of ten round trips: fibre that is 1.2 to 2.5 times as long as the way, and queues."""
    detour = chance.uniform(1.2, 2.5)
    way = 2 * distance_km(host, place) * detour / FIBRE_KM_PER_MS
    return way + 0.05 + min(chance.expovariate(1 / 3) for _ in range(10))


def world(seed, landmarks=5):
    """A host, and landmarks within some 3,000 km of it as well as far away, with what it would measure."""
    chance = random.Random(seed)
    host = somewhere(chance)
    places = [near(host, chance.choice((50, 400, 1500, 3000, 9000)), chance) for _ in range(landmarks)]
    answers = [measured(rtt_between(host, place, chance), f"L{number}", place) for number, place in enumerate(places)]
    return host, answers, chance


def near(place, km, chance):
    """A place at most so many km away."""
    for _ in range(100_000):
        lat = place[0] + chance.uniform(-1, 1) * km / 111
        if abs(lat) > 89:
            continue
        wide = max(0.05, math.cos(math.radians(lat)))
        lon = (place[1] + chance.uniform(-1, 1) * km / 111 / wide + 180) % 360 - 180
        if distance_km(place, (lat, lon)) <= km:
            return lat, lon
    raise AssertionError(place)
