"""The hosts of a fleet as columns. A column has one figure, one fact or one check; a host is identified by its index.

Runs are read one at a time, added to the columns and dropped. Values that hosts share, such as that of a fact, are
stored once.
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import nan

from hostcheck.comparison.compare import distinct
from hostcheck.counts import number_of
from hostcheck.population.drift import FigureDrift, drift_of
from hostcheck.population.minutes import Minutes
from hostcheck.population.pairs import Pairs
from hostcheck.profiles.predicates import in_words
from hostcheck.run.changes import Change
from hostcheck.run.measured import Metric
from hostcheck.run.model import Better, Fact, FactValue, Run, Scalar, Severity, Status, Verdict
from hostcheck.run.origins import SCRUBBED_NOTE, marked, marks_of_run
from hostcheck.run.settings import comparable
from hostcheck.verdicts import readiness

MOST_BESIDE = 8
"""Maximum number of hosts that are shown side by side in a table. More hosts get the page of a fleet."""

DONE = "done"
"""State of a host with a current result."""

DESCRIBING = (
    ("virt.vm", "Virtual machine"),
    ("virt.container", "Container"),
    ("virt.vmm", "Monitor"),
    ("virt.cloud", "Cloud"),
    ("storage.backing_fs", "File system under the engine"),
    ("cgroup.mode", "Control groups"),
    ("engine.name", "Engine"),
    ("engine.version", "Engine's version"),
    ("engine.driver", "Storage driver"),
)
"""Facts that describe a host, and their titles."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The entry of a host in an inventory.

    Attributes:
        name: the name of the host.
        groups: the groups to which the host belongs.
        domain: the failure domain; empty if unknown.
        provider: the provider; empty if unknown.
        state: "done", or why there is no current result: "unreachable", "refused"…
        reason: the reason for the state, as Ansible or the host reports it; empty for "done".
    """

    name: str
    groups: tuple[str, ...] = ()
    domain: str = ""
    provider: str = ""
    state: str = DONE
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A host of the population.

    Attributes:
        placed: the entry in the inventory. The name is unique in the population.
        plan: the number of CPUs and the memory, in words; empty if unknown.
        provider: the provider, by the inventory or else by the facts; empty if unknown.
        started: the start of the run; empty without a run.
        scrubbed: whether private data was removed from the run.
    """

    placed: Placed
    plan: str = ""
    provider: str = ""
    started: str = ""
    scrubbed: bool = False

    @property
    def kind(self) -> str:
        """Provider and plan in words. The figures of a host are compared with those of hosts of the same kind."""
        return ", ".join(filter(None, (self.provider, self.plan))) or "of unknown kind"


@dataclass(slots=True)
class FigureColumn:
    """One figure of the hosts that measured it. All arrays are in the same order of hosts.

    Attributes:
        unit: the unit of the values.
        better: which direction is better.
        hosts: the indexes of the hosts.
        values: the values.
        lows: the lower ends of the intervals; NaN without an interval.
        highs: the upper ends of the intervals; NaN without an interval.
        settings: the settings of the measurements; each is the index of the first host with equal settings.
    """

    unit: str
    better: Better
    hosts: "array[int]" = field(default_factory=lambda: array("L"))
    values: "array[float]" = field(default_factory=lambda: array("d"))
    lows: "array[float]" = field(default_factory=lambda: array("d"))
    highs: "array[float]" = field(default_factory=lambda: array("d"))
    settings: "array[int]" = field(default_factory=lambda: array("L"))
    _first: "dict[frozenset[tuple[str, Scalar]], int]" = field(default_factory=dict)

    def add(self, host: int, metric: Metric, value: float) -> None:
        """Add the value of a host, by its index."""
        low, high = metric.interval or (nan, nan)
        self.hosts.append(host)
        self.values.append(value)
        self.lows.append(low)
        self.highs.append(high)
        self.settings.append(self._first.setdefault(frozenset(comparable(metric).items()), host))


@dataclass(slots=True)
class CheckColumn:
    """One check of one profile.

    Attributes:
        title: the title of the check.
        severity: whether the profile requires or recommends it.
        why: why the check matters to the profile.
        fix: how to fix it on the first host that missed it; empty if no host did.
        found: the indexes of the hosts, by the status and by what was found, in words.
    """

    title: str
    severity: Severity
    why: str
    fix: str = ""
    found: "dict[tuple[Status, str], array[int]]" = field(default_factory=dict)

    def hosts(self, status: Status) -> list[int]:
        """Return the indexes of the hosts with this status, sorted."""
        return sorted(host for (found, _), hosts in self.found.items() if found == status for host in hosts)


