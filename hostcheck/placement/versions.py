"""Constraints on versions, as Nomad's operators ``version`` and ``semver`` compare them.

https://developer.hashicorp.com/nomad/docs/job-specification/constraint#operator-values, and what Nomad uses for them:
github.com/hashicorp/go-version (version.go, constraint.go) and Nomad's helper/constraints/semver.
"""

import re
from dataclasses import dataclass
from itertools import zip_longest

_SEGMENTS = 3
"""What go-version fills a version up to with zeros."""
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
        numbers: three of them, or more.
        before: the identifiers of a pre-release; none of a release.
        given: how many numbers were written.
    """

    numbers: tuple[int, ...]
    before: tuple[str, ...]
    given: int

    def compared(self, other: "Version") -> int:
        """Return whether it is less than another (-1), equal or more."""
        for one, two in zip_longest(self.numbers, other.numbers, fillvalue=0):
            if one != two:
                return (one > two) - (one < two)
        if bool(self.before) != bool(other.before):
            return -1 if self.before else 1
        mine, theirs = [_key(each) for each in self.before], [_key(each) for each in other.before]
        return (mine > theirs) - (mine < theirs)


def parse_version(text: str) -> Version | None:
    """Return a version; None for what is none."""
    matched = _VERSION.fullmatch(text.strip())
    if matched is None:
        return None
    numbers = tuple(int(each) for each in matched["numbers"].split("."))
    before = matched["dashed"] or matched["plain"] or ""
    filled = numbers + (0,) * (_SEGMENTS - len(numbers))
    return Version(filled, tuple(before.split(".")) if before else (), len(numbers))


def meets(value: str, constraints: str, *, semver: bool) -> bool:
    """Whether a version meets each of the constraints, ">= 1.2, < 2"; what is no version, or no constraint, does not.

    Args:
        value: the version.
        constraints: separated by commas.
        semver: whether a pre-release is compared as any version is; else only a constraint with one can accept it.
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
    """Whether a version is as high as another one, and the same in all of its numbers but the last that was written."""
    if order < 0 or (wanted.before and not version.before) or len(wanted.numbers) > len(version.numbers):
        return False
    last = wanted.given - 1
    return version.numbers[:last] == wanted.numbers[:last] and version.numbers[last] >= wanted.numbers[last]


def _key(identifier: str) -> tuple[bool, int, str]:
    """Return what orders the identifiers of pre-releases: numbers first."""
    is_number = identifier.isdecimal() and identifier.isascii()
    return (not is_number, int(identifier) if is_number else 0, identifier)
