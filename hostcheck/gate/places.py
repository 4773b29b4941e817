"""Find the line of a file that contains the requirement of a finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hostcheck.gate.finding import Finding
from hostcheck.gate.policy import Policy
from hostcheck.tomltext import Table, read_document, read_table_text
from hostcheck.userfile import is_file, read_text
from hostcheck.workloadfiles.limits import LARGEST


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file.

    Attributes:
        path: path of the file, as the user named it.
        line: line number, from 1.
        text: text of the line.
    """

    path: Path
    line: int
    text: str


def place_of(finding: Finding, policy: Policy) -> Place | None:
    """Return the line with a finding's requirement: in a workload file, a promise, the user's profile, or the policy.

    Returns:
        None if the requirement is only on the command line, or the file was a pipe, which cannot be read twice.
    """
    if finding.asked_at is not None:
        return _in_file(*finding.asked_at)
    own = dict(policy.own_profiles)
    if finding.kind == "check" and (profile := own.get(finding.scope)) and is_file(Path(profile)):
        return _in_profile(finding.id, Path(profile))
    if policy.source and is_file(Path(policy.source)):
        return _in_policy(finding, Path(policy.source))
    return None


def _in_profile(check_id: str, path: Path) -> Place:
    """Return the line of a check in a profile; for an inherited check, the line with the profile that is extended."""
    text = read_table_text("profile", path)
    rows = read_document("profile", text, path).get("check", [])
    number = next((place for place, row in enumerate(rows) if row.get("id") == check_id), None)
    if number is None:
        return _line(path, text, Table("profile", text, path).line("extends"))
    return _line(path, text, Table("profile", text, path, ("check",), number).line("id"))


def _in_file(name: str, line: int) -> Place | None:
    path = Path(name)
    return _line(path, read_text("file", path, LARGEST), line) if is_file(path) else None


def _in_policy(finding: Finding, path: Path) -> Place:
    text = read_table_text("policy", path)
    name = "place" if finding.scope == "place" else "gate"
    table = ("tool", "hostcheck", name) if path.name == "pyproject.toml" else (name,)
    return _line(path, text, Table("policy", text, path, table).line(*_asked_by(finding)))


def _asked_by(finding: Finding) -> tuple[str | None, str]:
    """Return the key of the policy with a finding's requirement, and the text to search for in its value."""
    if finding.scope == "place":
        return finding.id.removeprefix("place."), ""
    if finding.kind == "run":
        return _OF_THE_RUN.get(finding.id), ""
    return {
        "check": ("profiles", f'"{finding.scope}"'),
        "threshold": ("thresholds", finding.id),
        "regression": ("baseline", ""),
    }.get(finding.kind, (None, ""))


_OF_THE_RUN: Mapping[str, str] = {"run.age": "max_age"}
"""For findings on the run itself, the key of the policy with the requirement. The host is named on the command line."""


def _line(path: Path, text: str, line: int | None) -> Place:
    lines = text.splitlines()
    number = line or 1
    return Place(path, number, lines[number - 1] if number <= len(lines) else "")
