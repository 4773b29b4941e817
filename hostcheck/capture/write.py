"""Write a capture as ``host.tar.gz``: the same bytes for the same files and time."""

import gzip
import io
import os
import tarfile
import time
from collections.abc import Iterable

from hostcheck.capture.contents import CapturedFile
from hostcheck.errors import UsageError

MODE = 0o600
"""Of the file: a capture is its owner's to show."""


def captured_at() -> int:
    """Return the time a capture tells, in seconds since the epoch: SOURCE_DATE_EPOCH where that is set, else now.

    Source: https://reproducible-builds.org/specs/source-date-epoch/.

    Raises:
        UsageError: when SOURCE_DATE_EPOCH is no such number.
    """
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if not told:
        return int(time.time())
    # A gzip header has 32 bits for it (RFC 1952).
    if not (told.isascii() and told.isdigit() and int(told) < 1 << 32):
        raise UsageError("SOURCE_DATE_EPOCH is no time", remedy="give it in seconds since 1970, or unset it")
    return int(told)


def archive(files: Iterable[CapturedFile], seconds: int) -> bytes:
    """Pack files, in the order given.

    Args:
        files: what to pack.
        seconds: since the epoch: when every member is said to be from.
    """
    packed = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=seconds) as zipped,
        tarfile.open(mode="w", fileobj=zipped, format=tarfile.PAX_FORMAT) as tar,
    ):
        for file in files:
            member = tarfile.TarInfo(file.place)
            member.size = len(file.data)
            member.mtime = seconds
            member.mode = 0o644
            tar.addfile(member, io.BytesIO(file.data))
    return packed.getvalue()
