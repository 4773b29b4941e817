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
from hostcheck.comparison.newer import newer_checks
from hostcheck.comparison.ranking import every_host, few
from hostcheck.comparison.ratio import is_shown
from hostcheck.comparison.single_requests import single_requests
from hostcheck.comparison.steadier import steadier
from hostcheck.comparison.steadiness import steadiness
from hostcheck.comparison.storms import storms
from hostcheck.comparison.throttled import throttled
from hostcheck.comparison.why import why
from hostcheck.counts import number_of
from hostcheck.run.metrics import METRICS, MetricSpec, headlines
from hostcheck.run.model import Run
from hostcheck.spelling import upper_first
from hostcheck.verdicts import readiness


def findings(runs: Sequence[Run], names: Sequence[str], rows: Sequence[Row]) -> tuple[str, ...]:
    """Return sentences about hosts: the engine, single requests, storms, limits, variation, which host is steadier.

    Sentences of one kind are together, so that their order does not depend on the order of the hosts. The last sentence
    names what was not measured.
    """
    hosts = list(zip(names, runs, strict=True))
    said = [*engines(runs, names)]
    said += [sentence for kind in _EFFECTS for name, run in hosts for sentence in kind(name, run)]
    said += [*single_requests(runs, names), *storms(runs, names)]
    said += [sentence for kind in _VARIATION for name, run in hosts for sentence in kind(name, run)]
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
    alike: dict[tuple[str, int], list[str]] = {}
    for run, name in zip(runs, names, strict=True):
        if run.verdicts:
            alike.setdefault((_readiness(run), newer_checks(run)), []).append(name)
    return tuple(_sentence(which, state, newer, len(names)) for (state, newer), which in alike.items())


def _readiness(run: Run) -> str:
    """Return for which profiles a host is ready: "ready for docker (2 recommendations); not ready for k3s"."""
    found: dict[str, list[str]] = {}
    for profile in dict.fromkeys(verdict.profile for verdict in run.verdicts):
        state = readiness(profile, run.verdicts)
        _, _, counts = state.sentence.removeprefix(f"{profile}: ").partition(", ")
        found.setdefault(_READY[state.ready], []).append(f"{profile} ({counts})" if counts else profile)
    return "; ".join(f"{ready} for {few(profiles)}" for ready, profiles in found.items())


def _sentence(which: Sequence[str], state: str, newer: int, count: int) -> str:
    who = every_host(count) if len(which) == count > 1 else few(which)
    verb, audits = ("is", "this audit") if len(which) == 1 else ("are", "these audits")
    added = f"; {number_of(newer, 'check is', 'checks are')} newer than {audits}" if newer else ""
    return f"{upper_first(who) if len(which) == count > 1 else who} {verb} {state}{added}."


_READY = {True: "ready", False: "not ready", None: "not known to be ready"}


def _missing(name: str, run: Run) -> Iterator[str]:
    missing = [metric for metric in run.metrics if metric.state in {"skipped", "invalid"}]
    if missing:
        reasons = dict.fromkeys(metric.reason for metric in missing)
        yield f"Not measured on {name}: {number_of(len(missing), 'metric')} ({'; '.join(reasons)})."


_EFFECTS: Sequence[Callable[[str, Run], Iterable[str]]] = (launches, parts, densities, throttled)
"""The kinds of sentences on effects on the work of one host, in order."""

_VARIATION: Sequence[Callable[[str, Run], Iterable[str]]] = (
    cached,
    durability,
    steadiness,
    cpus,
    day,
    _missing,
)
"""The kinds of further sentences on one host, in order. Those on variation are the longest."""
