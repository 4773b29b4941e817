"""Launch different kinds of storms (variants) in turns.

The variants differ in network, ports and volumes. So the differences between their times show what makes a launch slow.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from hostcheck.bench.base import Context, Settings
from hostcheck.bench.series import of_the_typical
from hostcheck.bench.storm.metrics import ALONE, MAKESPAN, TEARDOWN
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.summary import summarise
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import LAUNCH_VARIANTS, MetricSpec, launch_of, removal_of

SHAPES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "host": {"network": "host"},
        "none": {"network": "none"},
        "bridge": {"network": "bridge"},
        "port": {"network": "bridge", "ports": 1},
        "ports": {"network": "bridge", "ports": 10},
        "volumes": {"network": "none", "volumes": 4},
    }
)
"""The options of the containers of each variant; see ``hostcheck.run.metrics.LAUNCH_VARIANTS``."""

USUAL_SECONDS = 6.0
"""Usual duration of a storm of a variant in seconds."""
ALONE_SECONDS = 2.0
"""Usual duration of one container alone in seconds."""
ALONE_A_TURN = 3
"""Number of launches of one container alone in each turn.

A launch takes little time, and the differences between launches separate the causes of its time.
"""


Storm = Callable[[StormOptions], tuple[Mapping[MetricSpec, Sample], Settings]]
"""A function that launches one storm with these options, and returns its samples and its settings."""


def variants_of(*, has_bridge: bool, shares_ports: bool = False) -> tuple[str, ...]:
    """Return the variants that can be launched.

    Args:
        has_bridge: whether the engine has a bridge.
        shares_ports: whether the containers may all listen on one port. On the host's network, only one container can.
    """
    left_out = {*(() if has_bridge else ("bridge",)), *(("host",) if shares_ports else ())}
    return tuple(name for name in LAUNCH_VARIANTS if SHAPES[name]["network"] not in left_out)


def variant_specs(variants: Sequence[str]) -> tuple[MetricSpec, ...]:
    """Return the metrics of the variants (launch and removal per container), and the metric of one container alone."""
    return (*(spec for name in variants for spec in (launch_of(name), removal_of(name))), ALONE)


def alone(variants: Sequence[str], options: StormOptions) -> StormOptions:
    """Return the options of one container alone.

    It has a port, as most servers have, if ports can be published.
    """
    return replace(options, **SHAPES["port" if "port" in variants else "none"])


def in_turns(
    context: Context, options: StormOptions, variants: Sequence[str], storm: Storm, one: Storm
) -> Iterator[Metric]:
    """Launch a storm of each variant in each turn, and yield the metrics of a variant after each of its storms.

    Each turn begins with another variant, so that a change of the host affects all variants.

    Args:
        context: the context of the workload.
        options: the storm's options.
        variants: the names of the variants.
        storm: a function that launches one storm.
        one: a function that launches one container alone.

    Raises:
        CannotRun: if the engine has stopped.
        Interrupted: if the user asked to stop.
    """
    turns = options.repeats.least
    samples: dict[MetricSpec, list[Sample]] = {}
    for turn in range(turns):
        first = turn % len(variants)
        for number in range(ALONE_A_TURN * turn, ALONE_A_TURN * (turn + 1)):
            context.checkpoint()
            what = f"one container alone, {number + 1} of {ALONE_A_TURN * turns}"
            context.progress.start(what, ALONE_SECONDS)
            taken, settings = one(alone(variants, options))
            context.progress.done(what, _in_words(taken[ALONE]))
            samples.setdefault(ALONE, []).append(taken[ALONE])
            yield summarise(ALONE, samples[ALONE], settings, wanted=ALONE_A_TURN * turns)
        for name in (*variants[first:], *variants[:first]):
            context.checkpoint()
            what = f"launch with {LAUNCH_VARIANTS[name]}, {turn + 1} of {turns}"
            context.progress.start(what, USUAL_SECONDS)
            taken, settings = storm(replace(options, **SHAPES[name]))
            makespan = taken[MAKESPAN]
            context.progress.done(what, _in_words(makespan))
            for spec, of_storm in ((launch_of(name), makespan), (removal_of(name), taken[TEARDOWN])):
                samples.setdefault(spec, []).append(_per_container(of_storm, options.containers))
                yield summarise(spec, of_the_typical(samples[spec]), settings, wanted=turns)


def _in_words(sample: Sample) -> str:
    return f"{sample.value:.2f} s" if sample.value else f"invalid ({sample.reason})"


def _per_container(sample: Sample, count: int) -> Sample:
    return sample if sample.value is None else replace(sample, value=sample.value / count)
