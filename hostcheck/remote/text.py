"""Read the program's output from a file that was written on the host: ``host.txt``, or ``host.txt.gz``."""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from hostcheck.errors import UsageError
from hostcheck.host.archive import MOST_BYTES
from hostcheck.host.recorded import NOT_ASKED
from hostcheck.remote.answers import BEGINS, ENDS, GAP, HOLDS, MOST_LINES, Known, is_line, parse
from hostcheck.remote.encodings import FIRST, LAST, MOST_AHEAD, decoded
from hostcheck.remote.host import RemoteHost

_ANSWER = re.compile(rb"(?m)^(?:read|exists|listdir) (?:text|there|absent) /")
_REPLACED = re.compile(rb"(?m)^(?:run|http) [^\n]*?(\xe2\x80[\x93\x94\x98\x99\x9c\x9d\xa6])")
"""A dash, a quotation mark or an ellipsis that a mail program puts in the place of ASCII characters. No program that
hostcheck runs on a host has one in its arguments."""
_LINE_ENDS = re.compile(rb"\n")
_ENDED = re.compile(b"\n" + ENDS + rb"[0-9]+\n(?:" + HOLDS + rb"[0-9 ]+\n)?end 1\Z")
"""The last lines of complete output: the number of all answers, the last counts, and the program's last line."""
_CONTENT_ENDS = re.compile(rb"\n(?!=)")


def open_text(path: Path) -> RemoteHost | None:
    """Return the host whose answers are in a file of the program's output; None if it is not such a file.

    Raises:
        UsageError: if the file cannot be read, is the program itself, or has lines that the program does not write.
    """
    try:
        data = decoded(_content(path), MOST_BYTES)
    except OSError as error:
        raise UsageError(
            f"reading the capture {path}: {error.strerror or error}", remedy="name the file of the capture"
        ) from error
    if not data and path.is_file():
        raise UsageError(
            f"{path} is empty", remedy="if it is a capture script's output, run the script again and look at its errors"
        )
    if BEGINS not in data[:MOST_AHEAD]:
        if _ANSWER.search(data, 0, MOST_AHEAD):
            raise UsageError(
                f"{path}: the beginning of the program's output is missing",
                remedy="run it again, and redirect its output to a file",
            )
        return None
    if b'"' not in data and b"&quot;" in data:
        raise UsageError(
            f"{path}: its quotation marks were replaced by &quot;", remedy="send the output as an attached file"
        )
    if replaced := _REPLACED.search(data):
        raise UsageError(
            f"{path}: characters of a program's options were replaced by {replaced[1].decode()}",
            remedy="send the output as an attached file",
        )
    return host_of((data,), path)


def host_of(texts: Sequence[bytes], path: Path) -> RemoteHost:
    """Return the host whose answers are in these texts.

    Args:
        texts: the output of each run of the program. The first has the answers to the requests of every audit.
        path: the file that they are from, for messages.

    Raises:
        UsageError: if a text is the program itself, or has lines that the program does not write.
    """
    known = Known()
    host = RemoteHost(known)
    host.silent = NOT_ASKED
    for data in texts:
        first = FIRST.search(data, 0, MOST_AHEAD)
        if first is None:
            raise _no_answers(path, data, max(data.find(BEGINS, 0, MOST_AHEAD), 0))
        last = LAST.search(data, first.end())
        if last and FIRST.search(data, last.end()):
            raise _of_two(path)
        # A line without its end may be a part of one. What a console wrote after the last one is no answer.
        body = data[first.end() + 1 : last.end() if last else data.rfind(b"\n") + 1]
        # A mail or a console may have ended each line by carriage returns.
        if first[1]:
            body = body.replace(first[1] + b"\n", b"\n").rstrip(b"\r")
        for answer in parse(_parts(path, body, data.count(b"\n", 0, first.end()) + 2), before=0):
            known.add(answer)
        if last is None:
            host.left("the program's output is cut short")
        elif known.damaged or not _ENDED.search(body):
            host.left(GAP)
    return host


def _no_answers(path: Path, data: bytes, place: int) -> UsageError:
    """Return the error for a text in which the program's first line is not a line by itself."""
    if data[:place].endswith(b"echo '"):
        return UsageError(
            f"{path} is the capture script itself, not its output", remedy="run it on the host, and give its output"
        )
    return _damaged(path, data.count(b"\n", 0, place) + 1)


def _damaged(path: Path, number: int) -> UsageError:
    return UsageError(
        f"{path}: line {number} is not output of the capture script",
        remedy="if a mail or a terminal wrapped or quoted the text, transfer it as a file",
    )


def _of_two(path: Path) -> UsageError:
    return UsageError(
        f"{path} has the output of two runs of the capture script",
        remedy="run it again, and redirect with > to a new file",
    )


def _content(path: Path) -> bytes:
    """Return the content of a file, up to MOST_BYTES; empty if it is not a regular file.

    Raises:
        OSError: if the file cannot be read.
    """
    # O_NONBLOCK: opening a pipe without a writer would block for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MOST_BYTES) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""


def _parts(path: Path, body: bytes, number: int) -> Iterator[bytes]:
    """Yield the lines of the program's output; the lines of one content are yielded together.

    Args:
        path: the file, for messages.
        body: the output after the program's first line.
        number: the line number of the body's first line in the file, counted from 1.

    Raises:
        UsageError: at a line that the program does not write.
    """
    begin = structure = 0
    while begin <= len(body):
        # Most are content, which can be anything.
        is_content = body.startswith(b"=", begin)
        found = (_CONTENT_ENDS if is_content else _LINE_ENDS).search(body, begin)
        end = found.start() if found else len(body)
        part = body[begin:end]
        if not is_content and (not is_line(part) or part.endswith(b"\r")):
            raise _of_two(path) if part == BEGINS else _damaged(path, number + body.count(b"\n", 0, begin))
        structure += not is_content
        if structure > MOST_LINES:
            raise UsageError(
                f"{path}: it has more answers than the capture script writes", remedy="name the file of the capture"
            )
        yield part
        begin = end + 1
