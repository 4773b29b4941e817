"""What can be asked of the disk workload, and what is measured where nothing is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from hostcheck.bench.base import Effort

CHURN_JOB = "churn"
"""The job that is no reading or writing, and is timed with the sync after it."""
HEADLINE_JOBS = ("seqread", "seqwrite", "randread", "randwrite")
QUICK_JOBS = (*HEADLINE_JOBS, "wal")
STANDARD_JOBS = (*HEADLINE_JOBS, "randread-qd1", "randwrite-qd1", "mixed", "wal", "syncwrite", CHURN_JOB)
ALL_JOBS = (*STANDARD_JOBS, "commit")


@dataclass(frozen=True, slots=True)
class DiskOptions:
    """What to measure of the disk.

    Attributes:
        jobs: hostcheck's fio jobs, in the order they take turns.
        budget_seconds: how long the disk may take; what is not settled by then is not repeated further. The audit
            before and the report after it take two or three seconds more.
        seconds: measured seconds of one sample.
        ramp_seconds: unmeasured seconds before them: a token bucket's first burst is not the disk's rate.
        file_bytes: size of the test file at the most.
        own_jobs: the user's own job files, measured beside hostcheck's.
        sustained: whether to write for long, after the other jobs.
    """

    jobs: tuple[str, ...]
    budget_seconds: float
    seconds: int
    ramp_seconds: int
    file_bytes: int
    own_jobs: tuple[Path, ...] = ()
    sustained: bool = False

    @classmethod
    def preset(cls, effort: Effort) -> "DiskOptions":
        """Return what is measured with this effort where nothing else is asked."""
        return PRESETS[effort]


PRESETS: Mapping[Effort, DiskOptions] = MappingProxyType(
    {
        "quick": DiskOptions(QUICK_JOBS, 56, 2, 1, 1 << 30),
        "standard": DiskOptions(STANDARD_JOBS, 126, 2, 1, 2 << 30),
        "thorough": DiskOptions(ALL_JOBS, 900, 10, 2, 4 << 30),
    }
)
