"""Generate the tables of docs/checks.md from the profiles.

A table for each profile would repeat most checks many times. So there is one table of the profiles, and one table of
checks for each area. If profiles ask different questions under one id, each question has a row.
"""

from collections.abc import Iterable
from itertools import groupby

from hostcheck.profiles.loader import load, names
from hostcheck.profiles.merged_checks import MergedCheck, merge_checks
from hostcheck.profiles.model import Check, Profile
from hostcheck.profiles.wording import expected

_AREAS = {
    "virt": "Virtualization",
    "os": "Operating system",
    "kernel": "Kernel",
    "ns": "Namespaces",
    "cgroup": "Control groups",
    "security": "Security",
    "priv": "Privilege",
    "user": "Users",
    "hw": "Hardware",
    "host": "Host",
    "time": "Time",
    "sysctl": "Kernel settings",
    "storage": "Storage",
    "disk": "Disk speed",
    "net": "Network",
    "bin": "Programs",
    "engine": "Engine",
    "k8s": "Kubernetes",
    "gpu": "Graphics processors",
    "prove": "Proof",
}
"""Title of the area by the first part of a check's id, in the order of the tables."""


def markdown() -> str:
    """Return the generated block of docs/checks.md, in Markdown."""
    profiles = [load(name) for name in names()]
    parts = [
        "Made from `hostcheck/profiles/*.toml` by `hostcheck.profiles.table`; edit those instead.",
        "**Bold**: the profile requires it; otherwise it recommends it. Roles are in parentheses.",
        "",
        "### Profiles",
        "",
        *_rows(("profile", "what for", "checks", "roles"), map(_profile, profiles)),
    ]
    entries = sorted(_merged(merge_checks(profiles)), key=lambda entry: [*_AREAS].index(_area(entry.check)))
    for area, group in groupby(entries, key=lambda entry: _area(entry.check)):
        rows = _rows(("check", "what", "expected", "profiles", "source"), map(_check, group))
        parts += ["", f"### {_AREAS[area]}", "", *rows]
    return "\n".join(parts) + "\n"


def _merged(entries: Iterable[MergedCheck]) -> list[MergedCheck]:
    """Merge checks that differ only in their texts, which ``hostcheck checks ID`` shows; the sources are joined."""
    found: dict[tuple[str, str, tuple[str, ...]], MergedCheck] = {}
    for entry in entries:
        key = (entry.check.id, _expected(entry.check), entry.check.roles)
        if key not in found:
            found[key] = entry
            continue
        before = found[key]
        sources = dict.fromkeys((*before.check.source.split("; "), *entry.check.source.split("; ")))
        found[key] = MergedCheck(
            before.check._replace(source="; ".join(sources)),
            (*before.required, *entry.required),
            (*before.recommended, *entry.recommended),
        )
    return list(found.values())


def _profile(profile: Profile) -> tuple[str, ...]:
    required = sum(check.severity == "required" for check in profile.checks)
    count = f"{required} required, {len(profile.checks) - required} recommended"
    return f"`{profile.name}`", profile.summary, count, ", ".join(profile.roles)


def _check(entry: MergedCheck) -> tuple[str, ...]:
    check = entry.check
    roles = f" ({', '.join(check.roles)})" if check.roles else ""
    whose = ", ".join((*(f"**{name}**" for name in sorted(entry.required)), *sorted(entry.recommended)))
    return f"`{check.id}`", check.title, _expected(check), whose + roles, check.source


def _expected(check: Check) -> str:
    words = expected(check.test)
    return f"`{check.test.subject}`: {words}" if check.test.of == "metric" else words


def _area(check: Check) -> str:
    return check.id.partition(".")[0]


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for row in rows:
        escaped = (cell.replace("|", "\\|") for cell in row)
        lines.append(f"| {' | '.join(escaped)} |")
    return lines
