"""Audit a host: collect its facts, judge them by profiles, and return both as a run."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from hostcheck import __version__
from hostcheck.errors import UsageError
from hostcheck.host.base import Host, lost_of
from hostcheck.host.identity import identify
from hostcheck.host.opening import open_host
from hostcheck.host.recording import RecordingHost
from hostcheck.probes import EVERY, probes_of
from hostcheck.probes.base import Probe
from hostcheck.profiles import DEFAULT_PROFILES
from hostcheck.profiles.loader import load
from hostcheck.profiles.model import Profile
from hostcheck.profiles.roles import refuse_unknown_roles
from hostcheck.proofs import is_proof
from hostcheck.run.model import Fact, Run, Verdict
from hostcheck.run.times import utc_now
from hostcheck.verdicts import disagreements, judge

if TYPE_CHECKING:
    from hostcheck.plugins import Plugin

_PROBLEM = "the probe failed: {}; run with --debug, and report it"


def audit_host(
    host: Host | Path | str | None = None,
    *,
    profiles: Sequence[str] = DEFAULT_PROFILES,
    roles: Sequence[str] = (),
    asked: Sequence[str] = (),
    experiments: bool = True,
    prove: bool = False,
    strict: bool = False,
) -> Run:
    """Audit a host and return a run. Nothing is measured.

    Args:
        host: None for this machine; "ssh://user@host:port" for one that a shell reaches; the folder of a captured root,
            or a file that ``hostcheck capture`` or its script wrote; or any ``Host``.
        profiles: names of profiles, or paths of profile files.
        roles: the intended roles of the host: "control-plane", "worker"….
        asked: ids of facts, or of groups of facts, to collect even if no profile needs them.
        experiments: whether to permit experiments on this machine, such as an overlay mount in a child process. For a
            captured host, the recorded results are used.
        prove: whether to run a container through each engine that answers, and to remove it.
        strict: raise an error of a probe instead of turning it into an unknown fact.

    Returns:
        The run: identity, facts by id, and the verdicts of all profiles in the order given.

    Raises:
        UsageError: if a profile or a role does not exist, a captured host cannot be read, or ``prove`` is used with
            another host than this machine. It is raised before anything is read from the host.
        CannotMeasureError: if a host behind a shell cannot be reached.
    """
    started = utc_now()
    opened = _opened(host, experiments=experiments)
    if prove and not opened.live:
        raise UsageError(
            "a proof runs a container, which only an audit on the host itself can do",
            remedy="leave out --prove (or the key prove of the policy), or audit on the host itself",
        )
    wanted = _profiles(profiles, roles)
    if opened.running and not opened.live:
        _ask(opened, wanted, asked)
    facts = _facts_of(RecordingHost(opened), wanted, asked, prove=prove, strict=strict)
    verdicts = tuple(verdict for profile in wanted for verdict in judge(profile, facts, roles))
    return Run(
        id=uuid4().hex,
        hostcheck=__version__,
        started=started,
        ended=utc_now(),
        host=identify(opened),
        facts=facts,
        verdicts=verdicts,
        profiles=tuple(dict.fromkeys(verdict.profile for verdict in verdicts)),
        roles=tuple(dict.fromkeys(roles)),
        lost=lost_of(opened),
        notes=tuple(text for profile in wanted for text in disagreements(profile, facts, roles)),
    )


def _ask(host: Host, wanted: Sequence[Profile], asked: Sequence[str]) -> None:
    """Read everything that an audit needs from a host behind a shell, in batches."""
    from hostcheck.remote.gathering import gather  # noqa: PLC0415  few audits are of such a host
    from hostcheck.remote.host import RemoteHost  # noqa: PLC0415

    if isinstance(host, RemoteHost):
        gather(host, lambda known: _ask_once(known, wanted, asked))


def _ask_once(host: Host, wanted: Sequence[Profile], asked: Sequence[str]) -> None:
    _facts_of(RecordingHost(host), wanted, asked, prove=False, strict=False)
    identify(host)


def _opened(host: Host | Path | str | None, *, experiments: bool) -> Host:
    if host is None:
        return open_host(experiments=experiments)
    if isinstance(host, str | Path):
        from hostcheck.remote.opening import open_named  # noqa: PLC0415  the host may be behind a shell

        return open_named(host, experiments=experiments)
    return host


def audit(
    host: Host, profiles: Sequence[str], *, roles: Sequence[str] = (), asked: Sequence[str] = (), strict: bool = False
) -> tuple[dict[str, Fact], tuple[Verdict, ...]]:
    """Collect the facts of a host and judge them by each profile.

    Args:
        host: the host.
        profiles: names of profiles, or paths of profile files.
        roles: the intended roles of the host: "control-plane", "worker"….
        asked: ids of facts, or of groups of facts, to collect even if no profile needs them.
        strict: raise an error of a probe instead of turning it into an unknown fact.

    Returns:
        The facts by id, and the verdicts of all profiles in the order given.

    Raises:
        UsageError: if a profile or a role does not exist. It is raised before anything is read from the host.
    """
    wanted = _profiles(profiles, roles)
    facts = _facts_of(RecordingHost(host), wanted, asked, prove=False, strict=strict)
    return facts, tuple(verdict for profile in wanted for verdict in judge(profile, facts, roles))


def _profiles(names: Sequence[str], roles: Sequence[str]) -> list[Profile]:
    wanted = [load(name) for name in dict.fromkeys(names)]
    refuse_unknown_roles(roles, wanted)
    return wanted


def _facts_of(
    host: Host, wanted: Sequence[Profile], asked: Sequence[str], *, prove: bool, strict: bool
) -> dict[str, Fact]:
    subjects = _subjects(wanted)
    facts = collect(host, probes_of((*subjects, *asked)), strict=strict)
    facts |= _of_plugins(host, subjects - facts.keys(), strict=strict)
    if prove:
        from hostcheck.prove.engines import probe  # noqa: PLC0415  few audits prove

        proofs = frozenset(profile.proof for profile in wanted)
        facts |= _facts("prove", partial(probe, asked=proofs), host, _PROBLEM, strict=strict)
    return facts


def collect(host: Host, probes: Mapping[str, str] = EVERY, *, strict: bool = False) -> dict[str, Fact]:
    """Run probes, by default all, and return their facts by id. Each file is read once, for all probes.

    Args:
        host: the host.
        probes: "module:function" of each probe, by name. A probe with several names runs once.
        strict: raise an error of a probe instead of turning it into the unknown fact "probe.<name>".
    """
    host = RecordingHost(host)
    facts: dict[str, Fact] = {}
    for reference, name in {reference: name for name, reference in probes.items()}.items():
        facts |= _facts(name, partial(_run, reference), host, _PROBLEM, strict=strict)
    return facts


def _subjects(profiles: Iterable[Profile]) -> set[str]:
    """Return the ids of the facts that profiles need, except those of a proof. Proofs are made only on request."""
    questions = (
        question
        for profile in profiles
        for check in profile.checks
        for question in (check.test, *(each.test for each in check.when))
    )
    return {each.subject for each in questions if each.of == "fact" and not is_proof(each.subject)}


def _of_plugins(host: Host, missing: Collection[str], *, strict: bool) -> dict[str, Fact]:
    """Run the probes of other packages (plugins) that report the missing facts."""
    found: dict[str, Fact] = {}
    if missing:
        from hostcheck.catalogue.loader import plugin_of  # noqa: PLC0415  an audit without plugins needs no catalogue

        plugins = {plugin.name: plugin for fact_id in sorted(missing) if (plugin := plugin_of(fact_id))}
        for name, plugin in plugins.items():
            package = plugin.distribution
            problem = f"the probe of the package {package} failed: {{}}; update or remove {package}"
            found |= _facts(name, partial(_run_plugin, plugin), host, problem, strict=strict)
    return found


def _facts(name: str, probe: Probe, host: Host, problem: str, *, strict: bool) -> dict[str, Fact]:
    try:
        return {fact.id: fact for fact in probe(host)}
    except Exception as error:  # a defect of one probe must not lose the facts of the others
        if strict:
            raise
        unknown = Fact.unknown(f"probe.{name}", problem.format(f"{type(error).__name__}: {error}"))
        return {unknown.id: unknown}


def _run(reference: str, host: Host) -> Iterable[Fact]:
    module, _, name = reference.partition(":")
    probe: Probe = getattr(import_module(module), name)
    return probe(host)


def _run_plugin(plugin: "Plugin", host: Host) -> Iterable[Fact]:
    """Run a plugin's probe. The ids of all its facts must begin with the plugin's name.

    Raises:
        ValueError: if a fact has another id.
    """
    for fact in plugin.load().probe(host):
        if not fact.id.startswith(f"{plugin.name}."):
            raise ValueError(f"its fact {fact.id} does not begin with {plugin.name}.")
        yield fact
