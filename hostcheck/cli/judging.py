"""What ``hostcheck gate`` does once it knows what is asked: read or audit, and decide."""

from dataclasses import replace

from hostcheck.cli.debug import debugging
from hostcheck.cli.keeping import followed, keep
from hostcheck.gate.anew import DEFAULT_PROFILES
from hostcheck.gate.baseline import read_baseline
from hostcheck.gate.decision import Decision, decide
from hostcheck.gate.origin import Source
from hostcheck.gate.policy import Policy
from hostcheck.host.base import Host
from hostcheck.store.named import read_named


def of_file(name: str, asked: Policy) -> Decision:
    """Judge a run file, or one of the history.

    Raises:
        HostcheckError: when it, the policy's profiles or the baseline cannot be used.
    """
    run = read_named(name)
    return decide(run, asked, baseline=read_baseline(asked, run))


def of_host(host: Host, asked: Policy, source: Source, *, place: str = "", store: bool = True) -> Decision:
    """Audit a host, and judge the run as a file of it would be. An audit of a host that is not captured is kept.

    Args:
        host: the host.
        asked: the policy.
        source: where the facts are from.
        place: the address or the command by which the host was reached; empty for this machine.
        store: whether to keep the audit.

    Raises:
        HostcheckError: when the policy's profiles or the baseline cannot be used.
    """
    from hostcheck.audit import audit_host

    asked = replace(asked, profiles=asked.profiles or DEFAULT_PROFILES)
    audited = audit_host(host, profiles=asked.profiles, roles=asked.roles, prove=asked.prove, strict=debugging())
    if source == "live":
        audited = followed(audited, asked.profiles, place=place)
    decision = decide(audited, asked, baseline=read_baseline(asked, audited), source=source)
    if source == "live" and store:
        keep(audited, place)
    return decision
