"""Remove from an output what it was pasted or logged with: prefixes of log lines, colours, HTML tags, encodings.

The prefix (a time, a container's name) is found before lines that begin the same in every output of a program. Its
digits may differ from line to line.
"""

import html
import quopri
import re
from collections.abc import Iterator

_COLOUR = re.compile(r"\x1b\[[0-9;?]{0,40}[A-Za-z]")
_TAG = re.compile(r"</?(?:pre|code|br|p|div|span|td|tr|li|blockquote)\b[^<>]{0,200}>", re.IGNORECASE)
# Each of them begins a line in what fio and yabs.sh print.
_BEGINS = re.compile(
    r"(?:read|write|trim|mixed) {0,3}: (?:IOPS=|io=)|\"fio version\" ?:|Block Size {1,3}\|[^\n]{0,60}\(IOPS\)"
)
_MAIL = re.compile(r"(?:groupid|err|rw|IOPS|bw|direct)=3D")
"""What a mail in quoted-printable makes of an output (RFC 2045): it also wraps lines, each with a = at its end."""
_STATUS = re.compile(r"^\{obs: [0-9]{1,9} \(f=[^\n]{0,400}$", re.MULTILINE)
"""JSON's first line on a terminal, where its { overwrote the J of fio's status line, "Jobs: 1 (f=1): …"."""
_ROW = re.compile(r"(?:Block Size|Read|Write|Total) {1,12}\|")
_JOINED = re.compile(r"(?<=[)\w:|-])[ \t]{0,60}(?=(?:Block Size|Read|Write|Total) {1,12}\||------ {1,12}\|)")
"""Between two rows of yabs.sh in one line, where a page lost the ends of lines."""
_BLANK = " \t>|`*#-"
"""Characters before a line that was indented, quoted or put into a table. The parsers skip them."""
_LONGEST = 120
_MOST = 16


def unpasted(text: str) -> str:
    """Return the text with the lines that were printed, without colours, HTML tags and the prefixes of a log."""
    if _MAIL.search(text):
        text = quopri.decodestring(text.encode()).decode(errors="replace")
    text = _STATUS.sub("{", _COLOUR.sub("", text.replace("\xa0", " ")))
    if _ROW.search(text):
        text = "\n".join(_JOINED.sub("\n", line) if len(_ROW.findall(line)) > 1 else line for line in text.split("\n"))
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
