"""Read runs or audit a host for ``hostcheck promise``, and judge the promise."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hostcheck.cli.debug import debugging
from hostcheck.counts import number_of
from hostcheck.errors import UsageError
from hostcheck.filekinds import kind_of
from hostcheck.gate.promises import judge_promise
from hostcheck.promise.judging import profiles_of
from hostcheck.promise.model import Line, Outcome
from hostcheck.remote.address import SCHEME
from hostcheck.run.model import Fact, HostIdentity, Run

_SUFFIX = ".toml"
_OF_THE_MACHINE = (
    *("cpuid", "CPUID", "/proc/cpuinfo", "/proc/self/ns/", "/proc/xen/", "/sys/class/dmi/", "/sys/firmware/"),
    *("/sys/devices/", "/sys/hypervisor/"),
)
"""The beginnings of sources of evidence whose values no user names."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names on a command line, by kind.

    Attributes:
        promises: files of promises.
        runs: run files of one host, or runs of the history.
        address: address of a host to audit; empty if there is none.
    """

    promises: tuple[str, ...]
    runs: tuple[str, ...] = ()
    address: str = ""


def sorted_names(names: Sequence[str]) -> Names:
    """Sort names into promises, runs and an address. The first name is a promise; the suffix decides for the others.

    Raises:
        UsageError: if no promise or several addresses are named.
    """
    listed = (name for place, name in enumerate(names) if place == 0 or name.endswith(_SUFFIX))
    promises = tuple({os.path.realpath(name): name for name in listed}.values())
    addresses = [name for name in names if name.startswith(SCHEME)]
    runs = tuple(name for name in names if name not in promises and name not in addresses)
    if promises and _is_run(promises[0]):
        remedy = f"name the plan first: hostcheck promise PLAN.toml {' '.join(names[:1])}"
        raise UsageError(f"{promises[0]} is a run file, but the first file must be the promise", remedy=remedy)
    if not promises or promises[0].startswith(SCHEME):
        remedy = "name a .toml file; hostcheck promise --template vps prints one to fill in"
        raise UsageError("no file of a promise is named", remedy=remedy)
    if len(addresses) > 1:
        raise UsageError(f"{addresses[0]} and {addresses[1]} both name a host", remedy="judge one host at a time")
    return Names(promises, runs, addresses[0] if addresses else "")


def _is_run(name: str) -> bool:
    kind = kind_of(Path(name))
    return kind is not None and kind.name == "run"


def judged(
    lines: Sequence[Line],
    names: Names,
    *,
    audit: bool,
    where: tuple[str | None, Path | None, Path | None],
    experiments: bool,
) -> Outcome:
    """Judge the lines by run files, an audit, or both. With both, facts are from the audit, and metrics from the files.

    Args:
        lines: the lines of the promise.
        names: the names on the command line.
        audit: whether to audit this machine in addition to a run file.
        where: the values of --shell, --root and --capture.
        experiments: whether experiments on the host are allowed.

    Raises:
        HostcheckError: if a run or a host cannot be read, or the runs and the audit are from different hosts.
    """
    other = bool(names.address) or any(each is not None for each in where)
    if audit and other:
        raise UsageError("--audit audits this machine, but another host is named", remedy="leave one of them out")
    run = _read(names.runs)
    if run is not None and not audit and not other:
        return judge_promise(lines, run, typed=True)
    found = _audited(lines, names.address, where, experiments=experiments)
    if run is None:
        return judge_promise(lines, found, typed=False)
    recorded = where[1] is not None or where[2] is not None
    if not _alike(found.host, run.host) or (not recorded and found.host.key != run.host.key):
        raise UsageError(
            f"the run is of {_called(run.host, found.host)}, and the audit of {_called(found.host, run.host)}",
            remedy="give a run of the host that is audited",
        )
    both = replace(run, facts={**run.facts, **found.facts}, verdicts=found.verdicts, lost=found.lost)
    return judge_promise(lines, replace(both, profiles=found.profiles, roles=found.roles), typed=True)


def measured_here(
    lines: Sequence[Line],
    landmarks: Path,
    names: Names,
    *,
    audit: bool,
    where: tuple[str | None, Path | None, Path | None],
) -> tuple[Line, ...]:
    """Return the lines. Those on the location get round trips measured from this machine.

    Raises:
        UsageError: if another host than this machine is judged, no line promises a location, or the file is not valid.
    """
    from hostcheck.place.handshakes import measure
    from hostcheck.place.landmarks import read_landmarks
    from hostcheck.promise.location import Location, with_measured

    if names.address or any(each is not None for each in where) or (names.runs and not audit):
        remedy = "run hostcheck on the host itself, with --audit if a run file is given"
        raise UsageError("--landmarks measures from this machine, but another host is judged", remedy=remedy)
    if not any(isinstance(line.asks, Location) for line in lines):
        raise UsageError("--landmarks needs a line location in the promise", remedy="add the line, or leave it out")
    return with_measured(lines, measure(read_landmarks(landmarks)))


def without_private(lines: Sequence[Line], outcome: Outcome) -> Outcome:
    """Return the outcome without private data: judged again by a run without names, addresses, serials and paths."""
    from hostcheck.capture.runs import scrubbed

    run = scrubbed([replace(outcome.run, verdicts=())])[0]
    run = replace(run, facts={name: _of_the_machine(fact) for name, fact in run.facts.items()})
    return judge_promise(lines, run, typed=True)


def _of_the_machine(fact: Fact) -> Fact:
    """Return a fact whose evidence has only values that the processor, the firmware or the kernel wrote.

    Others may have names that a user chose: of control groups, mounts and variables.
    """
    shown = (
        piece
        if piece.value is None or piece.source.startswith(_OF_THE_MACHINE)
        else replace(piece, value="its text is not shown here")
        for piece in fact.evidence
    )
    return replace(fact, evidence=tuple(shown))


def _alike(one: HostIdentity, other: HostIdentity) -> bool:
    """Return whether both may be one host. A capture's name and number of CPUs may differ, its architecture not."""
    return None in {one.arch, other.arch} or one.arch == other.arch


