"""Merge the checks of several profiles: equal checks become one check, with a list of the profiles that have it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hostcheck.profiles.model import Check, Profile


@dataclass(frozen=True, slots=True)
class MergedCheck:
    """A check that one or more profiles have.

    Attributes:
        check: the check, with the severity that the first profile gives it.
        required: names of the profiles that require it.
        recommended: names of the profiles that recommend it.
    """

    check: Check
    required: tuple[str, ...]
    recommended: tuple[str, ...]

    @property
    def profiles(self) -> tuple[str, ...]:
        """Names of all profiles that have the check."""
        return (*self.required, *self.recommended)


def merge_checks(profiles: Iterable[Profile]) -> tuple[MergedCheck, ...]:
    """Merge those checks of several profiles that differ only in their severity.

    Returns:
        The merged checks in the order of first appearance; checks with the same id are adjacent.
    """
    found: dict[str, list[tuple[Check, MergedCheck]]] = {}
    for profile in profiles:
        for check in profile.checks:
            without_severity = check._replace(severity="required")
            entries = found.setdefault(check.id, [])
            place = next((i for i, (known, _) in enumerate(entries) if known == without_severity), None)
            if place is None:
                entries.append((without_severity, _with(MergedCheck(check, (), ()), check, profile.name)))
            else:
                entries[place] = (without_severity, _with(entries[place][1], check, profile.name))
    return tuple(entry for entries in found.values() for _, entry in entries)


def _with(entry: MergedCheck, check: Check, profile: str) -> MergedCheck:
    if check.severity == "required":
        return replace(entry, required=(*entry.required, profile))
    return replace(entry, recommended=(*entry.recommended, profile))
