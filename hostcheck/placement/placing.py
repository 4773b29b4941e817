"""Judge workload files and hosts: which workload can run on which host, why not, and a placement of all instances."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hostcheck.placement import solver
from hostcheck.placement.capacity import capacity
from hostcheck.placement.doubtful import doubts, without_doubtful
from hostcheck.placement.in_use import free_of, not_known, shortages, within_free
from hostcheck.placement.judged import Answer, Judged, worst
from hostcheck.placement.judging import judge_needs
from hostcheck.placement.moves import moves, settled
from hostcheck.placement.problem import Demand, Even, Limit, Problem, Room
from hostcheck.placement.search import Outcome as Placement
from hostcheck.placement.search import search
from hostcheck.placement.shortfall import changes, core
from hostcheck.placement.views import HostView
from hostcheck.plaintext import plain
from hostcheck.profiles.loader import load
from hostcheck.verdicts import judge
from hostcheck.workloadfiles.model import (
    AnyOf,
    Apart,
    AtMost,
    Beside,
    Content,
    Mistake,
    Spread,
    Tolerates,
    Where,
    Workload,
)
from hostcheck.workloadfiles.needs import Amount, HostPort, Resource, Unclear

Outcome = Literal["fits", "does not fit", "cannot tell"]

_MOST_TRIED, _MOST_OF_A_RANGE = 256, 64
"""Maximum number of ports that are checked by binding them, and of those the maximum of one range."""

EXIT_CODES: Mapping[Outcome, int] = {"fits": 0, "does not fit": 1, "cannot tell": 3}
"""The exit code of the process for each outcome. The gate uses the same codes."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Whether an engine can run on a host, by the audit.

    Attributes:
        profile: the profile of the engine: "docker", "kubernetes"…
        answer: "pass", "fail" or "unknown".
        found: the reason, in words.
    """

    profile: str
    answer: Answer
    found: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One workload on one host, with nothing else there.

    Attributes:
        host: the name of the host.
        engines: the answer for each engine that the workload needs.
        judged: the results of the workload's needs.
    """

    host: str
    engines: tuple[Engine, ...]
    judged: tuple[Judged, ...]

    @property
    def engine(self) -> Engine | None:
        """The engine with the worst answer; None if the workload needs none."""
        return min(self.engines, key=lambda engine: ("fail", "unknown", "pass").index(engine.answer), default=None)

    @property
    def answer(self) -> Answer:
        """Whether one instance can run there alone: "pass", "fail" or "unknown"."""
        answers = {*(each.answer for each in self.engines), worst(self.judged)}
        return "fail" if "fail" in answers else "unknown" if "unknown" in answers else "pass"


