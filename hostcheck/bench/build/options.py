"""The options of the build workload, and their defaults for each effort."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from hostcheck.bench.base import Effort
from hostcheck.bench.stopping import Repeats


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """The options of the build workload.

    Attributes:
        repeats: how often to repeat the build.
        context: the folder of the user's own build; None for hostcheck's build.
        dockerfile: the Dockerfile of the user's build; None for the one in the context.
        target: the stage to build; empty for the last one.
        arguments: the name and the value of each build argument.
    """

    repeats: Repeats
    context: Path | None = None
    dockerfile: Path | None = None
    target: str = ""
    arguments: tuple[tuple[str, str], ...] = ()

    @classmethod
    def preset(cls, effort: Effort) -> "BuildOptions":
        """Return the default options for this effort."""
        return PRESETS[effort]


PRESETS: Mapping[Effort, BuildOptions] = MappingProxyType(
    {
        "quick": BuildOptions(Repeats(3, 5, 30)),
        "standard": BuildOptions(Repeats(3, 8, 300)),
        "thorough": BuildOptions(Repeats(5, 15, 900)),
    }
)
