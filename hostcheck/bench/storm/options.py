"""The options of the launch storm, and their defaults for each effort."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hostcheck.bench.base import Effort
from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm.density import Limit
from hostcheck.bench.storm.ready import WORD, Readiness

USUAL_CONTAINERS = 20

OWN_NETWORK = "own"
"""What the option ``--network`` calls a network that is made for the run."""


@dataclass(frozen=True, slots=True)
class StormOptions:
    """The options of the launch storm.

    Attributes:
        repeats: how often to repeat each storm.
        counts: numbers of containers to launch at once. The first is the headline's number; each further number is a
            metric of the curve. Empty for USUAL_CONTAINERS.
        image: the user's own image; None for an image of this host's busybox.
        ready: what makes a container ready. The image's own entry point runs, except with the word of the storm's own
            command.
        network: network mode of the containers ("none", "bridge" or "host"), the name of a network, or "own" for one
            that is made for the run; None for "bridge" if ports are published, else the mode in
            benchmarks/storm/storm.toml.
        ports: how many ports each container publishes.
        volumes: how many volumes without a name each container has.
        memory_bytes: the memory limit of each container; None for the one in benchmarks/storm/storm.toml.
        beside: how many containers run beside the storm, made and removed by hostcheck.
        density: until when to launch more and more containers instead, to find how many the host holds.
        explain: whether to launch storms of different kinds in turns instead, to explain what makes a launch slow.
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
