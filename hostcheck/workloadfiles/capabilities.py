"""Capabilities as engines accept them: the names in capabilities(7) of Linux 5.9 and later."""

from hostcheck.workloadfiles.needs import Capability
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.place import Place

NAMES = frozenset(
    [
        "chown",
        "dac_override",
        "dac_read_search",
        "fowner",
        "fsetid",
        "kill",
        "setgid",
        "setuid",
        "setpcap",
        "linux_immutable",
        "net_bind_service",
        "net_broadcast",
        "net_admin",
        "net_raw",
        "ipc_lock",
        "ipc_owner",
        "sys_module",
        "sys_rawio",
        "sys_chroot",
        "sys_ptrace",
        "sys_pacct",
        "sys_admin",
        "sys_boot",
        "sys_nice",
        "sys_resource",
        "sys_time",
        "sys_tty_config",
        "mknod",
        "lease",
        "audit_write",
        "audit_control",
        "setfcap",
        "mac_override",
        "mac_admin",
        "syslog",
        "wake_alarm",
        "block_suspend",
        "audit_read",
        "perfmon",
        "bpf",
        "checkpoint_restore",
    ]
)


def capability(name: str, place: Place, said: str) -> Capability:
    """Return the need of a capability, or of all capabilities ("all").

    Args:
        name: the name, in any case, with or without CAP_.
        place: the file and the line.
        said: the text in the file.

    Raises:
        ValueError: if there is no such capability.
    """
    known = name.lower().removeprefix("cap_")
    if known != "all" and known not in NAMES:
        raise ValueError(f"not a capability: {name}")
    return Capability(place, said, known)


def needed_capability(node: Node) -> Capability:
    """Return the need of the capability that a node names.

    Raises:
        UsageError: if there is no such capability.
    """
    try:
        return capability(node.text(), node.place, node.text())
    except ValueError as error:
        raise node.refusal(str(error)) from error
