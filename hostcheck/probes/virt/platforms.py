"""Architectures whose kernels say themselves what they run on: s390, Power, SPARC, and old ones."""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host, Reading, shorten
from hostcheck.probes.virt.claims import NONE, SOME, Claim, Rank, claim
from hostcheck.probes.virt.cpu import field
from hostcheck.probes.virt.firmware import DEVICE_TREE
from hostcheck.run.model import Evidence

_CONTROL_PROGRAM = re.compile(r"^VM\d\d Control Program:(.*)$", re.MULTILINE)
_MACHINE_DESCRIPTION = "/dev/mdesc"  # arch/sparc/kernel/mdesc.c
_LPAR = re.compile(r"^LPAR Name:[ \t]*(\S+)", re.MULTILINE)


def platform_claims(host: Host) -> Iterator[Claim]:
    """Let the platform speak."""
    cpuinfo = host.read("/proc/cpuinfo")
    yield from _s390(host)
    yield from _power(host, cpuinfo.text or "")
    yield from _sparc(host, cpuinfo)
    yield from _board(cpuinfo)
    if host.exists("/proc/iSeries") is True:
        yield Claim("os400", Rank.PERSONALITY, Evidence("/proc/iSeries", "present", "for os400"))


def _s390(host: Host) -> Iterator[Claim]:
    """Arch/s390/kernel/sysinfo.c: levels of virtualization, the innermost as VM00."""
    reading = host.read("/proc/sysinfo")
    text = reading.text or ""
    program, partition = _CONTROL_PROGRAM.search(text), _LPAR.search(text)
    if program:
        name = "zvm" if "z/VM" in program[1] else "kvm" if "KVM" in program[1] else SOME
        yield claim(name, Rank.PERSONALITY if name != SOME else Rank.UNNAMED, reading, program[0].strip())
    elif partition:
        yield claim("zlpar", Rank.PERSONALITY, reading, partition[0])
    elif text.startswith("Manufacturer:"):
        yield claim(NONE, Rank.ABSENCE, reading, "neither a partition nor a control program")


def _sparc(host: Host, cpuinfo: Reading) -> Iterator[Claim]:
    """Whatever runs on sun4v processors runs in a logical domain; the first one controls the others."""
    kind = field(cpuinfo.text or "", "type") or ""
    arch = host.read("/proc/sys/kernel/arch")
    if kind.startswith("sun4v"):
        yield claim("ldoms", Rank.PERSONALITY, cpuinfo, "type: sun4v")
    elif kind.startswith("sun4"):
        yield claim(NONE, Rank.ABSENCE, cpuinfo, f"type: {kind}")
    elif (arch.text or "sparc").startswith("sparc") and host.exists(_MACHINE_DESCRIPTION) is True:
        says = "for ldoms: the hypervisor's description of the domain"
        yield Claim("ldoms", Rank.PERSONALITY, Evidence(_MACHINE_DESCRIPTION, "present", says))


def _board(cpuinfo: Reading) -> Iterator[Claim]:
    """Arm names the board it runs on, in some kernels."""
    board = field(cpuinfo.text or "", "Model") or field(cpuinfo.text or "", "Hardware") or ""
    if "Dummy Virtual Machine" in board:
        yield claim(SOME, Rank.UNNAMED, cpuinfo, board)
    elif board.startswith(("Raspberry Pi", "BCM2")):
        yield claim(NONE, Rank.ABSENCE, cpuinfo, board)


def _power(host: Host, cpuinfo: str) -> Iterator[Claim]:
    """Logical partitions have a name in the device tree; KVM's guests say what emulates them."""
    machine, platform = field(cpuinfo, "machine") or "", field(cpuinfo, "platform") or ""
    model = field(cpuinfo, "model") or ""
    lparcfg = host.read("/proc/ppc64/lparcfg")
    emulated = next((text for text in (machine, model, lparcfg.text or "") if "emulated by qemu" in text), None)
    if emulated is not None or host.exists(f"{DEVICE_TREE}/chosen/qemu,graphic-width") is True:
        # QEMU makes the node "hypervisor" only for KVM: a whole device tree without it is emulation.
        nodes = set(host.listdir(DEVICE_TREE) or ())
        name = "qemu" if "cpus" in nodes and "hypervisor" not in nodes else "kvm"
        source = lparcfg.source if emulated == lparcfg.text else "/proc/cpuinfo"
        yield Claim(name, Rank.PARAVIRTUAL, Evidence(source, shorten(emulated or "qemu,graphic-width"), f"for {name}"))
        return
    partition = host.read(f"{DEVICE_TREE}/ibm,partition-name")
    if platform == "PowerNV":
        says = "against a virtual machine: bare metal"
        yield Claim(NONE, Rank.ABSENCE, Evidence("/proc/cpuinfo", "platform: PowerNV", says))
    elif "shared_processor_mode" in (lparcfg.text or ""):
        yield claim("powervm", Rank.PERSONALITY, lparcfg, "shared_processor_mode")
    elif partition.text is not None:
        yield claim("powervm", Rank.PERSONALITY, partition)
    elif platform in {"PowerMac", "CHRP", "Maple", "PA Semi"}:
        yield Claim(NONE, Rank.ABSENCE, Evidence("/proc/cpuinfo", f"platform: {platform}", "against a virtual machine"))
    elif platform == "pSeries":
        yield Claim("powervm", Rank.HINT, Evidence("/proc/cpuinfo", "platform: pSeries", "for powervm"))
