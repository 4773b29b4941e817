"""The table of checks for docs/checks.md: made from the profiles, so that it is never out of date."""

from hostcheck.profiles.loader import Check, Profile, load, names
from hostcheck.profiles.predicates import PREDICATES


def markdown() -> str:
    """Return the text of docs/checks.md."""
    parts = [
        "# Checks",
        "",
        "Made from `hostcheck/profiles/*.toml` by `hostcheck.profiles.table`; edit those instead.",
        "`hostcheck checks ID` says why a check matters and how to fix what it finds.",
    ]
    for name in names():
        parts += ["", *_profile(load(name))]
    return "\n".join(parts) + "\n"


def _profile(profile: Profile) -> list[str]:
    rows = [_row(check) for check in profile.checks]
    return [
        f"## {profile.name}",
        "",
        profile.summary,
        "",
        "| check | what | expected | severity | source |",
        "|---|---|---|---|---|",
        *rows,
    ]


def _row(check: Check) -> str:
    expected = PREDICATES[check.test.predicate].expects(check.test.argument)
    cells = (f"`{check.id}`", check.title, expected, check.severity, check.source)
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"
