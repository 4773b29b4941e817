"""The parts of a profile."""

from typing import Any, Literal, NamedTuple

from hostcheck.run.model import Severity


class Question(NamedTuple):
    """A question about one fact or metric.

    Attributes:
        subject: the id of the fact or metric.
        predicate: a name in ``predicates.PREDICATES``.
        argument: the value to compare with; for a metric in the metric's unit.
        of: "fact" (from an audit) or "metric" (from ``hostcheck bench``).
        unit: unit of the argument for a metric of a user's own job, whose unit is not known; otherwise empty.
    """

    subject: str
    predicate: str
    argument: Any
    of: Literal["fact", "metric"] = "fact"
    unit: str = ""


class Condition(NamedTuple):
    """A condition on which a check applies.

    Attributes:
        test: the question; the check applies if the answer is yes.
        otherwise: the reason to give when the check does not apply.
    """

    test: Question
    otherwise: str


class Check(NamedTuple):
    """One row of a profile: fact, predicate, severity, why, fix, source.

    Attributes:
        id: the check's id, unique in the profile.
        title: the subject, in a few words.
        test: the question about a fact or metric.
        severity: "required" (the host is not ready without it) or "recommended".
        severity_unknown: the severity of an unknown result, if it differs from ``severity``; else None.
        why: why the check matters to this engine.
        fix: how to meet the check.
        source: the source of the rule.
        when: conditions that must all hold for the check to apply.
        roles: the roles of hosts to which the check applies; empty for all.
        proved_by: steps of a proof (``proofs.STEPS``) whose result decides the check, whatever else was inferred.
        passed, missed, unknown: the words for each result, which follow the title (``sentences``). If empty, the words
            of the fact or of the comparison are used.
        command: a shell command that applies the fix; ``remedies.command`` fills in its names in braces. Empty if there
            is none.
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
        name: its name in verdicts; also on the command line, unless it is a user's file.
        title: the title that users see.
        summary: the engine and its versions, in a sentence.
        checks: the checks: inherited ones first, then in the order of the file.
        roles: the roles of a host that checks distinguish.
        extends: names of the profiles whose checks it inherits.
        proof: id of the fact that its engine's proof makes, such as "prove.docker"; empty for none.
        store: the engine whose storage folder its checks of storage are about; empty for Docker's data-root.
    """

    name: str
    title: str
    summary: str
    checks: tuple[Check, ...]
    roles: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
    proof: str = ""
    store: str = ""
