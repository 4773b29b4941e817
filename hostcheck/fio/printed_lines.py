"""Lines of fio's normal output as fio printed them: without what mail programs, quotations and terminals add."""

import re
from collections.abc import Sequence

from hostcheck.fio.direction_line import OLD_SIDE, SIDE

_SERVER = re.compile(r"<[^<>]{1,255}> ")
OPENING = re.compile(
    r"(?P<name>\S.{0,255}?): \(g=(?P<group>\d{1,6})\): rw=(?P<rw>[a-z]{2,15}), bs=(?P<bs>.{3,120}?), "
    r"(?:bs_is_seq_rand, )?ioengine=(?P<engine>[^,\s]{1,60}), iodepth=(?P<depth>\d{1,6})"
)
BEGINS_SIDE = re.compile(r"(?:read|write|trim|mixed) {0,3}: (?:IOPS|io)=")
_BEGINS_OPENING = re.compile(r"\S.{0,255}?: \(g=\d{1,6}\): rw=")
_WIDEST, _MOST_WRAPPED = 400, 3
"""Limits for a wrapped line that is joined: its length in characters, and the number of lines that continue it."""


def unwrapped(lines: Sequence[str], place: int) -> tuple[str, int]:
    """Return a line, joined if a mail program wrapped it at a space, and the number of lines that continued it."""
    line = _bare(lines[place])
    for begins, patterns in ((_BEGINS_OPENING, (OPENING,)), (BEGINS_SIDE, (SIDE, OLD_SIDE))):
        if not begins.match(line) or any(pattern.match(line) for pattern in patterns):
            continue
        joined = line
        for more, following in enumerate(lines[place + 1 : place + 1 + _MOST_WRAPPED], 1):
            joined = f"{joined} {_bare(following)}"
            if len(joined) <= _WIDEST and any(pattern.match(joined) for pattern in patterns):
                return joined, more
    return line, 0


def _bare(line: str) -> str:
    """Return a line without indentation, quotation marks ("> "), a server's name, and overwritten progress."""
    last = line.rstrip().rpartition("\r")[2].lstrip(" \t>")
    server = _SERVER.match(last)
    return last[server.end() :] if server else last
