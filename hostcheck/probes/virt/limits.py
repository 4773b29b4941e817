"""What an engine started here would lack: ids of its own user namespace, filtered calls, dropped capabilities."""

from collections.abc import Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.run.model import Fact

_ALL_IDS = (0, 0, 4294967295)
_SECCOMP = {"0": "disabled", "1": "strict", "2": "filter"}  # proc_pid_status(5)
# fmt: off
_CAPABILITIES = (
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid",
    "kill", "setgid", "setuid", "setpcap", "linux_immutable",
    "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock",
    "ipc_owner", "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace",
    "sys_pacct", "sys_admin", "sys_boot", "sys_nice", "sys_resource",
    "sys_time", "sys_tty_config", "mknod", "lease", "audit_write",
    "audit_control", "setfcap", "mac_override", "mac_admin", "syslog",
    "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf",
    "checkpoint_restore",
)
# fmt: on
"""In the order of their bits: include/uapi/linux/capability.h."""
_LEAST_LAST = 36  # block_suspend, of Linux 3.5: what any kernel in use has


def limits(host: Host) -> Iterator[Fact]:
    """Give virt.user_namespace, virt.seccomp_filter and virt.capabilities_dropped, of the process that looks."""
    status = host.read("/proc/self/status")
    fields = dict(line.partition(":")[::2] for line in (status.text or "").splitlines())
    yield _user_namespace(host.read("/proc/self/uid_map"))
    yield _seccomp(status, fields.get("Seccomp", "").strip())
    yield _capabilities(status, fields.get("CapBnd", "").strip(), host.read("/proc/sys/kernel/cap_last_cap"))


def parse_uid_map(text: str) -> tuple[tuple[int, int, int], ...]:
    """Parse lines of inside, outside and length (user_namespaces(7)); lines of another shape are left out."""
    rows = []
    for line in text.splitlines():
        words = line.split()
        if len(words) == 3 and all(_is_number(word) for word in words):
            rows.append((int(words[0]), int(words[1]), int(words[2])))
    return tuple(rows)


def parse_dropped(bounding: str, last: int) -> tuple[str, ...] | None:
    """Name the capabilities missing from a bounding set, up to bit ``last``; None when it is no such set."""
    if not 0 < len(bounding) <= 16 or not set(bounding.lower()) <= set("0123456789abcdef"):
        return None
    bits = int(bounding, 16)
    return tuple(name for bit, name in enumerate(_CAPABILITIES) if bit <= last and not bits & 1 << bit)


def _is_number(word: str) -> bool:
    return word.isdecimal() and len(word) <= 10


def _user_namespace(reading: Reading) -> Fact:
    rows = parse_uid_map(reading.text or "")
    if not rows:
        return Fact.unknown("virt.user_namespace", "/proc/self/uid_map could not be read, or maps nothing")
    mapped = rows != (_ALL_IDS,)
    count = sum(length for _, _, length in rows)
    says = f"{count} ids of a namespace's own" if mapped else "all ids are the machine's"
    shown = " ".join(map(str, rows[0]))
    return Fact("virt.user_namespace", mapped, evidence=(reading.evidence(says, shown),))


def _seccomp(status: Reading, mode: str) -> Fact:
    name = _SECCOMP.get(mode)
    if name is None:
        return Fact.unknown("virt.seccomp_filter", "/proc/self/status has no line Seccomp")
    says = "calls are filtered" if name == "filter" else f"mode {name}"
    return Fact("virt.seccomp_filter", name, evidence=(status.evidence(says, f"Seccomp: {mode}"),))


def _capabilities(status: Reading, bounding: str, last: Reading) -> Fact:
    told = (last.text or "").strip()
    dropped = parse_dropped(bounding, int(told) if _is_number(told) else _LEAST_LAST)
    if dropped is None:
        return Fact.unknown("virt.capabilities_dropped", "/proc/self/status has no line CapBnd")
    says = f"without {len(dropped)} that the kernel has" if dropped else "all that the kernel has"
    return Fact("virt.capabilities_dropped", dropped, evidence=(status.evidence(says, f"CapBnd: {bounding}"),))
