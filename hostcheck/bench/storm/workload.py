"""The launch storm: containers launched at once, each timed from the request until it is ready."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import docker
import psutil
from docker.errors import NotFound

from hostcheck.bench.base import CannotRun, Context, Options, Settings, as_named
from hostcheck.bench.bottleneck import BRIEF, Watched, explain, watched
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.cleanup.engine_objects import sweep, swept
from hostcheck.bench.conditions import Point, Recorder, now_utc
from hostcheck.bench.engine.bridge import has_bridge
from hostcheck.bench.engine.connection import Engine, engine_must_answer, find_engine
from hostcheck.bench.engine.objects import Image, inspected
from hostcheck.bench.engine.restart import despite_restarts, retried
from hostcheck.bench.idle import await_calm, foreign_containers, require_alone, require_idle
from hostcheck.bench.page_cache import sync_file_system
from hostcheck.bench.preflight import preflight
from hostcheck.bench.room import CONTAINER_BYTES, require_disk, require_memory
from hostcheck.bench.series import SERIES, in_columns, of_the_typical, thinned
from hostcheck.bench.stopping import PRECISION
from hostcheck.bench.storm.definition import StormDefinition, read_definition
from hostcheck.bench.storm.density import BATCH, Limit, fill, remove_all
from hostcheck.bench.storm.descriptors import A_CLIENT, allow_descriptors
from hostcheck.bench.storm.image import load_image, own_image
from hostcheck.bench.storm.launch import Launched, launch
from hostcheck.bench.storm.metrics import (
    ALONE,
    HELD,
    MAKESPAN,
    MEMORY_EACH,
    OF_ONE_STORM,
    SINGLE,
    curve_spec,
    makespan_sample,
    sample_of,
    storm_samples,
)
from hostcheck.bench.storm.options import OWN_NETWORK, USUAL_CONTAINERS, StormOptions
from hostcheck.bench.storm.output import READY
from hostcheck.bench.storm.parts import LaunchWatch, phases
from hostcheck.bench.storm.room import RoomWatch, StormRoom
from hostcheck.bench.storm.shape import asked_of, commanded, provide_network, run_beside, shaped
from hostcheck.bench.storm.surroundings import surroundings
from hostcheck.bench.storm.variants import in_turns, variant_specs, variants_of
from hostcheck.bench.summary import summarise
from hostcheck.busybox import Busybox
from hostcheck.labels import labels
from hostcheck.resources import data_dir
from hostcheck.run.details import StormDetail
from hostcheck.run.fields import StormFields
from hostcheck.run.metrics import MetricSpec
from hostcheck.run.model import Metric, Sample

DOING = "measuring the storm"

USUAL_SECONDS = 5.0
"""Usual duration in seconds of a storm of USUAL_CONTAINERS on a fast host with two CPUs, including the removal."""

BESIDE_SECONDS = 6 * 3600
"""Seconds after which a container that runs beside a storm ends, should hostcheck and its sweeper be killed."""

LINGER_SECONDS = 1.0
"""Seconds that the warm-up's containers must keep running: a shell that finds no ``sleep`` ends at once."""


class StormWorkload:
    """Containers launched at once. The makespan is the time from the release until the last container is ready."""

    name = "storm"

    def metrics(self, options: Options) -> tuple[MetricSpec, ...]:
        """Return the metrics of a storm and of a single container, or those that explain a launch."""
        if options.of(StormOptions).density:
            return (HELD, MEMORY_EACH)
        if options.of(StormOptions).explain:
            return variant_specs(variants_of(has_bridge=True, shares_ports=options.of(StormOptions).ready.is_own))
        return (*OF_ONE_STORM, SINGLE)

    def measure(self, context: Context) -> Iterator[Metric]:
        """Launch storms as often as the options say, and yield the metrics of all samples so far after each storm."""
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
                ("low-space", partial(require_memory, all_ * CONTAINER_BYTES, f"{all_} containers")),
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
            bench = _Bench(
                context, options, engine, clients, definition, request, image_id, forced, watch, room, busybox
            )
            retried(engine.heartbeat, bench.warm_up, bench.mend)
            bench.run_beside()
            yield from _measured(bench, context)


def _measured(bench: "_Bench", context: Context) -> Iterator[Metric]:
    if bench.options.density:
        return _fill(bench, context, bench.options.density)
    return _explain(bench, context) if bench.options.explain else _repeat(bench, context)


