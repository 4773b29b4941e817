"""A fleet as OpenMetrics text: the numbers of ready hosts, the spread of each metric, and outliers.

Names and units are those of https://prometheus.io/docs/practices/naming/.
"""

from collections import Counter
from collections.abc import Iterator

from hostcheck.formats.openmetrics import BASE_UNITS, END, Series, family
from hostcheck.formats.terminal import Style
from hostcheck.population.columns import Population
from hostcheck.population.unlike import Spread, spreads

_READY = {True: "ready", False: "not_ready", None: "unknown"}


def render(population: Population, _style: Style | None = None) -> str:
    """Return gauges for the fleet, and for each host whether it is ready, and in how many metrics it is an outlier."""
    found = spreads(population)
    lines = [
        *family("hostcheck_fleet_hosts", "Number of hosts by state.", _states(population)),
        *family(
            "hostcheck_fleet_ready_hosts",
            "Number of hosts with a result, by readiness for a profile.",
            _ready(population),
        ),
        *family(
            "hostcheck_fleet_unlike_hosts", "Number of hosts that are unlike the rest in a metric.", _unlike(found)
        ),
        *_quantiles(found),
        *family("hostcheck_host_ready", "1 for the readiness of a host for a profile.", _hosts(population)),
        *family(
            "hostcheck_host_unlike_metrics",
            "Number of metrics in which a host is an outlier.",
            _named(population, found),
        ),
    ]
    return "\n".join([*lines, END]) + "\n"


def _states(population: Population) -> Iterator[Series]:
    counts = Counter(member.placed.state for member in population.members)
    yield from (({"fleet": population.name, "state": state}, count) for state, count in sorted(counts.items()))


def _ready(population: Population) -> Iterator[Series]:
    for profile, states in population.ready.items():
        for state, word in _READY.items():
            yield {"fleet": population.name, "profile": profile, "ready": word}, len(states.get(state, ()))


def _unlike(found: tuple[Spread, ...]) -> Iterator[Series]:
    yield from (({"metric": spread.id}, len(spread.outliers)) for spread in found)


def _quantiles(found: tuple[Spread, ...]) -> Iterator[str]:
    for unit, (base, factor) in BASE_UNITS.items():
        series = (
            ({"metric": spread.id, "share": share}, factor * value)
            for spread in found
            if spread.unit == unit
            for share, value in (("0.05", spread.low), ("0.5", spread.middle), ("0.95", spread.high))
        )
        yield from family(
            f"hostcheck_fleet_metric_{base}", "Value of a metric below which this share of the hosts is.", series
        )


def _hosts(population: Population) -> Iterator[Series]:
    names = population.names
    for profile, states in population.ready.items():
        for state, hosts in states.items():
            for host in hosts:
                yield {"host": names[host], "profile": profile, "ready": _READY[state]}, 1


def _named(population: Population, found: tuple[Spread, ...]) -> Iterator[Series]:
    counts = Counter(outlier.host for spread in found for outlier in spread.outliers)
    yield from (({"host": name}, counts[host]) for host, name in enumerate(population.names))
