"""Read the parameters of a job from fio's options. The results of two jobs are comparable only if these are equal."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from hostcheck.run.fio_values import is_on, kb_base, number, size, uniform
from hostcheck.run.model import Scalar

SYNCS = ("sync", "fsync", "fdatasync")
LIMITS = (
    "rw_argument",
    "rate",
    "rate_iops",
    "rate_process",
    "thinktime",
    "latency_target",
    "flow",
    "zero_buffers",
    "buffer_pattern",
    "buffer_compress_percentage",
    "dedupe_percentage",
    "percentage_random",
    "random_distribution",
    "zonemode",
    "zonesize",
    "zonerange",
    "zoneskip",
    "verify",
    "trim_percentage",
    "read_iolog",
    "pre_read",
    "sync_file_range",
    "end_fsync",
    "fsync_on_close",
)
"""Options with which a job does not measure the disk's maximum speed with random data, or with which the measured time
includes more than the I/Os, such as a flush at the end or a check of the written data. ``rw_argument`` is the text
after the colon in ``rw=write:8k``: the size of the gaps between I/Os, or the number of consecutive I/Os."""

RATES = ("rate", "rate_iops")
"""Options that limit the rate. The job then measures this limit, not the disk."""

WITHOUT_DATA = {
    "null": "throws the data away",
    "cpuio": "keeps a processor busy",
    "falloc": "allocates and frees blocks",
    "ftruncate": "changes the size of a file",
    "e4defrag": "exchanges the blocks of files",
    "filecreate": "makes files",
    "filestat": "asks for the attributes of files",
    "filedelete": "removes files",
    "filexattr": "sets attributes of files",
    "dircreate": "makes folders",
    "dirstat": "asks for the attributes of folders",
    "dirdelete": "removes folders",
    "exec": "runs a program",
    "net": "sends over a network",
    "netsplice": "sends over a network",
    "rdma": "sends over a network",
}
"""fio's I/O engines that do not read or write a disk, whatever ``rw`` is, and what they do instead."""

WITHOUT_STORAGE = frozenset({"null", "cpuio", "exec", "net", "netsplice", "rdma"})
"""Those of ``WITHOUT_DATA`` that use no file system either: their rates say nothing about storage."""

UNKNOWN = "?"
"""The value of an option that is missing in an output."""

_FLAGS = {"zero_buffers": "1"}
"""Options that need no value, and the value that they have then."""
_ONLY_WRITES = {"end_fsync", "fsync_on_close", "sync_file_range"}
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


Direction = Literal["read", "write", "trim"]

_DIRECTIONS: tuple[Direction, ...] = ("read", "write", "trim")


@dataclass(frozen=True, slots=True)
class Definition:
    """A job's parameters.

    Attributes:
        pattern: fio's ``rw``, such as "randwrite"; a mixed job with ``rwmixread=100`` has the pattern of a read.
        block_bytes: size of one I/O; None if there are several sizes, or if it is unknown.
        queue_depth: I/Os that each process keeps in flight; None if unknown.
        processes: number of processes that ran the same job (``numjobs``).
        direct: whether the I/Os bypassed the page cache; None if unknown.
        io_engine: fio's ``ioengine``.
        read_percent: percentage of reads in a mixed job; None for other jobs.
        syncs: names and values of the options that make writes durable, such as (("fdatasync", "1"),).
        limits: names and values of the options in ``LIMITS`` that the job has, as fio prints them.
        sizes: sizes of the I/Os in bytes, if there are several: "4096-16384", "4096/50:65536/50"; otherwise empty.
        deciding: names and values of further options that can decide a figure, from ``hostcheck.fio.deciding``.
    """

    pattern: str
    block_bytes: int | None
    queue_depth: int
    processes: int
    direct: bool | None
    io_engine: str
    read_percent: int | None = None
    syncs: tuple[tuple[str, str], ...] = ()
    limits: tuple[tuple[str, str], ...] = ()
    sizes: str = ""
    deciding: tuple[tuple[str, str], ...] = ()

    @property
    def settings(self) -> dict[str, Scalar]:
        """The parameters by name, as in ``Metric.settings`` of a run file."""
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
        if self.sizes:
            settings["block_sizes"] = self.sizes
        return settings | dict(self.syncs) | dict(self.limits) | dict(self.deciding)

    @property
    def directions(self) -> tuple[Literal["read", "write"], ...]:
        """The directions of the I/Os: reads, writes, or both; empty for a job that only trims."""
        if self.read_percent is not None:
            return ("read", "write")
        return tuple(side for side in ("read", "write") if side in self.pattern)


