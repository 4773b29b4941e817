"""What a benchmark session is asked to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hostcheck.bench.base import WORKLOADS, Options
from hostcheck.profiles import DEFAULT_PROFILES
from hostcheck.run.calibration import Tier


@dataclass(frozen=True, slots=True)
class BenchRequest:
    """What a session is asked to do.

    Attributes:
        workloads: names of the workloads, in order.
        options: what is asked of the workloads.
        profiles: what to audit the host for.
        roles: what the host is to be to them; all that they have when empty.
        directory: whose file system's disk to measure; None for the engine's.
        name: what to call the host; None for its hostname.
        engine: the engine's address; None to look for one.
        private_engine: whether to start an engine for this session alone.
        force: go on where containers run, the host is at work, or room is short; never where the disk would fill.
        tier: measure an emulated disk of this speed, with an engine whose data is on it, instead of the host's own.
    """

    workloads: Sequence[str] = tuple(WORKLOADS)
    options: Options = field(default_factory=Options)
    profiles: Sequence[str] = DEFAULT_PROFILES
    roles: Sequence[str] = ()
    directory: Path | None = None
    name: str | None = None
    engine: str | None = None
    private_engine: bool = False
    force: bool = False
    tier: Tier | None = None

    @property
    def names_engine(self) -> bool:
        """Whether the user named the engine, if only by asking for a private one."""
        return self.engine is not None or self.private_engine or self.tier is not None


def as_if(request: BenchRequest, tier: Tier) -> BenchRequest:
    """Return the request for an emulated disk of this speed."""
    return replace(request, tier=tier, directory=None, engine=None, private_engine=False)
