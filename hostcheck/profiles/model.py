"""What a profile is made of."""

from dataclasses import dataclass
from typing import Any, Literal

from hostcheck.run.model import Severity


@dataclass(frozen=True, slots=True)
class Question:
    """A question put to one fact or metric.

    Attributes:
        subject: the fact's or the metric's id.
        predicate: a name in ``predicates.PREDICATES``.
        argument: what the predicate compares with; for a metric in the metric's unit.
        of: whether an audit gives it, or only ``hostcheck bench``.
        unit: of the argument, where the profile wrote one for a metric; empty for the metric's own.
    """

    subject: str
    predicate: str
    argument: Any
    of: Literal["fact", "metric"] = "fact"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """When a check applies.

    Attributes:
        test: the check applies where this holds.
        otherwise: why it does not apply elsewhere.
    """

    test: Question
    otherwise: str


@dataclass(frozen=True, slots=True)
class Check:
    """One row of a profile: fact, predicate, severity, why, fix, source.

    Attributes:
        id: unique in the profile.
        title: what is looked at, in a few words.
        test: what is asked.
        severity: whether missing it makes the host unfit, or only less good.
        why: why it matters to this engine.
        fix: what to do about it.
        source: where the rule is from.
        when: where it applies: where all of these hold.
        roles: the roles of a host that it is for; empty for every one.
    """

    id: str
    title: str
    test: Question
    severity: Severity
    why: str
    fix: str
    source: str
    when: tuple[Condition, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What one engine needs.

    Attributes:
        name: what verdicts call it, and the command line where it ships with hostcheck.
        title: what people call it.
        summary: which engine, of which time, in a sentence.
        checks: inherited ones first, then in the order the file has them.
        roles: what a host can be to this engine, where that makes a difference.
        extends: names of the profiles it takes checks from.
    """

    name: str
    title: str
    summary: str
    checks: tuple[Check, ...]
    roles: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
