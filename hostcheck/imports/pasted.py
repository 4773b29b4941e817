"""Remove from an output what it was pasted or logged with: prefixes of log lines, colours, HTML tags.

The prefix (a time, a container's name) is found before lines that begin the same in every output of a program. Its
digits may differ from line to line.
"""

import html
import re
from collections.abc import Iterator

_COLOUR = re.compile(r"\x1b\[[0-9;?]{0,40}[A-Za-z]")
_TAG = re.compile(r"</?(?:pre|code|br|p|div|span|td|tr|li|blockquote)\b[^<>]{0,200}>", re.IGNORECASE)
# Each of them begins a line in what fio and yabs.sh print.
_BEGINS = re.compile(
    r"(?:read|write|trim|mixed) {0,3}: (?:IOPS=|io=)|\"fio version\" ?:|Block Size {1,3}\|[^\n]{0,60}\(IOPS\)"
)
_BLANK = " \t>|`*#-"
"""Characters before a line that was indented, quoted or put into a table. The parsers skip them."""
_LONGEST = 120
_MOST = 16


def unpasted(text: str) -> str:
    """Return the text with the same lines, without colours, HTML tags and the prefixes of a log."""
    text = _COLOUR.sub("", text)
    if _TAG.search(text):
        text = html.unescape(_TAG.sub("", text))
    prefixes = list(dict.fromkeys(_prefixes(text)))[:_MOST]
    if not prefixes:
        return text
    prefix = re.compile("|".join(prefixes))
    lines = text.split("\n")
    return "\n".join(line[match.end() :] if (match := prefix.match(line)) else line for line in lines)


def _prefixes(text: str) -> Iterator[str]:
    """Yield the texts before known lines, as patterns in which each number stands for any number."""
    for line in text.split("\n"):
        if (match := _BEGINS.search(line)) is None:
            continue
        before = line[: match.start()].rpartition("\r")[2].rstrip(" \t")
        # JSON has nothing before its lines; the other outputs' readers pass over quotation marks.
        marked = before.strip(" \t" if match[0].startswith('"') else _BLANK)
        if marked and len(before) <= _LONGEST and not before.endswith(('"', "{", ",")):
            yield "[0-9]+".join(map(re.escape, re.split("[0-9]+", before))) + " ?"
