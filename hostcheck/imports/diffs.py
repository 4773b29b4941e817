"""Recognise a diff, and keep what its new version has. Lines that a diff removes are no results.

Formats are the unified and the normal one of POSIX diff(1), as git and mail programs show them, and the combined one of
git, with a column of signs for each parent of a merge (git-diff(1), "combined diff format").
"""

import re
from collections.abc import Iterator, Sequence

_HUNK = re.compile(r"^([^\w\n@]{0,20})@@ -\d{1,9}(?:,\d{1,9})? \+\d{1,9}(?:,\d{1,9})? @@", re.MULTILINE)
_COMBINED = re.compile(
    r"^([^\w\n@]{0,20})(@{3,9})(?: -\d{1,9}(?:,\d{1,9})?){2,8} \+\d{1,9}(?:,\d{1,9})? \2", re.MULTILINE
)
_FILES = re.compile(r"^([^\w\n-]{0,20})--- \S[^\n]{0,400}\n\1\+\+\+ \S", re.MULTILINE)
_CHANGE = re.compile(r"^\d{1,9}(?:,\d{1,9})?[acd]\d{1,9}(?:,\d{1,9})?\n(?=[<>] )", re.MULTILINE)
_VARIES = re.compile(r"[\d.,]+[kKMGT]?")
_MOST_REMOVED = 1000
"""Maximum number of removed lines that an added line is compared with."""


def without_removed(text: str) -> str:
    """Return a text. If it is a diff, return the new version: without removed lines and without signs."""
    if begins := _COMBINED.search(text):
        before = text[: begins.start()]
        lines = text[begins.start() :].split("\n")
        return before + "\n".join(_new_of_parents(lines, begins[1], len(begins[2]) - 1))
    if begins := _HUNK.search(text) or _FILES.search(text):
        before = text[: begins.start()]
        return before + "\n".join(_new(text[begins.start() :].split("\n"), begins[1], "-", "+"))
    if begins := _CHANGE.search(text):
        before = text[: begins.start()]
        return before + "\n".join(_new(text[begins.start() :].split("\n"), "", "<", ">"))
    lines = text.split("\n")
    return "\n".join(_new(lines, "", "-", "+")) if _is_diff(lines) else text


def _new(lines: Sequence[str], prefix: str, removed: str, added: str) -> Iterator[str]:
    """Yield the lines of the new version. ``prefix`` is the text that a quote put before each line."""
    for whole in lines:
        line = whole.removeprefix(prefix) if prefix else whole
        if line.startswith(removed):
            continue
        yield line[1:] if line.startswith(added) or (added == "+" and line.startswith(" ")) else line


def _new_of_parents(lines: Sequence[str], prefix: str, parents: int) -> Iterator[str]:
    """Yield the lines of a merge's result. Each line begins with a sign for each parent."""
    for whole in lines:
        line = whole.removeprefix(prefix) if prefix else whole
        signs = line[:parents]
        if "-" in signs and not signs.strip(" -"):
            continue
        yield line[parents:] if not signs.strip(" +") else line


def _is_diff(lines: Sequence[str]) -> bool:
    """Return whether removed lines are followed by an added line that differs from one of them only in its numbers."""
    removed: set[str] = set()
    for line in lines:
        sign = line[:1]
        if sign == "-":
            if len(removed) < _MOST_REMOVED:
                removed.add(_shape(line))
        elif sign == "+" and removed:
            if _shape(line) in removed:
                return True
        else:
            removed.clear()
    return False


def _shape(line: str) -> str:
    return _VARIES.sub("0", line[1:200])
