"""Judge facts by a profile: verdicts from facts, and readiness from verdicts. Independent of host and formats."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from hostcheck.counts import number_of
from hostcheck.profiles import wording
from hostcheck.profiles.causes import cause_of
from hostcheck.profiles.model import Check, Profile, Question
from hostcheck.profiles.predicates import PLACED, PREDICATES, Answer
from hostcheck.profiles.remedies import command, reachable, remedy
from hostcheck.profiles.sentences import sentence
from hostcheck.proofs import in_words, is_proof, proved
from hostcheck.run.model import Fact, Severity, Status, Verdict

_NAMED = 3
"""Maximum number of checks that a sentence about a disagreement names."""
NOTHING_APPLIED = "no check applied, so nothing was judged"
"""Why readiness is unknown for a profile whose checks were all skipped."""


class Readiness(NamedTuple):
    """Whether a host is fit for an engine.

    Attributes:
        profile: the profile's name.
        ready: True, False, or None if a required check is unknown or no check applied.
        sentence: the readiness in words, on one line.
    """

    profile: str
    ready: bool | None
    sentence: str


def judge(profile: Profile, facts: Mapping[str, Fact], roles: Collection[str] = ()) -> tuple[Verdict, ...]:
    """Judge the facts by every check of a profile, in the profile's order.

    Args:
        profile: the checks of one engine.
        facts: by id.
        roles: the intended roles of the host; checks for other roles are skipped.
    """
    return tuple(_judge(profile, check, facts, roles) for check in applicable(profile, facts))


def applicable(profile: Profile, facts: Collection[str]) -> tuple[Check, ...]:
    """Return the checks of a profile. If no proof was requested, the checks on proofs are left out.

    Args:
        profile: the checks of one engine.
        facts: the ids of the existing facts.
    """
    return tuple(check for check in profile.checks if not is_proof(check.test.subject) or check.test.subject in facts)


def disagreements(profile: Profile, facts: Mapping[str, Fact], roles: Collection[str] = ()) -> tuple[str, ...]:
    """Return a sentence for each disagreement between checks of a profile and the proof of its engine.

    A step needs several things, and each check concerns one of them. So if a step failed and one of its checks is
    missed, the failure does not contradict the step's other checks, which passed.

    Args:
        profile: the checks of one engine.
        facts: by id.
        roles: the intended roles of the host.
    """
    compared = []
    for check in profile.checks:
        ok, words = proved(facts, profile.proof, check.proved_by)
        if ok is not None:
            compared.append((check, ok, words, *_inferred(check, facts, roles)))
    foreseen = {step for check, _, _, status, _ in compared for step in check.proved_by if status in {"fail", "warn"}}
    differing: dict[str, list[str]] = {}
    for check, ok, words, status, found in compared:
        left = [step for step in check.proved_by if step not in foreseen]
        refuted = status == "pass" and proved(facts, profile.proof, left)[0] is False
        if (ok and status in {"fail", "warn"}) or refuted:
            differing.setdefault(words, []).append(f"{check.id} found {found}")
    return tuple(
        f"proof and check disagree: {profile.name} {_first(found)}; a container showed otherwise: {words}"
        for words, found in differing.items()
    )


def _first(found: Sequence[str]) -> str:
    """Return the first checks and the number of the others. A container that does not start contradicts many checks."""
    more = len(found) - _NAMED
    return ", ".join(found[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def readiness(profile: str, verdicts: Iterable[Verdict]) -> Readiness:
    """Summarise the verdicts of one profile. Verdicts of other profiles are ignored.

    If no check of the profile applied, ``ready`` is None.
    """
    own = [verdict for verdict in verdicts if verdict.profile == profile]
    if all(verdict.status == "skip" for verdict in own):
        return Readiness(profile, None, f"{profile}: unknown, {NOTHING_APPLIED}")
    failed = sum(verdict.status == "fail" for verdict in own)
    warned = sum(verdict.status == "warn" for verdict in own)
    unknown = [(verdict.severity, is_proof(verdict.check)) for verdict in own if verdict.status == "unknown"]
    required, unproved = unknown.count(("required", False)), unknown.count(("required", True))
    recommended = len(unknown) - required - unproved
    counts = (
        (failed, "requirement missed", "requirements missed"),
        (required, "required check unknown", "required checks unknown"),
        (unproved, "proof could not be made", "proofs could not be made"),
        (warned, "recommendation", "recommendations"),
        (recommended, "recommended check unknown", "recommended checks unknown"),
    )
    ready = False if failed else None if required or unproved else True
    word = {True: "ready", False: "not ready", None: "unknown"}[ready]
    # Only the reasons for the result are listed: recommendations do not matter on a host that is not ready.
    shown = counts[:3] if ready is not True else counts[3:]
    said = (number_of(number, one, many) for number, one, many in shown if number)
    return Readiness(profile, ready, f"{profile}: {', '.join((word, *said))}")


def _judge(profile: Profile, check: Check, facts: Mapping[str, Fact], roles: Collection[str]) -> Verdict:
    status, found = _inferred(check, facts, roles)
    if status == "unknown":
        found = reachable(found, facts)
    ok, words = proved(facts, profile.proof, check.proved_by)
    fact = facts.get(check.test.subject)
    if ok and status in {"fail", "warn", "unknown"}:
        # A proof outranks an inference.
        status, found = "pass", f"proved by {words}; without the proof: {found}"
        said = f"a container showed that it works: {words}"
    else:
        said = sentence(check, status, found, fact)
    missed = status in {"fail", "warn"}
    if cause := cause_of(fact) if missed else None:
        check = check._replace(fix=cause.fix or check.fix, command=cause.command)
        said = f"{said}: {cause.words}"
    return Verdict(
        profile=profile.name,
        check=check.id,
        status=status,
        severity=_severity(check, status, facts),
        expected=wording.expected(check.test),
        found=found,
        why=check.why,
        fix=remedy(check.fix, facts),
        source=check.source,
        title=check.title,
        sentence=said,
        command=command(check, fact, facts) if missed else "",
    )


def _severity(check: Check, status: Status, facts: Mapping[str, Fact]) -> Severity:
    """Return the severity of a verdict, which may differ if the check's question is undecided.

    If only a condition is unknown, the check keeps its own severity.
    """
    if check.severity_unknown and status == "unknown" and ask(check.test, facts).holds is None:
        return check.severity_unknown
    return check.severity


def _inferred(check: Check, facts: Mapping[str, Fact], roles: Collection[str]) -> tuple[Status, str]:
    """Return the status of a check, and what was found, without the use of a proof."""
    return _skipped(check, roles) or _applies(check, facts) or _status(check, facts)


def _skipped(check: Check, roles: Collection[str]) -> tuple[Status, str] | None:
    if not check.roles or any(role in roles for role in check.roles):
        return None
    return "skip", f"only for --role {' or '.join(check.roles)}"


def _applies(check: Check, facts: Mapping[str, Fact]) -> tuple[Status, str] | None:
    """Return the status of a check that does not apply; None if it applies.

    One condition that is not met is enough to skip the check, even if others are unknown.
    """
    answers = [(ask(condition.test, facts), condition) for condition in check.when]
    for answer, condition in answers:
        if answer.holds is False:
            return "skip", condition.otherwise
    unknown = next((answer.found for answer, _ in answers if answer.holds is None), None)
    # What holds anyway needs no condition: it passes, or it would not have applied.
    return None if unknown is None or ask(check.test, facts).holds else ("unknown", unknown)


def _status(check: Check, facts: Mapping[str, Fact]) -> tuple[Status, str]:
    answer = ask(check.test, facts)
    if answer.holds is None:
        return "unknown", answer.found
    missed: Status = "fail" if check.severity == "required" else "warn"
    return "pass" if answer.holds else missed, answer.found


def ask(test: Question, facts: Mapping[str, Fact]) -> Answer:
    """Answer a question by the facts. The answer is undecided for a metric, and if the fact is unknown."""
    if test.of == "metric":
        return Answer(None, f"{test.subject} was not measured; measure it with hostcheck bench")
    fact = facts.get(test.subject)
    if fact is None:
        failed = "; ".join(found.reason for found in facts.values() if found.id.startswith("probe."))
        why = f" ({failed})" if failed else ": audit the host for this profile"
        return Answer(None, f"no probe reported {test.subject}{why}")
    if not fact.known:
        return Answer(None, fact.reason)
    if test.predicate in PLACED:
        from hostcheck.profiles import placed  # noqa: PLC0415  few profiles ask where a host is

        return placed.answer(test.predicate, fact.value, test.argument)
    answer = PREDICATES[test.predicate].test(fact.value, test.argument)
    if is_proof(fact.id):
        return Answer(answer.holds, in_words(fact, test.argument))
    if answer.holds is None and fact.reason:
        return Answer(None, f"{answer.found}: {fact.reason}")
    if answer.holds is None or isinstance(fact.value, bool) or not isinstance(fact.value, (int, float)):
        return answer
    return answer._replace(found=wording.found(test, fact.value, answer.found))
