"""Remove additions of pages, logs and terminals from an output: quotes, prefixes, colours, HTML tags, encodings."""

import html
import quopri
import re
import unicodedata
from functools import cache

from hostcheck.imports.diffs import without_removed
from hostcheck.imports.literals import unquoted
from hostcheck.imports.prefixes import without_prefixes
from hostcheck.imports.terse_lines import whole_lines

_COLOUR = re.compile(r"\x1b\[[0-9;?]{0,40}[A-Za-z]")
_TAG = re.compile(r"</?(?:pre|code|br|p|div|span|td|tr|li|blockquote)\b[^<>]{0,200}>", re.IGNORECASE)
_BB_CODE = re.compile(r"\[/?(?:code|quote|pre|noparse|spoiler|hide)\b[^\]\n]{0,60}\]", re.IGNORECASE)
_BLOCK = re.compile(r"<pre\b[^<>]{0,200}>|<br\b[^<>]{0,20}>[ \t]{0,20}(?![ \t\r\n])", re.IGNORECASE)
"""An HTML tag that begins a new line, and is not at the end of one."""
_ROW_OF_CELLS = re.compile(r"^[ \t]{0,20}\|[^\n]{0,400}\|[ \t]{0,20}(?=[^|\n]{1,255}: \(g=[0-9])", re.MULTILINE)
"""The cells of a Markdown row before a cell that begins with the first line of an output."""
_FENCE = re.compile(
    r"^([ \t>]{0,20})(?:`{3,10}|~{3,10})(?=\S[^\n`]{0,255}(?:: \(g=[0-9]|, be=|;fio[- ]))", re.MULTILINE
)
"""The fence of a block of code that begins on the first line of an output."""
_MARKUP = re.compile(r"\{(?:code|noformat)(?::[^{}\n]{0,60})?\}")
"""Markup of Jira."""
_ENTITY = re.compile(r"&(?:quot|#34|#x22);fio version|^&lt;", re.MULTILINE)
_MAIL = re.compile(r"(?:groupid|err|rw|IOPS|bw|direct|buflen|[0-9]%|\">|&gt;)=3D")
_WRAPPED = re.compile(r"[^=\s]=\r?$", re.MULTILINE)
"""A line that a quoted-printable mail wrapped, with = at the end (RFC 2045)."""
_STATUS = re.compile(r"^\{obs: [0-9]{1,9} \(f=[^\n]{0,400}$", re.MULTILINE)
"""JSON's first line on a terminal, where its { overwrote the J of fio's status line, "Jobs: 1 (f=1): …"."""
_ROW = re.compile(r"(?:Block Size|Read|Write|Total) {1,12}\|")
_JOINED = re.compile(r"(?<=[)\w:|-])[ \t]{0,60}(?=(?:Block Size|Read|Write|Total) {1,12}\||------ {1,12}\|)")
"""The border between two rows of yabs.sh in one line, if a page lost the line breaks."""
_DOUBLED = re.compile(r'""(?:fio version|speed_r)""')
"""A key in a CSV cell, in which each quotation mark is doubled (RFC 4180)."""
_CELL = re.compile(r'^[^\n"]{0,200},"(?=[^"\n]{1,255}: \(g=[0-9]|[345];fio[- ][0-9])', re.MULTILINE)
"""The cells of a CSV row before a cell that begins with the first line of an output."""
_CURLED = re.compile(r"[“”„«»]\s?fio version\s?[“”„«»]")
_EDGES = "│║|#*\\"
_EDGE = re.compile(r"(?<=[ \t])[│║|#*][ \t]{0,200}$|\\$", re.MULTILINE)
"""The right edge of a box, or the mark that a line is continued."""
_WITHOUT_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"


def unpasted(text: str) -> str:
    """Return the text as the program printed it, without additions by quotes, logs and terminals."""
    if _is_mail(text):
        text = quopri.decodestring(text.encode()).decode(errors="replace")
    if "```" in text or "~~~" in text:
        text = _FENCE.sub(r"\1", text)
    if "<br" in text:
        text = _ROW_OF_CELLS.sub("", text)
    if _TAG.search(text) or ("&" in text and _ENTITY.search(text)):
        text = html.unescape(_TAG.sub("", _BLOCK.sub("\n", text)))
    text = _COLOUR.sub("", unquoted(whole_lines(without_removed(_COLOUR.sub("", _plain(text))))))
    if "{obs: " in text:
        text = _STATUS.sub("{", text)
    if "Block Size" in text and _ROW.search(text):
        text = "\n".join(_JOINED.sub("\n", line) if len(_ROW.findall(line)) > 1 else line for line in text.split("\n"))
    if "[/" in text:
        text = _BB_CODE.sub("\n", text)
    if "{code" in text or "{noformat" in text:
        text = _MARKUP.sub("\n", text)
    return without_prefixes(_without_edge(text))


def _is_mail(text: str) -> bool:
    if "=3D" in text and _MAIL.search(text):
        return True
    # The JSON of yabs has no = of its own.
    return '"speed_r"' in text and _WRAPPED.search(text) is not None


def _plain(text: str) -> str:
    """Return the text with the spaces, quotation marks and line ends that a program prints."""
    if "\n" not in text:
        text = text.replace("\r", "\n")
    if not text.isascii():
        text = text.translate({ord(each): blank for each in set(text) if (blank := _blank(each)) is not None})
        if _CURLED.search(text):
            text = re.sub("[“”„«»]", '"', text)
    if _DOUBLED.search(text):
        text = text.replace('""', '"')
    return _CELL.sub("", text) if ',"' in text else text


@cache
def _blank(character: str) -> str | None:
    """Return the replacement of a blank character: a space, or "" if it has no width; None for any other character."""
    if character in _WITHOUT_WIDTH:
        return ""
    return " " if unicodedata.category(character) == "Zs" else None


def _without_edge(text: str) -> str:
    """Return the text without an edge with which most of its lines end."""
    if not any(f"{edge}\n" in text for edge in _EDGES):
        return text
    cut, count = _EDGE.subn("", text)
    return cut if 2 * count > text.count("\n") else text
