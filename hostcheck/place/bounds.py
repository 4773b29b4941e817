"""The largest distance between a host and a landmark, from the round-trip time between them.

Nothing is faster than light in vacuum. Half a round trip at c is the only bound without exceptions, so a place is
called excluded only by this bound. In fibre, light travels at about 2/3 c. That bound is tighter, but it does not hold
if a part of the path is radio or hollow-core fibre.
"""

from typing import Literal, NamedTuple

from hostcheck.place.landmarks import Landmark
from hostcheck.place.measured import Measured
from hostcheck.place.sphere import EARTH_KM, Disc, vector

Speed = Literal["c", "2/3 c"]

KM_PER_MS: dict[Speed, float] = {"c": 299.792458, "2/3 c": 299.792458 * 2 / 3}
"""Kilometres that a signal travels in 1 ms: c is 299,792,458 m/s (SI); the refractive index of fibre is about 1.5."""

ELLIPSOID = 1.007
"""Factor for the error of distances on the sphere: 0.56 % for the flattening of the Earth (WGS 84: the curvature along
a meridian at the equator has a radius of 6,335 km), and 0.1 % for a cable 6 km below the sea.
"""


class Bound(NamedTuple):
    """The area in which a host can be, as the round trips to one landmark limit it.

    Attributes:
        landmark: the landmark.
        rtt_ms: the smallest round-trip time, in ms.
        km: the distance that the signal travels in half of this time, in km.
        disc: the area; its radius includes the uncertainty of the landmark's location.
    """

    landmark: Landmark
    rtt_ms: float
    km: float
    disc: Disc


def bound(measured: Measured, speed: Speed, extra_km: float = 0.0) -> Bound:
    """Return the area in which a host can be, by a landmark whose round-trip time is known.

    Args:
        measured: the landmark.
        speed: the speed of the signal.
        extra_km: how far the area is widened for the uncertainty of the places that it is compared with, in km.
    """
    assert measured.rtt_ms is not None
    landmark = measured.landmark
    km = reach_km(measured.rtt_ms, speed)
    radius = (km + landmark.accuracy_km) * ELLIPSOID + extra_km
    return Bound(landmark, measured.rtt_ms, km, Disc(vector(landmark.latitude, landmark.longitude), radius / EARTH_KM))


def reach_km(rtt_ms: float, speed: Speed) -> float:
    """Return the one-way distance in km that a signal can travel in a round-trip time."""
    return rtt_ms / 2 * KM_PER_MS[speed]
