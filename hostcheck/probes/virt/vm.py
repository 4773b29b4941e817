"""Which virtual machine this is, if any: of all indicators, the strongest that names a hypervisor wins."""

from collections.abc import Sequence

from hostcheck.host.base import Host, shorten
from hostcheck.probes.kernel.release import Release
from hostcheck.probes.virt.cpu import (
    clock_indicators,
    cpuid_indicators,
    cpuinfo_indicators,
    field,
    has_hypervisor_bit,
    has_hypervisor_flag,
    shows_a_real_processor,
)
from hostcheck.probes.virt.devices import device_indicators
from hostcheck.probes.virt.dmi import Dmi
from hostcheck.probes.virt.firmware import acpi_indicators, device_tree_indicators, dmi_indicators
from hostcheck.probes.virt.indicators import NONE, SOME, WEAKNESS, Indicator, Rank, first, indicator
from hostcheck.probes.virt.platforms import platform_indicators
from hostcheck.probes.virt.xen import xen_indicators
from hostcheck.run.model import Evidence, Fact

_XEN = "xen"
# Names that do not contradict each other: old QEMU had Bochs' BIOS, and QEMU is the usual monitor of KVM.
_AGREE = ({"kvm", "qemu", "bochs"}, {"hyperv", "virtualpc"})


def collect_indicators(host: Host, dmi: Dmi, release: Release, wsl2: Evidence | None = None) -> tuple[Indicator, ...]:
    """Return all indicators of a virtual machine, strongest first.

    Args:
        host: the machine.
        dmi: the machine's DMI ids.
        release: the release of its kernel.
        wsl2: the evidence that the kernel is that of WSL 2; None if it is not.
    """
    cpuinfo = host.read("/proc/cpuinfo")
    leaves = host.cpuid()
    flag, bit = has_hypervisor_flag(cpuinfo, release.version), has_hypervisor_bit(leaves)
    shows_hypervisor = (flag or bit or False) if flag is not None or bit is not None else None
    indicators = [
        *cpuinfo_indicators(cpuinfo, flag=flag),
        *platform_indicators(host, cpuinfo),
        *xen_indicators(host, cpuinfo),
        *cpuid_indicators(leaves),
        *clock_indicators(host),
        *dmi_indicators(dmi, shows_hypervisor=shows_hypervisor),
        *acpi_indicators(host),
        *device_tree_indicators(host),
        *device_indicators(host, shows_hypervisor=shows_hypervisor),
    ]
    disguise = first(indicators, "hyperv")
    if disguise is not None and disguise.rank >= Rank.HYPERV_LEAF and first(indicators, "qemu") is not None:
        says = "for kvm: of QEMU's accelerators, only KVM can emulate Hyper-V"
        indicators.append(
            Indicator("kvm", Rank.PARAVIRTUAL, Evidence(disguise.evidence.source, disguise.evidence.value, says))
        )
    if flag and not leaves and first(indicators, "qemu") is not None and shows_a_real_processor(cpuinfo):
        says = "for kvm: QEMU shows the name of a real processor only with KVM"
        indicators.append(indicator("kvm", Rank.PARAVIRTUAL, cpuinfo, field(cpuinfo.text or "", "model name"), says))
    kind = _xen_kind(
        indicators, dmi, has_flags=field(cpuinfo.text or "", "flags") is not None, shows_hypervisor=shows_hypervisor
    )
    if kind is not None:
        indicators.append(kind)
    if first(indicators, "bochs") and first(indicators, "qemu"):
        # Until 1.0 QEMU used the BIOS of Bochs, with its name.
        indicators = [one for one in indicators if one.value != "bochs"]
    if wsl2 is not None:
        says = "for hyperv: WSL 2 runs on it"
        indicators.append(Indicator("hyperv", Rank.HINT, Evidence(wsl2.source, wsl2.value, says)))
    return tuple(sorted(indicators, key=lambda one: one.rank))


