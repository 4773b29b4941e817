"""The page on whether workloads fit: the answer, the host of each instance, missed needs, and the wanted ports."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hostcheck import __version__
from hostcheck.counts import number_of
from hostcheck.formats.fit_text import headline
from hostcheck.formats.terminal import Style
from hostcheck.placement.capacity import capacity
from hostcheck.placement.judged import Judged
from hostcheck.placement.placing import Fit, Placed
from hostcheck.placement.ports_wanted import others_held, ports_wanted
from hostcheck.placement.views import HostView
from hostcheck.profiles.wording import data
from hostcheck.report.templating import environment_of_pages, style_of_pages
from hostcheck.workloadfiles.needs import Amount, Resource

_SERIES = 6
"""Number of colours in the style."""
_WORDS: dict[Resource, str] = {"cpu": "CPUs", "mhz": "CPU in MHz", "memory": "Memory"}
SIGNS = {"pass": "✓", "fail": "✗", "unknown": "?", "warn": "!"}


def render(fit: Fit, _style: Style | None = None) -> str:
    """Return the HTML page. It needs no script and loads nothing."""
    rows = ports_wanted(fit)
    names = [host.name for host in fit.hosts]
    return (
        environment_of_pages()
        .get_template("fit.html.j2")
        .render(
            title=f"hostcheck fits: {fit.outcome}",
            style=style_of_pages(own="fit"),
            version=__version__,
            signs=SIGNS,
            fit=fit,
            headline=headline(fit),
            hosts=names,
            counted=f"{number_of(len(fit.placed), 'workload')}, {number_of(len(names), 'host')}",
            boxes=[_box(host, fit) for host in fit.hosts],
            table=[_cells(placed, names) for placed in fit.placed],
            missing=list(_missing(fit)),
            ports=rows,
            others=[(host.name, held) for host in fit.hosts if (held := list(others_held(host, rows)))],
        )
    )


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a host's resource that one workload uses.

    Attributes:
        name: the name of the workload.
        start: the start of the part's bar, in percent of the allocatable amount.
        width: the width of the part's bar, in percent of the allocatable amount.
        series: the number of the part's colour.
    """

    name: str
    start: float
    width: float
    series: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A resource of a host.

    Attributes:
        title: "CPUs", "Memory".
        said: how much of the resource is used, in words.
        parts: the parts that workloads use.
    """

    title: str
    said: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A host in the picture.

    Attributes:
        name: name of the host.
        instances: for each workload on the host, its name, the number of instances, and the number of its colour.
        bars: the resources of the host that the workloads reserve.
    """

    name: str
    instances: tuple[tuple[str, int, int], ...]
    bars: tuple[Bar, ...]


def _box(host: HostView, fit: Fit) -> Box:
    on = [
        (placed, count, number % _SERIES + 1)
        for number, placed in enumerate(fit.placed)
        if (count := (placed.hosts or ()).count(host.name))
    ]
    instances = tuple((placed.workload.name, count, series) for placed, count, series in on)
    bars = (_bar(resource, host, on) for resource in _WORDS)
    return Box(host.name, instances, tuple(bar for bar in bars if bar is not None))


def _bar(resource: Resource, host: HostView, on: Sequence[tuple[Placed, int, int]]) -> Bar | None:
    given = [capacity(host, resource, placed.content.profile).value for placed, _, _ in on]
    known = [value for value in given if value is not None]
    taken = [(placed, count * _reserved(placed, resource), series) for placed, count, series in on]
    total = sum(value for _, value, _ in taken)
    if not total or not known or not (most := min(known)):
        return None
    parts: list[Part] = []
    start = 0.0
    for placed, value, series in taken:
        width = 100 * value / most
        if value:
            parts.append(Part(placed.workload.name, round(start, 2), round(width, 2), series))
        start += width
    said = f"{total:g} of {most:g}" if resource in {"cpu", "mhz"} else f"{data(total)} of {data(most)}"
    return Bar(_WORDS[resource], said, tuple(parts))


def _reserved(placed: Placed, resource: Resource) -> float:
    return sum(
        need.value
        for need in placed.workload.needs
        if isinstance(need, Amount) and need.reserved and need.resource == resource
    )


def _cells(placed: Placed, hosts: Sequence[str]) -> tuple[Placed, list[tuple[str, str, str]]]:
    """Return a row of the table: for each host, its name, and the text and class of the cell."""
    counts = Counter(placed.hosts or ())
    cells = []
    for host, candidate in zip(hosts, placed.candidates, strict=True):
        if counts[host]:
            cells.append((host, str(counts[host]), "pass"))
        else:
            word = {"fail": "cannot", "unknown": "unknown", "pass": "–"}[candidate.answer]
            cells.append((host, word, {"pass": "absent"}.get(candidate.answer, candidate.answer)))
    return placed, cells


@dataclass(frozen=True, slots=True)
class Missing:
    """A need that is missed or unknown.

    Attributes:
        workload: name of the workload.
        judged: the judged need.
        status: "fail", "warn" or "unknown".
        hosts: names of the hosts on which it is missed or unknown.
    """

    workload: str
    judged: Judged
    status: str
    hosts: tuple[str, ...]


def _missing(fit: Fit) -> Iterator[Missing]:
    for placed in fit.placed:
        found: dict[tuple[str, str, str, int], tuple[Judged, list[str]]] = {}
        for candidate in placed.candidates:
            for judged in candidate.judged:
                if judged.answer != "pass":
                    key = (judged.title, judged.answer, judged.found, judged.need.place.line)
                    found.setdefault(key, (judged, []))[1].append(candidate.host)
        for judged, hosts in found.values():
            is_advice = judged.answer == "fail" and judged.severity == "recommended"
            yield Missing(placed.workload.name, judged, "warn" if is_advice else judged.answer, tuple(hosts))
