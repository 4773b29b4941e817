"""Count the checks that the profiles have now and the audit of a run lacks, because it was made with earlier ones."""

from collections.abc import Collection

from hostcheck.profiles.loader import load, names
from hostcheck.run.model import Run
from hostcheck.verdicts import applicable


def newer_checks(run: Run, profiles: Collection[str] = ()) -> int:
    """Return the number of checks that apply and are not in the audit. Profiles of others are not counted.

    Args:
        run: the run with the audit.
        profiles: the profiles to count for; empty for all of the audit.
    """
    recorded = {(verdict.profile, verdict.check) for verdict in run.verdicts}
    audited = {profile for profile, _ in recorded if not profiles or profile in profiles} & set(names())
    asked = {(profile, check.id) for profile in audited for check in applicable(load(profile), run.facts)}
    return len(asked - recorded)
