"""Recognise the kind of a file by its content, for messages on files of the wrong kind."""

import io
import itertools
import os
import re
import shlex
import stat
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hostcheck.errors import UsageError

FIO = re.compile(r'"fio version"\s*:|: \(groupid=\d{1,9}, jobs=\d{1,9}\)|\d;fio-\d')
YABS = re.compile(r'\bfio Disk Speed Tests \(|\bYet-Another-Bench-Script\b|"speed_r"\s*:|"iops_rw"\s*:')
_SECTION = re.compile(r"\[[^\[\]]+\]")
_OF_A_JOB = re.compile(r"(?:rw|readwrite|ioengine|bs|direct|size)[ \t]*=")
SYSBENCH = r"^[^\w\n]{0,40}(?:sysbench \d|File operations:|Operations performed:[ ]{1,20}\d{1,15} (?:Read|reads))"
PG_TEST_FSYNC = r"^[^\w\n]{0,40}Compare (?:file sync methods|open_sync with)|^[^\w\n]{0,40}Non-sync'ed 8kB writes"
_PRINTED = re.compile(r"^hostcheck\.host/1 begins\r?$", re.MULTILINE)
OUTPUTS = ("fio", "yabs", "sysbench", "pg_test_fsync")
"""Kinds that ``hostcheck import`` reads."""

