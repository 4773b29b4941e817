"""Write a capture as ``host.tar.gz``, reproducibly: the same bytes for the same files and time."""

import gzip
import io
import os
import tarfile
import time
from collections.abc import Iterable

from hostcheck.capture.contents import CapturedFile
from hostcheck.errors import UsageError

MODE = 0o600
"""Mode of the capture's file: only its owner may read it."""


def captured_at() -> int:
    """Return the time of a capture in seconds since the epoch: SOURCE_DATE_EPOCH if that is set, else the current time.

    Source: https://reproducible-builds.org/specs/source-date-epoch/.

    Raises:
        UsageError: if SOURCE_DATE_EPOCH is not a whole number of seconds below 2**32.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return int(time.time())
    # A gzip header has 32 bits for the time (RFC 1952).
    if not (epoch.isascii() and epoch.isdigit() and int(epoch) < 1 << 32):
        raise UsageError("SOURCE_DATE_EPOCH is not a time", remedy="set it to seconds since 1970, or unset it")
    return int(epoch)


def archive(files: Iterable[CapturedFile], seconds: int) -> bytes:
    """Return a compressed archive of files, in the order given.

    Args:
        files: the members.
        seconds: the modification time of every member, in seconds since the epoch.
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
