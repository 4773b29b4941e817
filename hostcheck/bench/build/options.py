"""What can be asked of the build, and what is measured where nothing is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from hostcheck.bench.base import Effort
from hostcheck.bench.stopping import Repeats


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What to build, and how often.

    Attributes:
        repeats: how often the build is timed.
        context: the folder that the user wants built; None for hostcheck's own build.
    """

    repeats: Repeats
    context: Path | None = None

    @classmethod
    def preset(cls, effort: Effort) -> "BuildOptions":
        """Return what is measured with this effort where nothing else is asked."""
        return PRESETS[effort]


PRESETS: Mapping[Effort, BuildOptions] = MappingProxyType(
    {
        "quick": BuildOptions(Repeats(3, 5, 30)),
        "standard": BuildOptions(Repeats(3, 8, 300)),
        "thorough": BuildOptions(Repeats(5, 15, 900)),
    }
)
