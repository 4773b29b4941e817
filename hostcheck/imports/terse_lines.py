"""Restore fio's terse lines that a terminal wrapped, or that are in a program's text or in a table with commas."""

import re

_BEGINS = re.compile(r"^[ \t>]{0,20}[345];fio[- ]\d[^\n]{18,}$", re.MULTILINE)
_GOES_ON = re.compile(r"[ \t>]{0,20}[^\s\"'{}]+")
_FEWEST_FIELDS = 120
"""Minimum number of fields in a line. The shortest line, of version 3 with two directions, has more."""
_MOST_LINES = 200
_COMMAS = re.compile(r"^[345],fio[- ]\d[^,;\n]{0,40}(?:,[^,;\n]{0,60}){120,}$", re.MULTILINE)
_CONCATENATED = re.compile(r"""(?<=[\w;.%])(["'])[ \t]{0,20}[\\+]?[ \t]{0,20}\n[ \t]{0,40}\1(?=[\w;.%])""")
_IN_A_TABLE = re.compile(r"^[^\n;\"]{1,200},(?=[345];fio[- ]\d)", re.MULTILINE)
"""The cells of a table before the cell with the line."""


def whole_lines(text: str) -> str:
    """Return the text with each terse line on one line, and with semicolons between its fields."""
    if ",fio" in text:
        text = _COMMAS.sub(lambda match: match[0].replace(",", ";"), text)
    if ";fio" not in text:
        return text
    return _IN_A_TABLE.sub("", _unwrapped(_CONCATENATED.sub("", text)))


def _unwrapped(text: str) -> str:
    """Join the parts of wrapped lines: lines of equal length without spaces, and a shorter last part."""
    done, at = [], 0
    for match in _BEGINS.finditer(text):
        if match.start() < at or match[0].count(";") >= _FEWEST_FIELDS:
            continue
        width, end = len(match[0]), match.end()
        parts = [match[0]]
        while len(parts) < _MOST_LINES and len(parts[-1]) == width and end < len(text):
            following = text[end + 1 : end + 2 + width].partition("\n")[0]
            if len(following) > width or not _GOES_ON.fullmatch(following) or _BEGINS.match(following):
                break
            parts.append(following)
            end += 1 + len(following)
        if len(parts) > 1:
            done += [text[at : match.start()], parts[0], *(part.lstrip(" \t>") for part in parts[1:])]
            at = end
    return "".join([*done, text[at:]])
