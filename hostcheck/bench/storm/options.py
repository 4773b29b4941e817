"""The options of the launch storm, and their defaults for each effort."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hostcheck.bench.base import Effort
from hostcheck.bench.room import CONTAINER_BYTES
from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm.density import Limit
from hostcheck.bench.storm.ready import WORD, Readiness

USUAL_CONTAINERS = 20

OWN_NETWORK = "own"
"""Value of the option ``--network`` for a network that is made for the run."""


@dataclass(frozen=True, slots=True)
class StormOptions:
    """The options of the launch storm.

    Attributes:
        repeats: how often to repeat each storm.
        counts: numbers of containers to launch at once. The first is the headline's number; each further number is a
            metric of the curve. Empty for USUAL_CONTAINERS.
        image: the user's own image; None for an image of this host's busybox.
        ready: what makes a container ready. With WORD, the storm's own command runs and prints a word when it is ready;
            otherwise, the image's own entry point runs.
        network: network mode of the containers ("none", "bridge" or "host"), the name of a network, or "own" for one
            that is made for the run; None for "bridge" if ports are published, else the mode in
            benchmarks/storm/storm.toml.
        ports: number of ports that each container publishes.
        volumes: number of volumes without a name that each container has.
        memory_bytes: the memory limit of each container; None for the limit in benchmarks/storm/storm.toml.
        beside: number of containers that hostcheck runs beside the storm.
        density: the condition that ends a launch of more and more containers, which replaces the storms and shows how
            many the host can run; None for storms.
        explain: whether to launch different kinds of storms in turns, which explain what makes a launch slow, instead
            of the usual storms.
    """

    repeats: Repeats
    counts: tuple[int, ...] = ()
    image: str | None = None
    ready: Readiness = WORD
    network: str | None = None
    ports: int = 0
    volumes: int = 0
    memory_bytes: int | None = None
    beside: int = 0
    explain: bool = False
    density: Limit | None = None

    @classmethod
    def preset(cls, effort: Effort) -> "StormOptions":
        """Return the default options for this effort."""
        return PRESETS[effort]

    @property
    def containers(self) -> int:
        """The number of containers of the headline metrics."""
        return self.counts[0] if self.counts else USUAL_CONTAINERS

    @property
    def bytes_each(self) -> int:
        """Memory in bytes that one container may need: an image's own entry point may use its whole limit."""
        limit = self.memory_bytes if self.ready.is_own else None
        return max(CONTAINER_BYTES, limit or 0)

    @property
    def curve(self) -> tuple[int, ...]:
        """The numbers of containers of the curve, without the headline's."""
        return self.counts[1:]


PRESETS: Mapping[Effort, StormOptions] = MappingProxyType(
    {
        "quick": StormOptions(Repeats(3, 6, 20)),
        "standard": StormOptions(Repeats(5, 12, 300)),
        "thorough": StormOptions(Repeats(10, 30, 900)),
    }
)
