"""Virtual machines on architectures whose kernels name the platform: s390, Power, SPARC, Arm, MIPS, RISC-V."""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host, Reading, shorten
from hostcheck.probes.virt.cpu import field
from hostcheck.probes.virt.firmware import device_tree
from hostcheck.probes.virt.indicators import NONE, SOME, Indicator, Rank, indicator
from hostcheck.run.model import Evidence

_CONTROL_PROGRAM = r"(?m)^VM\d\d Control Program:(.*)$"
SYSINFO = "/proc/sysinfo"
_MACHINE_DESCRIPTION = "/dev/mdesc"  # arch/sparc/kernel/mdesc.c
# Names of emulated boards, and names that kernels use for any board.
_NO_BOARD = ("generic", "virt", "qemu", "malta", "versatile", "vexpress", "goldfish", "ranchu")
_LPAR = r"(?m)^LPAR (?:Name|Number):.*$"


def platform_indicators(host: Host, cpuinfo: Reading) -> Iterator[Indicator]:
    """Yield the indicators of the platform."""
    yield from _s390(host, cpuinfo)
    yield from _power(host, cpuinfo.text or "")
    yield from _sparc(host, cpuinfo)
    yield from _board(cpuinfo)
    if host.exists("/proc/iSeries") is True:
        yield Indicator("os400", Rank.SELF_NAMED, Evidence("/proc/iSeries", "present", "for os400"))


def control_programs(sysinfo: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of name and line in /proc/sysinfo, for each machine around a guest on a mainframe, innermost first.

    Source: arch/s390/kernel/sysinfo.c. A hypervisor inserts itself before those in which it runs (arch/s390/kvm/priv.c,
    insert of SYSIB 3.2.2), so VM00 is the innermost.
    """
    if not sysinfo:
        return ()
    found = (
        ("zvm" if "z/VM" in line[1] else "kvm" if "KVM" in line[1] else SOME, line[0].strip())
        for line in re.finditer(_CONTROL_PROGRAM, sysinfo)
    )
    partition = re.search(_LPAR, sysinfo)
    return (*found, *([("zlpar", partition[0])] if partition else []))


def _s390(host: Host, cpuinfo: Reading) -> Iterator[Indicator]:
    reading = host.read(SYSINFO)
    programs = control_programs(reading.text or "")
    if programs:
        name, line = programs[0]
        yield indicator(name, Rank.SELF_NAMED if name != SOME else Rank.UNNAMED, reading, line)
    elif (reading.text or "").startswith("Manufacturer:"):
        yield indicator(NONE, Rank.ABSENCE, reading, "neither a partition nor a control program")
    elif "IBM/S390" in (field(cpuinfo.text or "", "vendor_id") or ""):
        says = "for a virtual machine: everything on a mainframe runs in a partition"
        yield indicator(SOME, Rank.UNNAMED, cpuinfo, "vendor_id: IBM/S390", says)


def _sparc(host: Host, cpuinfo: Reading) -> Iterator[Indicator]:
    """Yield the indicator of SPARC: logical domains have a machine description; sun4u and older have none."""
    kind = field(cpuinfo.text or "", "type") or ""
    arch = host.read("/proc/sys/kernel/arch")
    if (arch.text or "sparc").startswith("sparc") and host.exists(_MACHINE_DESCRIPTION) is True:
        says = "for ldoms: the hypervisor describes the domain"
        yield Indicator("ldoms", Rank.SELF_NAMED, Evidence(_MACHINE_DESCRIPTION, "present", says))
    elif kind.startswith("sun4") and not kind.startswith("sun4v"):
        yield indicator(NONE, Rank.ABSENCE, cpuinfo, f"type: {kind}")


def _board(cpuinfo: Reading) -> Iterator[Indicator]:
    """Yield the indicator of the board, which some kernels for Arm and MIPS name; on RISC-V the core's name is used."""
    text = cpuinfo.text or ""
    names = ("Model", "Hardware", "system type", "uarch")
    board = next((value for name in names if (value := field(text, name))), "")
    if "Dummy Virtual Machine" in board or "dummy-virt" in board:
        yield indicator(SOME, Rank.UNNAMED, cpuinfo, board)
    elif board and not any(word in board.lower() for word in _NO_BOARD):
        yield indicator(NONE, Rank.ABSENCE, cpuinfo, board)


def _power(host: Host, cpuinfo: str) -> Iterator[Indicator]:
    """Yield the indicators of Power: logical partitions have a name in the device tree; guests of QEMU name QEMU."""
    machine, platform = field(cpuinfo, "machine") or "", field(cpuinfo, "platform") or ""
    model = field(cpuinfo, "model") or ""
    lparcfg = host.read("/proc/ppc64/lparcfg")
    tree = device_tree(host)
    emulated = next((text for text in (machine, model, lparcfg.text or "") if "emulated by qemu" in text), None)
    if emulated is not None or host.exists(f"{tree}/chosen/qemu,graphic-width") is True:
        # QEMU adds the node "hypervisor" only with KVM. A complete device tree without it is emulated.
        nodes = set(host.listdir(tree) or ())
        name = "qemu" if "cpus" in nodes and "hypervisor" not in nodes else "kvm"
        source = lparcfg.source if emulated == lparcfg.text else "/proc/cpuinfo"
        yield Indicator(
            name, Rank.PARAVIRTUAL, Evidence(source, shorten(emulated or "qemu,graphic-width"), f"for {name}")
        )
        if emulated is not None and name != "qemu":
            yield Indicator("qemu", Rank.FIRMWARE, Evidence(source, shorten(emulated), "for qemu"))
        return
    partition = host.read(f"{tree}/ibm,partition-name")
    if platform == "PowerNV":
        says = "against a virtual machine: bare metal"
        yield Indicator(NONE, Rank.ABSENCE, Evidence("/proc/cpuinfo", "platform: PowerNV", says))
    elif "shared_processor_mode" in (lparcfg.text or ""):
        yield indicator("powervm", Rank.SELF_NAMED, lparcfg, "shared_processor_mode")
    elif partition.text is not None and "qemu" not in (host.read(f"{tree}/compatible").text or ""):
        # QEMU also sets the partition name (hw/ppc/spapr.c).
        yield indicator("powervm", Rank.SELF_NAMED, partition)
    elif platform in {"PowerMac", "CHRP", "Maple", "PA Semi"}:
        yield Indicator(
            NONE, Rank.ABSENCE, Evidence("/proc/cpuinfo", f"platform: {platform}", "against a virtual machine")
        )
    elif platform == "pSeries":
        yield Indicator("powervm", Rank.HINT, Evidence("/proc/cpuinfo", "platform: pSeries", "for powervm"))
