"""What the processor shows of a hypervisor: CPUID's hypervisor leaves, /proc/cpuinfo, and the clock sources."""

import re
import struct
from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host, Reading
from hostcheck.probes.virt.indicators import NONE, SOME, Indicator, Rank, indicator, read_first
from hostcheck.run.model import Evidence

_BASE = 0x40000000
_END = 0x40010000
_HYPERVISOR_BIT = 1 << 31
_HV_INTERFACE = 0x31237648  # "Hv#1" in eax of 0x40000001: Microsoft's Hypervisor Top Level Functional Specification

_CLOCKS = "/sys/devices/system/clocksource/clocksource0"
_PTP_NAME = "/sys/class/ptp/ptp0/clock_name"  # drivers/ptp/ptp_kvm_common.c

HYPERV = "Microsoft Hv"

SIGNATURES: dict[str, str] = {
    "KVMKVMKVM": "kvm",  # Documentation/virt/kvm/x86/cpuid.rst
    "Linux KVM Hv": "kvm",  # KVM's own Hyper-V emulation, qemu/docs/system/i386/hyperv.rst
    "LKVMLKVMLKVM": "kvm",  # kvmtool
    "TCGTCGTCGTCG": "qemu",
    "VMwareVMware": "vmware",  # arch/x86/kernel/cpu/vmware.c
    "XenVMMXenVMM": "xen",  # xen/include/public/arch-x86/cpuid.h
    HYPERV: "hyperv",
    "VBoxVBoxVBox": "virtualbox",
    "prl hyperv": "parallels",
    "lrpepyh vr": "parallels",  # the same, registers read in another order
    "bhyve bhyve": "bhyve",
    "BHyVE BHyVE": "bhyve",
    "OpenBSDVMM58": "openbsd-vmm",
    "QNXQVMBSQG": "qnx",  # systemd, src/basic/virt.c, as the next four
    "ACRNACRNACRN": "acrn",
    "SRESRESRESRE": "sre",
    "Apple VZ": "apple",
    "UnisysSpar64": "s-par",
    "Jailhouse": "jailhouse",
    "___ NVMM ___": "nvmm",
    "HAXMHAXMHAXM": "haxm",
    "EVMMEVMMEVMM": "ikgt",
}
"""Hypervisor by its signature, without padding: the text in ebx, ecx and edx of its first leaf."""

_FIRST_WITH_FLAG = (2, 6, 29)  # the first kernel that shows the flag: commit 49ab56ac6e1b
# "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "AMD EPYC 7543P": qemu/target/i386/cpu.c has three such names.
_QEMUS_OWN = (" T7700 ", " T2600 ", " N270 ")
_REAL_MODEL = r"@ *[\d.]+ ?GHz|(?:EPYC|Ryzen \d|Opteron\(tm\) Processor|Platinum|Gold|Silver) \d{4}"
_FLAGS = re.compile(r"^flags[ \t]*:(.*)(\n|\Z)", re.MULTILINE)


def signatures(leaves: Mapping[int, tuple[int, int, int, int]]) -> tuple[tuple[int, str], ...]:
    """Return pairs of leaf and signature (text) for the hypervisors' first leaves, lowest first, without empty ones."""
    found = []
    for leaf in sorted(leaves):
        if _BASE <= leaf < _END and leaf % 0x100 == 0:
            raw = struct.pack("<III", *leaves[leaf][1:])
            text = " ".join("".join(chr(byte) if 32 <= byte < 127 else "" for byte in raw).split())
            if text:
                found.append((leaf, text))
    return tuple(found)


def cpuid_indicators(leaves: Mapping[int, tuple[int, int, int, int]]) -> Iterator[Indicator]:
    """Yield the indicators of CPUID, the highest leaf first: Hyper-V at a lower leaf is often only emulated."""
    for leaf, text in reversed(signatures(leaves)):
        name = SIGNATURES.get(text)
        rank = Rank.HYPERV_LEAF if name == "hyperv" else Rank.CPUID
        if name is None:
            # Behind a user-defined signature (QEMU's hv-vendor-id) the next leaf still shows Hyper-V's interface.
            disguised = leaves.get(leaf + 1, (0,))[0] == _HV_INTERFACE
            name, rank = ("hyperv", Rank.HYPERV_LEAF) if disguised else (SOME, Rank.UNNAMED)
        says = f"for {name}" if name != SOME else "for a virtual machine: an unknown signature"
        yield Indicator(name, rank, Evidence(f"cpuid {leaf:#x}", text, says))
    if 1 in leaves:
        bit = bool(leaves[1][2] & _HYPERVISOR_BIT)
        yield Indicator(
            SOME if bit else NONE,
            Rank.UNNAMED if bit else Rank.ABSENCE,
            Evidence(
                "cpuid 0x1",
                f"ecx={leaves[1][2]:#010x}",
                "for a virtual machine: the hypervisor bit is set" if bit else "against: the hypervisor bit is clear",
            ),
        )


