"""Remove values from environments and command lines, except those that describe the machine."""

import re

from hostcheck.capture.renaming import SCRUBBED, Renamer

_VARIABLES = frozenset({"container"})
"""Variables that keep their value. Source: systemd's Container Interface."""

_PARAMETERS = re.compile(
    r"(?:cgroup_(?:enable|disable|no_v1|v1_proc)|cgroup\.\w+|cgroup_favordynmods|swapaccount|systemd\.unified_cgroup_hierarchy"
    r"|systemd\.legacy_systemd_cgroup_controller|systemd\.cgroup_\w+|apparmor|security|lsm|selinux|enforcing|seccomp"
    r"|namespace\.unpriv_enable|user_namespace\.enable|psi|mitigations|ipv6\.\w+|transparent_hugepage|hugepages"
    r"|hugepagesz|default_hugepagesz|isolcpus|nohz_full|rcu_nocbs|numa_balancing|intel_iommu|amd_iommu|iommu|audit|fips"
    r"|lockdown|elevator|maxcpus|nr_cpus|nosmt|mem|memmap|noexec|nomodule|module\.sig_enforce|overlay\.\w+|overlayroot"
    r"|xen_\w+|hypervisor|nopv|clocksource|tsc|kvm[.-]\w+|kvm_\w+\.\w+|virtio_mmio\.\w+|pci|acpi|panic|reboot|quiet|ro|rw"
    r"|console|net\.ifnames|biosdevname|vsyscall|pti|spectre_v2|l1tf|mds|fstype|rootfstype|noswap|zswap\.\w+|sysctl\.\S+)"
)
"""Kernel parameters that keep their values. Source: Documentation/admin-guide/kernel-parameters.txt."""

_NAME = re.compile(r"[A-Za-z][\w.-]*")


def environment(data: bytes, names: Renamer) -> bytes:
    """Keep the names of variables, and the values of those in _VARIABLES.

    A copy that was made by hand may separate them by line breaks instead of NUL bytes.
    """
    between = b"\0" if b"\0" in data else b"\n"
    return between.join(_variable(item, names) for item in data.split(between))


def _variable(item: bytes, names: Renamer) -> bytes:
    name, equals, value = item.partition(b"=")
    if not equals:
        return b"" if not name else SCRUBBED.encode()
    known = name.decode("utf-8", "replace") in _VARIABLES
    return names.data(name) + b"=" + (names.data(value) if known else SCRUBBED.encode() if value else b"")


def kernel_parameters(data: bytes, names: Renamer) -> bytes:
    """Keep the kernel parameters in _PARAMETERS. Of others keep only the name; remove those that have no value."""
    words = data.decode("utf-8", "replace").replace("\0", " ").split()
    return (" ".join(kept for word in words if (kept := _parameter(word, names))) + "\n").encode()


def _parameter(word: str, names: Renamer) -> str:
    name, equals, _ = word.partition("=")
    if _PARAMETERS.fullmatch(name):
        return names.text(word)
    return f"{names.text(name)}={SCRUBBED}" if equals and _NAME.fullmatch(name) else ""


def process_arguments(data: bytes, names: Renamer) -> bytes:
    """Keep the program and the number of its arguments; replace the arguments."""
    program, separator, rest = data.partition(b"\0")
    program = names.data(program.split(b" ")[0])
    return program + separator + b"\0".join(SCRUBBED.encode() if part else b"" for part in rest.split(b"\0"))
