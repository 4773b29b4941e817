"""How far from a landmark a host can be that answers, or is answered, within a round trip.

Nothing is faster than light in vacuum: half a round trip at c is the only bound without an exception, so what is called
excluded rests on it alone. In fibre, light travels at about 2/3 c; that bound is nearer, and holds only where no part
of the way is radio or hollow fibre.
"""

from typing import Literal, NamedTuple

from hostcheck.place.landmarks import Landmark
from hostcheck.place.measured import Measured
from hostcheck.place.sphere import EARTH_KM, Disc, vector

Speed = Literal["c", "2/3 c"]

KM_PER_MS: dict[Speed, float] = {"c": 299.792458, "2/3 c": 299.792458 * 2 / 3}
"""Kilometres that a signal travels in 1 ms: c is 299,792,458 m/s (SI); the refractive index of fibre is about 1.5."""

ELLIPSOID = 1.007
"""What a distance on the sphere may be too long by: 0.56 % by the flattening of the Earth (WGS 84: the curvature along
a meridian at the equator has a radius of 6,335 km), and 0.1 % for a cable 6 km below the sea."""


class Bound(NamedTuple):
    """Where a host can be by one landmark.

    Attributes:
        landmark: the landmark.
        rtt_ms: the least round trip, in ms.
        km: half of it at the speed, in km.
        disc: where the host can be, with what is not known of the landmark's place.
    """

    landmark: Landmark
    rtt_ms: float
    km: float
    disc: Disc


def bound(measured: Measured, speed: Speed, extra_km: float = 0.0) -> Bound:
    """Return the bound of a landmark whose round trip is known.

    Args:
        measured: the landmark.
        speed: of the signal.
        extra_km: what else is not known of the places that are asked about.
    """
    assert measured.rtt_ms is not None
    landmark = measured.landmark
    km = reach_km(measured.rtt_ms, speed)
    radius = (km + landmark.accuracy_km) * ELLIPSOID + extra_km
    return Bound(landmark, measured.rtt_ms, km, Disc(vector(landmark.latitude, landmark.longitude), radius / EARTH_KM))


def reach_km(rtt_ms: float, speed: Speed) -> float:
    """Return how far a signal comes and goes within a round trip, in km."""
    return rtt_ms / 2 * KM_PER_MS[speed]


def rtt_for(km: float, speed: Speed) -> float:
    """Return the round trip in ms within which a signal comes so many km and back."""
    return 2 * km / KM_PER_MS[speed]
