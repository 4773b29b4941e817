"""What a benchmark session is asked to do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hostcheck.bench.base import STANDARD, WORKLOADS, Effort
from hostcheck.profiles import DEFAULT_PROFILES
from hostcheck.run.calibration import Tier


@dataclass(frozen=True, slots=True)
class BenchRequest:
    """What a session is asked to do.

    Attributes:
        workloads: names of the workloads, in order.
        effort: how long to measure.
        profiles: what to audit the host for.
        roles: what the host is to be to them; all that they have when empty.
        directory: whose file system's disk to measure; None for the engine's.
        name: what to call the host; None for its hostname.
        engine: the engine's address; None to look for one.
        private_engine: whether to start an engine for this session alone.
        fio_jobs: job files of the user's own.
        sustained: whether to write for long, after the disk's other jobs.
        build_context: the folder to build; None for hostcheck's own build.
        image: what the storm's containers run; None for this host's busybox.
        storm: how many containers to launch at once, the headline's number first; the effort's number when empty.
        network: of the storm's containers; None for none at all.
        force: go on where containers run, the host is at work, or room is short; never where the disk would fill.
        tier: measure an emulated disk of this speed, with an engine whose data is on it, instead of the host's own.
    """

    workloads: Sequence[str] = tuple(WORKLOADS)
    effort: Effort = STANDARD
    profiles: Sequence[str] = DEFAULT_PROFILES
    roles: Sequence[str] = ()
    directory: Path | None = None
    name: str | None = None
    engine: str | None = None
    private_engine: bool = False
    fio_jobs: tuple[Path, ...] = ()
    sustained: bool = False
    build_context: Path | None = None
    image: str | None = None
    storm: tuple[int, ...] = ()
    network: str | None = None
    force: bool = False
    tier: Tier | None = None

    @property
    def names_engine(self) -> bool:
        """Whether the user named the engine, if only by asking for a private one."""
        return self.engine is not None or self.private_engine or self.tier is not None


def as_if(request: BenchRequest, tier: Tier) -> BenchRequest:
    """Return the request for an emulated disk of this speed."""
    return replace(request, tier=tier, directory=None, engine=None, private_engine=False)
