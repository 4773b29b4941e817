"""Waivers: findings that were accepted, why, and until when."""

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
    """One decision not to let a finding count.

    What is unknown is let pass only by one that names it, and has a reason and a last day.

    Attributes:
        pattern: the id of a check or metric, or a glob of ids (``cgroup.*``; fnmatch(3)).
        reason: why; may be empty.
        until: the last day it holds; None holds for ever.
        place: the file and the line that it stands in; empty for one of the command line.
    """

    pattern: str
    reason: str = ""
    until: date | None = None
    place: str = field(default="", compare=False)

    def covers(self, finding_id: str) -> bool:
        """Whether it is for findings of this id."""
        return fnmatchcase(finding_id, self.pattern)

    def holds(self, today: date) -> bool:
        """Whether it has not expired."""
        return self.until is None or today <= self.until

    def passes_unknown(self, finding_id: str) -> bool:
        """Whether it lets a finding of this id pass that is unknown."""
        return self.pattern == finding_id and bool(self.reason) and self.until is not None

    @property
    def words(self) -> str:
        """The reason and the last day, as far as they are given: "no swap here, until 2027-01-31"."""
        return ", ".join(filter(None, (self.reason, f"until {self.until}" if self.until else "")))


def parse_waiver(text: str) -> Waiver:
    """Parse ``ID[=reason][@YYYY-MM-DD]``.

    A reason holds an @ only where a date follows: a date that was written otherwise would be a part of the reason, and
    the waiver would hold for ever.

    Raises:
        UsageError: when it names no id, has a control character, or what stands after the last @, or a character that
            looks like one (Unicode Annex 15, NFKC), is no date.
    """
    if plain(text) != text:
        raise UsageError(f"the waiver {text!r} has a control character", remedy="write it on one line of text")
    rest, until = text, None
    if match := _DATED.fullmatch(text):
        rest = match["rest"]
        with suppress(ValueError):
            until = date.fromisoformat(match["date"])
    if until is None and "@" in normalize("NFKC", text):
        raise UsageError(
            f"the waiver {text!r} ends on no date", remedy="write the last day as @YYYY-MM-DD, and a reason without @"
        )
    pattern, _, reason = rest.partition("=")
    if not pattern.strip() or "@" in pattern:
        raise UsageError(f"the waiver {text!r} names no check", remedy="write ID, ID=reason or ID=reason@YYYY-MM-DD")
    return Waiver(pattern.strip(), reason.strip(), until)


def refuse_unknown(waivers: Iterable[Waiver], known: Iterable[str]) -> None:
    """Refuse a waiver that is for nothing: a slip in an id must not read as a waiver.

    Raises:
        UsageError: for each that covers none of the known ids; the remedy has the nearest.
    """
    ids = sorted(set(known))
    idle = [waiver for waiver in waivers if not any(map(waiver.covers, ids))]
    refuse([_mistake(waiver, ids) for waiver in idle])


def _mistake(waiver: Waiver, ids: list[str]) -> UsageError:
    where = f"reading the policy {waiver.place}: " if waiver.place else ""
    return UsageError(f"{where}the waiver {waiver.pattern!r} matches no check or metric", remedy=nearest(waiver, ids))


def nearest(waiver: Waiver, ids: list[str]) -> str:
    """Say which id was probably meant."""
    near = closest(waiver.pattern, ids)
    return f"did you mean {near}?" if near else "hostcheck checks lists them"
