"""What the processor says: CPUID's hypervisor leaves, and /proc/cpuinfo."""

import re
import struct
from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host, Reading
from hostcheck.probes.virt.claims import NONE, SOME, Claim, Rank, claim, read_first
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
"""What hypervisors sign with in ebx, ecx, edx of their first leaf, without padding."""

_KNOWS_THE_FLAG = (2, 6, 29)  # commit 49ab56ac6e1b
# "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "AMD EPYC 7543P": qemu/target/i386/cpu.c has three such names.
_QEMUS_OWN = (" T7700 ", " T2600 ", " N270 ")
_REAL_MODEL = re.compile(r"@ *[\d.]+ ?GHz|(?:EPYC|Ryzen \d|Opteron\(tm\) Processor|Platinum|Gold|Silver) \d{4}")
_FLAGS = re.compile(r"^flags[ \t]*:(.*)(\n|\Z)", re.MULTILINE)


def signatures(leaves: Mapping[int, tuple[int, int, int, int]]) -> tuple[tuple[int, str], ...]:
    """Give each hypervisor leaf's signature as text, lowest leaf first; empty ones are left out."""
    found = []
    for leaf in sorted(leaves):
        if _BASE <= leaf < _END and leaf % 0x100 == 0:
            raw = struct.pack("<III", *leaves[leaf][1:])
            text = " ".join("".join(chr(byte) if 32 <= byte < 127 else "" for byte in raw).split())
            if text:
                found.append((leaf, text))
    return tuple(found)


def cpuid_claims(leaves: Mapping[int, tuple[int, int, int, int]]) -> Iterator[Claim]:
    """Let CPUID speak. Of several signatures the highest known one tells; Hyper-V's is often a disguise."""
    for leaf, text in reversed(signatures(leaves)):
        name = SIGNATURES.get(text)
        rank = Rank.HYPERV_LEAF if name == "hyperv" else Rank.CPUID
        if name is None:
            # A signature of the user's choice (QEMU's hv-vendor-id) still has Hyper-V's interface above it.
            disguised = leaves.get(leaf + 1, (0,))[0] == _HV_INTERFACE
            name, rank = ("hyperv", Rank.HYPERV_LEAF) if disguised else (SOME, Rank.UNNAMED)
        says = f"for {name}" if name != SOME else "for a virtual machine: a signature that is not known"
        yield Claim(name, rank, Evidence(f"cpuid {leaf:#x}", text, says))
    if 1 in leaves:
        bit = bool(leaves[1][2] & _HYPERVISOR_BIT)
        yield Claim(
            SOME if bit else NONE,
            Rank.UNNAMED if bit else Rank.ABSENCE,
            Evidence(
                "cpuid 0x1",
                f"ecx={leaves[1][2]:#010x}",
                "for a virtual machine: the hypervisor bit is set" if bit else "against: the hypervisor bit is clear",
            ),
        )


def cpuinfo_claims(cpuinfo: Reading, *, flag: bool | None) -> Iterator[Claim]:
    """Let /proc/cpuinfo speak: the hypervisor flag, and the processors that only software makes.

    Args:
        cpuinfo: the file.
        flag: what ``has_hypervisor_flag`` makes of it.
    """
    text = cpuinfo.text or ""
    model = field(text, "model name")
    if field(text, "vendor_id") == "User Mode Linux":
        yield claim("uml", Rank.PERSONALITY, cpuinfo, "vendor_id: User Mode Linux")
        return
    if (model or "").startswith("UML"):
        yield claim("uml", Rank.PERSONALITY, cpuinfo, f"model name: {model}")
        return
    if "PowerVM Lx86" in (field(text, "vendor_id") or ""):
        yield claim("lx86", Rank.PERSONALITY, cpuinfo, "vendor_id: PowerVM Lx86")
        return
    if "QEMU TCG CPU" in (model or ""):
        # qemu/target/i386/tcg/tcg-cpu.c: "max", where nothing accelerates.
        yield claim("qemu", Rank.PARAVIRTUAL, cpuinfo, model)
    elif "QEMU Virtual CPU" in (model or ""):
        yield claim("qemu", Rank.HINT, cpuinfo, model)
    elif "Common KVM processor" in (model or "") or "Common 32-bit KVM processor" in (model or ""):
        # qemu/target/i386/cpu.c, kvm64 and kvm32: whoever emulates with them says TCG in CPUID.
        yield claim("kvm", Rank.PARAVIRTUAL, cpuinfo, model)
    if flag is not None:
        shown = "flags: … hypervisor …" if flag else "flags without hypervisor"
        yield claim(SOME if flag else NONE, Rank.UNNAMED if flag else Rank.ABSENCE, cpuinfo, shown)


def has_hypervisor_flag(cpuinfo: Reading, version: tuple[int, ...] | None = None) -> bool | None:
    """Whether the processor has the hypervisor flag.

    Args:
        cpuinfo: the file.
        version: of the kernel that wrote it; None when it is not known.

    Returns:
        None where the processor has no such flags (not x86), and for its absence where that proves nothing: a kernel
        wrote the file that did not know the flag yet, or the line was cut.
    """
    found = _FLAGS.search(cpuinfo.text or "")
    if found is None:
        return None
    if "hypervisor" in found[1].split():
        return True
    return None if (version is not None and version < _KNOWS_THE_FLAG) or not found[2] else False


def shows_a_real_processor(cpuinfo: Reading) -> bool:
    """Whether the processor is named as a maker names one model, and not as QEMU names a generation of them."""
    model = field(cpuinfo.text or "", "model name") or ""
    return _REAL_MODEL.search(model) is not None and not any(name in model for name in _QEMUS_OWN)


def has_hypervisor_bit(leaves: Mapping[int, tuple[int, int, int, int]]) -> bool | None:
    """Whether CPUID shows a hypervisor, by the bit of leaf 1 or by a signature; None where CPUID is not known."""
    if 1 in leaves:
        return bool(leaves[1][2] & _HYPERVISOR_BIT)
    return True if signatures(leaves) else None


def field(cpuinfo: str, name: str) -> str | None:
    """Give the first value of a field of /proc/cpuinfo."""
    for line in cpuinfo.splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip() == name:
            return value.strip()
    return None


def clock_claims(host: Host) -> Iterator[Claim]:
    """Let the clock sources speak: a hypervisor's own clock is there only where it runs."""
    reading = read_first(host, f"{_CLOCKS}/available_clocksource", f"{_CLOCKS}/current_clocksource")
    words = (reading.text or "").split()
    if "kvm-clock" in words:
        yield claim("kvm", Rank.PARAVIRTUAL, reading)
    elif "xen" in words:
        yield claim("xen", Rank.HINT, reading)
    elif any(word.startswith("hyperv_clocksource") for word in words):
        yield claim("hyperv", Rank.HINT, reading)
    ptp = host.read(_PTP_NAME)
    if (ptp.text or "").strip() == "KVM virtual PTP":
        yield claim("kvm", Rank.PARAVIRTUAL, ptp)
