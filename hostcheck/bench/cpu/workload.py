"""The rate of a program that only computes, with different numbers of threads: from one to one for each CPU."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import accumulate
from statistics import fmean

from hostcheck.bench.base import CannotRun, Context, Options, Settings
from hostcheck.bench.child import run_program
from hostcheck.bench.conditions import Recorder
from hostcheck.bench.cpu.options import CpuOptions
from hostcheck.bench.cpu.program import Loader, find_loader
from hostcheck.bench.idle import require_idle
from hostcheck.bench.levels import course_in_words
from hostcheck.bench.preflight import preflight
from hostcheck.bench.quota import CpuQuota, own_quota
from hostcheck.bench.summary import summarise
from hostcheck.quantities import amount
from hostcheck.run.estimators import TURNS
from hostcheck.run.fields import CpuFields
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import ALL_THREADS, CPU_SUSTAINED, METRICS, ONE_THREAD, SCALING, MetricSpec, spec_of
from hostcheck.stats.changes import LEAST_RATIO, change_points

PATIENCE_SECONDS = 30.0
"""Seconds that a turn may exceed its length: a CPU quota stops a program, and stress-ng waits for its processes."""


MOST_FAILURES = 3
"""Number of failed turns in a row that ends a sustained load.

Without this limit, a program that fails at once would be started again and again.
"""


class CpuWorkload:
    """The CPU workload.

    Short turns with different numbers of threads alternate, so that a change of the host affects all metrics.
    """

    name = "cpu"

    def metrics(self, _options: Options) -> tuple[MetricSpec, ...]:
        """Return the metrics that every host has.

        A host with more than two CPUs also has a metric for each power of two below its number of CPUs.
        """
        return (METRICS[ONE_THREAD], METRICS[ALL_THREADS])

    def measure(self, context: Context) -> Iterator[Metric]:
        """Measure each number of threads in turns, and after each round yield the metrics of all samples so far.

        Steal, a CPU quota and other work lower the rates, and are recorded with each sample. They do not make it
        invalid, because they are part of what the host provides.
        """
        loader = find_loader()
        options = context.options.of(CpuOptions)
        forced = preflight(context, ("busy", partial(require_idle, context)))
        bench = _Bench(context, loader, options.seconds, own_quota(), forced)
        cpus = len(os.sched_getaffinity(0))
        samples: dict[MetricSpec, list[Sample]] = {spec: [] for spec, _ in _steps(cpus)}
        for number in range(1, options.rounds + 1):
            what = f"CPU, round {number} of {options.rounds}"
            context.progress.start(what, len(samples) * options.seconds)
            for spec, threads in _steps(cpus):
                context.checkpoint()
                samples[spec].append(bench.sample(threads))
                context.checkpoint()
            context.progress.done(what, ", ".join(_in_words(taken[-1]) for taken in samples.values()))
            for (spec, threads), taken in zip(_steps(cpus), samples.values(), strict=True):
                settings: Settings = {"program": loader.name, "threads": threads}
                yield summarise(spec, taken, settings, wanted=options.rounds, estimator=TURNS)
        if options.sustained:
            yield _sustained(bench, context, cpus, options.sustained.seconds)


def _sustained(bench: "_Bench", context: Context, cpus: int, seconds: float) -> Metric:
    """Keep all CPUs busy in one turn after the other. The rates of the turns show when a CPU allowance is spent.

    The load ends early after MOST_FAILURES failed turns in a row. If a turn failed, the metric's reason says so.
    """
    context.progress.start("CPU, sustained", seconds)
    until = time.monotonic() + seconds
    turns: list[Sample] = []
    while time.monotonic() < until or not turns:
        turns.append(bench.sample(cpus))
        context.checkpoint()
        if len(turns) >= MOST_FAILURES and not any(turn.valid for turn in turns[-MOST_FAILURES:]):
            break
    counted = [turn for turn in turns if turn.valid]
    failed = [turn for turn in turns if not turn.valid]
    metric = METRICS[CPU_SUSTAINED]
    settings: Settings = {"program": bench.program, "threads": cpus}
    if not counted:
        return summarise(metric, turns, settings, wanted=1)
    rates = [turn.value or 0.0 for turn in counted]
    ends = [end for turn, end in zip(turns, accumulate(turn.seconds for turn in turns), strict=True) if turn.valid]
    detail: CpuFields = {"threads": cpus, "series": {"t": [round(end, 3) for end in ends], "rate": rates}}
    sample = replace(counted[0], value=fmean(rates), seconds=sum(turn.seconds for turn in counted), detail=detail)
    found = summarise(metric, [sample], settings, wanted=1)
    changes = change_points(rates, LEAST_RATIO)
    if changes:
        reason = course_in_words(rates, changes, sample.seconds / len(rates), metric.unit)
        found = replace(found, state="unstable", reason=reason)
    if failed:
        reasons = (found.reason, f"{len(failed)} of {len(turns)} turns failed: {failed[-1].reason}")
        found = replace(found, state="unstable" if changes else "partial", reason="; ".join(filter(None, reasons)))
    context.progress.done("CPU, sustained", f"{amount(sample.value or 0, metric.unit)} events/s {found.reason}".strip())
    return found


class _Bench:
    """The program with its options; each run of it is a sample."""

    def __init__(
        self, context: Context, loader: Loader, seconds: int, quota: CpuQuota, forced: tuple[str, ...]
    ) -> None:
        self._context = context
        self._loader = loader
        self._seconds = seconds
        self._quota = quota
        self._forced = forced

    @property
    def program(self) -> str:
        """Name and version of the program."""
        return self._loader.name

    def sample(self, threads: int) -> Sample:
        """Keep this many threads busy for one turn, and return the rate as a sample.

        Raises:
            CannotRun: if the program cannot be started.
        """
        command = self._loader.command(threads, self._seconds)
        with Recorder((self._quota,)) as recorder:
            try:
                ran = run_program(command, seconds=self._seconds + PATIENCE_SECONDS, stop=self._context.stop)
            except OSError as error:
                raise CannotRun(f"{self._loader.name} cannot be started: {error.strerror}", "install it") from error
        value = self._loader.rate(ran.output)
        reason = ran.problem or ("" if value else f"{self._loader.name} wrote no rate")
        detail: CpuFields = {
            "threads": threads,
            "cpus_delivered": round(ran.cpu_seconds / ran.seconds, 4),
            "forced": list(self._forced),
        }
        if self._quota.known:
            detail["quota"] = self._quota.setting
        if (periods := recorder.counted.get("quota_periods", 0.0)) > 0:
            detail["quota_stops_percent"] = round(100 * recorder.counted.get("quota_stops", 0.0) / periods, 1)
        return recorder.sample(value, reason, detail)


def _steps(cpus: int) -> Iterator[tuple[MetricSpec, int]]:
    """Yield each metric with its number of threads: one, each power of two below ``cpus``, and ``cpus``."""
    yield METRICS[ONE_THREAD], 1
    threads = 2
    while threads < cpus:
        spec = spec_of(SCALING.replace("N", str(threads)))
        assert spec is not None
        yield spec, threads
        threads *= 2
    yield METRICS[ALL_THREADS], cpus


def _in_words(sample: Sample) -> str:
    return f"invalid ({sample.reason})" if sample.value is None else f"{amount(sample.value, 'events/s')} events/s"
