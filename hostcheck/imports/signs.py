"""Find texts with which lines of each output of fio and yabs.sh begin. Any text before them was added to the lines."""

import re
from collections.abc import Iterator

SIGN = re.compile(
    r"(?:read|write|trim|mixed) {0,3}: (?:IOPS=|io=)"
    r"|\"fio version\" ?:"
    r"|\"version\" ?: ?\"v20\d\d-"
    r"|Block Size {1,3}\|[^\n]{0,60}\(IOPS\)"
    r"|[345];fio[- ]\d{1,3}\."
    r"|(?<!\d)2;[^;\n]{1,120};\d{1,6};\d{1,9};\d"
)
_PARTS = (": IOPS=", ": io=", '"fio version"', '"version"', "Block Size", ";fio", "2;")
"""A fixed part of each sign. Searching for it is faster than matching the pattern."""
_BEFORE, _WIDEST = 400, 600


def before_signs(text: str) -> Iterator[tuple[str, str]]:
    """Yield, for each line with a sign, the text before the sign, and the sign."""
    for part in _PARTS:
        at = text.find(part)
        while at >= 0:
            begin = max(at - _BEFORE, 0)
            start = max(text.rfind("\n", begin, at), text.rfind("\r", begin, at)) + 1
            if start or not begin:
                line = text[start : at + _WIDEST].partition("\n")[0]
                if match := SIGN.search(line):
                    yield line[: match.start()], match[0]
            end = text.find("\n", at)
            at = text.find(part, end) if end >= 0 else -1
