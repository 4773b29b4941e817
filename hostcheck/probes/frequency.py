"""How fast the processors are, as Nomad adds them up."""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.machine import parse_cpus
from hostcheck.run.model import Evidence, Fact

_ID = "hw.cpu_mhz"
_ONLINE, _CPUINFO = "/sys/devices/system/cpu/online", "/proc/cpuinfo"
_FILES = ("base_frequency", "cpuinfo_max_freq")
"""In kHz, the one that Nomad prefers first (client/lib/numalib/topology.go, Core.MHz)."""
_MOST_READ = 256
_OF_CPUINFO = re.compile(r"^cpu MHz[ \t]*:[ \t]*(\d{1,6}(?:\.\d{1,6})?)$", re.MULTILINE)


def probe(host: Host) -> Iterator[Fact]:
    """Yield hw.cpu_mhz: the frequencies of all processors that are online, in one sum."""
    online = host.read(_ONLINE)
    try:
        cpus = sorted(parse_cpus(online.text or ""))
    except ValueError:
        cpus = []
    if not cpus or len(cpus) > _MOST_READ:
        yield Fact.unknown(_ID, f"{_ONLINE} names none, or more than {_MOST_READ}", (online.evidence("online"),))
        return
    first = next((name for name in _FILES if _kilohertz(host, cpus[0], name)), None)
    if first is not None:
        total = sum(_of_cpu(host, cpu) for cpu in cpus)
        evidence = Evidence(_path(cpus[0], first), f"{_kilohertz(host, cpus[0], first)}", "kHz of one of them")
        yield Fact(_ID, total // 1000, evidence=(evidence,))
        return
    info = host.read(_CPUINFO)
    found = [float(each) for each in _OF_CPUINFO.findall(info.text or "")]
    if not found:
        yield Fact.unknown(_ID, "the kernel states no frequency of the processors", (info.evidence("no cpu MHz", "…"),))
        return
    # What each runs at now, as Nomad before 1.7 reads it where the kernel controls no frequency.
    yield Fact(_ID, int(sum(found)), evidence=(info.evidence("cpu MHz of each", f"{sum(found):.0f} in all"),))


def _of_cpu(host: Host, cpu: int) -> int:
    return next((value for name in _FILES if (value := _kilohertz(host, cpu, name))), 0)


def _kilohertz(host: Host, cpu: int, name: str) -> int:
    text = (host.read(_path(cpu, name)).text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _path(cpu: int, name: str) -> str:
    return f"/sys/devices/system/cpu/cpu{cpu}/cpufreq/{name}"