def _read(names: Sequence[str]) -> Run | None:
    """Return the runs as one; None if there are none. If several have a fact or a metric, the last one is used.

    Raises:
        UsageError: if a run cannot be read, or the runs are from several hosts.
    """
    from hostcheck.store.named import read_named

    whole: Run | None = None
    for name in names:
        run = read_named(name)
        if whole is not None and run.host.key != whole.host.key:
            problem = f"the runs are of {_called(whole.host, run.host)} and of {_called(run.host, whole.host)}"
            raise UsageError(problem, remedy="judge one host at a time")
        if whole is not None:
            known = {name: fact for name, fact in run.facts.items() if fact.known}
            figures = tuple(metric for metric in run.metrics if metric.value is not None)
            run = replace(
                run,
                facts={**run.facts, **whole.facts, **known},
                metrics=run.with_metrics(whole.metrics).with_metrics(figures).metrics,
            )
        whole = run
    return whole


def _called(host: HostIdentity, other: HostIdentity) -> str:
    """Return the name of a host, with processor and CPUs if another host has the same name."""
    if host.name != other.name:
        return host.name
    cpus = "an unknown number of CPUs" if host.cpus is None else number_of(host.cpus, "CPU")
    return f"{host.name} ({host.arch or 'an unknown processor'}, {cpus})"


def _audited(
    lines: Sequence[Line], address: str, where: tuple[str | None, Path | None, Path | None], *, experiments: bool
) -> Run:
    from hostcheck.audit import audit_host
    from hostcheck.cli.hosts import open_asked, say_what_is_missing

    host = open_asked(address or None, *where, experiments=experiments)
    run = audit_host(host, profiles=profiles_of(lines), strict=debugging())
    say_what_is_missing(host)
    return run
