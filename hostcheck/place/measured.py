"""What the handshakes with a landmark showed: the smallest round-trip time, and observations."""

from dataclasses import dataclass

from hostcheck.place.landmarks import Landmark


@dataclass(frozen=True, slots=True)
class Measured:
    """The result of the handshakes with a landmark.

    Attributes:
        landmark: the landmark.
        rtt_ms: the smallest round-trip time in ms; None if unknown.
        counted: number of valid handshakes.
        tried: number of handshakes that were begun.
        answered_by: the address that answered; empty if none did.
        source: the address from which this host contacted the landmark; empty if unknown.
        problem: the reason why the round-trip time is unknown, in words; otherwise empty.
        notes: further observations, in words.
    """

    landmark: Landmark
    rtt_ms: float | None
    counted: int = 0
    tried: int = 0
    answered_by: str = ""
    source: str = ""
    problem: str = ""
    notes: tuple[str, ...] = ()
