"""Waivers: findings that the user accepts, the reasons, and the last days."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from unicodedata import normalize

from hostcheck.errors import UsageError, refuse
from hostcheck.plaintext import plain
from hostcheck.spelling import closest

_DATED = re.compile(r"(?P<rest>.*)@(?P<date>\d{4}-\d{2}-\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A decision of the user that certain findings have no effect.

    For an unknown finding, a waiver must have the exact id, a reason and a last day.

    Attributes:
        pattern: the id of a check or metric, or a glob pattern of ids (``cgroup.*``; fnmatch(3)).
        reason: why the finding is accepted; may be empty.
        until: the last day of the waiver; None if it does not expire.
        place: the file and line of the waiver; empty if it is from the command line.
    """

    pattern: str
    reason: str = ""
    until: date | None = None
    place: str = field(default="", compare=False)

    def covers(self, finding_id: str) -> bool:
        """Return whether the waiver applies to findings with this id."""
        return fnmatchcase(finding_id, self.pattern)

    def holds(self, today: date) -> bool:
        """Return whether the waiver has not expired."""
        return self.until is None or today <= self.until

    def passes_unknown(self, finding_id: str) -> bool:
        """Return whether the waiver is sufficient for an unknown finding with this id."""
        return self.pattern == finding_id and bool(self.reason) and self.until is not None

    @property
    def words(self) -> str:
        """The reason and the last day, if given: "no swap here, until 2027-01-31"."""
        return ", ".join(filter(None, (self.reason, f"until {self.until}" if self.until else "")))


def parse_waiver(text: str) -> Waiver:
    """Parse ``ID[=reason][@YYYY-MM-DD]``.

    A reason must not contain an @ without a date: otherwise a mistyped date would become a part of the reason, and the
    waiver would never expire.

    Raises:
        UsageError: if the id is missing, there is a control character, or the text after the last @ is not a date. A
            character that looks like an @ counts as one (Unicode Annex 15, NFKC).
    """
    if plain(text) != text:
        raise UsageError(
            f"the waiver {text!r} contains a control character",
            remedy="write the waiver on one line, without control characters",
        )
    rest, until = text, None
    if match := _DATED.fullmatch(text):
        rest = match["rest"]
        with suppress(ValueError):
            until = date.fromisoformat(match["date"])
    if until is None and "@" in normalize("NFKC", text):
        raise UsageError(
            f"the waiver {text!r} does not end with a date",
            remedy="write the last day as @YYYY-MM-DD, and a reason without @",
        )
    pattern, _, reason = rest.partition("=")
    if not pattern.strip() or "@" in pattern:
        raise UsageError(f"the waiver {text!r} names no check", remedy="write ID, ID=reason or ID=reason@YYYY-MM-DD")
    return Waiver(pattern.strip(), reason.strip(), until)


def refuse_unknown(waivers: Iterable[Waiver], known: Iterable[str]) -> None:
    """Refuse waivers that match no check or metric: the id may be mistyped.

    Raises:
        UsageError: for the first such waiver; the remedy names the most similar id.
    """
    known = set(known)
    idle = [waiver for waiver in waivers if waiver.pattern not in known and not any(map(waiver.covers, known))]
    refuse([_mistake(waiver, sorted(known)) for waiver in idle])


def _mistake(waiver: Waiver, ids: list[str]) -> UsageError:
    where = f"reading the policy {waiver.place}: " if waiver.place else ""
    return UsageError(f"{where}the waiver {waiver.pattern!r} matches no check or metric", remedy=nearest(waiver, ids))


def nearest(waiver: Waiver, ids: list[str]) -> str:
    """Return a remedy that names the most similar id."""
    near = closest(waiver.pattern, ids)
    return f"did you mean {near}?" if near else "hostcheck checks lists all ids"
