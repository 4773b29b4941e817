"""Whether limits of control groups can be set, proved by setting a limit of each kind.

A listed controller shows only that the kernel has it. Whether a group can be created and a limit set also depends on
the mount, on delegation, and on a container around this process.
"""

from collections.abc import Mapping
from typing import Literal

from hostcheck.host.base import Host
from hostcheck.probes.trials import judge_trial
from hostcheck.run.model import Fact

LIMITED = ("memory", "pids", "cpu")

_FACT = "cgroup.limits"


def limits_fact(host: Host, mode: Literal["v1", "hybrid", "v2", "none"], places: Mapping[str, str]) -> Fact:
    """Return cgroup.limits: for each controller whether a limit could be set and read back; None if that is unknown.

    Args:
        host: the host.
        mode: the version of cgroups in use.
        places: the mount point of the hierarchy of each controller; in v2 all controllers have one hierarchy.
    """
    version = "v2" if mode == "v2" else "v1"
    wanted = {f"{version}_{name}": places[name] for name in LIMITED if name in places}
    results = host.experiment("limits", **wanted) if wanted else None
    witnesses = {
        name: judge_trial(
            f"setting a {name} limit",
            (results or {}).get(f"{version} {name}"),
            "set in a new group, and read back",
        )
        for name in LIMITED
        if name in places
    }
    # A controller that is not mounted cannot limit anything.
    value = {name: witnesses[name].answer if name in witnesses else False for name in LIMITED}
    evidence = tuple(witness.evidence for witness in witnesses.values())
    if witnesses and all(witness.answer is None for witness in witnesses.values()):
        reason = next((witness.reason for witness in witnesses.values() if witness.reason), _UNTRIED)
        return Fact.unknown(_FACT, reason, evidence)
    return Fact(_FACT, value, evidence=evidence)


_UNTRIED = "no limit was tried: audit the live host as root, without --no-experiments"
