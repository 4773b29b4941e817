"""The options of the disk workload, and their defaults for each effort."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from hostcheck.bench.base import Effort
from hostcheck.bench.sustained import Sustained

CHURN_JOB = "churn"
"""The job that creates and deletes small files instead of reading and writing. Its time includes the final sync."""
HEADLINE_JOBS = ("seqread", "seqwrite", "randread", "randwrite")
PARALLEL_JOB = "randread-parallel"
"""The job that runs in addition if one fio process was the limit of ``randread``."""
QUICK_JOBS = (*HEADLINE_JOBS, "wal")
STANDARD_JOBS = (*HEADLINE_JOBS, "randread-qd1", "randwrite-qd1", "mixed", "wal", "syncwrite", CHURN_JOB)
ALL_JOBS = (*STANDARD_JOBS, "commit")
LIKE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "yabs": ("yabs/yabs-4k", "yabs/yabs-64k", "yabs/yabs-512k", "yabs/yabs-1m"),
        "pts": (
            "pts/pts-randread-4k",
            "pts/pts-randwrite-4k",
            "pts/pts-read-4k",
            "pts/pts-write-4k",
            "pts/pts-randread-2m",
            "pts/pts-randwrite-2m",
            "pts/pts-read-2m",
            "pts/pts-write-2m",
        ),
    }
)
"""Jobs of other benchmarks that replace hostcheck's jobs, by benchmark; each benchmark has a folder in ``fio-jobs``."""
LIKE_BYTES: Mapping[str, int] = MappingProxyType({"yabs": 2 << 30, "pts": 1 << 30})
"""Size of the test file in bytes, by benchmark."""


@dataclass(frozen=True, slots=True)
class DiskOptions:
    """The options of the disk workload.

    Attributes:
        jobs: names of hostcheck's fio jobs, which take turns.
        budget_seconds: time for the test file and all turns. The audit before and the report afterwards take two or
            three seconds more.
        seconds: measured time of one turn. If a disk's rate varies, many short turns over the whole run give a better
        estimate than few long ones.
        ramp_seconds: time before the measured time, which lets a throttle's first burst pass.
        file_bytes: maximum size of the test file.
        asked_bytes: size of the test file in bytes, as the user asked for; None for the usual size. A file of this size
            is written in full, and the time for that is not part of ``budget_seconds``.
        own_jobs: the user's own job files, measured in addition to hostcheck's jobs.
        sustained: the sustained write after the other jobs; None to leave it out.
    """

    jobs: tuple[str, ...]
    budget_seconds: float
    seconds: float
    ramp_seconds: float
    file_bytes: int
    asked_bytes: int | None = None
    own_jobs: tuple[Path, ...] = ()
    sustained: Sustained | None = None

    @classmethod
    def preset(cls, effort: Effort) -> "DiskOptions":
        """Return the default options for this effort."""
        return PRESETS[effort]


PRESETS: Mapping[Effort, DiskOptions] = MappingProxyType(
    {
        "quick": DiskOptions(QUICK_JOBS, 56, 1, 0.2, 1 << 30),
        "standard": DiskOptions(STANDARD_JOBS, 126, 1, 0.2, 2 << 30),
        "thorough": DiskOptions(ALL_JOBS, 900, 5, 1, 4 << 30),
    }
)
