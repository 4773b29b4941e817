"""Audit a host: collect its facts, judge them by profiles, and make a run of it."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from uuid import uuid4

from hostcheck import __version__
from hostcheck.host.base import Host
from hostcheck.host.identity import identify
from hostcheck.host.opening import open_host
from hostcheck.host.recording import RecordingHost
from hostcheck.probes import PROBES
from hostcheck.probes.base import Probe
from hostcheck.profiles import DEFAULT_PROFILES
from hostcheck.profiles.loader import load
from hostcheck.profiles.roles import refuse_unknown_roles
from hostcheck.run.model import Fact, Run, Verdict
from hostcheck.run.times import utc_now
from hostcheck.verdicts import judge


def audit_host(
    host: Host | Path | str | None = None,
    *,
    profiles: Sequence[str] = DEFAULT_PROFILES,
    roles: Sequence[str] = (),
    experiments: bool = True,
    strict: bool = False,
) -> Run:
    """Audit a host and make a run of it. Nothing is measured.

    Args:
        host: None for this machine; the folder of a captured root, or a file that ``hostcheck capture`` wrote; or any
            ``Host``.
        profiles: names of profiles, or paths of profile files.
        roles: the intended roles of the host: "control-plane", "worker"….
        experiments: whether this machine may be tried, as by an overlay mount in a child process that leaves nothing.
            A captured host answers with what was recorded.
        strict: raise an error of a probe instead of turning it into an unknown fact.

    Returns:
        The run: identity, facts by id, and the verdicts of all profiles in the order given.

    Raises:
        UsageError: for a profile or a role that does not exist, or a captured host that cannot be read; before
            anything of the host is read.
    """
    started = utc_now()
    opened = _opened(host, experiments=experiments)
    facts, verdicts = audit(opened, profiles, roles=roles, strict=strict)
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
    )


def _opened(host: Host | Path | str | None, *, experiments: bool) -> Host:
    if host is None:
        return open_host(experiments=experiments)
    if isinstance(host, str | Path):
        path = Path(host)
        return open_host(*((path, None) if path.is_dir() else (None, path)), experiments=experiments)
    return host


def audit(
    host: Host, profiles: Sequence[str], *, roles: Sequence[str] = (), strict: bool = False
) -> tuple[dict[str, Fact], tuple[Verdict, ...]]:
    """Collect the facts of a host and judge them by each profile.

    Args:
        host: the host.
        profiles: names of profiles, or paths of profile files.
        roles: the intended roles of the host: "control-plane", "worker"….
        strict: raise an error of a probe instead of turning it into an unknown fact.

    Returns:
        The facts by id, and the verdicts of all profiles in the order given.

    Raises:
        UsageError: for a profile or a role that does not exist; before anything of the host is read.
    """
    wanted = [load(name) for name in dict.fromkeys(profiles)]
    refuse_unknown_roles(roles, wanted)
    facts = collect(host, strict=strict)
    return facts, tuple(verdict for profile in wanted for verdict in judge(profile, facts, roles))


def collect(host: Host, probes: Mapping[str, str] = PROBES, *, strict: bool = False) -> dict[str, Fact]:
    """Run every probe. Each file is read once, so that all probes use the same content.

    Args:
        host: the host.
        probes: "module:function" of each probe, by name.
        strict: raise an error of a probe instead of turning it into the unknown fact "probe.<name>".
    """
    host = RecordingHost(host)
    facts: dict[str, Fact] = {}
    for name, reference in probes.items():
        try:
            found = tuple(_load(reference)(host))
        except Exception as error:  # a defect of one probe must not lose the facts of the others
            if strict:
                raise
            reason = f"the probe failed: {type(error).__name__}: {error}; run with --debug, and report it"
            found = (Fact.unknown(f"probe.{name}", reason),)
        facts.update({fact.id: fact for fact in found})
    return facts


def _load(reference: str) -> Probe:
    module, _, name = reference.partition(":")
    probe: Probe = getattr(import_module(module), name)
    return probe
