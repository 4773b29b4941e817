"""If the engine is restarted during a sample, wait for it, and mark the sample invalid."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.heartbeat import Heartbeat
from hostcheck.run.measured import Sample
from hostcheck.run.metrics import MetricSpec

Samples = Mapping[MetricSpec, Sample]
Made = TypeVar("Made")


def despite_restarts(
    heartbeat: Heartbeat, specs: Sequence[MetricSpec], take: Callable[[], Samples], mend: Callable[[], None]
) -> tuple[Samples, bool]:
    """Take one sample of each metric. If the engine restarts during this, wait for it, and mark the samples invalid.

    Args:
        heartbeat: monitors whether the engine responds.
        specs: the metrics that ``take`` measures.
        take: a function that takes the samples.
        mend: a function that removes the containers and images that the interrupted samples left.

    Returns:
        The samples, and whether the engine was restarted. If it was, each sample has no value, and its reason is the
        first error.

    Raises:
        CannotRun: as ``take`` does.
        EngineLost: if the engine is not back in time, or hangs.
        Interrupted: if the user stopped the run.
    """
    taken: Samples = {}
    cannot = None
    try:
        taken = take()
    except CannotRun as error:
        cannot = error
    if taken and all(sample.valid for sample in taken.values()):
        return taken, False
    if first := heartbeat.recover():
        mend()
        reason = f"the engine was restarted during this sample: {first}"
        return {
            spec: replace(taken.get(spec, Sample(None)), value=None, valid=False, reason=reason) for spec in specs
        }, True
    if cannot:
        raise cannot
    return taken, False


def retried(heartbeat: Heartbeat, do: Callable[[], Made], mend: Callable[[], None]) -> Made:
    """Run a step that is not measured, and repeat it once if the engine was restarted during it.

    Args:
        heartbeat: the heartbeat of the engine.
        do: a function that runs the step.
        mend: a function that removes the objects that the interrupted step left.

    Raises:
        CannotRun: as ``do`` does.
        EngineLost: if the engine is not back in time, or hangs.
        Interrupted: if the user stopped the run.
    """
    try:
        return do()
    except CannotRun:
        if not heartbeat.recover():
            raise
    mend()
    return do()
