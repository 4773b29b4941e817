"""Architectures whose kernels say themselves what they run on: s390, Power, SPARC, and old ones."""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host, shorten
from hostcheck.probes.virt.claims import NONE, SOME, Claim, Rank, claim
from hostcheck.probes.virt.cpu import field
from hostcheck.probes.virt.firmware import DEVICE_TREE
from hostcheck.run.model import Evidence

_CONTROL_PROGRAM = re.compile(r"^VM\d\d Control Program:(.*)$", re.MULTILINE)
_LPAR = re.compile(r"^LPAR Name:[ \t]*(\S+)", re.MULTILINE)


def platform_claims(host: Host) -> Iterator[Claim]:
    """Let the platform speak."""
    cpuinfo = host.read("/proc/cpuinfo")
    yield from _s390(host)
    yield from _power(host, cpuinfo.text or "")
    if (field(cpuinfo.text or "", "type") or "").startswith("sun4v"):
        # Whatever runs on these processors runs in a logical domain; the first one controls the others.
        yield claim("ldoms", Rank.PERSONALITY, cpuinfo, "type: sun4v")
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


def _power(host: Host, cpuinfo: str) -> Iterator[Claim]:
    """Logical partitions have a name in the device tree; KVM's guests say what emulates them."""
    machine, platform = field(cpuinfo, "machine") or "", field(cpuinfo, "platform") or ""
    if "emulated by qemu" in machine or host.exists(f"{DEVICE_TREE}/chosen/qemu,graphic-width") is True:
        # QEMU makes the node "hypervisor" only for KVM: a device tree without it is emulation.
        name = "qemu" if host.listdir(DEVICE_TREE) and not host.listdir(f"{DEVICE_TREE}/hypervisor") else "kvm"
        yield Claim(name, Rank.PARAVIRTUAL, Evidence("/proc/cpuinfo", shorten(f"machine: {machine}"), f"for {name}"))
        return
    lparcfg = host.read("/proc/ppc64/lparcfg")
    partition = host.read(f"{DEVICE_TREE}/ibm,partition-name")
    if platform == "PowerNV":
        says = "against a virtual machine: bare metal"
        yield Claim(NONE, Rank.ABSENCE, Evidence("/proc/cpuinfo", "platform: PowerNV", says))
    elif "shared_processor_mode" in (lparcfg.text or ""):
        yield claim("powervm", Rank.PERSONALITY, lparcfg, "shared_processor_mode")
    elif partition.text is not None:
        yield claim("powervm", Rank.PERSONALITY, partition)
    elif platform == "pSeries":
        yield Claim("powervm", Rank.HINT, Evidence("/proc/cpuinfo", "platform: pSeries", "for powervm"))
