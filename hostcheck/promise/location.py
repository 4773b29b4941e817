"""``location``: kept only if round trips to landmarks rule out that the host is anywhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hostcheck.place.judging import Left, Outcome
from hostcheck.place.measured import Measured
from hostcheck.place.places import Place, parse_place
from hostcheck.profiles.placed import EXCLUDED, within
from hostcheck.promise.facts import fact_of
from hostcheck.promise.model import Answer, Judged, Line
from hostcheck.run.model import Fact, Run

_ANSWERS: Mapping[Outcome, Answer] = {"holds": "kept", "does not hold": "broken", "cannot tell": "cannot tell"}
_HOW = "the least round trip of handshakes with landmarks, which light bounds (hostcheck locate)"
_COMMAND = "hostcheck promise PLAN --landmarks FILE on the host itself"


@dataclass(frozen=True, slots=True)
class Location:
    """A promised place.

    Attributes:
        place: a country, the EU, or the area within a distance of a point.
        written: the text of the place, as ``hostcheck locate`` accepts it.
        measured: the round trips from the host to landmarks; empty if none were measured.
    """

    place: Place
    written: str
    measured: tuple[Measured, ...] = ()
    profiles: tuple[str, ...] = ()

    @property
    def translation(self) -> tuple[str, ...]:
        """The rule of the line; for an area around a point a command, as no policy can have it."""
        if self.place.discs:
            return (f'hostcheck locate --landmarks FILE --within "{self.written}"',)
        return (f'[place] within = ["{self.written}"]',)

    @property
    def expected(self) -> str:
        """The place in words."""
        return f"within {self.place.said}"

    def judge(self, run: Run) -> Judged:
        """Judge by the round trips; without them, by the fact on excluded countries, which a gate may have measured."""
        if not self.measured:
            return self._by_fact(fact_of(run, EXCLUDED))
        found = Left(self.measured).answer("within", [self.place])
        evidence = tuple(
            f"{each.landmark.name}: {each.rtt_ms:.2f} ms of {each.counted} handshakes"
            for each in self.measured
            if each.rtt_ms is not None
        )
        answer = _ANSWERS[found.outcome]
        if answer == "cannot tell":
            return Judged(answer, found.said, "", evidence, _HOW, f"This would: {found.more}.", "")
        rests = f"Another place of {' or '.join(found.rests_on)}." if found.rests_on else "Other landmarks."
        return Judged(answer, found.said, "certain", evidence, _HOW, rests)

    def _by_fact(self, fact: Fact) -> Judged:
        """Judge by the fact on the countries that are excluded. ``[place]`` of a policy uses it too."""
        changes = "Round trips to known places that exclude every other country."
        if not fact.known or self.place.discs:
            return Judged("cannot tell", "where the host is was not measured", "", (), _HOW, changes, _COMMAND)
        found = within(fact.value, sorted(self.place.codes))
        evidence = tuple(each.says for each in fact.evidence)
        if found.holds is None:
            return Judged("cannot tell", found.found, "", evidence, _HOW, changes, _COMMAND)
        answer: Answer = "kept" if found.holds else "broken"
        return Judged(answer, found.found, "certain", evidence, _HOW, "Other landmarks.")


def parse_location(text: str) -> Location:
    """Parse the text of a place that ``hostcheck locate --within`` accepts.

    Raises:
        UnfitError: if the text is not a place.
    """
    return Location(parse_place(text), text.strip())


def with_measured(lines: Sequence[Line], measured: Sequence[Measured]) -> tuple[Line, ...]:
    """Return the lines, with the round trips added to those on the location."""
    return tuple(
        replace(line, asks=replace(line.asks, measured=tuple(measured))) if isinstance(line.asks, Location) else line
        for line in lines
    )
