"""The request for a benchmark session."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hostcheck.bench.base import USUAL_WORKLOADS, Allowance, Options, WorkloadOptions
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.profiles import DEFAULT_PROFILES
from hostcheck.run.calibration import Tier


@dataclass(frozen=True, slots=True)
class BenchRequest:
    """The request for a benchmark session.

    Attributes:
        workloads: names of the workloads, in order.
        options: the options of the workloads.
        profiles: names of the profiles to audit the host with.
        roles: names of the roles to check; empty for all roles of the profiles.
        directory: a folder on the disk to measure; None for the disk of the engine's data.
        name: the host's name in the run; None for its hostname.
        engine: the engine's address; None to search for an engine.
        private_engine: whether to start a private engine for this session.
        allowed: the obstacles that the user accepts. The session measures in spite of them, but never fills a disk.
        tier: measure an emulated disk of this speed, with a private engine on it, instead of the host's disk.
    """

    workloads: Sequence[str] = USUAL_WORKLOADS
    options: Options = field(default_factory=Options)
    profiles: Sequence[str] = DEFAULT_PROFILES
    roles: Sequence[str] = ()
    directory: Path | None = None
    name: str | None = None
    engine: str | None = None
    private_engine: bool = False
    allowed: frozenset[Allowance] = frozenset()
    tier: Tier | None = None

    @property
    def names_engine(self) -> bool:
        """Whether the user chose the engine, by its address or by asking for a private one."""
        return self.engine is not None or self.private_engine or self.tier is not None


def as_if(request: BenchRequest, tier: Tier) -> BenchRequest:
    """Return a copy of the request that measures an emulated disk of this speed.

    The folder and engine of the request are left out. The test file has its usual size, because the disk has no room
    for a larger one.
    """
    options = replace(request.options, given=tuple(map(_with_usual_file, request.options.given)))
    return replace(request, options=options, tier=tier, directory=None, engine=None, private_engine=False)


def _with_usual_file(options: WorkloadOptions) -> WorkloadOptions:
    return replace(options, asked_bytes=None) if isinstance(options, DiskOptions) else options
