"""The policy of a gate: its requirements on a host."""

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
"""Share by which a metric may be worse than the baseline's."""
DEFAULT_BASELINE = "usual:10"
"""The baseline of a margin if the policy names none."""


@dataclass(frozen=True, slots=True)
class PlacePolicy:
    """The requirements of a policy on where a host may be.

    Attributes:
        landmarks: machines that may be contacted to locate the host. Without landmarks, the place is unknown.
        checks: the requirements on the fact place.excluded.
    """

    landmarks: "tuple[Landmark, ...]"
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The requirements of a gate on a host.

    Attributes:
        profiles: the engines for which the host is judged: names, or files of the user's own profiles. If there are
            none, the profiles of the run's audit are used, or docker if it had none.
        roles: the intended roles of the host, such as "worker"; if there are none, only what every role needs is
            required.
        fail_on: with "required", a missed recommendation does not fail the gate; with "recommended" it does.
        unknown: the outcome if a finding that could fail the gate is unknown.
        thresholds: the limits that metrics must meet.
        baseline: the run with which metrics are compared: a run file, "reference:NAME", "history:ID", "last" or
            "usual:N" (the last N runs of the host, pooled); None for no comparison.
        margin: the share by which a metric may be worse than the baseline's, above 0 and below 1.
        waivers: the waivers, each for findings that have no effect.
        max_age: maximum age of a run file; None for no limit.
        host: the name that the host of a run file must have; None for any host.
        prove: whether each engine must prove that it runs a container.
        source: the path of the policy file; empty if only the command line was used.
        own_profiles: name and file of each of the user's own profiles that was used.
        place: where the host must be; None for no requirement.
        location: the file of the repository at which code scanning shows findings whose requirement is in no file of
            the repository; empty for none.
        promise: the lines of a seller's promise, each of which is required.
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
        UsageError: if the text is not a percentage above 0 and below 100.
    """
    found = _PERCENT.fullmatch(text.strip())
    if found is None or not 0 < float(found[1]) < 100:
        raise UsageError(f"{text!r} is not a margin", remedy="write a percentage above 0 and below 100, such as 20%")
    if float(found[1]) < 1 and not text.rstrip().endswith("%"):
        # 0.2 is a share to one reader, and a percentage to another.
        raise UsageError(
            f"{text!r} can be a share or a percentage", remedy=f"write {float(found[1]):.0%}, or {found[1]}%"
        )
    return float(found[1]) / 100
