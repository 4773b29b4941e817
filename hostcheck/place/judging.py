"""The countries in which a host can still be, and what this means for the places asked about and for claims."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hostcheck.place.bounds import Speed, bound
from hostcheck.place.countries import never_alone
from hostcheck.place.doubts import Doubt, doubts
from hostcheck.place.measured import Measured
from hostcheck.place.places import Place, together
from hostcheck.place.shapes import error_km, meeting
from hostcheck.place.sphere import EARTH_KM, Disc, meet, outside_of

Answer = Literal["excluded", "compatible", "unknown"]
Outcome = Literal["holds", "does not hold", "cannot tell"]
Asked = Literal["within", "not within"]

_STEPS = 8
"""Number of bisection steps for a round-trip time. The result is more precise than the two digits that are shown."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How the round trips judge one place.

    Attributes:
        answer: "excluded" (no part of the place is near enough at c), "compatible" or "unknown".
        in_fibre: the answer at 2/3 c. This bound does not hold for radio links.
        by: the names of the landmarks each of which alone excludes the whole place; empty if only several together do.
        rests_on: the names of the landmarks without which the place would not be excluded.
    """

    answer: Answer
    in_fibre: Answer
    by: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question.

    Attributes:
        asked: whether the host must be within the place, or not within it.
        place: the place.
        outcome: "holds", "does not hold" or "cannot tell".
        said: the reason, as a sentence without a full stop.
        more: what would decide it; empty if it is decided.
        rests_on: the names of the landmarks on which the outcome depends.
    """

    asked: Asked
    place: Place
    outcome: Outcome
    said: str
    more: str = ""
    rests_on: tuple[str, ...] = ()


