"""The launch storm: containers launched at once, each timed from the request until it is ready."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import partial

import psutil

from hostcheck.bench.base import CannotRun, Context, Options, Settings, as_named
from hostcheck.bench.bottleneck import BRIEF, watched
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.cleanup.engine_objects import swept
from hostcheck.bench.conditions import now_utc
from hostcheck.bench.engine.bridge import has_bridge
from hostcheck.bench.engine.connection import engine_must_answer, find_engine
from hostcheck.bench.engine.objects import Image, inspected
from hostcheck.bench.engine.restart import despite_restarts, retried
from hostcheck.bench.idle import require_alone, require_idle
from hostcheck.bench.preflight import preflight
from hostcheck.bench.room import require_disk, require_memory
from hostcheck.bench.series import of_the_typical
from hostcheck.bench.stopping import PRECISION
from hostcheck.bench.storm.definition import StormDefinition, read_definition
from hostcheck.bench.storm.density import BATCH, Density, Limit, fill, remove_all
from hostcheck.bench.storm.descriptors import A_CLIENT, allow_descriptors
from hostcheck.bench.storm.image import load_image, own_image
from hostcheck.bench.storm.launch import Launched
from hostcheck.bench.storm.metrics import (
    ALONE,
    HELD,
    MAKESPAN,
    MEMORY_EACH,
    OF_ONE_STORM,
    SINGLE,
)
from hostcheck.bench.storm.options import USUAL_CONTAINERS, StormOptions
from hostcheck.bench.storm.output import READY
from hostcheck.bench.storm.room import StormRoom
from hostcheck.bench.storm.shape import commanded, provide_network, shaped
from hostcheck.bench.storm.storms import BESIDE_SECONDS, Storms
from hostcheck.bench.storm.variants import in_turns, variant_specs, variants_of
from hostcheck.bench.summary import summarise
from hostcheck.labels import labels
from hostcheck.resources import data_dir
from hostcheck.run.details import StormDetail
from hostcheck.run.fields import StormFields
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import MetricSpec

DOING = "measuring the storm"

USUAL_SECONDS = 5.0
"""Usual duration in seconds of a storm of USUAL_CONTAINERS on a fast host with two CPUs, including the removal."""


class StormWorkload:
    """Containers launched at once. The makespan is the time from the release until the last container is ready."""

    name = "storm"

    def metrics(self, options: Options) -> tuple[MetricSpec, ...]:
        """Return the metrics of a storm and a single container, or those of the option ``density`` or ``explain``."""
        if options.of(StormOptions).density:
            return (HELD, MEMORY_EACH)
        if options.of(StormOptions).explain:
            return variant_specs(variants_of(has_bridge=True, shares_ports=options.of(StormOptions).ready.is_own))
        return (*OF_ONE_STORM, SINGLE)

    def measure(self, context: Context) -> Iterator[Metric]:
        """Launch storms as the options say. After each, yield its metrics, computed from all samples so far."""
        options = context.options.of(StormOptions)
        with as_named(context.docker_host, DOING):
            engine = find_engine(context.docker_host, context.stop, context.own_log)
        count = BATCH if options.density else max(options.containers, *options.curve, 2)
        busybox = None if options.image else find_busybox()
        definition = _read()
        if wanted := options.network or ("bridge" if options.ports else None):
            definition = replace(definition, network=wanted)
        if options.density:
            # As those beside a storm: they run until the last batch is ready.
            script = f"echo {READY.decode()}; exec sleep {BESIDE_SECONDS}"
            definition = replace(definition, command=("/bin/sh", "-c", script))
        all_ = count + options.beside
        allow_descriptors(A_CLIENT * count, f"{count} containers")
        with ExitStack() as cleanup:
            with engine_must_answer("connecting to the engine"):
                # All clients connect before any time is measured.
                clients = [cleanup.enter_context(engine.connect()) for _ in range(count)]
            forced = preflight(
                context,
                ("low-space", partial(require_disk, engine.layers.folder)),
                ("low-space", partial(require_memory, all_ * options.bytes_each, f"{all_} containers")),
                ("running", partial(require_alone, clients[0], context.run_id)),
                ("busy", partial(require_idle, context)),
            )
            watch = watched(engine)
            room = StormRoom(watch.folders)
            # The user's own image is removed only after the containers that use it.
            with as_named(options.image, DOING):
                own = cleanup.enter_context(own_image(clients[0], options.image, room)) if options.image else ""
            cleanup.enter_context(swept(engine, clients[0], context))
            network = provide_network(clients[0], definition.network, context.run_id)
            image = load_image(clients[0], busybox, context.run_id) if busybox else own
            with engine_must_answer("looking at the image"):
                found = inspected(clients[0], image)
            room.expect(found, engine.storage_driver)
            _require_signal(options, found)
            request = commanded(definition.request(image, labels(context.run_id)), definition, options.ready)
            request = shaped(request, options, network)
            # The id of an image that hostcheck made depends on its labels, and differs in each run.
            image_id = busybox.image_id if busybox else image
            storms = Storms(
                context, options, engine, clients, definition, request, image_id, forced, watch, room, busybox
            )
            retried(engine.heartbeat, storms.warm_up, storms.mend)
            storms.run_beside()
            yield from _measured(storms, context)


def _measured(storms: Storms, context: Context) -> Iterator[Metric]:
    if storms.options.density:
        return _fill(storms, context, storms.options.density)
    return _explain(storms, context) if storms.options.explain else _repeat(storms, context)


def _repeat(storms: Storms, context: Context) -> Iterator[Metric]:
    options = storms.options
    samples: dict[MetricSpec, list[Sample]] = {}
    expected: dict[int, float] = {}
    turn, spent = 1, 0.0
    while not options.repeats.are_enough(samples.get(MAKESPAN, ()), spent):
        # Storms of different sizes take turns, so that a change of the host affects all sizes.
        for count in (1, *options.curve, options.containers):
            context.checkpoint()
            what = f"storm of {count}, {options.repeats.place(turn)}"
            context.progress.start(what, expected.get(count, USUAL_SECONDS * count / USUAL_CONTAINERS))
            heartbeat, specs = storms.engine.heartbeat, storms.specs(count)
            taken, _ = despite_restarts(heartbeat, specs, partial(storms.samples, count), storms.mend_all)
            first = next(iter(taken.values()))
            expected[count] = first.seconds or expected.get(count, USUAL_SECONDS)
            spent += first.seconds
            context.progress.done(what, _makespan_in_words(first))
            for spec, sample in taken.items():
                samples.setdefault(spec, []).append(sample)
                settings = storms.settings(count)
                yield summarise(
                    spec, of_the_typical(samples[spec]), settings, wanted=options.repeats.least, precision=PRECISION
                )
        turn += 1


def _explain(storms: Storms, context: Context) -> Iterator[Metric]:
    variants = variants_of(
        has_bridge=(bridged := has_bridge(storms.clients[0])), shares_ports=storms.options.ready.is_own
    )
    if not bridged:
        context.progress.note("the engine has no bridge: what a bridge and ports add to a launch is not measured")

    def of(options: StormOptions) -> Storms:
        network = options.network or storms.definition.network
        return replace(
            storms,
            options=options,
            definition=replace(storms.definition, network=network),
            request=shaped(storms.request, options, network),
        )

    def storm(options: StormOptions) -> tuple[Mapping[MetricSpec, Sample], Settings]:
        kind = of(options)
        take = partial(kind.samples, options.containers)
        taken, _ = despite_restarts(storms.engine.heartbeat, OF_ONE_STORM, take, kind.mend_all)
        return taken, kind.settings(options.containers)

    def one(options: StormOptions) -> tuple[Mapping[MetricSpec, Sample], Settings]:
        kind = of(options)
        taken, _ = despite_restarts(storms.engine.heartbeat, (ALONE,), kind.alone, kind.mend_all)
        return taken, kind.settings(1)

    yield from in_turns(context, storms.options, variants, storm, one)


def _fill(storms: Storms, context: Context, limit: Limit) -> Iterator[Metric]:
    """Launch batches of containers that keep running. After each, yield how many run and the memory of each."""
    kept: list[str] = []
    started, began = now_utc(), time.monotonic()

    def launch_batch(number: int) -> Launched:
        context.checkpoint()
        what = f"containers {BATCH * number + 1} to {BATCH * (number + 1)}"
        context.progress.start(what, USUAL_SECONDS)
        launched, _ = storms.launch(BATCH, f"density-{number}", keep=True)
        kept.extend(life.id for life in launched.lives if life.id)
        context.progress.done(what, f"{launched.makespan:.2f} s" if not launched.failed else "failed")
        return launched

    guards: tuple[Callable[[Density], None], ...] = (
        lambda found: found.require_memory(storms.options.bytes_each),
        lambda _found: storms.room.require(BATCH),
    )
    try:
        for found in fill(limit, launch_batch, guards, lambda: psutil.virtual_memory().available):
            detail: StormFields = {
                "forced": list(storms.forced),
                "engine": storms.engine.title,
                "image": storms.request["Image"],
                "density": [asdict(step) for step in found.steps],
                "density_ended": found.ended,
            }
            empty = Sample(None, valid=False, seconds=time.monotonic() - began, started=started, detail=detail)
            for spec, value in ((HELD, found.held), (MEMORY_EACH, (found.memory_each or 0.0) / 1e6)):
                known = replace(empty, value=float(value), valid=True)
                sample = known if value else replace(empty, reason=found.ended or "no memory was taken")
                yield summarise(spec, [sample], storms.settings(BATCH), wanted=1)
    finally:
        remove_all(storms.clients, kept)


def _makespan_in_words(makespan: Sample) -> str:
    if makespan.value is None:
        return f"invalid ({makespan.reason})"
    return ", ".join(filter(None, (f"{makespan.value:.2f} s", BRIEF.get(StormDetail(makespan.detail).why.verdict))))


def _require_signal(options: StormOptions, image: Image) -> None:
    """Check that the image has a HEALTHCHECK if health makes its containers ready.

    Raises:
        CannotRun: if the image has no HEALTHCHECK.
    """
    if options.ready.kind == "health" and not image.has_health_check:
        raise CannotRun(f"the image {options.image} has no HEALTHCHECK", "use --ready port:NUMBER or line:REGEX")


def _read() -> StormDefinition:
    path = data_dir("benchmarks") / "storm" / "storm.toml"
    try:
        return read_definition(path)
    except (OSError, ValueError) as error:
        remedy = f"install hostcheck again: {path} is damaged"
        raise CannotRun(f"cannot read the storm's definition: {error}", remedy) from error
