"""Compute from a job's options how much disk space and memory it needs."""

import re
from collections.abc import Mapping

from hostcheck.fio.definition import Definition
from hostcheck.run.fio_values import size

TEST_FILE = "${HC_FILE}"
"""The name that a job file uses for the test file. hostcheck writes the whole test file before a job runs."""


_IO_BYTES = 1024
"""Bytes that fio needs for each I/O in flight, without its data (struct io_u)."""


def own_bytes(options: Mapping[str, str], file_bytes: int) -> int:
    """Return the maximum size in bytes of the files that a job creates in addition to the test file.

    Args:
        options: the job's options, with aliases resolved.
        file_bytes: size of the test file.
    """
    names = options.get("filename", "").split(":")
    own = [name for name in names if name != TEST_FILE]
    if not own:
        return 0
    # Where it names no file, each of its processes makes its own.
    sets = 1 if "filename" in options else int(options.get("numjobs", "1"))
    return sets * (len(own) * _start(options, file_bytes) + _length(options, file_bytes))


def reach(options: Mapping[str, str], file_bytes: int) -> int:
    """Return the offset in bytes at which the job's last I/O in the test file ends; 0 if it does not use that file."""
    uses = TEST_FILE in options.get("filename", "").split(":")
    return _start(options, file_bytes) + _length(options, file_bytes) if uses else 0


def memory_bytes(options: Mapping[str, str], does: Definition, file_bytes: int = 0) -> int:
    """Return the memory in bytes that a job's processes need.

    They need it for the buffers of the I/Os in flight, and for the map of blocks that are done. ``options`` and
    ``file_bytes`` are as in ``own_bytes``; ``does`` has the parameters that follow from the options.
    """
    processes = int(options.get("numjobs", "1"))
    in_flight = (does.queue_depth or 1) * (_largest(options) + _IO_BYTES)
    mapped = does.pattern.startswith("rand") and "norandommap" not in options
    blocks = max(own_bytes(options, file_bytes), reach(options, file_bytes)) // (does.block_bytes or 1) if mapped else 0
    return processes * (in_flight + blocks // 8)


def _largest(options: Mapping[str, str]) -> int:
    """Return the largest I/O size in bytes, which is the size of each buffer (init_io_u_buffers in fio's backend.c)."""
    given = ",".join(options[key] for key in ("bs", "bsrange", "bssplit") if key in options)
    sizes = [_of(part, options, 0) for part in re.split(r"[,:/-]", given) if part]
    return max(sizes, default=4096)


def _start(options: Mapping[str, str], file_bytes: int) -> int:
    steps = int(options.get("numjobs", "1")) - 1
    return _bytes(options, "offset", file_bytes) + steps * _bytes(options, "offset_increment", file_bytes)


def _length(options: Mapping[str, str], file_bytes: int) -> int:
    names = options.get("filename", "").split(":")
    each = max(_of(part, options, file_bytes) for part in options.get("filesize", "0").split("-"))
    return max(_bytes(options, "size", file_bytes), each * max(len(names), int(options.get("nrfiles", "1"))))


def _bytes(options: Mapping[str, str], key: str, file_bytes: int) -> int:
    return _of(options.get(key, "0"), options, file_bytes)


def _of(text: str, options: Mapping[str, str], file_bytes: int) -> int:
    if match := re.fullmatch(r"(\d+)%", text):
        return file_bytes * int(match[1]) // 100
    if text.startswith("$"):
        return file_bytes
    found = size(text, int(options.get("kb_base", "1024")))
    # What is no size that is known here is larger than any disk.
    return 1 << 63 if found is None else found
