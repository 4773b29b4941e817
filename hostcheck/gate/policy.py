"""What a gate asks of a host."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from hostcheck.errors import UsageError
from hostcheck.gate.waivers import Waiver
from hostcheck.profiles.model import Check
from hostcheck.run.model import Severity
from hostcheck.thresholds import Threshold

if TYPE_CHECKING:
    from hostcheck.place.landmarks import Landmark
    from hostcheck.promise.model import Line

UnknownIs = Literal["fail", "inconclusive"]

_PERCENT = re.compile(r"(\d{1,2}(?:\.\d{1,6})?)\s?%?")

DEFAULT_MARGIN = 0.10
"""By what share a metric may be worse than the baseline's."""
DEFAULT_BASELINE = "usual:10"
"""What a margin is of where no baseline is named."""


@dataclass(frozen=True, slots=True)
class PlacePolicy:
    """Where a host has to be.

    Attributes:
        landmarks: machines that may be contacted to find out; none leaves it unknown.
        checks: what is asked of the fact place.excluded.
    """

    landmarks: "tuple[Landmark, ...]"
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a gate asks of a host.

    Attributes:
        profiles: the engines the host is judged for; names, or files of one's own profiles. None asks for what the
            run was audited for, and for docker where it was audited for nothing.
        roles: what the host is to be for them, such as "worker"; none asks for what every role needs.
        fail_on: "required" lets missed recommendations pass; "recommended" does not.
        unknown: the outcome when something that counts is unknown.
        thresholds: what metrics must reach.
        baseline: what no metric may fall behind: a run file, "reference:NAME", "history:ID", "last" or "usual:N" (the
            last N runs of the host, pooled); None asks for none.
        margin: by what share a metric may be worse than the baseline's, above 0 and below 1.
        waivers: findings that do not count.
        max_age: how old a run that was not made now may be; None asks for no age.
        host: the name of the host that a run file has to be of; None takes any.
        prove: whether a container has to be proved through the engines.
        source: the file it is from; empty for the command line alone.
        own_profiles: name and file of each profile of the user's own, where it was decided by some.
        place: where the host has to be; None asks for no place.
        location: the file of a repository that code scanning shows findings at where no policy or profile names them;
            empty for none.
        promise: the lines of what a seller promised, each of which is required.
    """

    profiles: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    fail_on: Severity = "required"
    unknown: UnknownIs = "inconclusive"
    thresholds: tuple[Threshold, ...] = ()
    baseline: str | None = None
    margin: float = DEFAULT_MARGIN
    waivers: tuple[Waiver, ...] = ()
    max_age: timedelta | None = None
    host: str | None = None
    prove: bool = False
    source: str = ""
    own_profiles: tuple[tuple[str, str], ...] = ()
    place: PlacePolicy | None = None
    location: str = ""
    promise: "tuple[Line, ...]" = ()


def parse_margin(text: str) -> float:
    """Parse a percentage such as "20%" or "20" as a share.

    Raises:
        UsageError: if it is none above 0 and below 100.
    """
    found = _PERCENT.fullmatch(text.strip())
    if found is None or not 0 < float(found[1]) < 100:
        raise UsageError(f"{text!r} is no margin", remedy="write a percentage above 0 and below 100, such as 20%")
    if float(found[1]) < 1 and not text.rstrip().endswith("%"):
        # 0.2 is a share to one reader, and a percentage to another.
        raise UsageError(f"{text!r} is no clear margin", remedy=f"write {float(found[1]):.0%}, or {found[1]}%")
    return float(found[1]) / 100
