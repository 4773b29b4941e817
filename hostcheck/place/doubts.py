"""Detect contradictions between the round trips to landmarks, and which landmark is likely wrong.

If all landmarks are where the file says, all discs share a point, also at the speed of light in fibre. If they share
none, a landmark is elsewhere (wrong coordinates, anycast), or a nearer machine answered for it. In each case the round
trips prove nothing: all answers are unknown until the file is corrected.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hostcheck.place.bounds import Speed, bound
from hostcheck.place.measured import Measured
from hostcheck.place.shapes import error_km, meeting
from hostcheck.place.sphere import kilometres, meet, vector

_ALIKE_MS, _ALIKE_PART = 0.1, 0.03
"""Round trips that differ by at most this, in ms or as a share, are equal: queues add as much to the smallest."""
_APART_KM = 200.0
"""Landmarks at least this far apart, in km, normally have different round trips: 200 km are 2 ms in fibre."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A contradiction that is certain or likely.

    Attributes:
        said: the contradiction, as a sentence without a full stop.
        likely: the name of the landmark that is likely wrong; empty if unknown.
        remedy: what the user should do.
    """

    said: str
    likely: str = ""
    remedy: str = "check where each of them is"


def doubts(usable: Sequence[Measured]) -> tuple[Doubt, ...]:
    """Return the contradictions; empty if the round trips agree.

    Args:
        usable: the landmarks whose round-trip time is known.
    """
    found = _contradiction(usable)
    alike = _alike(usable)
    return tuple(each for each in (found, alike) if each is not None)


def _contradiction(usable: Sequence[Measured]) -> Doubt | None:
    for said, agree in _TESTS:
        if agree(usable):
            continue
        restoring = [each for each in usable if agree([other for other in usable if other is not each])]
        likely = restoring[0].landmark.name if len(restoring) == 1 and len(usable) > 2 else ""
        named = " and ".join(each.landmark.name for each in usable) if len(usable) < 4 else f"{len(usable)} landmarks"
        if likely:
            why = f"without {likely} the others agree, so {likely} is likely not where the file says, or a box answers"
            return Doubt(f"{said.format(named)}: {why}", likely, f"check {likely}, or leave it out")
        return Doubt(said.format(named))
    return None


def _meets(speed: Speed) -> Callable[[Sequence[Measured]], bool]:
    return lambda usable: meet([bound(each, speed).disc for each in usable])


def _has_land(usable: Sequence[Measured]) -> bool:
    return bool(meeting([bound(each, "c", error_km()).disc for each in usable]))


_TESTS: tuple[tuple[str, Callable[[Sequence[Measured]], bool]], ...] = (
    ("no place is near enough to {}, even at the speed of light", _meets("c")),
    ("no land is near enough to {}, even at the speed of light", _has_land),
    ("no place is near enough to {} at the speed of light in fibre", _meets("2/3 c")),
)
"""Conditions that correct round trips meet, each after the sentence for one that is missed; the most certain first."""


def _alike(usable: Sequence[Measured]) -> Doubt | None:
    """Return the doubt about landmarks that are far apart but have equal round trips, as if a middlebox answered.

    A pinned key proves which machine answers, so only landmarks without one are compared.
    """
    plain = [each for each in usable if not each.landmark.pin and each.rtt_ms is not None]
    times = [each.rtt_ms for each in plain if each.rtt_ms is not None]
    if len(plain) < 3 or max(times) - min(times) > max(_ALIKE_MS, _ALIKE_PART * min(times)):
        return None
    places = [vector(each.landmark.latitude, each.landmark.longitude) for each in plain]
    apart = min(kilometres(one, other) for number, one in enumerate(places) for other in places[:number])
    if apart < _APART_KM:
        return None
    return Doubt(
        f"{len(plain)} landmarks, each {apart:,.0f} km or more from the others, all answer in {min(times):.3g} ms: one "
        "box may answer for all of them",
        remedy="pin their keys (tls_pin)",
    )