class Left:
    """The part of the Earth that round trips do not exclude.

    Attributes:
        usable: the landmarks whose round-trip time is known.
        doubts: the contradictions between these landmarks.
    """

    def __init__(self, measured: Sequence[Measured], *, doubted: bool = True) -> None:
        """Use the measured landmarks. Search for contradictions unless ``doubted`` is false (hypothetical times)."""
        self.usable = tuple(each for each in measured if each.rtt_ms is not None)
        self.doubts: tuple[Doubt, ...] = doubts(self.usable) if self.usable and doubted else ()
        self._countries: dict[tuple[Speed, tuple[Disc, ...], str], frozenset[str]] = {}

    @property
    def why_unknown(self) -> str:
        """The reason why all answers are unknown, in words; empty if they are known."""
        if not self.usable:
            return "no landmark has a valid round trip"
        return "; ".join(each.said for each in self.doubts)

    @property
    def is_known(self) -> bool:
        """Whether there is a usable landmark and no contradiction."""
        return bool(self.usable) and not self.doubts

    def countries(self, speed: Speed = "c", also: Sequence[Disc] = (), without: str = "") -> frozenset[str]:
        """Return the codes of the countries that have a part which is near enough to all landmarks.

        Args:
            speed: the speed of the signal.
            also: further discs that must contain the part.
            without: the name of a landmark to leave out.
        """
        key = (speed, tuple(also), without)
        if key not in self._countries:
            wider = [Disc(each.centre, each.radius + error_km() / EARTH_KM) for each in also]
            self._countries[key] = meeting([*self._discs(speed, without, error_km()), *wider])
        return self._countries[key]

    def has(self, place: Place, speed: Speed = "c", without: str = "") -> bool:
        """Return whether a part of a place is near enough to all landmarks."""
        discs = self._discs(speed, without, 0.0)
        return any(meet([*discs, part]) for part in place.discs) or bool(
            place.codes and place.codes & self.countries(speed, without=without)
        )

    def others(self, place: Place, without: str = "") -> frozenset[str]:
        """Return the codes of countries with a part outside the place that is near enough to all landmarks at c."""
        around = [outside_of(part) for part in place.discs]
        return self.countries("c", around, without) - place.codes

    def judge(self, place: Place) -> Judgement:
        """Judge whether a place is excluded."""
        if not self.is_known:
            return Judgement("unknown", "unknown")
        in_fibre: Answer = "compatible" if self.has(place, "2/3 c") else "excluded"
        if self.has(place):
            return Judgement("compatible", in_fibre)
        alone = tuple(each.landmark.name for each in self.usable if not Left([each], doubted=False).has(place))
        return Judgement("excluded", "excluded", alone, self._critical(lambda name: self.has(place, without=name)))

    def answer(self, asked: Asked, places: Sequence[Place]) -> Finding:
        """Answer whether the host is within one of the places ("within"), or within none of them ("not within").

        The host is inside if everything outside is excluded, and outside if everything inside is excluded.
        """
        place = together(places)
        if not self.is_known:
            return Finding(asked, place, "cannot tell", self.why_unknown, self._remedy())
        inside, outside = self.has(place), self.others(place)
        if not inside:
            critical = self._critical(lambda name: self.has(place, without=name))
            outcome: Outcome = "does not hold" if asked == "within" else "holds"
            return Finding(asked, place, outcome, f"nothing of {place.said} is near enough", rests_on=critical)
        if not outside:
            critical = self._critical(lambda name: bool(self.others(place, without=name)))
            outcome = "holds" if asked == "within" else "does not hold"
            return Finding(asked, place, outcome, f"no land outside of {place.said} is near enough", rests_on=critical)
        return Finding(asked, place, "cannot tell", self._undecided(place, outside), self._decides(asked, place))

    def _discs(self, speed: Speed, without: str, extra_km: float) -> list[Disc]:
        return [bound(each, speed, extra_km).disc for each in self.usable if each.landmark.name != without]

    def _critical(self, opposite: Callable[[str], bool]) -> tuple[str, ...]:
        return tuple(each.landmark.name for each in self.usable if opposite(each.landmark.name))

    def _remedy(self) -> str:
        return "; ".join(each.remedy for each in self.doubts) or "name landmarks that answer"

    def _undecided(self, place: Place, outside: frozenset[str]) -> str:
        return f"parts of {place.said} are near enough, and so are parts of {listed(sorted(outside))}"

    def _decides(self, asked: Asked, place: Place) -> str:
        """Return what would decide the question, in words.

        It is a shorter round trip to the nearest landmark, or a landmark elsewhere.
        """
        nearest = min(self.usable, key=lambda each: each.rtt_ms or 0.0)
        name, ways = nearest.landmark.name, []
        for said, decided in (
            (f"only {place.said}", lambda left: not left.others(place)),
            (f"nothing of {place.said}", lambda left: not left.has(place)),
        ):
            if needed := _longest(nearest, decided):
                ways.append(f"in {float(f'{needed:.2g}'):g} ms {name} would leave {said}")
        if not ways:
            if asked == "within" and not _can_be_alone(place):
                return (
                    f"round trips cannot single out {place.said}: the map may be wrong by {math.ceil(error_km())} km, "
                    "and other land is as near to all of it; a landmark near the host can only exclude it"
                )
            where = f"within {place.said}" if asked == "within" else f"near the host and outside of {place.said}"
            # Disputed land belongs to each country that claims it, so a landmark there decides nothing.
            border = "land of other countries" if asked == "within" and place.codes else "its border"
            far = f"further from {border} than {math.ceil(error_km())} km and its accuracy_km"
            return f"a landmark {where}, {far}, would decide it, if it answers in a short time"
        return f"a shorter round trip would decide it, to a nearer landmark: {'; '.join(ways)}"


def _can_be_alone(place: Place) -> bool:
    """Return whether a short round trip to a landmark in the right place can exclude everything but this place."""
    widest_km = max((part.radius * EARTH_KM for part in place.discs), default=0.0)
    return widest_km > 2 * error_km() or len(place.codes) > 1 or bool(place.codes - never_alone())


def _longest(nearest: Measured, decided: Callable[[Left], bool]) -> float | None:
    """Return the longest round-trip time in ms by which a landmark alone would decide; None if even 0 ms would not.

    Args:
        nearest: the landmark; its measured time is the upper limit.
        decided: a function that returns whether the remaining countries decide the question.
    """
    low, high = 0.0, nearest.rtt_ms or 0.0
    if not decided(Left([replace(nearest, rtt_ms=low)], doubted=False)):
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if decided(Left([replace(nearest, rtt_ms=middle)], doubted=False)) else (low, middle)
    return low


def listed(words: Sequence[str], most: int = 8) -> str:
    """Join words as a list. A long list is cut, with the number of omitted words."""
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return ", ".join(words)
