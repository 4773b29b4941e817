"""The plan of an endurance run: when its measurements are due, and how much they may write."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from hostcheck.bench.times import parse_time_and_limit
from hostcheck.errors import UsageError
from hostcheck.quantities import duration

MOST_DUTY = 0.02
"""Maximum share of the time that an endurance run may measure, because its host has other work."""

USUAL_EVERY = 1800.0
USUAL_LIMIT = 100 * 10**9
"""Default limit of the bytes that an endurance run writes: a small part of the writes that a disk endures."""

LEAST_VISITS = 8
"""Minimum number of visits. With fewer, variation over hours looks like variation over minutes."""

MOST_SECONDS = 31 * 86_400.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of an endurance run, fixed at its start. Durations are in seconds, times in seconds since the epoch.

    Attributes:
        begun: start of the endurance run.
        seconds: duration of the endurance run.
        every: length of a period. Each period has one visit, at a random time.
        visit_seconds: approximate duration of a visit.
        limit_bytes: maximum number of bytes that all visits may write together.
        workloads: names of the workloads to measure.
        directory: the folder on the disk to measure; None for the engine's data folder.
        seed: seed of the random times, so that a restart does not change them.
    """

    begun: float
    seconds: float
    every: float
    visit_seconds: float
    limit_bytes: int = USUAL_LIMIT
    workloads: tuple[str, ...] = ("disk", "cpu")
    directory: str | None = None
    seed: int = field(default_factory=lambda: random.SystemRandom().getrandbits(32))

    @property
    def visits(self) -> int:
        """The number of visits."""
        return int(self.seconds // self.every)

    @property
    def until(self) -> float:
        """End of the endurance run, in seconds since the epoch."""
        return self.begun + self.seconds

    @property
    def writes(self) -> bool:
        """Whether visits write test files, so that the limit of written bytes matters."""
        return "disk" in self.workloads

    def due(self, number: int) -> float:
        """Return the time of a visit, numbered from 0.

        The time is random, so that it coincides with the periodic work of a neighbour only by chance.
        """
        # A generator of its own for each: a visit's moment does not depend on which were made before.
        free = max(0.0, self.every - self.visit_seconds)
        return self.begun + number * self.every + random.Random(f"{self.seed}.{number}").uniform(0, free)  # noqa: S311

    def last_moment(self, number: int) -> float:
        """Return the time after which a visit is missed."""
        return self.begun + (number + 1) * self.every

    def moments(self) -> Iterator[tuple[int, float]]:
        """Yield the number and the time of each visit, in order."""
        yield from ((number, self.due(number)) for number in range(self.visits))

    @property
    def in_words(self) -> str:
        """The plan in one line of text."""
        share = 100 * self.visit_seconds / self.every
        said = (
            f"{self.visits} measurements of about {self.visit_seconds:.0f} s, one every {duration(self.every)} at a "
            f"random moment ({share:.1f} % of the time), that write "
        )
        if not self.writes:
            return f"{said}no test file"
        return f"{said}{self.limit_bytes / 1e9:,.0f} GB in all at most"


def parse_endurance(text: str) -> tuple[float, int]:
    """Parse ``--endurance``: a time such as "24h", or a time and a limit of the written bytes such as "24h,50GB".

    Returns:
        (seconds, bytes). Without a limit in the text, the bytes are USUAL_LIMIT.

    Raises:
        UsageError: if the text is neither, or the time is zero or longer than MOST_SECONDS.
    """
    seconds, limit_bytes = parse_time_and_limit("--endurance", text, "24h or 24h,50GB")
    if not 0 < seconds <= MOST_SECONDS:
        raise UsageError(f"--endurance {text}: expected a time up to 31 days", remedy="give a time such as 24h")
    return seconds, USUAL_LIMIT if limit_bytes is None else limit_bytes


def parse_every(text: str) -> float:
    """Parse ``--every``: a time such as "30min", and return it in seconds.

    Raises:
        UsageError: if the text is not a time.
    """
    seconds, limit = parse_time_and_limit("--every", text, "30min")
    if limit is not None:
        raise UsageError(
            f"--every {text}: a limit of written bytes belongs to --endurance", remedy="give a time, such as 30min"
        )
    return seconds


def make_plan(
    *,
    now: float,
    seconds: float,
    every: float,
    visit_seconds: float,
    limit_bytes: int,
    workloads: tuple[str, ...],
    directory: str | None,
) -> Plan:
    """Check the options of an endurance run, and return its plan.

    Raises:
        UsageError: if visits would take more than MOST_DUTY of the time, or are fewer than LEAST_VISITS.
    """
    if visit_seconds > MOST_DUTY * every:
        least = duration(60 * -(-visit_seconds / MOST_DUTY // 60))
        raise UsageError(
            f"measuring for about {visit_seconds:.0f} s every {duration(every)} takes more than {MOST_DUTY:.0%} of "
            "the time",
            remedy=f"give --every {least} or more, or measure less with --only",
        )
    if seconds < LEAST_VISITS * every:
        raise UsageError(
            f"{duration(seconds)} has fewer than {LEAST_VISITS} periods of {duration(every)}",
            remedy="give --endurance a longer time",
        )
    return Plan(now, seconds, every, visit_seconds, limit_bytes, workloads, directory)


def require_same(plan: Plan, asked: Plan) -> None:
    """Check that ``asked`` has the options of ``plan``, which has begun. Other options would have no effect.

    Raises:
        UsageError: if an option differs.
    """
    for option, has, wanted in (
        ("--endurance", duration(plan.seconds), duration(asked.seconds)),
        ("--every", duration(plan.every), duration(asked.every)),
        ("--endurance", f"{plan.limit_bytes / 1e9:g} GB", f"{asked.limit_bytes / 1e9:g} GB"),
        ("--only", ", ".join(sorted(plan.workloads)), ", ".join(sorted(asked.workloads))),
        ("--dir", plan.directory or "the engine's data", asked.directory or "the engine's data"),
    ):
        if has != wanted:
            raise UsageError(
                f"an endurance run was started with {option} {has}, but this command has {wanted}",
                remedy="repeat the command that started it, or end it: hostcheck bench --stop",
            )


def as_json(plan: Plan) -> Mapping[str, Any]:
    """Return the plan as JSON values."""
    return {**asdict(plan), "workloads": list(plan.workloads)}


def from_json(value: Any) -> Plan:
    """Make a plan from JSON values.

    Raises:
        ValueError: if the values are not a valid plan.
    """
    try:
        plan = Plan(**{**value, "workloads": tuple(value["workloads"])})
        sound = (
            0 < plan.every <= plan.seconds <= MOST_SECONDS and plan.begun > 0 and all(map(str.isalnum, plan.workloads))
        )
    except (TypeError, KeyError) as error:
        raise ValueError("it is not the plan of an endurance run") from error
    if not sound:
        raise ValueError("it is not the plan of an endurance run")
    return plan