def define(options: Mapping[str, str]) -> Definition | None:
    """Read a job's parameters from its options. An option that is missing has fio's default.

    Returns:
        None if the pattern, the queue depth or the number of processes is not valid, or if the output has no options.
        fio before 2.3 did not print them.
    """
    if not options:
        return None
    word, _, argument = options.get("rw", options.get("readwrite", "read")).partition(":")
    pattern = _PATTERNS.get(word)
    depth, processes = number(options.get("iodepth", "1")), number(options.get("numjobs", "1"))
    if pattern is None or depth is None or processes is None:
        return None
    read_percent = _read_percent(options) if pattern.endswith("rw") else None
    if read_percent in {0, 100}:
        # It never does the other (get_rw_ddir in fio's io_u.c).
        pattern, read_percent = pattern.removesuffix("rw") + ("read" if read_percent else "write"), None
    known = {**options, "rw_argument": "" if argument in {"0", "1"} else argument}
    if not pattern.startswith("rand") or _random_percent(options, pattern) == {100}:
        # Of a sequential job it changes nothing (get_next_block in fio's io_u.c).
        known.pop("percentage_random", None)
    elif _random_percent(options, pattern) == {0}:
        pattern = pattern.removeprefix("rand")
        known.pop("percentage_random", None)
    writes = pattern.endswith(("write", "rw"))
    block, sizes = _block(options, _done(pattern), random=pattern.startswith("rand"))
    return Definition(
        pattern=pattern,
        block_bytes=block,
        queue_depth=depth,
        processes=processes,
        direct=_direct(options),
        io_engine=options.get("ioengine", "psync"),
        read_percent=read_percent,
        syncs=_set(known, SYNCS) if writes else (),
        limits=_set(known, (key for key in LIMITS if writes or key not in _ONLY_WRITES)),
        sizes=sizes,
    )


def of_direction(definition: Definition, options: Mapping[str, str], direction: Direction) -> Definition:
    """Return the parameters of one direction of a job: reads and writes may have different block sizes."""
    block, sizes = _block(options, (direction,), random=definition.pattern.startswith("rand"))
    return replace(definition, block_bytes=block, sizes=sizes)


def _done(pattern: str) -> tuple[Direction, ...]:
    both: tuple[Direction, ...] = ("read", "write")
    return both if pattern.endswith("rw") else tuple(one for one in _DIRECTIONS if one in pattern)


def _set(options: Mapping[str, str], keys: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the names and values of the options that are set, and neither switched off nor equal to the default."""
    given = ((key, options[key]) for key in keys if key in options)
    read = ((key, uniform(key, value, kb_base(options, key)) if value else _FLAGS.get(key, "")) for key, value in given)
    return tuple((key, value) for key, value in read if value and is_on(key, value))


def _read_percent(options: Mapping[str, str]) -> int | None:
    # Of two that do not add up to 100 the later one counts (fio's HOWTO, rwmixwrite).
    last = next((key for key in reversed(list(options)) if key in {"rwmixread", "rwmixwrite"}), "")
    given = number(options.get(last, "50"))
    return given if last != "rwmixwrite" or given is None else 100 - given


def _random_percent(options: Mapping[str, str], pattern: str) -> set[int | None]:
    """Return the percentage of random I/Os for each direction of a random job."""
    text = options.get("percentage_random", "100")
    return {number(_one_of(text, direction) or "100") for direction in _done(pattern)}


def _direct(options: Mapping[str, str]) -> bool | None:
    """Whether the I/Os bypass the page cache; ``buffered`` is the inverse of ``direct``, and the later one is used."""
    last = next((key for key in reversed(list(options)) if key in {"direct", "buffered"}), "")
    if not last or options[last] == UNKNOWN:
        return None if last else False
    return (options[last] != "0") == (last == "direct")


def _block(options: Mapping[str, str], directions: Iterable[Direction], *, random: bool) -> tuple[int | None, str]:
    """Return the I/O size in bytes and "" if the directions have one size; otherwise None and the sizes as text."""
    words = list(dict.fromkeys(_sizes(options, direction, random=random) for direction in directions))
    if len(words) == 1 and words[0].isdecimal():
        return int(words[0]), ""
    return None, ",".join(words)


def _sizes(options: Mapping[str, str], direction: Direction, *, random: bool) -> str:
    """Return the sizes of one direction's I/Os: "4096", "4096-16384", "4096/50:65536/50".

    ``bssplit`` has precedence over ``bsrange``, and ``bsrange`` over ``bs`` (fixup_options in fio's init.c).
    """
    if options.get("bs_is_seq_rand", "0") != "0":
        # Then the first value is of sequential I/Os, the second of random ones.
        direction = "write" if random else "read"
    if split := _one_of(options.get("bssplit", ""), direction):
        shares = [part.partition("/") for part in split.split(":")]
        sized = [(_bytes(text, kb_base(options, "bssplit")), share) for text, _, share in shares]
        if len(sized) == 1:
            return sized[0][0]
        return ":".join(f"{bytes_}/{share}" for bytes_, share in sized)
    name = "bsrange" if "bsrange" in options else "blocksize_range"
    if (both := _one_of(options.get(name, ""), direction)) and len(parts := re.split("[-:]", both)) == 2:
        low, high = (_bytes(part, kb_base(options, name)) for part in parts)
        return low if low == high else f"{low}-{high}"
    name = "bs" if "bs" in options else "blocksize"
    return _bytes(_one_of(options.get(name, ""), direction) or "4096", kb_base(options, name))


def _bytes(text: str, base: int) -> str:
    """Return a size in bytes, as text. A text that is not a size is returned unchanged."""
    return str(size(text, base) or text or "none")


def _one_of(text: str, direction: Direction) -> str:
    """Return a direction's value in a list such as "4k,64k,1m". Missing values equal the last one (fio's HOWTO, bs)."""
    values = text.split(",")
    return values[min(_DIRECTIONS.index(direction), len(values) - 1)].strip()
