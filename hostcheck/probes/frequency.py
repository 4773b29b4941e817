"""The sum of the processors' frequencies, as Nomad computes it."""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.machine import parse_cpus
from hostcheck.probes.readings import unparsed_reason, unread
from hostcheck.run.model import Evidence, Fact

_ID = "hw.cpu_mhz"
_ONLINE, _CPUINFO = "/sys/devices/system/cpu/online", "/proc/cpuinfo"
_FILES = ("base_frequency", "cpuinfo_max_freq")
"""Files with a processor's frequency in kHz. Nomad prefers the first (client/lib/numalib/topology.go, Core.MHz)."""
_MOST_READ = 256
_OF_CPUINFO = re.compile(r"^cpu MHz[ \t]*:[ \t]*(\d{1,6}(?:\.\d{1,6})?)$", re.MULTILINE)


def probe(host: Host) -> Iterator[Fact]:
    """Yield hw.cpu_mhz: the sum of the frequencies of all processors that are online."""
    online = host.read(_ONLINE)
    try:
        cpus = sorted(parse_cpus(online.text or ""))
    except ValueError:
        cpus = []
    if not cpus or len(cpus) > _MOST_READ:
        wanted = f"a list of 1 to {_MOST_READ} CPUs such as 0-3"
        reason = unparsed_reason(online, wanted)
        yield Fact.unknown(_ID, reason, (online.evidence("online"),))
        return
    speeds = {cpu: _of_cpu(host, cpu) for cpu in cpus}
    files = [_path(cpu, name) for cpu, (_, speed) in speeds.items() if not speed for name in _FILES]
    if reason := unread(host, files):
        yield Fact.unknown(_ID, reason, (online.evidence("online"),))
        return
    total = sum(speed for _, speed in speeds.values())
    if total:
        cpu, (name, speed) = next(each for each in speeds.items() if each[1][1])
        evidence = Evidence(_path(cpu, name), f"{speed}", "kHz of one of them")
        yield Fact(_ID, total // 1000, evidence=(evidence,))
        return
    info = host.read(_CPUINFO)
    found = [float(each) for each in _OF_CPUINFO.findall(info.text or "")]
    if not found:
        yield Fact.unknown(
            _ID, "the kernel states no frequency of the processors: see lscpu", (info.evidence("no cpu MHz", "…"),)
        )
        return
    # The present frequency of each, which Nomad before 1.7 reads if the kernel does not control frequencies.
    yield Fact(_ID, int(sum(found)), evidence=(info.evidence("cpu MHz of each", f"{sum(found):.0f} in all"),))


def _of_cpu(host: Host, cpu: int) -> tuple[str, int]:
    """Return the name of the file with a processor's frequency, and the frequency in kHz; "" and 0 if there is none."""
    return next(((name, value) for name in _FILES if (value := _kilohertz(host, cpu, name))), ("", 0))


def _kilohertz(host: Host, cpu: int, name: str) -> int:
    text = (host.read(_path(cpu, name)).text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _path(cpu: int, name: str) -> str:
    return f"/sys/devices/system/cpu/cpu{cpu}/cpufreq/{name}"
