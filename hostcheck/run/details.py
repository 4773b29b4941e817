"""What a sample has beside its value, by workload: views of ``Sample.detail`` with named fields and units.

A run file comes from anywhere. What is there but not as it is described here reads as absent; what is not described
here is kept in the file, and read by nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hostcheck.run.model import Sample
from hostcheck.run.shape import LARGEST

MOST_IOPS = 1e12
"""No disk does so many I/Os a second."""

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,4})?)")

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rates:
    """A disk's rate over time.

    Attributes:
        iops: I/Os a second in each window.
        seconds: length of a window.
    """

    iops: tuple[float, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Device:
    """One of the devices that a file system is on.

    Attributes:
        model: as the kernel has it; empty where there is none.
        rotational: what the kernel says; virtual disks say so whatever they are.
    """

    model: str
    rotational: bool


@dataclass(frozen=True, slots=True)
class DiskDetail:
    """Of one run of a fio job.

    Attributes:
        values: the sample's detail.
    """

    values: Mapping[str, object]

    @property
    def iops(self) -> float | None:
        """I/Os a second."""
        return _number(self.values.get("iops"))

    @property
    def latency_ms(self) -> Mapping[float, float]:
        """Milliseconds that a request took, by percentile (50, 99.9)."""
        return dict(_percentiles(self.values.get("latency_ms")))

    @property
    def sync_latency_ms(self) -> Mapping[float, float]:
        """Milliseconds that an fdatasync took, by percentile."""
        return dict(_percentiles(self.values.get("sync_latency_ms")))

    @property
    def rates(self) -> Rates | None:
        """The rate over time; None where the device was not counted."""
        series = _object(self.values.get("series"))
        width, iops = _number(series.get("milliseconds")), _items(series.get("iops"))
        if width is None or not 0 < width < 1e6 or not iops:
            return None
        numbers = (_number(rate) for rate in iops)
        return Rates(tuple(rate for rate in numbers if rate is not None and 0 <= rate < MOST_IOPS), width / 1000)

    @property
    def flat(self) -> bool:
        """Whether the rate was so even that a limit made it so."""
        return self.values.get("flat") is True

    @property
    def in_steps(self) -> bool:
        """Whether I/Os waited in steps of the kernel's throttle."""
        return self.values.get("steps") is True

    @property
    def fio_cpu_percent(self) -> float | None:
        """CPU time of all of fio's processes, in percent of one CPU."""
        return _number(self.values.get("fio_cpu_percent"))

    @property
    def caution(self) -> str:
        """What may make the figure one of something else than the disk; empty where nothing does."""
        return _text(self.values.get("caution"))

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices below the file system, the first one nearest to it."""
        found = map(_object, _items(self.values.get("device_stack")))
        return tuple(Device(_text(one.get("model")), one.get("rotational") == "1") for one in found)


@dataclass(frozen=True, slots=True)
class Why:
    """What limited a build or a storm.

    Attributes:
        verdict: "cpu", "disk", "both", "steal" or "unknown".
        words: it in a sentence.
    """

    verdict: str
    words: str


@dataclass(frozen=True, slots=True)
class EngineDetail:
    """Of one build or one storm.

    Attributes:
        values: the sample's detail.
    """

    values: Mapping[str, object]

    @property
    def columns(self) -> Mapping[str, tuple[float | None, ...]]:
        """The machine's series: a list for each value, "t" (seconds) the first; None where the kernel gave no value.

        The first release wrote a list of points.
        """
        series = self.values.get("series")
        if isinstance(series, Mapping):
            return {str(name): tuple(map(_number, _items(column))) for name, column in series.items()}
        points = [point for point in _items(series) if isinstance(point, Mapping)]
        names = dict.fromkeys(str(name) for point in points for name in point)
        return {name: tuple(_number(point.get(name)) for point in points) for name in names}

    @property
    def why(self) -> Why:
        """What limited it; both empty in files that do not say."""
        why = _object(self.values.get("why"))
        return Why(_text(why.get("verdict")), _text(why.get("words")))


@dataclass(frozen=True, slots=True)
class BuildStep:
    """One step of a build.

    Attributes:
        step: its instruction.
        seconds: how long it took.
    """

    step: str
    seconds: float


@dataclass(frozen=True, slots=True)
class BuildDetail(EngineDetail):
    """Of one build."""

    @property
    def steps(self) -> tuple[BuildStep, ...]:
        """The steps that took any time, in order."""
        found = ((_text(one.get("step")), _number(one.get("seconds"))) for one in self._steps())
        return tuple(BuildStep(step, seconds) for step, seconds in found if seconds is not None and seconds > 0)

    def _steps(self) -> Iterator[Mapping[str, object]]:
        return map(_object, _items(self.values.get("steps")))


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a storm; times in seconds after the release of all.

    Attributes:
        index: its number, from 0.
        create: when its creation was requested, and when it was done; None where that failed.
        start: the same of its start.
        ready: when it printed the agreed word.
        removed: when the engine had removed it.
        error: the engine's message; empty where nothing failed.
    """

    index: int
    create: Span | None
    start: Span | None
    ready: float | None
    removed: float | None
    error: str


@dataclass(frozen=True, slots=True)
class StormDetail(EngineDetail):
    """Of one storm."""

    @property
    def containers(self) -> tuple[Container, ...]:
        """All that were launched, in order."""
        found = map(_object, _items(self.values.get("containers")))
        return tuple(
            Container(
                place,
                _span(one.get("create")),
                _span(one.get("start")),
                _number(one.get("ready")),
                _number(one.get("removed")),
                _text(one.get("error")),
            )
            for place, one in enumerate(found)
        )


def joined_rates(samples: Sequence[Sample]) -> tuple[list[float], float]:
    """Return the I/Os a second of a job's valid samples as one series, and the length of a window in seconds.

    A burst allowance may last for several samples.
    """
    rates: list[float] = []
    seconds = 0.0
    for sample in samples:
        if sample.valid and (found := DiskDetail(sample.detail).rates):
            rates += found.iops
            seconds = found.seconds
    return rates, seconds


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _items(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    """Return a finite number; None for all else, and a bool is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        return None
    return float(value)


def _span(value: object) -> Span | None:
    items = _items(value)
    if len(items) != 2:
        return None
    begin, end = map(_number, items)
    return None if begin is None or end is None else (begin, end)


def _percentiles(value: object) -> Iterator[tuple[float, float]]:
    """Give the percentiles of an object such as {"p50": 0.35, "p99.9": 4.1}."""
    for name, milliseconds in _object(value).items():
        found, number = _PERCENTILE.fullmatch(str(name)), _number(milliseconds)
        if found and number is not None and number >= 0:
            yield float(found[1]), number