def _repeat(bench: "_Bench", context: Context) -> Iterator[Metric]:
    options = bench.options
    samples: dict[MetricSpec, list[Sample]] = {}
    expected: dict[int, float] = {}
    turn, spent = 1, 0.0
    while not options.repeats.are_enough(samples.get(MAKESPAN, ()), spent):
        # Storms of different sizes take turns, so that a change of the host affects all sizes.
        for count in (1, *options.curve, options.containers):
            context.checkpoint()
            what = f"storm of {count}, {options.repeats.place(turn)}"
            context.progress.start(what, expected.get(count, USUAL_SECONDS * count / USUAL_CONTAINERS))
            heartbeat, specs = bench.engine.heartbeat, bench.specs(count)
            taken, _ = despite_restarts(heartbeat, specs, partial(bench.samples, count), bench.mend_all)
            first = next(iter(taken.values()))
            expected[count] = first.seconds or expected.get(count, USUAL_SECONDS)
            spent += first.seconds
            context.progress.done(what, _makespan_in_words(first))
            for spec, sample in taken.items():
                samples.setdefault(spec, []).append(sample)
                settings = bench.settings(count)
                yield summarise(
                    spec, of_the_typical(samples[spec]), settings, wanted=options.repeats.least, precision=PRECISION
                )
        turn += 1


def _explain(bench: "_Bench", context: Context) -> Iterator[Metric]:
    variants = variants_of(
        has_bridge=(bridged := has_bridge(bench.clients[0])), shares_ports=bench.options.ready.is_own
    )
    if not bridged:
        context.progress.note("the engine has no bridge: what a bridge and ports add to a launch is not measured")

    def of(options: StormOptions) -> _Bench:
        network = options.network or bench.definition.network
        return replace(
            bench,
            options=options,
            definition=replace(bench.definition, network=network),
            request=shaped(bench.request, options, network),
        )

    def storm(options: StormOptions) -> tuple[Mapping[MetricSpec, Sample], Settings]:
        kind = of(options)
        take = partial(kind.samples, options.containers)
        taken, _ = despite_restarts(bench.engine.heartbeat, OF_ONE_STORM, take, kind.mend_all)
        return taken, kind.settings(options.containers)

    def one(options: StormOptions) -> tuple[Mapping[MetricSpec, Sample], Settings]:
        kind = of(options)
        taken, _ = despite_restarts(bench.engine.heartbeat, (ALONE,), kind.alone, kind.mend_all)
        return taken, kind.settings(1)

    yield from in_turns(context, bench.options, variants, storm, one)


def _fill(bench: "_Bench", context: Context, limit: Limit) -> Iterator[Metric]:
    """Launch more and more containers, and yield how many ran and their memory after each batch."""
    kept: list[str] = []
    started, began = now_utc(), time.monotonic()

    def launch_batch(number: int) -> Launched:
        context.checkpoint()
        what = f"containers {BATCH * number + 1} to {BATCH * (number + 1)}"
        context.progress.start(what, USUAL_SECONDS)
        launched, _ = bench.launch(BATCH, f"density-{number}", keep=True)
        kept.extend(life.id for life in launched.lives if life.id)
        context.progress.done(what, f"{launched.makespan:.2f} s" if not launched.failed else "failed")
        return launched

    guards = (
        partial(require_memory, BATCH * CONTAINER_BYTES, f"{BATCH} containers"),
        partial(bench.room.require, BATCH),
    )
    try:
        for found in fill(limit, launch_batch, guards, lambda: psutil.virtual_memory().available):
            detail: StormFields = {
                "forced": list(bench.forced),
                "engine": bench.engine.title,
                "image": bench.request["Image"],
                "density": [asdict(step) for step in found.steps],
                "density_ended": found.ended,
            }
            empty = Sample(None, valid=False, seconds=time.monotonic() - began, started=started, detail=detail)
            for spec, value in ((HELD, found.held), (MEMORY_EACH, (found.memory_each or 0.0) / 1e6)):
                known = replace(empty, value=float(value), valid=True)
                sample = known if value else replace(empty, reason=found.ended or "no memory was taken")
                yield summarise(spec, [sample], bench.settings(BATCH), wanted=1)
    finally:
        remove_all(bench.clients, kept)


