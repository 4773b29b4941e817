"""What a benchmark session is asked to do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hostcheck.bench.base import Effort
from hostcheck.run.calibration import Tier
from hostcheck.store.store import Store


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
        saved_to: where the run file goes; None for the user's data folder.
        store: where the run is kept in the end; None for nowhere.
        fio_jobs: job files of the user's own.
        sustained: whether to write for long, after the disk's other jobs.
        build_context: the folder to build; None for hostcheck's own build.
        image: what the storm's containers run; None for this host's busybox.
        storm: how many containers to launch at once, the headline's number first; the effort's number when empty.
        network: of the storm's containers; None for none at all.
        force: go on where containers run, the host is at work, or room is short; never where the disk would fill.
        tier: measure an emulated disk of this speed, with an engine whose data is on it, instead of the host's own.
    """

    workloads: Sequence[str]
    effort: Effort
    profiles: Sequence[str]
    roles: Sequence[str]
    directory: Path | None
    name: str | None
    engine: str | None
    private_engine: bool
    saved_to: Path | None
    store: Store | None
    fio_jobs: tuple[Path, ...] = ()
    sustained: bool = False
    build_context: Path | None = None
    image: str | None = None
    storm: tuple[int, ...] = ()
    network: str | None = None
    force: bool = False
    tier: Tier | None = None


def as_if(request: BenchRequest, tier: Tier) -> BenchRequest:
    """Return the request for an emulated disk; its run file goes beside the other's, its name ending in the tier's."""
    path = request.saved_to
    beside = path.with_name(f"{path.stem}-{tier.name}{path.suffix}") if path else None
    return replace(request, tier=tier, directory=None, engine=None, private_engine=False, saved_to=beside)