_HEAD = 256 << 10
"""Number of bytes at the start of a file that are used to recognise it."""
_TAR = 1024
"""Size of the first two blocks of a tar archive, in bytes."""
_OF_A_CAPTURE = ("proc", "sys", "etc", ".evidence")


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file.

    Attributes:
        name: name of the kind.
        what: description of such a file, with an article.
        use: what to do with such a file; "{}" stands for the file's name.
        fits: returns whether a file is of this kind, by its first bytes and by these decoded as text.
    """

    name: str
    what: str
    use: str
    fits: Callable[[bytes, str], bool]


def _begins(*signs: bytes) -> Callable[[bytes, str], bool]:
    return lambda head, _text: head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(signs)


def _has(pattern: str | re.Pattern[str]) -> Callable[[bytes, str], bool]:
    found = re.compile(pattern, re.MULTILINE) if isinstance(pattern, str) else pattern
    return lambda _head, text: found.search(text) is not None


def _is_job_file(text: str) -> bool:
    """Return whether the first line, except comments, is the heading of a section that has an option of fio."""
    lines = [line for each in text.splitlines() if (line := each.strip()) and line[0] not in ";#"]
    options = itertools.takewhile(lambda line: not line.startswith("["), lines[1:])
    return bool(lines) and _SECTION.fullmatch(lines[0]) is not None and any(map(_OF_A_JOB.match, options))


def _is_capture(head: bytes, _text: str) -> bool:
    """Return whether this is a gzip file of a tar archive whose first member is from a host (RFC 1952; tar(5))."""
    if not head.startswith(b"\x1f\x8b"):
        return False
    import tarfile  # noqa: PLC0415  only what begins like a gzip file needs it

    try:
        first = zlib.decompressobj(wbits=31).decompress(head, _TAR)
        with tarfile.open(fileobj=io.BytesIO(first.ljust(_TAR, b"\0"))) as tar:
            member = tar.next()
    except (zlib.error, tarfile.TarError, EOFError, ValueError):
        return False
    return member is not None and member.name.removeprefix("./").partition("/")[0] in _OF_A_CAPTURE


def _is_captured_text(head: bytes, text: str) -> bool:
    """Return whether the text was printed by the script of ``hostcheck capture --script``, maybe compressed by gzip."""
    if head.startswith(b"\x1f\x8b"):
        try:
            text = zlib.decompressobj(wbits=31).decompress(head, _HEAD).decode("utf-8", errors="replace")
        except zlib.error:
            return False
    return _PRINTED.search(text) is not None


KINDS = (
    FileKind("capture text", "the output of the capture script", "hostcheck audit --capture {}", _is_captured_text),
    FileKind("capture", "a capture of a host", "hostcheck audit --capture {}", _is_capture),
    FileKind("gzip", "a gzip file", "unpack it, and name what was in it: gunzip {}", _begins(b"\x1f\x8b")),
    FileKind("xz", "an xz file", "unpack it, and name what was in it: tar -xf {}", _begins(b"\xfd7zxz\x00")),
    FileKind("zstd", "a zstd file", "unpack it, and name what was in it: zstd -d {}", _begins(b"\x28\xb5\x2f\xfd")),
    FileKind("bzip2", "a bzip2 file", "unpack it, and name what was in it: bunzip2 {}", _begins(b"bzh")),
    FileKind("zip", "a zip archive", "unpack it, and name what was in it: unzip {}", _begins(b"pk\x03\x04")),
    FileKind("picture", "a picture", "name the run file that it was made of", _begins(b"\x89png", b"%pdf-")),
    FileKind("page", "an HTML page", "name the run file that it was made of", _begins(b"<!doctype html", b"<html")),
    FileKind("junit", "a JUnit document", "name the run file that it was made of", _has(r"^<testsuites?\b")),
    FileKind("run", "a run file", "hostcheck compare {}", _has(r'"schema"\s*:\s*"hostcheck\.run/')),
    FileKind(
        "document", "a document that hostcheck made of a run", "name the run file", _has(r'"schema"\s*:\s*"hostcheck\.')
    ),
    FileKind("yabs", "the output of yabs.sh", "hostcheck import yabs {}", _has(YABS)),
    FileKind("fio", "fio's output", "hostcheck import fio {}", _has(FIO)),
    FileKind("sysbench", "the output of sysbench", "hostcheck import sysbench {}", _has(SYSBENCH)),
    FileKind("pg_test_fsync", "the output of pg_test_fsync", "hostcheck import pg_test_fsync {}", _has(PG_TEST_FSYNC)),
    FileKind("profile", "a profile", "hostcheck audit -p {}", _has(r"^\[\[check\]\]|^extends\s*=")),
    FileKind("policy", "a policy", "hostcheck gate --policy {}", _has(r"^\[(?:tool\.hostcheck\.)?gate\]")),
    FileKind("promise", "a promise", "hostcheck promise {}", _has(r"^\[(?:tool\.hostcheck\.)?promise\]")),
    FileKind(
        "fio job",
        "a fio job file",
        "hostcheck bench --job {}",
        lambda _head, text: _is_job_file(text),
    ),
)
"""The kinds. Special kinds precede general ones that match too."""


@contextmanager
def recognising(wanted: str | Collection[str], what: str, path: Path) -> Iterator[None]:
    """If a file of another kind causes an error, raise an error with the file's kind and the command for such a file.

    Args:
        wanted: the expected kind, or several.
        what: the expected kind in words, for the message: "run".
        path: the file.

    Raises:
        UsageError: the error that the block raised, or an error that names the file's kind.
    """
    try:
        yield
    except UsageError as error:
        kind = kind_of(path)
        if kind is None or kind.name in ((wanted,) if isinstance(wanted, str) else wanted):
            raise
        remedy = kind.use.format(shlex.quote(str(path)))
        raise UsageError(f"reading the {what} {path}: this is {kind.what}", remedy=remedy) from error


def kind_of(path: Path) -> FileKind | None:
    """Return the kind of a file; None if it is of no known kind, or is not a regular file that can be read."""
    try:
        # O_NONBLOCK: opening a pipe without a writer would block for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        head = os.read(descriptor, _HEAD)
    except OSError:
        # A file of /proc may be one that nothing can be read of.
        return None
    finally:
        os.close(descriptor)
    text = head.decode("utf-8", errors="replace")
    return next((kind for kind in KINDS if kind.fits(head, text)), None)
