"""A host into facts, and facts into verdicts."""

from collections.abc import Mapping, Sequence
from importlib import import_module

from hostcheck.host.base import Host
from hostcheck.probes import PROBES
from hostcheck.probes.base import Probe
from hostcheck.probes.once import Once
from hostcheck.profiles.loader import load
from hostcheck.profiles.roles import refuse_unknown_roles
from hostcheck.run.model import Fact, Verdict
from hostcheck.verdicts import judge


def audit(
    host: Host, profiles: Sequence[str], *, roles: Sequence[str] = (), strict: bool = False
) -> tuple[dict[str, Fact], tuple[Verdict, ...]]:
    """Read a host and judge it for each profile.

    Args:
        host: the host.
        profiles: names of profiles, or files of a user's own.
        roles: what the host is to be to those engines: "control-plane", "worker"….
        strict: let a probe's error through instead of making it an unknown fact.

    Returns:
        The facts by id, and the verdicts of all profiles in the order given.

    Raises:
        UsageError: for a profile or a role that does not exist; before the host is touched.
    """
    wanted = [load(name) for name in dict.fromkeys(profiles)]
    refuse_unknown_roles(roles, wanted)
    facts = collect(host, strict=strict)
    return facts, tuple(verdict for profile in wanted for verdict in judge(profile, facts, roles))


def collect(host: Host, probes: Mapping[str, str] = PROBES, *, strict: bool = False) -> dict[str, Fact]:
    """Ask every probe for its facts. Each thing of the host is read once, so that all probes saw the same.

    Args:
        host: the host.
        probes: name of each probe and where it is.
        strict: let a probe's error through instead of making it the unknown fact "probe.<name>".
    """
    host = Once(host)
    facts: dict[str, Fact] = {}
    for name, reference in probes.items():
        try:
            found = tuple(_load(reference)(host))
        except Exception as error:  # one probe's defect must not cost the others' facts; it is told as a fact
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
