"""All checks of several profiles, those that are the same in all but the profile put together."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hostcheck.profiles.model import Check, Profile


@dataclass(frozen=True, slots=True)
class Entry:
    """One check as some profiles have it.

    Attributes:
        check: what they have in common; its severity is the first profile's.
        required: the profiles that require it.
        recommended: the profiles that recommend it.
    """

    check: Check
    required: tuple[str, ...]
    recommended: tuple[str, ...]

    @property
    def profiles(self) -> tuple[str, ...]:
        """Every profile that has it."""
        return (*self.required, *self.recommended)


def index(profiles: Iterable[Profile]) -> tuple[Entry, ...]:
    """Put the checks of profiles together: one entry for each id and wording, in the order they first come up.

    Checks of one id stand beside each other.
    """
    found: dict[str, list[Entry]] = {}
    for profile in profiles:
        for check in profile.checks:
            entries = found.setdefault(check.id, [])
            place = next((i for i, entry in enumerate(entries) if _same(entry.check, check)), None)
            if place is None:
                entries.append(_with(Entry(check, (), ()), check, profile.name))
            else:
                entries[place] = _with(entries[place], check, profile.name)
    return tuple(entry for entries in found.values() for entry in entries)


def _same(one: Check, other: Check) -> bool:
    return replace(one, severity="required") == replace(other, severity="required")


def _with(entry: Entry, check: Check, profile: str) -> Entry:
    if check.severity == "required":
        return replace(entry, required=(*entry.required, profile))
    return replace(entry, recommended=(*entry.recommended, profile))