def _makespan_in_words(makespan: Sample) -> str:
    if makespan.value is None:
        return f"invalid ({makespan.reason})"
    return ", ".join(filter(None, (f"{makespan.value:.2f} s", BRIEF.get(StormDetail(makespan.detail).why.verdict))))


@dataclass(frozen=True, slots=True)
class _Bench:
    """Runs the storms of one workload."""

    context: Context
    options: StormOptions
    engine: Engine
    clients: Sequence[docker.APIClient]
    definition: StormDefinition
    request: dict[str, Any]
    image_id: str
    forced: tuple[str, ...]
    watch: Watched
    room: StormRoom
    busybox: Busybox | None

    def settings(self, count: int) -> Settings:
        """Return values that must be equal on two hosts for their storms of ``count`` containers to be comparable."""
        return {
            **self.engine.settings,
            **(self.engine.networking if self.definition.network not in {"none", "host"} else {}),
            **asked_of(self.options),
            "containers": count,
            "network": self.definition.network,
            "image": self.image_id,
            "workload_sha256": self.definition.sha256,
        }

    def warm_up(self) -> None:
        """Launch one container as a test, then two. Their times are not used, because the first launches are slow.

        Raises:
            CannotRun: if the engine does not launch the container (with the engine's message), or if the largest storm
                would leave too little free space.
            Interrupted: when the user asked to stop.
        """
        self._require_image()
        before = self.engine.layers.moments()
        seen = []
        for count, name in ((1, "canary"), (2, "warm-up")):
            launched, watch = self.launch(count, name, linger_seconds=LINGER_SECONDS)
            if launched.failed:
                raise CannotRun(f"launching one container as a test failed: {launched.errors[0]}", self._remedy)
            seen.append((watch, count))
            self.room.learn(*seen)
        self.engine.layers.prove(before)
        self.room.require(len(self.clients))

    def specs(self, count: int) -> Sequence[MetricSpec]:
        """Return the metrics that a storm of ``count`` containers has samples of."""
        if count == self.options.containers:
            return OF_ONE_STORM
        return (SINGLE if count == 1 else curve_spec(count),)

    def mend(self) -> None:
        """Remove what a storm left in the engine after a restart of the engine interrupted it.

        Raises:
            CannotRun: if something cannot be removed.
        """
        sweep(self.clients[0], self.context.run_id, looks=1, give_up=self.engine.heartbeat.is_over)
        if self.definition.network == OWN_NETWORK:
            provide_network(self.clients[0], OWN_NETWORK, self.context.run_id)

    def mend_all(self) -> None:
        """Do the same as ``mend``, and start the containers that run beside the storm again.

        Raises:
            CannotRun: as ``mend`` and ``run_beside`` do.
        """
        self.mend()
        self.run_beside()

    def run_beside(self) -> None:
        """Start the containers that run beside the storm.

        Raises:
            CannotRun: if one does not start.
        """
        if self.options.beside:
            self._require_image()
            # They sleep, as those of the storm do, but longer than the storms last. An entry point of its own goes on.
            sleep = {"Entrypoint": ["/bin/sh"], "Cmd": ["-c", f"exec sleep {BESIDE_SECONDS}"]}
            command = {} if self.options.ready.is_own else sleep
            names = f"hostcheck-{self.context.run_id[:8]}-beside"
            run_beside(self.clients[0], self.request | command, names, self.options.beside)

    def _require_image(self) -> None:
        """Create the image again if it was removed, by a user or a restart of the engine."""
        image = self.request["Image"]
        with engine_must_answer("looking for the storm's image"):
            try:
                inspected(self.clients[0], image)
            except NotFound:
                if self.busybox is None:
                    raise CannotRun(
                        f"the image {self.options.image} was removed from the engine during the measurement",
                        "pull or load the image, and measure again",
                    ) from None
                self.request["Image"] = load_image(self.clients[0], self.busybox, self.context.run_id)

    def samples(self, count: int) -> dict[MetricSpec, Sample]:
        """Launch ``count`` containers at once, and return a sample of each metric of the storm, the makespan first.

        Raises:
            CannotRun: if the engine has stopped.
            Interrupted: when the user asked to stop.
        """
        self._require_image()
        foreign = foreign_containers(self.clients[0], self.context.run_id)
        around = surroundings(foreign + self.options.beside)
        # Creating a container syncs the whole file system: dirty pages of other programs must be written before.
        sync_file_system(self.engine.layers.folder)
        busy_before = await_calm(self.context)
        cpu = time.process_time()
        with Recorder(self.watch.gauges) as recorder:
            launched, _ = self.launch(count, "storm")
        shift = launched.released - recorder.origin
        series = _shifted(recorder.series, shift)
        detail: StormFields = {
            "failed": launched.failed,
            "total_seconds": round(launched.total, 4),
            "launches_per_second": round(count / launched.makespan, 3) if launched.makespan else None,
            "client_cpu_seconds": round(time.process_time() - cpu, 3),
            "foreign_containers": foreign,
            "around": around,
            "busy_before_percent": busy_before,
            "forced": list(self.forced),
            "engine": self.engine.title,
            "layers": f"{self.engine.layers.folder} ({self.engine.layers.known_by})",
            "image": self.request["Image"],
            "why": explain(self.watch, series, (0.0, launched.makespan), recorder.counted, containers=count),
            "containers": [life.as_json() for life in launched.lives],
            SERIES: in_columns(_shifted(thinned(recorder.series), shift)),
        }
        if count == self.options.containers:
            return storm_samples(launched, recorder, detail)
        return {SINGLE if count == 1 else curve_spec(count): makespan_sample(launched, recorder, detail)}

    def alone(self) -> dict[MetricSpec, Sample]:
        """Launch and remove one container, observe what the engine does meanwhile, and return the sample.

        Raises:
            CannotRun: if the engine has stopped.
            Interrupted: when the user asked to stop.
        """
        self._require_image()
        sync_file_system(self.engine.layers.folder)
        await_calm(self.context)
        with Recorder(self.watch.gauges) as recorder, LaunchWatch(self.engine.processes) as seen:
            launched, _ = self.launch(1, "alone")
        (life,) = launched.lives
        detail: StormFields = {
            "forced": list(self.forced),
            "engine": self.engine.title,
            "image": self.request["Image"],
            "containers": [life.as_json()],
        }
        if life.error:
            return {ALONE: sample_of(launched, recorder, 0.0, detail)}
        found = seen.parts(life, launched.released)
        detail |= {"parts": found} if not seen.unknown else {"parts_unknown": seen.unknown}
        seconds = sum(end - begin for begin, end in phases(life).values())
        return {ALONE: sample_of(launched, recorder, seconds, detail)}

    @property
    def _remedy(self) -> str:
        if self.options.ready.is_own:
            return f"check what docker run {self.options.image} prints, and that it becomes ready by itself"
        if self.options.image:
            return "check the engine's log, or name an image for this machine's architecture that contains sh and sleep"
        return "check the engine's log"

    def launch(
        self, count: int, name: str, *, linger_seconds: float = 0.0, keep: bool = False
    ) -> tuple[Launched, RoomWatch]:
        """Launch containers at once, and return their times and the room that they took.

        Raises:
            CannotRun: if there is too little room, or the engine has stopped.
            Interrupted: when the user asked to stop.
        """
        names = f"hostcheck-{self.context.run_id[:8]}-{name}"
        self.room.require(count)
        with self.room.watch() as watch:
            launched = launch(
                self.clients[:count],
                self.request,
                names,
                self.context.stop,
                ready=self.options.ready,
                halt=watch.short,
                linger_seconds=linger_seconds,
                keep=keep,
            )
        return launched, watch


def _require_signal(options: StormOptions, image: Image) -> None:
    """Check that the image has a HEALTHCHECK if health makes its containers ready.

    Raises:
        CannotRun: if it has not.
    """
    if options.ready.kind == "health" and not image.has_health_check:
        raise CannotRun(f"the image {options.image} has no HEALTHCHECK", "use --ready port:NUMBER or line:REGEX")


def _shifted(series: Sequence[Point], shift: float) -> list[Point]:
    """Return the series with times in seconds since the release, like the containers' times."""
    return [{**point, "t": round((point["t"] or 0.0) - shift, 3)} for point in series]


def _read() -> StormDefinition:
    path = data_dir("benchmarks") / "storm" / "storm.toml"
    try:
        return read_definition(path)
    except (OSError, ValueError) as error:
        remedy = f"install hostcheck again: {path} is damaged"
        raise CannotRun(f"cannot read the storm's definition: {error}", remedy) from error