def decide(indicators: Sequence[Indicator]) -> Fact:
    """Return virt.vm: the first indicator that names a hypervisor wins.

    Args:
        indicators: all indicators, strongest first.
    """
    evidence = tuple(one.evidence for one in indicators)
    winner = next((one for one in indicators if one.value not in {SOME, NONE}), None) or first(indicators, SOME, NONE)
    if winner is None:
        reason = "neither /proc/cpuinfo nor DMI nor the device tree shows a hypervisor or rules one out"
        return Fact.unknown("virt.vm", reason, evidence)
    name = _refine(winner.value, indicators)
    conflicts = tuple(dict.fromkeys(_conflict(winner, one) for one in indicators if _contradicts(name, one)))
    return Fact("virt.vm", name, evidence=evidence, conflicts=conflicts)


def _xen_kind(
    indicators: Sequence[Indicator], dmi: Dmi, *, has_flags: bool, shows_hypervisor: bool | None
) -> Indicator | None:
    """Return the kind of a Xen guest, or domain 0, by its firmware, if Xen's files do not show it; else None."""
    files = any(one.value == _XEN and one.rank is Rank.XEN for one in indicators)
    if not files or not has_flags or _signed_by_xen(indicators):
        return None
    if not dmi.values:
        says = "for xen-pv: fully virtualized guests have firmware, this one has none"
        return Indicator("xen-pv", Rank.HINT, Evidence("/sys/class/dmi/id", None, says))
    shown = shorten(", ".join(dmi.values.get(name, "-") for name in ("sys_vendor", "product_name")))
    names_another = any(one.evidence.source == "/sys/class/dmi/id" and one.value != NONE for one in indicators)
    if not shows_hypervisor and dmi.names_a_machine and not names_another:
        says = "for xen-dom0: only the host sees the firmware of the real machine"
        return Indicator("xen-dom0", Rank.HINT, Evidence("/sys/class/dmi/id", shown, says))
    return None


def _refine(name: str, indicators: Sequence[Indicator]) -> str:
    """Return the kind of a Xen guest in place of "xen" if an indicator names it; any other name is unchanged."""
    if name != _XEN:
        return name
    kinds = (one.value for one in indicators if one.value.startswith("xen-"))
    kind = next(kinds, None)
    if kind:
        return kind
    # An ordinary CPUID instruction traps to Xen only in fully virtualized guests.
    return "xen-hvm" if _signed_by_xen(indicators) else name


def _signed_by_xen(indicators: Sequence[Indicator]) -> bool:
    return any(one.value == _XEN and one.rank is Rank.CPUID for one in indicators)


def _contradicts(name: str, other: Indicator) -> bool:
    if other.value == SOME:
        return False
    if NONE in {other.value, name}:
        # Only the processor's flag and the DMI ids speak against a hypervisor. Other sources may just lack the data.
        return other.value != name and other.evidence.source in _SAYS_NO and name not in _BITLESS
    same_family = name.partition("-")[0] == other.value.partition("-")[0]
    return not (same_family or any({name, other.value} <= group for group in _AGREE))


# Sources that can speak against a hypervisor, and why they may be wrong.
_SAYS_NO = {
    "/proc/cpuinfo": WEAKNESS[Rank.ABSENCE],
    "cpuid 0x1": WEAKNESS[Rank.ABSENCE],
    "/sys/class/dmi/id": WEAKNESS[Rank.FIRMWARE],
}
# Guests of these may lack the hypervisor bit: paravirtualized, emulated, or older than the bit.
_BITLESS = {"xen", "xen-pv", "xen-dom0", "uml", "lx86", "bochs", "virtualpc", "virtage"}


def _conflict(winner: Indicator, loser: Indicator) -> str:
    said = "no hypervisor" if loser.value == NONE else loser.value
    why = _SAYS_NO[loser.evidence.source] if loser.value == NONE else WEAKNESS[loser.rank]
    return (
        f"{loser.evidence.source} ({loser.evidence.value}) says {said}, {winner.evidence.source} says "
        f"{winner.value}, which is stronger evidence: {why}"
    )
