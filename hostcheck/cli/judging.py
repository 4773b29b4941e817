"""Read a run or audit a host for ``hostcheck gate``, and decide."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hostcheck.cli.debug import debugging
from hostcheck.cli.keeping import followed, keep
from hostcheck.gate.anew import DEFAULT_PROFILES
from hostcheck.gate.baseline import read_baseline
from hostcheck.gate.decision import Decision, decide
from hostcheck.gate.finding import Finding
from hostcheck.gate.origin import Source
from hostcheck.gate.policy import Policy
from hostcheck.host.base import Host
from hostcheck.run.model import Run
from hostcheck.store.named import read_named

if TYPE_CHECKING:
    from hostcheck.workloadfiles.model import Content


def of_file(name: str, asked: Policy, files: Sequence[str] = ()) -> Decision:
    """Judge a run file, or a run of the history.

    Args:
        name: name of the run.
        asked: the policy.
        files: workload files whose workloads must be able to run on the host.

    Raises:
        HostcheckError: if the run, the policy's profiles, the baseline or a workload file cannot be used.
    """
    contents = _contents(files)
    run = read_named(name)
    asked = _with_engines(asked, contents)
    return decide(run, asked, baseline=read_baseline(asked, run), workloads=_findings(contents, run, None, asked))


def of_host(
    host: Host, asked: Policy, source: Source, files: Sequence[str] = (), *, place: str = "", store: bool = True
) -> Decision:
    """Audit a host, and judge the resulting run like a run file. The audit is kept, unless the host is a capture.

    Args:
        host: the host.
        asked: the policy.
        source: where the facts are from.
        files: workload files whose workloads must be able to run on the host.
        place: the address or the command by which the host was reached; empty for this machine.
        store: whether to keep the audit.

    Raises:
        HostcheckError: if the policy's profiles, the baseline or a workload file cannot be used.
    """
    from hostcheck.audit import audit_host

    contents = _contents(files)
    asked = _with_engines(asked, contents)
    asked = replace(asked, profiles=asked.profiles or DEFAULT_PROFILES)
    audited = audit_host(
        host,
        profiles=(*asked.profiles, *(profile for line in asked.promise for profile in line.asks.profiles)),
        roles=asked.roles,
        asked=_facts(contents),
        prove=asked.prove,
        strict=debugging(),
    )
    if source == "live":
        audited = followed(audited, asked.profiles, place=place)
    kept = audited
    if asked.place is not None:
        from hostcheck.cli.locating import place_facts

        # They are not kept for later audits: what is excluded changes with every round trip.
        audited = replace(audited, facts={**audited.facts, **place_facts(host, asked.place.landmarks)})
    workloads = _findings(contents, audited, host, asked)
    decision = decide(audited, asked, baseline=read_baseline(asked, audited), source=source, workloads=workloads)
    if source == "live" and store:
        keep(kept, place)
    return decision


def _contents(files: Sequence[str]) -> "tuple[Content, ...]":
    if not files:
        return ()
    from hostcheck.workloadfiles.reading import read_files

    return read_files(files)


def _with_engines(asked: Policy, contents: "Sequence[Content]") -> Policy:
    """Return the policy. If it names no profile, it gets those of the engines that the workload files are for."""
    return replace(asked, profiles=asked.profiles or _engines(contents))


def _engines(contents: "Sequence[Content]") -> tuple[str, ...]:
    if not contents:
        return ()
    from hostcheck.placement.placing import profiles_of

    return profiles_of(contents)


def _facts(contents: "Sequence[Content]") -> Sequence[str]:
    if not contents:
        return ()
    from hostcheck.cli.fitting import facts_of

    return facts_of(contents)


def _findings(contents: "Sequence[Content]", run: Run, host: Host | None, asked: Policy) -> tuple[Finding, ...]:
    if not contents:
        return ()
    from hostcheck.cli.fitting import host_view
    from hostcheck.gate.workloads import findings_of
    from hostcheck.placement.placing import fit

    return findings_of(fit(contents, (host_view(run, host, contents),)), asked)
