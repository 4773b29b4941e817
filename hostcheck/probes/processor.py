"""What the programs in an image require of the processor: the x86-64 level, and the size of a memory page.

Sources: the x86-64 psABI, section 3.1.1 (microarchitecture levels), with the names of the flags in Linux
arch/x86/include/asm/cpufeatures.h; arch/arm64/Kconfig (ARM64_4K_PAGES and its alternatives).
"""

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from types import MappingProxyType

from hostcheck.host.base import Host
from hostcheck.host.identity import identify
from hostcheck.probes.kernel.kconfig import read_config
from hostcheck.probes.readings import undetermined
from hostcheck.run.model import NONE, Evidence, Fact

_LEVELS: tuple[frozenset[str], ...] = (
    frozenset(["lm", "cmov", "cx8", "fpu", "fxsr", "mmx", "sse", "sse2", "syscall"]),
    frozenset(["cx16", "lahf_lm", "pni", "popcnt", "sse4_1", "sse4_2", "ssse3"]),
    frozenset(["abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "xsave"]),
    frozenset(["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]),
)
"""Flags that each level adds, beginning with level 1. abm is LZCNT, pni is SSE3. xsave is shown only if the kernel
enabled it."""

X86 = frozenset({"x86_64", "i686", "i586", "i486", "i386"})
_FLAGS = re.compile(r"^flags[ \t]*:(.*)\n", re.MULTILINE)
"""A pattern for the lines with flags. It matches whole lines only, since the file of a large machine may be cut off."""
_PAGE = r"(?m)^KernelPageSize:\s+(\d{1,9}) kB$"
_CONFIGURED: Mapping[str, int] = MappingProxyType(
    {f"{arch}_{size}K_PAGES": size * 1024 for arch in ("ARM64", "PPC") for size in (4, 16, 64)}
)
_SMAPS = "/proc/self/smaps"


def probe(host: Host) -> Iterator[Fact]:
    """Yield hw.x86_64_level and hw.page_size."""
    arch = identify(host).arch
    yield _level(host, arch)
    yield _page_size(host, arch)


def parse_level(cpuinfo: str) -> int:
    """Parse /proc/cpuinfo of x86-64: the highest level that every listed processor has.

    Raises:
        ValueError: if the flags of level 1, which every such processor has, are not all listed.
    """
    shared = _shared_flags(cpuinfo)
    levels = takewhile(lambda numbered: numbered[1] <= shared, enumerate(_LEVELS, 1))
    return max(number for number, _ in levels)


def missing_for(cpuinfo: str, level: int) -> tuple[str, ...]:
    """Return, sorted, those flags of a level that /proc/cpuinfo does not list for all processors."""
    return tuple(sorted(_LEVELS[level - 1] - _shared_flags(cpuinfo)))


def parse_page_size(smaps: str) -> int:
    """Parse /proc/self/smaps: the size of a page in bytes, the smallest listed, since a mapping may use huge pages.

    Raises:
        ValueError: if no size is listed.
    """
    return min(int(found) for found in re.findall(_PAGE, smaps)) * 1024


def _shared_flags(cpuinfo: str) -> frozenset[str]:
    lists = [frozenset(found.split()) for found in set(_FLAGS.findall(cpuinfo))]
    return frozenset.intersection(*lists) if lists else frozenset()


def _level(host: Host, arch: str | None) -> Fact:
    fact_id = "hw.x86_64_level"
    if arch is None:
        return Fact.unknown(fact_id, undetermined("the architecture of the processor"))
    if arch != "x86_64":
        return Fact(fact_id, NONE, evidence=(Evidence("uname -m", arch, "not x86-64"),))
    reading = host.read("/proc/cpuinfo")
    try:
        level = parse_level(reading.text or "")
    except ValueError:
        reason = f"{reading.source} does not list the flags of an x86-64 processor"
        return Fact.unknown(fact_id, reason, (reading.evidence("not parsed", "…"),))
    lacking = missing_for(reading.text or "", level + 1) if level < len(_LEVELS) else ()
    shown = f"flags without {', '.join(lacking)}" if lacking else "the flags of every level"
    return Fact(fact_id, level, evidence=(reading.evidence(f"level {level}", shown),))


def _page_size(host: Host, arch: str | None) -> Fact:
    fact_id = "hw.page_size"
    if arch in X86:
        return Fact(fact_id, 4096, evidence=(Evidence("uname -m", arch, "x86 has only pages of 4 KiB by default"),))
    reading = host.read(_SMAPS)
    try:
        size = parse_page_size(reading.text or "")
        return Fact(fact_id, size, evidence=(reading.evidence("of this process's memory", f"{size // 1024} kB"),))
    except ValueError:
        config = read_config(host)
    size = next((size for option, size in _CONFIGURED.items() if config.state(option) == "y"), 0)
    if size:
        return Fact(fact_id, size, evidence=config.evidence)
    return Fact.unknown(fact_id, f"{_SMAPS} and the kernel's configuration show no page size: see getconf PAGESIZE")
