"""Whether BPF programs can control access to devices, by experiment: cgroup v2 has no devices controller."""

from hostcheck.host.base import Host
from hostcheck.host.mounts import parse_mountinfo, read_mounts, visible
from hostcheck.probes.kernel.cgroups import decide_mode
from hostcheck.probes.trials import judge_trial
from hostcheck.probes.virt.limits import ALL_USERS, parse_uid_map
from hostcheck.probes.witness import Witness
from hostcheck.run.model import Evidence

_TRIAL = "asking for the device rules of a control group"
_NEEDED = 1 << 21 | 1 << 12
"""CAP_SYS_ADMIN and CAP_NET_ADMIN, without which the kernel refuses: linux kernel/bpf/syscall.c, bpf_prog_query."""
_MISSING = frozenset({"EINVAL", "ENOSYS"})


def device_rules(host: Host) -> Witness:
    """Return the result of the experiment "device_rules" as a witness. It is made by root on a host with cgroup v2.

    It is not made in a user namespace, where runc does not use such rules (opencontainers/runc#2793), nor without the
    necessary capabilities, because a refusal would prove nothing.
    """
    mounts = visible(parse_mountinfo(read_mounts(host).text or ""))
    unified = next((mount.mount_point for mount in mounts if mount.fs_type == "cgroup2"), None)
    if unified is None or decide_mode(mounts) != "v2" or not _privileged(host):
        return Witness(None, Evidence(_TRIAL, None, "not tried"))
    result = (host.experiment("device_rules", folder=unified) or {}).get("query")
    if result and result["error"] in _MISSING and result["stage"] == "query":
        return Witness(answer=False, evidence=Evidence(_TRIAL, result["error"], "against: the kernel has none"))
    if result and result["error"] == "EPERM" and result["stage"] == "query":
        why = "against: bpf(2) is denied, by a filter of system calls or the kernel"
        return Witness(answer=False, evidence=Evidence(_TRIAL, "EPERM", why))
    return judge_trial(_TRIAL, result, "the kernel answers")


def _privileged(host: Host) -> bool:
    fields = dict(line.partition(":")[::2] for line in (host.read("/proc/self/status").text or "").splitlines())
    effective = fields.get("CapEff", "").strip()
    mapped = parse_uid_map(host.read("/proc/self/uid_map").text or "")
    capable = len(effective) == 16 and not set(effective.lower()) - set("0123456789abcdef")
    return capable and int(effective, 16) & _NEEDED == _NEEDED and mapped == ALL_USERS
