"""Audit a host: collect its facts, and judge them by profiles."""

from collections.abc import Mapping, Sequence
from importlib import import_module

from hostcheck.host.base import Host
from hostcheck.host.recording import RecordingHost
from hostcheck.probes import PROBES
from hostcheck.probes.base import Probe
from hostcheck.profiles.loader import load
from hostcheck.profiles.roles import refuse_unknown_roles
from hostcheck.run.model import Fact, Verdict
from hostcheck.verdicts import judge


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
