"""Launch storms on one engine: the warm-up, each storm with its samples, and the repair after a restart."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import docker
from docker.errors import NotFound

from hostcheck.bench.base import CannotRun, Context, Settings
from hostcheck.bench.bottleneck import Watched, explain
from hostcheck.bench.cleanup.engine_objects import sweep
from hostcheck.bench.conditions import Point, Recorder
from hostcheck.bench.engine.connection import Engine, engine_must_answer
from hostcheck.bench.engine.objects import inspected
from hostcheck.bench.idle import await_calm, foreign_containers
from hostcheck.bench.page_cache import sync_file_system
from hostcheck.bench.series import SERIES, in_columns, thinned
from hostcheck.bench.storm.definition import StormDefinition
from hostcheck.bench.storm.image import load_image
from hostcheck.bench.storm.launch import Launched, launch
from hostcheck.bench.storm.metrics import (
    ALONE,
    OF_ONE_STORM,
    SINGLE,
    curve_spec,
    makespan_sample,
    sample_of,
    storm_samples,
)
from hostcheck.bench.storm.options import OWN_NETWORK, StormOptions
from hostcheck.bench.storm.parts import LaunchWatch, phases
from hostcheck.bench.storm.room import RoomWatch, StormRoom
from hostcheck.bench.storm.shape import asked_of, provide_network, run_beside
from hostcheck.bench.storm.surroundings import surroundings
from hostcheck.busybox import Busybox
from hostcheck.run.fields import StormFields
from hostcheck.run.measured import Sample
from hostcheck.run.metrics import MetricSpec

BESIDE_SECONDS = 6 * 3600
"""Seconds after which a container beside a storm ends by itself, in case hostcheck and its sweeper are killed."""

LINGER_SECONDS = 1.0
"""Seconds that the warm-up's containers must keep running: a shell that finds no ``sleep`` ends at once."""


@dataclass(frozen=True, slots=True)
class Storms:
    """The storms of one workload on one engine. All containers are created with the request ``request``.

    Attributes:
        context: the context of the workload.
        options: the options of the storms.
        engine: the engine that launches the containers.
        clients: connected clients of the engine, one for each container of the largest storm.
        definition: the definition in benchmarks/storm/storm.toml, changed as the options say.
        request: the body of POST /containers/create.
        image_id: identifies the content of the image. It must be equal on two hosts for their storms to be comparable.
        forced: the objections to measuring that the user overrode.
        watch: the devices, processes and folders that are monitored during the storms.
        room: checks and monitors the free space of the engine's disks.
        busybox: the program of the containers; None if the image is the user's own.
    """

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
            Interrupted: if the user asked to stop.
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
        self.room.require(len(self.clients) + self.options.beside)

    def specs(self, count: int) -> Sequence[MetricSpec]:
        """Return the metrics for which a storm of ``count`` containers gives samples."""
        if count == self.options.containers:
            return OF_ONE_STORM
        return (SINGLE if count == 1 else curve_spec(count),)

    def mend(self) -> None:
        """Remove the objects that a storm left in the engine, after a restart of the engine interrupted it.

        Raises:
            CannotRun: if something cannot be removed.
        """
        sweep(self.clients[0], self.context.run_id, looks=1, give_up=self.engine.heartbeat.is_over)
        if self.definition.network == OWN_NETWORK:
            provide_network(self.clients[0], OWN_NETWORK, self.context.run_id)

    def mend_all(self) -> None:
        """Remove the objects of an interrupted storm (``mend``), and start the containers beside the storm again.

        Raises:
            CannotRun: as ``mend`` and ``run_beside`` do.
        """
        self.mend()
        self.run_beside()

    def run_beside(self) -> None:
        """Start the containers that run beside the storm.

        Raises:
            CannotRun: if a container does not start, the user's own image is missing, or there is too little room.
            Interrupted: if the user asked to stop.
        """
        if self.options.beside:
            self._require_image()
            # They sleep, as those of the storm do, but longer than the storms last. An image's own entry point goes on.
            sleep = {"Entrypoint": ["/bin/sh"], "Cmd": ["-c", f"exec sleep {BESIDE_SECONDS}"]}
            command = {} if self.options.ready.is_own else sleep
            names = f"hostcheck-{self.context.run_id[:8]}-beside"
            self.room.require(self.options.beside)
            with self.room.watch() as watch:
                checks = (self.context.checkpoint, watch.check)
                run_beside(self.clients[0], self.request | command, names, self.options.beside, checks)

    def _require_image(self) -> None:
        """Create the image again if a user or a restart of the engine removed it.

        Raises:
            CannotRun: if the image is the user's own.
        """
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
            Interrupted: if the user asked to stop.
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
        """Launch and remove one container, observe the engine meanwhile, and return the sample.

        Raises:
            CannotRun: if the engine has stopped.
            Interrupted: if the user asked to stop.
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
        """Launch ``count`` containers at once, and return their times and the watch of the space that they took.

        Raises:
            CannotRun: if there is too little room, or the engine has stopped.
            Interrupted: if the user asked to stop.
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


def _shifted(series: Sequence[Point], shift: float) -> list[Point]:
    """Return the series with its times in seconds since the release, like the containers' times."""
    return [{**point, "t": round((point["t"] or 0.0) - shift, 3)} for point in series]
