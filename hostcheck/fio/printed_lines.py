"""Lines of fio's normal output as fio printed them: without what mail programs, quotations and terminals add."""

import re
from collections.abc import Sequence

from hostcheck.fio.direction_line import OLD_SIDE, SIDE

_SERVER = re.compile(r"<[^<>]{1,255}> ")
OPENING = re.compile(
    r"(?P<name>\S.{0,255}?): \(g=(?P<group>\d{1,6})\): rw=(?P<rw>[a-z]{2,15}), bs=(?P<bs>.{3,120}?), "
    r"(?:bs_is_seq_rand, )?ioengine=(?P<engine>[^,\s]{1,60}), iodepth=(?P<depth>\d{1,6})"
)
HEAD = re.compile(
    r"(?P<name>\S.{0,255}?): \(groupid=(?P<group>\d{1,6}), jobs=(?P<jobs>\d{1,6})\): err= {0,3}(?P<error>\d{1,9})\b"
    r".{0,255}?: pid=(?P<pid>\d{1,10})"
)
BEGINS_SIDE = re.compile(r"(?:read|write|trim|mixed) {0,3}: (?:IOPS|io)=")
BEGINS_HEAD = re.compile(r"\S.{0,255}?: \(groupid=\d")
_BEGINS_OPENING = re.compile(r"\S.{0,255}?: \(g=\d{1,6}\): rw=")
_WRAPPED = ((_BEGINS_OPENING, (OPENING,)), (BEGINS_SIDE, (SIDE, OLD_SIDE)), (BEGINS_HEAD, (HEAD,)))
"""For each line that may be wrapped: how it begins, and patterns of the whole line."""
_WIDEST, _MOST_WRAPPED = 400, 3
"""Limits for a wrapped line that is joined: its length in characters, and the number of lines that continue it."""
_NAMED = ": (g"
"""What follows the name of a job in its first lines."""
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_LISTS = "issued"
"""The beginning of the only line of fio in which a comma stands between two digits."""


def unwrapped(lines: Sequence[str], place: int) -> tuple[str, int]:
    """Return a line, joined if a mail program wrapped it at a space, and the number of lines that continued it."""
    line = _bare(lines[place])
    for begins, patterns in _WRAPPED:
        if not begins.match(line) or any(pattern.match(line) for pattern in patterns):
            continue
        joined = line
        for more, following in enumerate(lines[place + 1 : place + 1 + _MOST_WRAPPED], 1):
            joined = f"{joined} {_bare(following)}"
            if len(joined) <= _WIDEST and any(pattern.match(joined) for pattern in patterns):
                return joined, more
    return line, 0


def is_of_server(line: str) -> bool:
    """Return whether a client printed the line with the name of the server that sent it."""
    return _SERVER.match(_last(line)) is not None


def _last(line: str) -> str:
    return line.rstrip().rpartition("\r")[2].lstrip(" \t>")


def _bare(line: str) -> str:
    """Return a line without indentation, quotation marks ("> "), a server's name, and overwritten progress."""
    last = _last(line)
    server = _SERVER.match(last)
    return _with_points(last[server.end() :] if server else last)


def _with_points(line: str) -> str:
    """Return a line with decimal points, if a program or a person wrote commas instead."""
    if "," not in line or line.startswith(_LISTS):
        return line
    name, follows, values = line.rpartition(_NAMED)
    return f"{name}{follows}{_COMMA.sub('.', values)}"
