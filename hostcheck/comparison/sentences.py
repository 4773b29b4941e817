"""Write the findings, except ratios, as sentences. Each sentence is computed from the data."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from hostcheck.comparison.cached import cached
from hostcheck.comparison.cpus import cpus
from hostcheck.comparison.day import day
from hostcheck.comparison.densities import densities
from hostcheck.comparison.durability import durability
from hostcheck.comparison.engines import engines
from hostcheck.comparison.launch_parts import grown, parts
from hostcheck.comparison.launches import launches
from hostcheck.comparison.model import Row
from hostcheck.comparison.ranking import few
from hostcheck.comparison.ratio import is_shown
from hostcheck.comparison.single_requests import single_requests
from hostcheck.comparison.steadier import steadier
from hostcheck.comparison.steadiness import steadiness
from hostcheck.comparison.throttled import throttled
from hostcheck.comparison.why import why
from hostcheck.counts import number_of
from hostcheck.run.metrics import METRICS, MetricSpec, headlines
from hostcheck.run.model import Run
from hostcheck.verdicts import readiness


def findings(runs: Sequence[Run], names: Sequence[str], rows: Sequence[Row]) -> tuple[str, ...]:
    """Return sentences about hosts: the engine, single requests, limits, variation, which host is steadier.

    Sentences of one kind are together, so that their order does not depend on the order of the hosts. The last sentence
    names what was not measured.
    """
    hosts = list(zip(names, runs, strict=True))
    said = [*engines(runs, names), *single_requests(runs, names)]
    said += [sentence for kind in _KINDS for name, run in hosts for sentence in kind(name, run)]
    for name, run in hosts[1:]:
        said += grown(name, run, names[0], runs[0])
    if not any(is_shown(cell.metric) for row in rows for cell in row.cells):
        return tuple(said)
    said += [*steadier(names, rows), *why(names, rows)]
    there = {row.id for row in rows}
    never = [_named(METRICS[metric_id], rows) for metric_id in headlines() if metric_id not in there]
    if never:
        said.append(f"Not measured in {'this run' if len(runs) == 1 else 'any run'}: {few(never)}.")
    return tuple(said)


def _named(spec: MetricSpec, rows: Sequence[Row]) -> str:
    """Return a metric's name in a sentence, with what distinguishes its job if a row has a similar name."""
    alike = any(row.label.startswith(f"{spec.label}, ") for row in rows)
    return f"{spec.headline} ({spec.does})" if alike and spec.does else spec.headline


def fitness(runs: Sequence[Run], names: Sequence[str]) -> tuple[str, ...]:
    """Return sentences on the profiles for which hosts are ready. Hosts with the same result share a sentence."""
    alike: dict[str, list[str]] = {}
    for run, name in zip(runs, names, strict=True):
        profiles = dict.fromkeys(verdict.profile for verdict in run.verdicts)
        states = [
            readiness(profile, tuple(v for v in run.verdicts if v.profile == profile)).sentence for profile in profiles
        ]
        if states:
            alike.setdefault("; for ".join(states), []).append(name)
    return tuple(f"{few(which)} for {states}." for states, which in alike.items())


def _missing(name: str, run: Run) -> Iterator[str]:
    missing = [metric for metric in run.metrics if metric.state in {"skipped", "invalid"}]
    if missing:
        reasons = dict.fromkeys(metric.reason for metric in missing)
        yield f"Not measured on {name}: {number_of(len(missing), 'metric')} ({'; '.join(reasons)})."


_KINDS: Sequence[Callable[[str, Run], Iterable[str]]] = (
    launches,
    parts,
    densities,
    throttled,
    cached,
    durability,
    steadiness,
    cpus,
    day,
    _missing,
)
"""The kinds of sentences on one host, in order: first effects on the host's work, then variation, with the longest
sentences."""