def cpuinfo_indicators(cpuinfo: Reading, *, flag: bool | None) -> Iterator[Indicator]:
    """Yield the indicators of /proc/cpuinfo: the hypervisor flag, and processor models that are always emulated.

    Args:
        cpuinfo: the file.
        flag: the result of ``has_hypervisor_flag``.
    """
    text = cpuinfo.text or ""
    model = field(text, "model name")
    if field(text, "vendor_id") == "User Mode Linux":
        yield indicator("uml", Rank.SELF_NAMED, cpuinfo, "vendor_id: User Mode Linux")
        return
    if (model or "").startswith("UML"):
        yield indicator("uml", Rank.SELF_NAMED, cpuinfo, f"model name: {model}")
        return
    if "PowerVM Lx86" in (field(text, "vendor_id") or ""):
        yield indicator("lx86", Rank.SELF_NAMED, cpuinfo, "vendor_id: PowerVM Lx86")
        return
    if "QEMU TCG CPU" in (model or ""):
        # qemu/target/i386/tcg/tcg-cpu.c: the model "max" without an accelerator.
        yield indicator("qemu", Rank.PARAVIRTUAL, cpuinfo, model)
    elif "QEMU Virtual CPU" in (model or ""):
        yield indicator("qemu", Rank.HINT, cpuinfo, model)
    elif "Common KVM processor" in (model or "") or "Common 32-bit KVM processor" in (model or ""):
        # qemu/target/i386/cpu.c, kvm64 and kvm32: without KVM the signature in CPUID is TCG's.
        yield indicator("kvm", Rank.PARAVIRTUAL, cpuinfo, model)
    if flag is not None:
        shown = "flags: … hypervisor …" if flag else "flags without hypervisor"
        yield indicator(SOME if flag else NONE, Rank.UNNAMED if flag else Rank.ABSENCE, cpuinfo, shown)


def has_hypervisor_flag(cpuinfo: Reading, version: tuple[int, ...] | None = None) -> bool | None:
    """Whether the processor has the hypervisor flag.

    Args:
        cpuinfo: the file.
        version: the version of the kernel that wrote it; None if it is unknown.

    Returns:
        True or False; None if the processor has no line of flags (not x86), or the absence of the flag proves nothing:
        the kernel is older than the flag, or the line is cut short.
    """
    found = _FLAGS.search(cpuinfo.text or "")
    if found is None:
        return None
    if "hypervisor" in found[1].split():
        return True
    return None if (version is not None and version < _FIRST_WITH_FLAG) or not found[2] else False


def shows_a_real_processor(cpuinfo: Reading) -> bool:
    """Whether the model name is that of one real model, not one of QEMU's names for a generation of processors."""
    model = field(cpuinfo.text or "", "model name") or ""
    return re.search(_REAL_MODEL, model) is not None and not any(name in model for name in _QEMUS_OWN)


def has_hypervisor_bit(leaves: Mapping[int, tuple[int, int, int, int]]) -> bool | None:
    """Whether CPUID shows a hypervisor: by the bit in leaf 1, else by a signature; None if CPUID was not read."""
    if 1 in leaves:
        return bool(leaves[1][2] & _HYPERVISOR_BIT)
    return True if signatures(leaves) else None


def field(cpuinfo: str, name: str) -> str | None:
    """Return the first value of a field in /proc/cpuinfo; None if it is missing."""
    for line in cpuinfo.splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip() == name:
            return value.strip()
    return None


def clock_indicators(host: Host) -> Iterator[Indicator]:
    """Yield the indicators of the clock sources: the clock of a hypervisor exists only in its guests."""
    reading = read_first(host, f"{_CLOCKS}/available_clocksource", f"{_CLOCKS}/current_clocksource")
    words = (reading.text or "").split()
    if "kvm-clock" in words:
        yield indicator("kvm", Rank.PARAVIRTUAL, reading)
    elif "xen" in words:
        yield indicator("xen", Rank.HINT, reading)
    elif any(word.startswith("hyperv_clocksource") for word in words):
        yield indicator("hyperv", Rank.HINT, reading)
    ptp = host.read(_PTP_NAME)
    if (ptp.text or "").strip() == "KVM virtual PTP":
        yield indicator("kvm", Rank.PARAVIRTUAL, ptp)
