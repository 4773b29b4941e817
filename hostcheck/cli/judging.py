"""What ``hostcheck gate`` does once it knows what is asked: read or audit, and decide."""

from dataclasses import replace

from hostcheck.cli.debug import debugging
from hostcheck.cli.keeping import followed
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
    baseline = read_baseline(asked)
    return decide(read_named(name), asked, baseline=baseline)


def of_host(host: Host, asked: Policy, source: Source, *, place: str = "", keep: bool = True) -> Decision:
    """Audit a host, and judge the run as a file of it would be. An audit of a host that is not captured is kept.

    Args:
        host: the host.
        asked: the policy.
        source: where the facts are from.
        place: the address or the command by which the host was reached; empty for this machine.
        keep: whether to keep the audit.

    Raises:
        HostcheckError: when the policy's profiles or the baseline cannot be used.
    """
    from hostcheck.audit import audit_host

    # The baseline first: an audit takes a moment, and what it is for may not be there.
    baseline = read_baseline(asked)
    asked = replace(asked, profiles=asked.profiles or DEFAULT_PROFILES)
    audited = audit_host(host, profiles=asked.profiles, roles=asked.roles, prove=asked.prove, strict=debugging())
    if source == "live":
        audited = followed(audited, asked.profiles, place=place, keep=keep)
    return decide(audited, asked, baseline=baseline, source=source)
