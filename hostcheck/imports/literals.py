r"""Find an output that another program wrote as a string, in JSON, Python or a log, with \n for the line ends.

The string may be the whole output (Ansible's ``stdout``), or each of its lines (Docker's own logs, ``msg="…"``).
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from hostcheck.imports.lists import of_lists, unescaped
from hostcheck.jsonparts import decode_at

_SIGN = re.compile(r'(?:fio version|speed_r)\\{0,63}"|: IOPS=|: io=|: \(groupid=|;fio-|Block Size')
"""A sign of an output. It also matches in nested strings, in which more \\ precede each quotation mark."""
_DEEPEST = 5
"""Maximum depth of nested strings."""
_NAMED = re.compile(r'"(?:fio version|speed_r)"')
_ESCAPED = re.compile(r"\\(?:[nt] {0,16})?$")
_BEFORE = 20
"""Number of characters before a key that show whether the key is in a string: a \\, or the previous line's \\n and
spaces."""
_KEY = re.compile(r'(?:"[^"\\\n]{1,40}"[ \t]?:[ \t]?|\b\w{1,40}=)$')
_LONGEST_KEY = 60
_NO_LINE = re.compile(r"[oimr]")
"""A string that is the type of an event, not a line of output: in asciicast v2, the type precedes the text."""
_DECODER = json.JSONDecoder()
_OPENS = re.compile(r"""(?:\bb)?['"](?=[^'"\\\n]{1,255}: \(g=[0-9])""")
"""The start of a Python string that begins with the first line of fio's normal output."""


@dataclass(frozen=True, slots=True)
class _String:
    """A JSON string: its value, start and end in the text (with quotation marks), and the key before it."""

    value: str
    begins: int
    ends: int
    key: str


def unquoted(text: str) -> str:
    """Return the output that is in strings of a text, which may be nested; the text itself if there is none."""
    for _ in range(_DEEPEST):
        before, text = text, _unquoted_once(of_lists(text, _SIGN))
        if text == before:
            break
    return text


def _unquoted_once(text: str) -> str:
    if not _SIGN.search(text) or _has_plain(text):
        return text
    strings = list(_strings(text)) if '"' in text else []
    found = [each for each in strings if _SIGN.search(each.value)]
    if whole := [each.value for each in found if _is_whole(each.value.strip())]:
        return "\n".join(whole)
    if found:
        ((key, _),) = Counter(each.key for each in found).most_common(1)
        return _of_lines(text, [each for each in strings if each.key == key and not _NO_LINE.fullmatch(each.value)])
    if text.count("\\n") > text.count("\n"):
        return unescaped(_OPENS.sub("\n", text))
    return text


def _is_whole(value: str) -> bool:
    """Return whether a string can be a whole output: it has several lines, or is a JSON object or a JSON string."""
    if "\n" in value or value.startswith("{"):
        return True
    try:
        return value.startswith('"') and decode_at(_DECODER, value, 0)[1] == len(value)
    except ValueError:
        return False


def _has_plain(text: str) -> bool:
    """Return whether a text has a key of an output that is not inside a string."""
    return any(not _ESCAPED.search(text[max(0, key.start() - _BEFORE) : key.start()]) for key in _NAMED.finditer(text))


def _strings(text: str) -> Iterator[_String]:
    """Yield the JSON strings in a text, except those that do not end on their line."""
    at = text.find('"')
    while at >= 0:
        try:
            value, end = decode_at(_DECODER, text, at)
        except ValueError:
            # What is no string of JSON makes the rest of its line unreadable.
            end = text.find("\n", at)
            if end < 0:
                return
        else:
            key = _KEY.search(text[max(0, at - _LONGEST_KEY) : at])
            yield _String(value, at, end, key[0] if key else "")
        at = text.find('"', end)


def _of_lines(text: str, strings: list[_String]) -> str:
    """Return the text. Each line that has one of the strings is replaced by the string's value."""
    lines, end = [], 0
    for each in strings:
        if each.begins >= end:
            start = text.rfind("\n", end, each.begins) + 1 or end
            lines.append(text[end:start].rstrip("\n"))
            end = text.find("\n", each.ends) + 1 or len(text)
        lines.append(each.value.rstrip("\r\n"))
    return "\n".join([*lines, text[end:]])
