"""An engine that is restarted in the middle of a sample: waited for, and the sample does not count."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from hostcheck.bench.base import CannotRun, MetricSpec
from hostcheck.bench.engine.heartbeat import Heartbeat
from hostcheck.run.model import Sample

Samples = Mapping[MetricSpec, Sample]
Made = TypeVar("Made")


def despite_restarts(
    heartbeat: Heartbeat, specs: Sequence[MetricSpec], take: Callable[[], Samples], mend: Callable[[], None]
) -> tuple[Samples, bool]:
    """Take a sample of each of these metrics; where the engine was restarted meanwhile, wait until it is back.

    Args:
        heartbeat: the engine's.
        specs: what ``take`` gives a sample of.
        take: takes them.
        mend: removes what the restart has left of it.

    Returns:
        What was taken, and whether the engine was restarted: then without values, and with the first cause as the
        reason.

    Raises:
        CannotRun: as ``take`` does.
        EngineLost: when the engine is not back in time, or hangs.
        Interrupted: when the user asked to stop.
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
        reason = f"the engine was restarted during this: {first}"
        return {
            spec: replace(taken.get(spec, Sample(None)), value=None, valid=False, reason=reason) for spec in specs
        }, True
    if cannot:
        raise cannot
    return taken, False


def retried(heartbeat: Heartbeat, do: Callable[[], Made], mend: Callable[[], None]) -> Made:
    """Do what is not measured, and once more where the engine was restarted meanwhile.

    Args:
        heartbeat: the engine's.
        do: does it.
        mend: removes what the restart has left of it.

    Raises:
        CannotRun: as ``do`` does.
        EngineLost: when the engine is not back in time, or hangs.
        Interrupted: when the user asked to stop.
    """
    try:
        return do()
    except CannotRun:
        if not heartbeat.recover():
            raise
    mend()
    return do()
