"""Read a fio job file: what it will do, as far as figures of two hosts must agree in it to be comparable."""

import configparser
import re
from dataclasses import dataclass
from pathlib import Path

from hostcheck.errors import UsageError

_SIZE = re.compile(r"(\d+)([kmg]?)", re.IGNORECASE)
_FACTOR = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


@dataclass(frozen=True, slots=True)
class JobFile:
    """A job file of one job.

    Attributes:
        path: where it is.
        name: the job's section.
        pattern: fio's ``rw``, such as "randwrite".
        block_bytes: size of one I/O.
        queue_depth: I/Os kept in flight.
        direct: whether it goes past the page cache.
        io_engine: fio's ``ioengine``.
    """

    path: Path
    name: str
    pattern: str
    block_bytes: int
    queue_depth: int
    direct: bool
    io_engine: str

    @property
    def writes(self) -> bool:
        """Whether it writes, rather than reads."""
        return "write" in self.pattern


def read_jobfile(path: Path) -> JobFile:
    """Read a job file: ``[global]`` and one job in it. What the file leaves out has fio's own default.

    Raises:
        UsageError: when it cannot be read, or holds no job or several.
    """
    # In a job file a key may stand alone, a value may hold "%", and comments begin with ";" or "#".
    lines = configparser.RawConfigParser(
        allow_no_value=True, strict=False, delimiters=("=",), default_section="global", interpolation=None
    )
    try:
        lines.read_string(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        raise UsageError(f"reading the fio job file {path}: {error}") from error
    if len(lines.sections()) != 1:
        raise UsageError(f"the fio job file {path} has {len(lines.sections())} jobs", remedy="keep one job in a file")
    name = lines.sections()[0]
    job = {key: value or "" for key, value in lines[name].items()}
    return JobFile(
        path=path,
        name=name,
        pattern=job.get("rw", job.get("readwrite", "read")),
        block_bytes=_size(job.get("bs", job.get("blocksize", "4k")), path),
        queue_depth=_size(job.get("iodepth", "1"), path),
        direct=job.get("direct", "0") == "1",
        io_engine=job.get("ioengine", "psync"),
    )


def _size(text: str, path: Path) -> int:
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"the fio job file {path}: {text!r} is not a size")
    return int(match[1]) * _FACTOR[match[2].lower()]
