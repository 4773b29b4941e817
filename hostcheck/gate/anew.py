"""Judge a run again from its facts and metrics. The verdicts that a run file records are not used."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from hostcheck.counts import number_of
from hostcheck.errors import UsageError
from hostcheck.gate.facts import needed_facts
from hostcheck.gate.policy import Policy
from hostcheck.profiles.loader import exists, load
from hostcheck.profiles.measured import judge_metrics
from hostcheck.profiles.model import Check
from hostcheck.profiles.roles import refuse_unknown_roles
from hostcheck.run.model import Run, Verdict
from hostcheck.verdicts import disagreements, judge

DEFAULT_PROFILES = ("docker",)
"""The profile to use if neither the policy nor the run names one."""

_WORST_FIRST = ("fail", "unknown", "warn", "skip", "pass")
_MOST_NOTES = 10
"""Maximum number of notes on verdicts that differ. A file of another version may have many."""


def judged_anew(run: Run, policy: Policy, *, typed: bool) -> tuple[Run, tuple[str, ...]]:
    """Judge a run with the profiles of this version of hostcheck.

    The policy names the profiles and roles. If it names none, those of the run's audit are used.

    Args:
        run: a run that was audited here, or read from a file.
        policy: the policy.
        typed: whether the run is from a file. Then the type of each fact is checked, because a file may contain
            anything.

    Returns:
        The run with new verdicts, and notes: one for each check that contradicts a proof, or whose verdict differs from
        the one in the file.

    Raises:
        UsageError: if a profile or role does not exist, or the run contradicts itself about them.
    """
    references = policy.profiles or _recorded_profiles(run)
    profiles = [load(reference) for reference in dict.fromkeys(references)]
    refuse_unknown_roles(policy.roles, profiles)
    known = {role for profile in profiles for role in profile.roles}
    roles = policy.roles or tuple(role for role in run.roles if role in known)
    checks = {(profile.name, check.id): check for profile in profiles for check in profile.checks}
    facts = needed_facts(run, checks.values(), typed=typed, proved=policy.prove)
    verdicts = [verdict for profile in profiles for verdict in judge(profile, facts, roles)]
    recorded = {(verdict.profile, verdict.check): verdict for verdict in run.verdicts}
    if not policy.roles:
        verdicts = [_of_a_lost_role(each, checks[each.profile, each.check], recorded, roles) for each in verdicts]
    named = tuple(profile.name for profile in profiles)
    judged = replace(run, verdicts=tuple(verdicts), profiles=named, roles=tuple(roles))
    judged = judge_metrics(judged, profiles)
    differing = (text for profile in profiles for text in disagreements(profile, facts, roles))
    # Facts that an audit here did not have yet (place.excluded) were judged as unknown, which no file records.
    return judged, (*differing, *(_notes(judged, recorded) if typed else ()))


def _recorded_profiles(run: Run) -> tuple[str, ...]:
    """Return the names of the profiles with which the run was audited.

    Raises:
        UsageError: if the run has verdicts for other profiles than it records, or a profile does not ship with
            hostcheck.
    """
    of_verdicts = tuple(dict.fromkeys(verdict.profile for verdict in run.verdicts))
    recorded = run.profiles or of_verdicts or DEFAULT_PROFILES
    for name in of_verdicts:
        if name not in recorded:
            raise UsageError(
                f"judging the run of {run.host.name}: it has verdicts of {name}, but was audited for "
                f"{', '.join(recorded)} only",
                remedy="name the profiles with --profile",
            )
    for name in recorded:
        if not exists(name):
            raise UsageError(
                f"judging the run of {run.host.name}: it was audited for {name}, which does not ship with hostcheck",
                remedy="name the file of that profile with --profile",
            )
    return recorded


def _of_a_lost_role(
    verdict: Verdict, check: Check, recorded: Mapping[tuple[str, str], Verdict], roles: Sequence[str]
) -> Verdict:
    """Return the verdict; unknown if the run has a verdict for a role that the run does not record."""
    before = recorded.get((verdict.profile, verdict.check))
    if before is None or before.status == "skip" or not check.roles or any(role in roles for role in check.roles):
        return verdict
    found = f"the run has a verdict on this check, but was audited for none of its roles: {', '.join(check.roles)}"
    return replace(verdict, status="unknown", found=f"{found}; name the role with --role")


def _notes(run: Run, recorded: Mapping[tuple[str, str], Verdict]) -> Iterator[str]:
    differing = [
        (each, before.status)
        for each in sorted(run.verdicts, key=lambda each: _WORST_FIRST.index(each.status))
        if (before := recorded.get((each.profile, each.check))) and before.status != each.status
    ]
    for each, status in differing[:_MOST_NOTES]:
        yield f"the file records {each.profile} {each.check}: {status}; judged again, it is {each.status}"
    if len(differing) > _MOST_NOTES:
        yield number_of(len(differing) - _MOST_NOTES, "more recorded verdict differs", "more recorded verdicts differ")