@dataclass(slots=True)
class Population:
    """Many hosts. The index of a host is its position in ``members``.

    Attributes:
        name: the name of the fleet; empty for a list of run files.
        members: the hosts, in order.
        figures: the columns of figures, by the metric's id.
        properties: for each title of a property ("Kernel"), the number of hosts with each value.
        facts: for each known fact, the indexes of the hosts with each value, in words. The key is the fact's id; for a
            fact with several parts, the id and the name of the part.
        checks: the columns of checks, by profile and check.
        ready: for each profile, the indexes of the hosts that are ready (True), not ready (False) or unknown (None).
        changes: for the index of each host, the time of the previous audit and the changes since then.
        drift: the figures that are better or worse than in the host's previous run.
        minutes: how slow each host was in each minute, relative to its usual speed.
        pairs: the results of hosts that measured each other; None if there are none.
    """

    name: str = ""
    members: list[Member] = field(default_factory=list)
    figures: dict[str, FigureColumn] = field(default_factory=dict)
    properties: dict[str, Counter[str]] = field(default_factory=dict)
    facts: "dict[str, dict[str, array[int]]]" = field(default_factory=dict)
    checks: dict[tuple[str, str], CheckColumn] = field(default_factory=dict)
    ready: "dict[str, dict[bool | None, array[int]]]" = field(default_factory=dict)
    changes: dict[int, tuple[str, tuple[Change, ...]]] = field(default_factory=dict)
    drift: list[FigureDrift] = field(default_factory=list)
    minutes: Minutes = field(default_factory=Minutes)
    pairs: Pairs | None = None

    def add(self, placed: Placed, run: Run | None, before: Run | None = None) -> None:
        """Add a host.

        Args:
            placed: the entry in the inventory.
            run: the latest run; None if the host has none.
            before: the previous run; None if the host has none.
        """
        host = len(self.members)
        if run is None:
            self.members.append(Member(placed, provider=placed.provider))
            return
        self.members.append(
            Member(placed, _plan(run), placed.provider or _provider(run), run.started, _is_scrubbed(run))
        )
        for title, value in _properties(run):
            self.properties.setdefault(title, Counter())[value] += 1
        self._add_figures(host, run)
        for name, words in _parts(run.facts):
            self.facts.setdefault(name, {}).setdefault(words, array("L")).append(host)
        self._add_verdicts(host, run.verdicts)
        self.minutes.add(host, run)
        since, changes, drift = drift_of(host, run, before)
        if since:
            self.changes[host] = (since, changes)
        self.drift += drift

    @property
    def names(self) -> list[str]:
        """The names of the hosts, in order."""
        return [member.placed.name for member in self.members]

    @property
    def without_result(self) -> dict[str, list[int]]:
        """The indexes of the hosts without a current result, by state."""
        found: dict[str, list[int]] = {}
        for host, member in enumerate(self.members):
            if member.placed.state != DONE:
                found.setdefault(member.placed.state, []).append(host)
        return found

    def _add_figures(self, host: int, run: Run) -> None:
        for metric in run.metrics:
            if metric.value is None or metric.state == "published":
                continue
            column = self.figures.setdefault(metric.id, FigureColumn(metric.unit, metric.better))
            if (column.unit, column.better) != (metric.unit, metric.better):
                continue
            column.add(host, metric, metric.value)

    def _add_verdicts(self, host: int, verdicts: tuple[Verdict, ...]) -> None:
        profiles: dict[str, list[Verdict]] = {}
        for verdict in verdicts:
            profiles.setdefault(verdict.profile, []).append(verdict)
            column = self.checks.setdefault(
                (verdict.profile, verdict.check),
                CheckColumn(verdict.title or verdict.check, verdict.severity, verdict.why),
            )
            if verdict.status in {"fail", "warn"}:
                column.fix = column.fix or verdict.fix
            words = "" if verdict.status in {"pass", "skip"} else verdict.sentence or verdict.found
            column.found.setdefault((verdict.status, words), array("L")).append(host)
        for profile, own in profiles.items():
            state = readiness(profile, own).ready
            self.ready.setdefault(profile, {}).setdefault(state, array("L")).append(host)


def population_of_runs(runs: Sequence[Run]) -> Population:
    """Return a population with one host for each run."""
    found = Population()
    for name, run in zip(distinct([marked(run.host.name, marks_of_run(run)) for run in runs]), runs, strict=True):
        found.add(Placed(name), run)
    return found


def _parts(facts: Mapping[str, Fact]) -> Iterator[tuple[str, str]]:
    for fact in facts.values():
        if fact.known:
            value: FactValue = fact.value
            if isinstance(value, Mapping):
                yield from ((f"{fact.id} {key}", in_words(item)) for key, item in value.items())
            else:
                yield fact.id, in_words(value)


def _properties(run: Run) -> Iterator[tuple[str, str]]:
    host = run.host
    yield "Operating system", host.os or "unknown"
    yield "Kernel", host.kernel or "unknown"
    yield "Architecture", host.arch or "unknown"
    yield "CPUs and memory", _plan(run) or "unknown"
    for fact_id, title in DESCRIBING:
        if fact := run.facts.get(fact_id):
            yield title, in_words(fact.value) if fact.known else "unknown"


def _provider(run: Run) -> str:
    fact = run.facts.get("virt.cloud")
    return str(fact.value) if fact and fact.known and fact.value not in {None, "none"} else ""


def _plan(run: Run) -> str:
    cpus, memory = run.host.cpus, run.host.memory_bytes
    # The kernel keeps a little of the memory, and the amount varies. So the size is rounded.
    size = None if memory is None else f"{memory / 2**30:.2g} GiB"
    return ", ".join(filter(None, (None if cpus is None else number_of(cpus, "CPU"), size)))


def _is_scrubbed(run: Run) -> bool:
    return SCRUBBED_NOTE in run.notes
