"""The options of the CPU workload, and their defaults for each effort."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hostcheck.bench.base import Effort
from hostcheck.bench.sustained import Sustained


@dataclass(frozen=True, slots=True)
class CpuOptions:
    """The options of the CPU workload.

    Attributes:
        rounds: number of rounds. Each round measures every number of threads once.
        seconds: length of one turn, in whole seconds.
        sustained: the sustained load of all CPUs after the rounds; None to leave it out.
    """

    rounds: int
    seconds: int
    sustained: Sustained | None = None

    @classmethod
    def preset(cls, effort: Effort) -> "CpuOptions":
        """Return the default options for this effort."""
        return PRESETS[effort]


PRESETS: Mapping[Effort, CpuOptions] = MappingProxyType(
    {"quick": CpuOptions(5, 1), "standard": CpuOptions(8, 1), "thorough": CpuOptions(12, 2)}
)
