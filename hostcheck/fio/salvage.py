"""Recover the complete parts of a damaged JSON document: one that is cut off, or that has messages inside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hostcheck.fio.documents import IDENTITY, new_decoder, object_of
from hostcheck.jsonparts import decode_at

_BEGIN = re.compile(r"\{(?=\s*\"" + IDENTITY + r'")')
_SPACE = re.compile(r"[\s,]*")
_COLON = re.compile(r"\s*:\s*")
# fio's own messages (log_err, log_info), which reach a file that both of its outputs are written to.
_MESSAGE = re.compile(
    r"^(?:fio: |note: |\S+: you need to |Jobs: \d|WARNING: |[^\n\"{}\[\]]*: No I/O performed).*\n?", re.MULTILINE
)
LISTS = ("jobs", "client_stats")
"""The lists whose complete entries can be used without the others."""
_FIGURES = {"jobname", "error", "read", "write", "trim"}
_MOST_ENTRIES = 100_000


@dataclass(frozen=True, slots=True)
class Salvaged:
    """The complete parts of one document.

    Attributes:
        document: the document's complete members, and the complete entries of its lists.
        cut: the incomplete entries, as "jobs[1] of 'name'"; empty if the document is complete except for messages.
        begins: offset of the document's start in the text.
        ends: offset in the text at which the document's part ends.
    """

    document: dict[str, Any]
    cut: tuple[str, ...]
    begins: int
    ends: int


def salvage(text: str) -> Iterator[Salvaged]:
    """Yield the complete parts of each of fio's documents in a text that has no complete document."""
    starts = [match.start() for match in _BEGIN.finditer(text)]
    for start, behind in zip(starts, [*starts[1:], len(text)], strict=False):
        part = text[start:behind]
        try:
            # Messages stand in lines of their own; what is removed is replaced, so that places stay.
            cleaned = _MESSAGE.sub(lambda match: " " * (len(match[0]) - 1) + "\n", part)
            value, end = new_decoder().raw_decode(cleaned)
            yield Salvaged(value, (), start, start + end)
        except (ValueError, RecursionError):
            value, cut = _Reader(part).document()
            yield Salvaged(value, cut, start, behind)


class _Reader:
    """A reader of an object's members, one by one, until one cannot be read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._decoder = new_decoder()

    def document(self) -> tuple[dict[str, Any], tuple[str, ...]]:
        pairs, at = self._members(0)
        cut: tuple[str, ...] = ()
        if (found := self._key(at)) and found[0] in LISTS and self._text[found[1] : found[1] + 1] == "[":
            entries, cut = self._entries(*found)
            pairs.append((found[0], entries))
        return object_of(pairs), cut

    def _entries(self, name: str, at: int) -> tuple[list[Any], tuple[str, ...]]:
        entries: list[Any] = []
        at = self._skip(at + 1)
        while len(entries) < _MOST_ENTRIES and (value := self._value(at)) is not None:
            entries.append(value[0])
            at = self._skip(value[1])
        if self._text[at : at + 1] != "{":
            return entries, ()
        part = object_of(self._members(at)[0])
        if part.keys() >= _FIGURES:
            # It breaks off behind its figures.
            return [*entries, part], ()
        job = part.get("jobname")
        return entries, (f"{name}[{len(entries)}]" + (f" of {job!r}" if isinstance(job, str) else ""),)

    def _members(self, at: int) -> tuple[list[tuple[str, Any]], int]:
        """Return the complete members of the object that begins at ``at``, and the offset at which reading stopped."""
        pairs: list[tuple[str, Any]] = []
        at = self._skip(at + 1)
        while (found := self._key(at)) and (value := self._value(found[1])) is not None:
            pairs.append((found[0], value[0]))
            at = self._skip(value[1])
        return pairs, at

    def _key(self, at: int) -> tuple[str, int] | None:
        key = self._value(at) if self._text[at : at + 1] == '"' else None
        colon = _COLON.match(self._text, key[1]) if key else None
        return (str(key[0]), colon.end()) if key and colon else None

    def _value(self, at: int) -> tuple[Any, int] | None:
        # A number at the very end may lack digits.
        try:
            value, end = decode_at(self._decoder, self._text, at)
        except (ValueError, RecursionError):
            return None
        return (value, end) if isinstance(value, dict | list | str) or self._text[end : end + 1] else None

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        assert match is not None
        return match.end()
