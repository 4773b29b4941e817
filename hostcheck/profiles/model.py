"""The parts of a profile."""

from typing import Any, Literal, NamedTuple

from hostcheck.run.model import Severity


class Question(NamedTuple):
    """A question about one fact or metric.

    Attributes:
        subject: the id of the fact or metric.
        predicate: a name in ``predicates.PREDICATES``.
        argument: of the predicate; for a metric in the metric's unit.
        of: "fact" (from an audit) or "metric" (from ``hostcheck bench``).
        unit: of the argument, where the profile gives one for a metric; empty for the metric's unit.
    """

    subject: str
    predicate: str
    argument: Any
    of: Literal["fact", "metric"] = "fact"
    unit: str = ""


class Condition(NamedTuple):
    """When a check applies.

    Attributes:
        test: the check applies where this holds.
        otherwise: the reason why it does not apply otherwise.
    """

    test: Question
    otherwise: str


class Check(NamedTuple):
    """One row of a profile: fact, predicate, severity, why, fix, source.

    Attributes:
        id: unique in the profile.
        title: the subject, in a few words.
        test: the question.
        severity: "required" (the host is not ready without it) or "recommended".
        severity_unknown: the severity of a result that is unknown, if it is another.
        why: why it matters to this engine.
        fix: what to do about it.
        source: of the rule.
        when: conditions that must all hold for the check to apply.
        roles: the roles of a host that it applies to; empty for all.
        proved_by: steps of a proof (``proofs.STEPS``) that settle it, whatever else was inferred.
        passed, missed, unknown: what was found in each case, in words that follow the title (``sentences``); empty for
            those of the fact or of the comparison.
        command: for a shell, what does what the fix says; ``remedies.command`` fills it in. Empty where there is none.
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
    proved_by: tuple[str, ...] = ()
    passed: str = ""
    missed: str = ""
    unknown: str = ""
    command: str = ""
    severity_unknown: Severity | None = None


class Profile(NamedTuple):
    """What one engine needs.

    Attributes:
        name: in verdicts; also on the command line, for a shipped profile.
        title: for users.
        summary: the engine and its versions, in a sentence.
        checks: inherited ones first, then in the order of the file.
        roles: the roles of a host that checks distinguish.
        extends: names of the profiles whose checks it inherits.
        proof: the fact of its engine's proof, such as "prove.docker"; empty for none.
        store: the engine whose folder its facts of storage are of; empty for the data-root.
    """

    name: str
    title: str
    summary: str
    checks: tuple[Check, ...]
    roles: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
    proof: str = ""
    store: str = ""