@dataclass(frozen=True, slots=True)
class Placed:
    """One workload, with its possible hosts and those in the assignment.

    Attributes:
        workload: the workload.
        content: the file that contains it.
        candidates: the result on each host.
        hosts: the name of the host of each instance; None if there is no assignment.
    """

    workload: Workload
    content: Content
    candidates: tuple[Candidate, ...]
    hosts: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer whether everything in the files can run on the hosts.

    Attributes:
        outcome: "fits", "does not fit" or "cannot tell".
        placement: whether all instances can be placed, regardless of mistakes in the files.
        hosts: the hosts that were considered; empty if only the files were judged.
        placed: the workloads, in the order of the files.
        mistakes: the mistakes in the files themselves.
        together: the requirements that conflict, in words; empty if an assignment was found, or one workload alone is
            the reason.
        helps: single changes, each of which makes a placement possible.
        notes: further notes for the reader.
    """

    outcome: Outcome
    placement: Outcome
    hosts: tuple[HostView, ...]
    placed: tuple[Placed, ...]
    mistakes: tuple[Mistake, ...] = ()
    together: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """The exit code of the process."""
        return EXIT_CODES[self.outcome]


def fit(contents: Sequence[Content], hosts: Sequence[HostView]) -> Fit:
    """Judge workload files against hosts.

    Args:
        contents: the contents of the files.
        hosts: hosts that were audited for the files' profiles; empty to judge only the files.
    """
    mistakes = tuple(mistake for content in contents for mistake in content.mistakes)
    notes = tuple(note for content in contents for note in content.notes)
    broken = any(mistake.severity == "required" for mistake in mistakes)
    if not hosts:
        alone = tuple(Placed(each, content, (), None) for content in contents for each in content.workloads)
        return Fit("does not fit" if broken else "fits", "fits", (), alone, mistakes, notes=notes)
    pairs = [(content, workload) for content in contents for workload in content.workloads]
    engines: dict[tuple[str, int], Engine] = {}
    candidates = [tuple(candidates_of(content, workload, hosts, engines)) for content, workload in pairs]
    problem = Problem(
        tuple(_demand(*each, tried, hosts) for each, tried in zip(pairs, candidates, strict=True)),
        tuple(_room(host, contents) for host in hosts),
    )
    perhaps = [workload.perhaps for _, workload in pairs]
    running = [_running(workload, hosts) for _, workload in pairs]
    marks = {workload.mark for _, workload in pairs if workload.mark}
    profiles = {content.profile for content in contents}
    free = [free_of(host, marks, profiles) for host in hosts]
    certain = settled(within_free(_certain(problem), free), running, _decided)
    names = [host.name for host in hosts]
    assignment = certain.assignment
    together: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    outcome: Outcome = "fits"
    if assignment is None:
        problem, impossible = without_doubtful(problem, perhaps, _decided)
        possible = impossible or settled(problem, running, _decided)
        assignment = possible.assignment
        outcome = "does not fit" if possible.assignment is None and possible.proved else "cannot tell"
        if outcome == "cannot tell":
            notes = (*notes, *doubts(pairs))
        if outcome == "does not fit":
            # If a workload has no host at all, its own needs show the reason.
            if all(any(each.answer != "fail" for each in tried) for tried in candidates):
                together, helps = _shortfall(problem)
        elif assignment is None:
            notes = (*notes, _undecided())
    absent = tuple(_absent([workload for _, workload in pairs]))
    seen = frozenset(at for at, host in enumerate(hosts) if host.running is not None)
    notes = (
        *notes,
        *absent,
        *moves(problem, running, seen, assignment),
        *shortages(problem, free, assignment),
        *not_known(problem, hosts),
    )
    if absent and outcome == "fits":
        outcome = "cannot tell"
    if any(workload.instances is None for _, workload in pairs) and outcome == "fits":
        outcome = "cannot tell"
    if any(isinstance(need, Unclear) for _, workload in pairs for need in workload.needs) and outcome == "fits":
        outcome = "cannot tell"
    placed = tuple(
        Placed(
            workload,
            content,
            tried,
            None if assignment is None else tuple(names[at] for at in assignment[number]),
        )
        for number, ((content, workload), tried) in enumerate(zip(pairs, candidates, strict=True))
    )
    whole: Outcome = "does not fit" if broken else outcome
    return Fit(whole, outcome, tuple(hosts), placed, mistakes, together, helps, notes)


def _absent(workloads: Sequence[Workload]) -> Iterator[str]:
    """Yield a note for each workload that must run beside one which is in none of the files."""
    names = {workload.name for workload in workloads}
    for workload in workloads:
        for rule in workload.rules:
            if isinstance(rule, Beside) and rule.name not in names:
                asked = f"{workload.name} must be on the host of {rule.name}"
                yield f"{asked}, which is in none of the files: that host is unknown"


def _running(workload: Workload, hosts: Sequence[HostView]) -> tuple[int, ...]:
    """Return the index of the host of each running container of a workload."""
    if not workload.mark:
        return ()
    return tuple(at for at, host in enumerate(hosts) for _ in range((host.running or ()).count(workload.mark)))


def _decided(problem: Problem) -> Placement:
    """Search for an assignment. If the search reaches its limit, use the solver, if the extra is installed."""
    found = search(problem)
    is_open = found.assignment is None and not found.proved
    return solver.solve(problem) if is_open and solver.is_installed() else found


def _undecided() -> str:
    said = "no assignment was found, and not all were tried: whether there is one is not known"
    if solver.is_installed():
        return said
    from hostcheck.installed import command_for  # noqa: PLC0415  only where the extra is missing

    return f"{said}; hostcheck's extra 'placement' decides more cases: {command_for('placement')}"


def profiles_of(contents: Sequence[Content]) -> tuple[str, ...]:
    """Return the profiles of all engines that the workloads need."""
    return tuple(
        dict.fromkeys(
            profile
            for content in contents
            for workload in content.workloads
            for profile in _engines_of(content, workload)
        )
    )


def _engines_of(content: Content, workload: Workload) -> tuple[str, ...]:
    if workload.is_none:
        return ()
    return tuple(dict.fromkeys(filter(None, (content.profile, *workload.engines))))


def ports_of(contents: Sequence[Content]) -> tuple[str, ...]:
    """Return the host ports that the workloads want ("tcp/80"), up to a limit."""
    wanted = {
        f"{need.protocol}/{port}"
        for content in contents
        for workload in content.workloads
        for need in workload.needs
        if isinstance(need, HostPort) and need.protocol in {"tcp", "udp"}
        for port in range(need.first, min(need.last, need.first + _MOST_OF_A_RANGE) + 1)
    }
    return tuple(sorted(wanted)[:_MOST_TRIED])


def candidates_of(
    content: Content,
    workload: Workload,
    hosts: Sequence[HostView],
    engines: dict[tuple[str, int], Engine] | None = None,
) -> Iterator[Candidate]:
    """Yield the result of a workload alone on each host.

    Args:
        content: the file that contains the workload.
        workload: the workload.
        hosts: the hosts to consider.
        engines: known answers for engines, by profile and index of the host; new answers are added to it.
    """
    known = {} if engines is None else engines
    profiles = _engines_of(content, workload)
    for at, host in enumerate(hosts):
        for profile in profiles:
            if (profile, at) not in known:
                known[profile, at] = _engine(profile, host)
        judged = tuple(judge_needs(workload, host, content.profile))
        yield Candidate(host.name, tuple(known[profile, at] for profile in profiles), judged)


def _engine(profile: str, host: HostView) -> Engine:
    """Return whether an engine can run on a host: whether the facts meet the requirements of its profile."""
    verdicts = [each for each in judge(load(profile), host.run.facts) if each.severity == "required"]
    missed = [verdict for verdict in verdicts if verdict.status == "fail"]
    unknown = [verdict for verdict in verdicts if verdict.status == "unknown"]
    answer: Answer = "fail" if missed else "unknown" if unknown else "pass"
    if answer == "pass":
        return Engine(profile, answer, "meets all requirements")
    first = (missed or unknown)[0]
    said = f"{first.title or first.check}: {first.sentence or first.found}"
    more = len(missed or unknown) - 1
    return Engine(profile, answer, f"{said} (and {more} more)" if more else said)


def _demand(content: Content, workload: Workload, candidates: Sequence[Candidate], hosts: Sequence[HostView]) -> Demand:
    amounts: dict[Resource, float] = {}
    for need in workload.needs:
        if isinstance(need, Amount) and need.reserved:
            amounts[need.resource] = amounts.get(need.resource, 0.0) + need.value
    return Demand(
        name=workload.name,
        count=1 if workload.instances is None else workload.instances,
        must=_must(candidates) if workload.each_host else None,
        lacks=tuple(map(_lacks, candidates)),
        may=tuple(candidate.answer for candidate in candidates),
        amounts=amounts,
        ports=tuple(need for need in workload.needs if isinstance(need, HostPort)),
        alone=workload.alone,
        limits=tuple(_limit(rule, hosts) for rule in workload.rules if isinstance(rule, AtMost)),
        even=tuple(_even(rule, candidates, hosts) for rule in workload.rules if isinstance(rule, Spread)),
        apart=tuple(rule.pattern for rule in workload.rules if isinstance(rule, Apart)),
        beside=tuple(rule.name for rule in workload.rules if isinstance(rule, Beside)),
        together=f"{plain(content.file)}: {content.together}" if content.together else "",
    )


def _must(candidates: Sequence[Candidate]) -> tuple[int, ...]:
    """Return the indexes of the hosts that no rule excludes: each of them must have an instance."""
    return tuple(
        at for at, candidate in enumerate(candidates) if not _is_excluded(candidate, (Where, AnyOf, Tolerates))
    )


def _is_excluded(candidate: Candidate, kinds: tuple[type, ...]) -> bool:
    """Return whether a rule of one of these kinds excludes a host."""
    return any(isinstance(each.need, kinds) and each.answer == "fail" for each in candidate.judged)


def _lacks(candidate: Candidate) -> frozenset[tuple[str, int]]:
    """Return the ports in use on a host, if these are all that the workload misses there; otherwise an empty set."""
    missed = [each.need for each in candidate.judged if each.answer != "pass" and each.severity == "required"]
    ports = [need for need in missed if isinstance(need, HostPort)]
    if any(each.answer != "pass" for each in candidate.engines) or len(ports) != len(missed):
        return frozenset()
    return frozenset((need.protocol, need.first) for need in ports)


def _limit(rule: AtMost, hosts: Sequence[HostView]) -> Limit:
    return Limit(rule.count, tuple(host.attribute(rule.attribute) for host in hosts), rule.said)


def _even(rule: Spread, candidates: Sequence[Candidate], hosts: Sequence[HostView]) -> Even:
    """Return a rule on even distribution, without hosts that a selector excludes (nodeAffinityPolicy: Honor)."""
    groups = (
        None if _is_excluded(candidate, (Where, AnyOf)) else host.attribute(rule.attribute)
        for candidate, host in zip(candidates, hosts, strict=True)
    )
    return Even(rule.skew, tuple(groups), rule.said, rule.least)


def _room(host: HostView, contents: Sequence[Content]) -> Room:
    """Return a host for the search. Its capacity is the smallest that any of the files' engines allocates."""
    given: dict[Resource, float] = {}
    resources: tuple[Resource, ...] = ("cpu", "mhz", "memory", "disk", "pods")
    for resource in resources:
        known = [capacity(host, resource, content.profile).value for content in contents]
        values = [value for value in known if value is not None]
        if values:
            given[resource] = min(values)
    marks = {workload.mark for content in contents for workload in content.workloads if workload.mark}
    busy = [port for port in host.busy() or () if host.is_held_for(port, marks) is False]
    ports = (each.partition("/") for each in busy)
    held = frozenset((protocol, int(number)) for protocol, _, number in ports)
    needs = (need for content in contents for workload in content.workloads for need in workload.needs)
    perhaps = {
        (need.protocol, port)
        for need in needs
        if isinstance(need, HostPort) and need.address and need.first != need.last
        for port in range(need.first, need.last + 1)
        if host.is_held(f"{need.protocol}/{port}", need.address) is not True
    }
    return Room(host.name, given, held - perhaps, held & perhaps)


def _certain(problem: Problem) -> Problem:
    """Return the problem with each demand limited to hosts where it certainly can run."""
    sure: Mapping[Answer, Answer] = {"pass": "pass", "fail": "fail", "unknown": "fail"}
    demands = (replace(demand, may=tuple(sure[answer] for answer in demand.may)) for demand in problem.demands)
    hosts = (replace(room, busy=room.busy | room.perhaps_busy) for room in problem.hosts)
    return Problem(tuple(demands), tuple(hosts))


def _shortfall(problem: Problem) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = core(problem)
    together = () if found is None else tuple(part.said for part in found)
    helps = tuple(changes(problem, lambda index, said: f"{problem.demands[index].name} without {said}"))
    return together, helps
