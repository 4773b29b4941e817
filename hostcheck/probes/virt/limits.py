"""Restrictions of this process: user namespace, seccomp filter, dropped capabilities. An engine would inherit them."""

from collections.abc import Iterator, Mapping

from hostcheck.counts import number_of
from hostcheck.host.base import Host, Reading
from hostcheck.probes.readings import unparsed_reason
from hostcheck.run.model import Fact

ALL_USERS = ((0, 0, 4294967295),)
"""The rows of uid_map in the first user namespace."""
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
"""Capabilities in the order of their bits: include/uapi/linux/capability.h."""
BOUNDING = "CapBnd"
"""Name of the field with the bounding set: all capabilities that this process and its children can ever have.

Source: proc_pid_status(5).
"""
_LEAST_LAST = 36  # block_suspend, of Linux 3.5: every kernel in use has at least these


def limits(host: Host) -> Iterator[Fact]:
    """Yield virt.user_namespace, virt.seccomp_filter and virt.capabilities_dropped of this process."""
    status = host.read("/proc/self/status")
    fields = status_fields(status)
    yield _user_namespace(host.read("/proc/self/uid_map"))
    yield _seccomp(status, fields.get("Seccomp", ""))
    yield _capabilities(status, fields.get(BOUNDING, ""), host.read("/proc/sys/kernel/cap_last_cap"))


def status_fields(status: Reading) -> Mapping[str, str]:
    """Return the fields of /proc/PID/status, by name; empty if it could not be read."""
    rows = (line.partition(":")[::2] for line in (status.text or "").splitlines())
    return {name: value.strip() for name, value in rows}


def parse_uid_map(text: str) -> tuple[tuple[int, int, int], ...]:
    """Parse uid_map or gid_map: rows of (id inside, id outside, length) (user_namespaces(7)).

    Malformed lines are left out.
    """
    rows = []
    for line in text.splitlines():
        words = line.split()
        if len(words) == 3 and all(_is_number(word) for word in words):
            rows.append((int(words[0]), int(words[1]), int(words[2])))
    return tuple(rows)


def parse_dropped(bounding: str, last: int) -> tuple[str, ...] | None:
    """Return the capabilities up to bit ``last`` that a bounding set lacks; None if it is not hexadecimal."""
    if not 0 < len(bounding) <= 16 or not set(bounding.lower()) <= set("0123456789abcdef"):
        return None
    bits = int(bounding, 16)
    return tuple(name for bit, name in enumerate(_CAPABILITIES) if bit <= last and not bits & 1 << bit)


def _is_number(word: str) -> bool:
    return word.isdecimal() and len(word) <= 10


def _user_namespace(reading: Reading) -> Fact:
    rows = parse_uid_map(reading.text or "")
    if not rows:
        wanted = "rows of three numbers"
        reason = unparsed_reason(reading, wanted)
        return Fact.unknown("virt.user_namespace", reason)
    mapped = rows != ALL_USERS
    count = sum(length for _, _, length in rows)
    says = f"a user namespace with {number_of(count, 'id')}" if mapped else "the ids are the host's"
    shown = " ".join(map(str, rows[0]))
    return Fact("virt.user_namespace", mapped, evidence=(reading.evidence(says, shown),))


def _seccomp(status: Reading, mode: str) -> Fact:
    name = _SECCOMP.get(mode)
    if name is None:
        reason = unparsed_reason(status, "a line Seccomp: 0, 1 or 2")
        return Fact.unknown("virt.seccomp_filter", reason)
    says = "system calls are filtered" if name == "filter" else f"mode {name}"
    return Fact("virt.seccomp_filter", name, evidence=(status.evidence(says, f"Seccomp: {mode}"),))


def _capabilities(status: Reading, bounding: str, last: Reading) -> Fact:
    highest = (last.text or "").strip()
    dropped = parse_dropped(bounding, int(highest) if _is_number(highest) else _LEAST_LAST)
    if dropped is None:
        reason = unparsed_reason(status, "a hexadecimal line CapBnd")
        return Fact.unknown("virt.capabilities_dropped", reason)
    says = (
        number_of(len(dropped), "of the kernel's capabilities is missing", "of the kernel's capabilities are missing")
        if dropped
        else "all of the kernel's capabilities"
    )
    return Fact("virt.capabilities_dropped", dropped, evidence=(status.evidence(says, f"CapBnd: {bounding}"),))
