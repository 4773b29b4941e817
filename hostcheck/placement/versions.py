"""Compare versions with constraints, as Nomad's operators ``version`` and ``semver`` do.

https://developer.hashicorp.com/nomad/docs/job-specification/constraint#operator-values, and the code that Nomad uses:
github.com/hashicorp/go-version (version.go, constraint.go) and Nomad's helper/constraints/semver.
"""

import re
from dataclasses import dataclass
from itertools import zip_longest

_SEGMENTS = 3
"""Minimum number of segments: go-version appends zeros to shorter versions."""
_IDENTIFIERS = r"[0-9A-Za-z~-]+(?:\.[0-9A-Za-z~-]+)*"
_VERSION = re.compile(
    rf"v?(?P<numbers>\d{{1,9}}(?:\.\d{{1,9}}){{0,9}})(?:-(?P<dashed>{_IDENTIFIERS})|(?P<plain>[A-Za-z~][0-9A-Za-z~.-]*))?"
    rf"(?:\+{_IDENTIFIERS})?"
)
_CONSTRAINT = re.compile(r"(!=|>=|<=|~>|=|>|<)?\s*(\S+)")


@dataclass(frozen=True, slots=True)
class Version:
    """A version.

    Attributes:
        numbers: the numbers, three or more.
        before: the identifiers of a pre-release; empty for a release.
        given: how many numbers the text had.
    """

    numbers: tuple[int, ...]
    before: tuple[str, ...]
    given: int

    def compared(self, other: "Version") -> int:
        """Return -1 if this version is less than the other, 0 if they are equal, and 1 if it is greater."""
        for one, two in zip_longest(self.numbers, other.numbers, fillvalue=0):
            if one != two:
                return (one > two) - (one < two)
        if bool(self.before) != bool(other.before):
            return -1 if self.before else 1
        mine, theirs = [_key(each) for each in self.before], [_key(each) for each in other.before]
        return (mine > theirs) - (mine < theirs)


def parse_version(text: str) -> Version | None:
    """Parse a version; None if the text is not a version."""
    matched = _VERSION.fullmatch(text.strip())
    if matched is None:
        return None
    numbers = tuple(int(each) for each in matched["numbers"].split("."))
    before = matched["dashed"] or matched["plain"] or ""
    filled = numbers + (0,) * (_SEGMENTS - len(numbers))
    return Version(filled, tuple(before.split(".")) if before else (), len(numbers))


def meets(value: str, constraints: str, *, semver: bool) -> bool:
    """Return whether a version meets each constraint of a list, such as ">= 1.2, < 2". An invalid text meets none.

    Args:
        value: the version.
        constraints: the constraints, separated by commas.
        semver: whether a pre-release is compared like any version; otherwise only a constraint that itself has a
            pre-release can accept it.
    """
    version = parse_version(value)
    return version is not None and all(_meets(version, each, semver=semver) for each in constraints.split(","))


def _meets(version: Version, text: str, *, semver: bool) -> bool:
    matched = _CONSTRAINT.fullmatch(text.strip())
    wanted = parse_version(matched[2]) if matched else None
    if matched is None or wanted is None:
        return False
    operator, order = matched[1] or "=", version.compared(wanted)
    if operator in {"=", "!="}:
        return (order == 0) == (operator == "=")
    if not semver and version.before and (not wanted.before or version.numbers != wanted.numbers):
        return False
    if operator == "~>":
        return not semver and _is_within(version, wanted, order)
    return {">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0}[operator]


def _is_within(version: Version, wanted: Version, order: int) -> bool:
    """Return whether a version meets "~>": it is not lower, and only the last written number may be higher."""
    if order < 0 or (wanted.before and not version.before) or len(wanted.numbers) > len(version.numbers):
        return False
    last = wanted.given - 1
    return version.numbers[:last] == wanted.numbers[:last] and version.numbers[last] >= wanted.numbers[last]


def _key(identifier: str) -> tuple[bool, int, str]:
    """Return a key that sorts the identifiers of pre-releases: numbers come before words."""
    is_number = identifier.isdecimal() and identifier.isascii()
    return (not is_number, int(identifier) if is_number else 0, identifier)
