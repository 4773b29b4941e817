"""The checks as a list: all of them by subject, or those of some profiles."""

from collections.abc import Sequence
from itertools import groupby

from hostcheck.counts import number_of
from hostcheck.errors import UsageError
from hostcheck.formats.terminal import Style, within
from hostcheck.profiles.loader import load, names
from hostcheck.profiles.merged_checks import MergedCheck, merge_checks
from hostcheck.profiles.model import Check, Profile
from hostcheck.run.model import Severity

_NAMED = 2
"""Maximum number of profiles that are named in a row. Of more profiles, the number is shown."""


def is_area(word: str, references: Sequence[str] = ()) -> bool:
    """Return whether a word is not the id of a check, but begins several ids: "net", "cgroup.v1"."""
    ids = {check.id for reference in references or names() for check in load(reference).checks}
    return word not in ids and any(check_id.startswith(f"{word}.") for check_id in ids)


def list_all(style: Style, *, severity: Severity | None = None, area: str | None = None) -> str:
    """Return the profiles and all checks, one line for each.

    Args:
        style: style of the text.
        severity: only checks that have this severity in some profile.
        area: only checks whose id is equal to this, or begins with this and a dot: "net", "cgroup.v1".

    Raises:
        UsageError: if no check is left.
    """
    entries = _kept(severity, area)
    blocks = []
    if area is None:
        profiles = [load(name) for name in names()]
        rows = within([(profile.name, profile.title) for profile in profiles], style, 2)
        blocks.append([style.paint("Profiles", "bold"), *rows])
    cells = within([(entry.check.id, entry.check.title, _whose(entry, severity)) for entry in entries], style, 2)
    for name, group in groupby(zip(entries, cells, strict=True), key=lambda pair: _area(pair[0].check)):
        blocks.append([style.paint(name, "bold"), *(cell for _, cell in group)])
    return "\n\n".join("\n".join(block) for block in blocks)


def list_profiles(
    references: Sequence[str], style: Style, *, severity: Severity | None = None, area: str | None = None
) -> str:
    """Return the checks of some profiles, one line for each.

    Raises:
        UsageError: if a profile does not exist, or no check is left.
    """
    blocks = []
    for profile in map(load, dict.fromkeys(references)):
        kept = [check for check in profile.checks if severity in {None, check.severity} and _in_area(check, area)]
        rows = within([(check.id, check.severity, _title(check)) for check in kept], style, 2)
        if rows:
            blocks.append("\n".join((_head(profile, style), *rows)))
    if not blocks:
        raise _nothing(area)
    return "\n\n".join(blocks)


def _kept(severity: Severity | None, area: str | None) -> list[MergedCheck]:
    """Return one entry for each selected check, sorted by subject."""
    together: dict[str, MergedCheck] = {}
    for entry in merge_checks(map(load, names())):
        if _has(entry, severity) and _in_area(entry.check, area):
            before = together.get(entry.check.id, MergedCheck(entry.check, (), ()))
            together[entry.check.id] = MergedCheck(
                before.check, (*before.required, *entry.required), (*before.recommended, *entry.recommended)
            )
    if not together:
        raise _nothing(area)
    return sorted(together.values(), key=lambda entry: _area(entry.check))


def _has(entry: MergedCheck, severity: Severity | None) -> bool:
    return severity is None or bool(getattr(entry, severity))


def _nothing(area: str | None) -> UsageError:
    about = f" about {area}" if area else ""
    return UsageError(f"there is no such check{about}", remedy="hostcheck checks lists them")


def _whose(entry: MergedCheck, severity: Severity | None) -> str:
    whose: tuple[str, ...] = getattr(entry, severity) if severity else entry.profiles
    return ", ".join(whose) if len(whose) <= _NAMED else number_of(len(whose), "profile")


def _in_area(check: Check, area: str | None) -> bool:
    return area is None or check.id == area or check.id.startswith(f"{area}.")


def _area(check: Check) -> str:
    return check.id.partition(".")[0]


def _title(check: Check) -> str:
    return f"{check.title} ({', '.join(check.roles)})" if check.roles else check.title


def _head(profile: Profile, style: Style) -> str:
    lines = [style.paint(profile.name, "bold"), style.wrap(profile.summary, 0)]
    if profile.roles:
        lines.append(style.wrap(f"Roles: {', '.join(profile.roles)}.", 0))
    return "\n".join(lines)
