"""Remove the prefix that a log puts before each line of an output: a time, a container's name, the sign of a comment.

A prefix is found before lines that begin alike in every output of a program. Numbers and blanks in the prefix may
differ from line to line.
"""

import re
from collections.abc import Iterator

from hostcheck.imports.signs import before_signs

_LONGEST = 120
_MOST = 16
_VARIES = re.compile(r"[0-9]+|[ \t]+")


def without_prefixes(text: str) -> str:
    """Return the text without the prefixes of its lines."""
    prefixes = list(dict.fromkeys(_prefixes(text)))[:_MOST]
    if not prefixes:
        return text
    prefix = re.compile("|".join(prefixes))
    lines = text.split("\n")
    return "\n".join(line[match.end() :] if (match := prefix.match(line)) else line for line in lines)


def _prefixes(text: str) -> Iterator[str]:
    """Yield patterns for the texts before known lines. A number in a pattern matches any number, a blank any blanks."""
    for whole, _ in before_signs(text):
        before = whole.rstrip(" \t")
        if before and len(before) <= _LONGEST and not before.endswith(('"', "{", ",")):
            fixed = map(re.escape, _VARIES.split(before))
            varying = ("[0-9]+" if match[0].isdecimal() else "[ \\t]*" for match in _VARIES.finditer(before))
            yield "".join(map("".join, zip(fixed, (*varying, "[ \\t]?"), strict=True)))
