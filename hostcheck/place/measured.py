"""What was measured of landmarks: the least round trip, and what was noticed on the way."""

from dataclasses import dataclass

from hostcheck.place.landmarks import Landmark


@dataclass(frozen=True, slots=True)
class Measured:
    """What handshakes with a landmark showed.

    Attributes:
        landmark: the landmark.
        rtt_ms: the least round trip in ms; None where it is not known.
        counted: handshakes that count.
        tried: handshakes that were begun.
        answered_by: the address that answered; empty where none did.
        source: the address of this host in it; empty where it is not known.
        problem: why the round trip is not known, in words; empty where it is.
        notes: what was noticed besides, in words.
    """

    landmark: Landmark
    rtt_ms: float | None
    counted: int = 0
    tried: int = 0
    answered_by: str = ""
    source: str = ""
    problem: str = ""
    notes: tuple[str, ...] = ()
