"""What can be asked of the storm, and what is measured where nothing is."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hostcheck.bench.base import Effort
from hostcheck.bench.stopping import Repeats

USUAL_CONTAINERS = 20


@dataclass(frozen=True, slots=True)
class StormOptions:
    """What to launch, and how often.

    Attributes:
        repeats: how often each storm is timed.
        counts: how many containers to launch at once: the headline's number, then those of a curve, each a metric of
            its own. When empty, USUAL_CONTAINERS.
        image: the image that the user wants run; None for one of this host's busybox.
        network: of the containers, "none", "bridge" or "host"; None for what benchmarks/storm says.
    """

    repeats: Repeats
    counts: tuple[int, ...] = ()
    image: str | None = None
    network: str | None = None

    @classmethod
    def preset(cls, effort: Effort) -> "StormOptions":
        """Return what is measured with this effort where nothing else is asked."""
        return PRESETS[effort]

    @property
    def containers(self) -> int:
        """The headline's number of containers."""
        return self.counts[0] if self.counts else USUAL_CONTAINERS

    @property
    def curve(self) -> tuple[int, ...]:
        """The other numbers."""
        return self.counts[1:]


PRESETS: Mapping[Effort, StormOptions] = MappingProxyType(
    {
        "quick": StormOptions(Repeats(3, 6, 20)),
        "standard": StormOptions(Repeats(5, 12, 300)),
        "thorough": StormOptions(Repeats(10, 30, 900)),
    }
)
