"""Find the identity of a host for the run file: its name, kernel, CPUs, memory and distribution."""

import os
import re
from dataclasses import replace

from hostcheck.host.base import Host
from hostcheck.run.model import HostIdentity

CAPTURED_NAME = "captured"
"""The name of a captured host: its real name is private, and this machine's name is not its name."""

_RELEASE = re.compile(r"Linux version (\S+)")
_MEMORY = re.compile(r"^MemTotal:[ \t]*(\d{1,18}) kB", re.MULTILINE)
_ALLOWED = r"(?m)^Cpus_allowed_list:[ \t]*(\d{1,5}(?:-\d{1,5})?(?:,\d{1,5}(?:-\d{1,5})?){0,999})$"
_PROCESSOR = r"(?m)^(?:processor[ \t]*:|processor \d+:|CPU\d+:)"
_PRETTY = re.compile(r"^PRETTY_NAME=(.*)$", re.MULTILINE)

# Fields of /proc/cpuinfo on each architecture (arch/*/kernel, show_cpuinfo), most specific first.
_CPUINFO: tuple[tuple[str, str], ...] = (
    (r"^vendor_id[ \t]*: IBM/S390", "s390x"),
    (r"^flags[ \t]*:.*\blm\b", "x86_64"),
    (r"^flags[ \t]*:", "i686"),
    (r"^CPU architecture[ \t]*: (?:8|AArch64)|^Features[ \t]*:.*\basimd\b", "aarch64"),
    (r"^CPU implementer[ \t]*:", "armv7l"),
    (r"^isa[ \t]*: rv64", "riscv64"),
    (r"^cpu[ \t]*: POWER(?:8|9|1\d)", "ppc64le"),
    (r"^cpu[ \t]*: POWER|^platform[ \t]*: pSeries", "ppc64"),
    (r"^type[ \t]*: sun4[uv]", "sparc64"),
    (r"^CPU Family[ \t]*: Loongson", "loongarch64"),
    (r"^cpu model[ \t]*: MIPS", "mips"),
)


def identify(host: Host) -> HostIdentity:
    """Return the identity of a host, with None for each unknown value. A recorded host has it in the index."""
    if not host.live:
        from hostcheck.host.recorded import RecordedHost  # noqa: PLC0415 - only where a capture is read

        if isinstance(host, RecordedHost):
            return replace(host.identity, name=CAPTURED_NAME)
    cpuinfo = host.read("/proc/cpuinfo").text or ""
    memory = _MEMORY.search(host.read("/proc/meminfo").text or "")
    return HostIdentity(
        name=_name(host),
        kernel=_kernel(host),
        arch=_word(host, "/proc/sys/kernel/arch") or (os.uname().machine if host.live else parse_arch(cpuinfo)),
        cpus=_cpus(host, cpuinfo),
        memory_bytes=int(memory[1]) * 1024 if memory else None,
        os=_os(host),
    )


def parse_arch(cpuinfo: str) -> str | None:
    """Return the architecture by the fields of /proc/cpuinfo: kernels before 6.1 have no file that names it."""
    return next((arch for pattern, arch in _CPUINFO if re.search(pattern, cpuinfo, re.MULTILINE)), None)


def _name(host: Host) -> str:
    return (_word(host, "/proc/sys/kernel/hostname") or "unnamed") if host.running else CAPTURED_NAME


def _cpus(host: Host, cpuinfo: str) -> int | None:
    """Return the number of processors that the audit's process may use on a running host.

    For a captured host, count all its processors. None if unknown.
    """
    if host.live:
        return len(os.sched_getaffinity(0))
    allowed = re.search(_ALLOWED, host.read("/proc/self/status").text or "") if host.running else None
    return parse_count(allowed[1]) if allowed else len(re.findall(_PROCESSOR, cpuinfo)) or None


def parse_count(ranges: str) -> int:
    """Count the processors in a list such as "0-3,8" (cpuset(7), "List format")."""
    bounds = [part.partition("-") for part in ranges.split(",")]
    return sum(int(last or first) - int(first) + 1 for first, _, last in bounds)


def _kernel(host: Host) -> str | None:
    release = _word(host, "/proc/sys/kernel/osrelease")
    version = _RELEASE.match(host.read("/proc/version").text or "")
    return release or (version[1] if version else None)


def _os(host: Host) -> str | None:
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        found = _PRETTY.search(host.read(path).text or "")
        if found:
            return found[1].strip().strip("\"'")
    return None


def _word(host: Host, path: str) -> str | None:
    return (host.read(path).text or "").strip() or None
