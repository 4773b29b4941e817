"""Parse fio's version, and recognise programs that are not fio."""

import re

Version = tuple[int, ...]

BYTES_SINCE: Version = (2, 21)
"""First release in which ``io_bytes`` is in bytes, not in KiB (fio's stat.c; it added ``io_kbytes`` too)."""

TOTAL_PERCENTILES_SINCE: Version = (3, 13)
"""First release that writes ``lat_percentiles`` into ``lat_ns``; before it, they are in ``clat_ns`` (fio's stat.c)."""

FLAGS_SINCE: Version = (3, 39)
"""A release that writes options without a value into its JSON, as ``"norandommap" : ""``; 3.33 leaves them out."""

# "fio-3.33", "fio-2.1.4", "fio-3.42-6-gabc123", "fio-3.36-dirty"
_NAME = re.compile(r"fio-(\d{1,4}(?:\.\d{1,4})+)(?:[-~+].*)?")


def parse_version(name: str) -> Version | None:
    """Return the numbers of "fio-3.33" as (3, 33); None if the text is not a version of fio.

    The Python package Fiona installs a program named fio too, which prints "fio, version 1.9.1".
    """
    match = _NAME.fullmatch(name.strip())
    return tuple(int(part) for part in match[1].split(".")) if match else None
