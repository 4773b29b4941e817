"""Memory: bandwidth of reads and of writes in one thread, and the latency of loads in random order."""

from collections.abc import Callable, Iterator
from functools import partial

from hostcheck.bench.base import CannotRun, Context, Options, Settings
from hostcheck.bench.child import run_program
from hostcheck.bench.conditions import Recorder
from hostcheck.bench.idle import require_idle
from hostcheck.bench.memory.cache import last_level_bytes, working_set
from hostcheck.bench.memory.options import MemoryOptions
from hostcheck.bench.memory.programs import Probe, bandwidth, latency
from hostcheck.bench.preflight import preflight
from hostcheck.bench.room import require_memory
from hostcheck.bench.summary import summarise
from hostcheck.quantities import amount
from hostcheck.run.estimators import TURNS
from hostcheck.run.fields import MemoryFields
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import MEMORY_LATENCY, MEMORY_READ, MEMORY_WRITE, METRICS, MetricSpec

PATIENCE_SECONDS = 60.0
"""Seconds that a turn may exceed its length: the program writes the whole working set before it measures."""

UNKNOWN_OPTION = "unrecognized option"

_FINDERS: tuple[tuple[MetricSpec, Callable[[], Probe]], ...] = (
    (METRICS[MEMORY_READ], partial(bandwidth, "read")),
    (METRICS[MEMORY_WRITE], partial(bandwidth, "write")),
    (METRICS[MEMORY_LATENCY], latency),
)


class MemoryWorkload:
    """The memory workload: reads, writes and latency in turns. A metric without its program is skipped."""

    name = "memory"

    def metrics(self, _options: Options) -> tuple[MetricSpec, ...]:
        """Return the metrics, which do not depend on the options."""
        return tuple(spec for spec, _ in _FINDERS)

    def measure(self, context: Context) -> Iterator[Metric]:
        """Measure the metrics in turns. After each round, yield each metric, computed from all samples so far."""
        options = context.options.of(MemoryOptions)
        cache_bytes = last_level_bytes()
        block_bytes = working_set(cache_bytes)
        found, missing = _probes()
        if not found:
            raise missing[-1][1]
        for spec, reason in missing:
            yield spec.skipped(str(reason))
        forced = preflight(
            context,
            ("low-space", partial(require_memory, block_bytes, "programs that measure memory")),
            ("busy", partial(require_idle, context)),
        )
        detail: MemoryFields = {"block_bytes": block_bytes, "cache_bytes": cache_bytes, "forced": list(forced)}
        samples: dict[MetricSpec, list[Sample]] = {spec: [] for spec in found}
        for number in range(1, options.rounds + 1):
            what = f"memory, round {number} of {options.rounds}"
            context.progress.start(what, len(samples) * options.seconds)
            for spec, probe in list(found.items()):
                context.checkpoint()
                sample, unknown = _sample(probe, options.seconds, detail, context)
                context.checkpoint()
                if unknown:
                    del found[spec], samples[spec]
                    yield spec.skipped(f"{probe.name} cannot measure it: it has no such stressor; install a later one")
                    continue
                samples[spec].append(sample)
            said = (_in_words(taken[-1], spec.unit) for spec, taken in samples.items())
            context.progress.done(what, ", ".join(said))
            for spec, taken in samples.items():
                settings: Settings = {"program": found[spec].name, "threads": 1, "block_bytes": block_bytes}
                yield summarise(spec, taken, settings, wanted=options.rounds, estimator=TURNS)


def _probes() -> tuple[dict[MetricSpec, Probe], list[tuple[MetricSpec, CannotRun]]]:
    found: dict[MetricSpec, Probe] = {}
    missing: list[tuple[MetricSpec, CannotRun]] = []
    for spec, find in _FINDERS:
        try:
            found[spec] = find()
        except CannotRun as cannot:
            missing.append((spec, cannot))
    return found, missing


def _sample(probe: Probe, seconds: int, detail: MemoryFields, context: Context) -> tuple[Sample, bool]:
    """Return one sample, and whether the program rejected the command because it lacks this test."""
    with Recorder() as recorder:
        try:
            command = probe.command(seconds, detail["block_bytes"])
            ran = run_program(command, seconds=seconds + PATIENCE_SECONDS, stop=context.stop)
        except OSError as error:
            raise CannotRun(f"{probe.name} cannot be started: {error.strerror}", "install it again") from error
    value = None if ran.problem else probe.value(ran.output)
    reason = ran.problem or ("" if value else f"{probe.name} wrote no figure")
    return recorder.sample(value, reason, detail), bool(ran.problem) and UNKNOWN_OPTION in ran.messages + ran.output


def _in_words(sample: Sample, unit: str) -> str:
    if sample.value is None:
        return f"invalid ({sample.reason})"
    return amount(sample.value, unit) + ("" if unit == "s" else f" {unit}")
