"""What a job does, as far as two figures must agree in it to be comparable: read from fio's options."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hostcheck.run.model import Scalar

SYNCS = ("sync", "fsync", "fdatasync")
LIMITS = (
    "rate",
    "rate_iops",
    "thinktime",
    "zero_buffers",
    "buffer_pattern",
    "buffer_compress_percentage",
    "dedupe_percentage",
)
"""Options by which a job is no measure of what the disk can do with random data as fast as it can be had."""

_OFF = {"0", "none"}
_SIZE = re.compile(r"(0x[0-9a-f]{1,15}|[0-9]{1,12})(?:([kmgtp])(ib|i|b)?|b)?", re.IGNORECASE)
_PREFIXES = "kmgtp"
_TIME = re.compile(r"(\d{1,12})(d|h|m|s|ms|us)?", re.IGNORECASE)
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6}
_PATTERNS = {
    "read": "read",
    "write": "write",
    "trim": "trim",
    "randread": "randread",
    "randwrite": "randwrite",
    "randtrim": "randtrim",
    "rw": "rw",
    "readwrite": "rw",
    "randrw": "randrw",
    "trimwrite": "trimwrite",
    "randtrimwrite": "randtrimwrite",
}


@dataclass(frozen=True, slots=True)
class Definition:
    """A job's parameters.

    Attributes:
        pattern: fio's ``rw``, such as "randwrite".
        block_bytes: size of one I/O; None where there are several.
        queue_depth: I/Os that each process keeps in flight.
        processes: how many processes did the same (``numjobs``).
        direct: whether they went past the page cache.
        io_engine: fio's ``ioengine``.
        read_percent: share of reads where both are done; None otherwise.
        syncs: options that make writes durable, such as {"fdatasync": "1"}.
        limits: options that hold the job back, or give the disk other data than random, as fio repeats them.
    """

    pattern: str
    block_bytes: int | None
    queue_depth: int
    processes: int
    direct: bool
    io_engine: str
    read_percent: int | None = None
    syncs: tuple[tuple[str, str], ...] = ()
    limits: tuple[tuple[str, str], ...] = ()

    @property
    def settings(self) -> dict[str, Scalar]:
        """The parameters under the names that they have in a run file."""
        settings: dict[str, Scalar] = {
            "pattern": self.pattern,
            "block_bytes": self.block_bytes,
            "queue_depth": self.queue_depth,
            "direct": self.direct,
            "io_engine": self.io_engine,
        }
        if self.processes > 1:
            settings["processes"] = self.processes
        if self.read_percent is not None:
            settings["read_percent"] = self.read_percent
        return settings | dict(self.syncs) | dict(self.limits)

    @property
    def directions(self) -> tuple[Literal["read", "write"], ...]:
        """What it does: reads, writes, or both; nothing of either where it trims."""
        if self.read_percent is not None:
            return ("read", "write")
        return tuple(side for side in ("read", "write") if side in self.pattern)


def define(options: Mapping[str, str]) -> Definition | None:
    """Read a job's parameters from its options; what they leave out has fio's default.

    Returns:
        None where they do not say: before 2.3, fio repeated no options.
    """
    if not options:
        return None
    pattern = _PATTERNS.get(options.get("rw", options.get("readwrite", "read")).partition(":")[0])
    depth, processes = _number(options.get("iodepth", "1")), _number(options.get("numjobs", "1"))
    if pattern is None or depth is None or processes is None:
        return None
    mixed = pattern.endswith("rw")
    write_percent = _number(options.get("rwmixwrite", ""))
    read_percent = 100 - write_percent if write_percent is not None else _number(options.get("rwmixread", "50"))
    return Definition(
        pattern=pattern,
        block_bytes=_block(options),
        queue_depth=depth,
        processes=processes,
        direct=_direct(options),
        io_engine=options.get("ioengine", "psync"),
        read_percent=read_percent if mixed else None,
        syncs=tuple((key, options[key]) for key in SYNCS if options.get(key, "0") not in _OFF),
        limits=tuple((key, options[key]) for key in LIMITS if options.get(key, "0") not in _OFF),
    )


def size(text: str, kb_base: int = 1024) -> int | None:
    """Read a size as fio does, in bytes: "4k", "4kb", "1m", "4096", "0x1000"; None for anything else.

    With fio's ``kb_base`` of 1024 a "k" is 1024 bytes and, for compatibility with its first versions, a "KiB" 1000.
    With 1000 it is the other way round (get_mult_bytes in its parse.c).
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        return None
    base = 2024 - kb_base if (match[3] or "").lower() == "ib" else kb_base
    number = int(match[1], 16) if match[1][:2] in ("0x", "0X") else int(match[1])
    power = _PREFIXES.index(match[2].lower()) + 1 if match[2] else 0
    return number * int(base**power)


def duration(text: str) -> float | None:
    """Read a time as fio takes it, in seconds: "60", "60s", "1m", "500ms"; None for anything else, and for none."""
    match = _TIME.fullmatch(text.strip())
    return int(match[1]) * _SECONDS[(match[2] or "s").lower()] or None if match else None


def _direct(options: Mapping[str, str]) -> bool:
    """Whether the page cache is passed by; ``buffered`` is the same option the other way round."""
    if "direct" in options:
        return options["direct"] != "0"
    return options.get("buffered", "1") == "0"


def _block(options: Mapping[str, str]) -> int | None:
    if {"bssplit", "bsrange", "blocksize_range"} & set(options):
        return None
    # One size for reads, writes and trims each is possible: "4k,64k".
    base = 1000 if options.get("kb_base") == "1000" else 1024
    sizes = {size(part, base) for part in options.get("bs", options.get("blocksize", "4k")).split(",") if part}
    return sizes.pop() if len(sizes) == 1 else None


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,6}", text) else None
