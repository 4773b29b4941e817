"""Check that each option is used by a chosen part (else exit 2), and that what it names was measured (else exit 4)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.disk.options import LIKE, DiskOptions
from hostcheck.bench.network.options import NetworkOptions
from hostcheck.bench.request import BenchRequest
from hostcheck.bench.storm.options import StormOptions
from hostcheck.errors import CannotMeasureError, UsageError
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import OWN_JOBS
from hostcheck.run.model import Run


@dataclass(frozen=True, slots=True)
class _Named:
    """An option that names something to be measured.

    Attributes:
        option: the option's name.
        part: the workload that uses the option.
        metrics: prefix of the ids of the metrics that the option affects. At least one of them must have a value.
    """

    option: str
    part: str
    metrics: str


def require_used(request: BenchRequest) -> None:
    """Check that each option is used by a part that will run, and that the options can be combined.

    Raises:
        UsageError: if ``--only`` excludes the part of an option, or options contradict each other or lack another one.
    """
    build = request.options.of(BuildOptions)
    if build.context is None and (build.dockerfile or build.target or build.arguments):
        raise UsageError("--dockerfile, --target and --build-arg need --context", remedy="add --context DIR")
    storm = request.options.of(StormOptions)
    if storm.density and (storm.explain or storm.counts or storm.beside):
        raise UsageError(
            "--density chooses the numbers of containers itself",
            remedy="leave --explain-launch, --storm and --beside out",
        )
    if storm.explain and (storm.ports or storm.volumes or storm.network or len(storm.counts) > 1):
        raise UsageError(
            "--explain-launch chooses networks, ports and volumes itself, for one number of containers",
            remedy="leave --network, --ports and --volumes out, and give one number to --storm",
        )
    if storm.ready.is_own and storm.image is None:
        raise UsageError("--ready needs --image", remedy="add --image NAME")
    if storm.ready.kind == "port" and storm.network == "host":
        raise UsageError(
            "--ready port:N and --network host cannot be combined: only one container can listen on a port of the host",
            remedy="leave --network out, or use --ready line:REGEX or health",
        )
    if storm.ports and storm.network in {"none", "host"}:
        raise UsageError(
            f"--ports needs a bridge, and --network {storm.network} has none",
            remedy="leave --network out, or give --network bridge, own or the name of a network",
        )
    if "network" in request.workloads and request.options.of(NetworkOptions).peer is None:
        raise UsageError(
            "--only network needs a host to measure with", remedy="run iperf3 -s on one, and add --peer HOST"
        )
    for named in _options(request):
        if named.part not in request.workloads and not (named.option == "--dir" and request.private_engine):
            raise UsageError(
                f"{named.option} is for the {named.part} part, which --only leaves out",
                remedy=f"add --only {named.part}, or leave {named.option} out",
            )


def not_measured(request: BenchRequest, run: Run) -> CannotMeasureError | None:
    """Return an error if the run, or what an option names, has no value; None if everything was measured."""
    if all(metric.value is None for metric in run.metrics):
        nothing = f"nothing was measured ({', '.join(request.workloads)})"
        if run.metrics and all(metric.state == "skipped" for metric in run.metrics):
            # Each part has said why, and what to do, when it was skipped.
            return CannotMeasureError(nothing, remedy="fix that, and measure again")
        return _error(nothing, request.workloads[0], run)
    for named in (*_options(request), *_of_engine(request)):
        of_it = [metric for metric in run.metrics if metric.id.startswith(named.metrics)]
        if named.part in request.workloads and all(metric.value is None for metric in of_it):
            return _error(f"measuring the {named.part} ({named.option})", named.part, run, of_it)
    return None


def without_skipped(run: Run) -> Run:
    """If all metrics were skipped, replace them by a note with the reasons. Return any other run unchanged."""
    if not run.metrics or any(metric.state != "skipped" for metric in run.metrics):
        return run
    reasons = dict.fromkeys(" ".join(metric.reason.split()) for metric in run.metrics)
    return replace(run, metrics=(), notes=(*run.notes, f"Nothing was measured: {'; '.join(reasons)}"))


def _options(request: BenchRequest) -> Iterator[_Named]:
    """Yield the given options that are for one part."""
    disk = request.options.of(DiskOptions)
    measured = "fio." if disk.jobs in LIKE.values() else "disk."
    if measured == "fio.":
        yield _Named("--like", "disk", measured)
    if request.directory is not None:
        yield _Named("--dir", "disk", measured)
    if disk.own_jobs:
        yield _Named("--job", "disk", f"{OWN_JOBS}.")
    if disk.asked_bytes is not None:
        yield _Named("--size", "disk", measured)
    if disk.sustained:
        part = "cpu" if "cpu" in request.workloads and "disk" not in request.workloads else "disk"
        yield _Named("--sustained", part, f"{part}.sustained.")
    if request.options.of(BuildOptions).context is not None:
        yield _Named("--context", "build", "build.")
    storm = request.options.of(StormOptions)
    if storm.image is not None:
        yield _Named("--image", "storm", "storm.")
    if storm.counts:
        yield _Named("--storm", "storm", "storm.")
    if storm.explain:
        yield _Named("--explain-launch", "storm", "storm.launch.")
    if storm.density:
        yield _Named("--density", "storm", "storm.density.")
    asked = {
        "--network": storm.network,
        "--ports": storm.ports,
        "--volumes": storm.volumes,
        "--memory": storm.memory_bytes,
        "--beside": storm.beside,
    }
    for option, value in asked.items():
        if value:
            yield _Named(option, "storm", "storm.")
    if request.options.of(NetworkOptions).peer is not None:
        yield _Named("--peer", "network", "network.")


def _of_engine(request: BenchRequest) -> Iterator[_Named]:
    """Yield an entry for each part that an option for the engine affects. A tier also affects the disk."""
    if request.tier is not None:
        yield _Named("--tier", "disk", "disk.")
    if request.names_engine:
        option = "--engine" if request.engine is not None else "--tier" if request.tier else "--private-engine"
        yield _Named(option, "build", "build.")
        yield _Named(option, "storm", "storm.")


def _error(doing: str, part: str, run: Run, of_it: list[Metric] | None = None) -> CannotMeasureError:
    """Return an error with the first reason of the metrics ``of_it``, or else of the other metrics of the part."""
    metrics = [*(of_it or ()), *(metric for metric in run.metrics if metric.id.startswith(f"{part}."))]
    first = next((metric for metric in metrics if metric.reason and metric.value is None), None)
    if first is None:
        return CannotMeasureError(doing, remedy="see the messages above")
    # The reason of what was skipped ends in its remedy.
    remedy = "" if first.state == "skipped" else "fix that, and measure again"
    return CannotMeasureError(f"{doing}: {' '.join(first.reason.split())}", remedy=remedy)
