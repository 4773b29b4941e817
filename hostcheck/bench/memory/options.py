"""The options of the memory workload, and their defaults for each effort."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hostcheck.bench.base import Effort


@dataclass(frozen=True, slots=True)
class MemoryOptions:
    """The options of the memory workload.

    Attributes:
        rounds: number of rounds. Each round measures reads, writes and latency once.
        seconds: length of one turn, in whole seconds.
    """

    rounds: int
    seconds: int

    @classmethod
    def preset(cls, effort: Effort) -> "MemoryOptions":
        """Return the default options for this effort."""
        return PRESETS[effort]


PRESETS: Mapping[Effort, MemoryOptions] = MappingProxyType(
    {"quick": MemoryOptions(4, 1), "standard": MemoryOptions(6, 1), "thorough": MemoryOptions(10, 2)}
)
