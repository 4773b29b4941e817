"""The machine and this process: processors, memory, swap, steal time, init system, privileges."""

import re
from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host
from hostcheck.host.numbers import whole
from hostcheck.probes.readings import fact_of, undetermined, unparsed_reason
from hostcheck.run.model import Evidence, Fact

CAPABILITIES: Mapping[str, int] = {"net_admin": 12, "sys_admin": 21}
"""Bit of each capability that engines need. Source: capabilities(7), linux/capability.h."""

_MOST_CPUS = 1 << 16
"""No kernel numbers so many processors: NR_CPUS is at most 8,192 (arch/x86/Kconfig)."""
_SHOWN = 40
_STEAL = 8  # the field of steal in the first line of /proc/stat: proc(5)
_SYSTEMD = (
    "/usr/lib/systemd",
    "/lib/systemd",
    "/usr/lib/x86_64-linux-gnu/systemd",
    "/usr/lib/aarch64-linux-gnu/systemd",
)
_LIBRARY = re.compile(r"^libsystemd-shared-(\d+)")


def probe(host: Host) -> Iterator[Fact]:
    """Yield hw.*, os.type, os.init, os.systemd, os.dbus and priv.*."""
    yield usable_cpus(host, "hw.cpus", "/proc/self/status")
    yield fact_of(host, "hw.memory_bytes", "/proc/meminfo", parse_memory, "a line MemTotal in kB", says="MemTotal")
    header = "a header that begins with Filename"
    yield fact_of(host, "hw.swap", "/proc/swaps", parse_swap, header, says="one line for each swap area in use")
    times = f"a first line with {_STEAL} times"
    yield fact_of(host, "hw.steal_percent", "/proc/stat", parse_steal, times, says="steal time since boot")
    yield _os_type(host)
    yield _init(host)
    yield _systemd(host)
    yield _dbus(host)
    yield fact_of(host, "priv.root", "/proc/self/status", parse_root, "a line Uid", says="the effective user id")
    capable = "a hexadecimal line CapEff"
    yield fact_of(host, "priv.capabilities", "/proc/self/status", parse_capabilities, capable, says="CapEff")


def parse_cpus(text: str) -> frozenset[int]:
    """Parse a list of processors, such as Cpus_allowed_list of proc_pid_status(5): "0-3,8" is 0, 1, 2, 3 and 8.

    Raises:
        ValueError: if the text is not such a list, or has a number that no processor can have.
    """
    found: set[int] = set()
    for part in filter(None, text.strip().split(",", _MOST_CPUS)):
        first, _, last = part.partition("-")
        begin, end = whole(first), whole(last or first)
        if end >= _MOST_CPUS:
            raise ValueError(part[:_SHOWN])
        found.update(range(begin, end + 1))
    return frozenset(found)


def parse_memory(text: str) -> int:
    """Parse /proc/meminfo: total memory in bytes. The file's kB are 1,024 bytes (kubernetes/kubernetes#93275)."""
    return whole(_field(text, "MemTotal").split()[0]) * 1024


def memory_available(host: Host) -> Iterator[Fact]:
    """Yield hw.memory_available_bytes: the memory that programs can allocate now."""
    wanted = "a line MemAvailable in kB (Linux 3.14 or later)"
    yield fact_of(host, "hw.memory_available_bytes", "/proc/meminfo", parse_available, wanted, says="MemAvailable")


def parse_available(text: str) -> int:
    """Parse /proc/meminfo: bytes that programs can allocate without swapping. Kernels before 3.14 do not state it."""
    return whole(_field(text, "MemAvailable").split()[0]) * 1024


def parse_swap(text: str) -> bool:
    """Parse /proc/swaps: whether any swap area is in use. The first line is the header (proc(5))."""
    if not text.startswith("Filename"):
        raise ValueError(text)
    return len(text.splitlines()) > 1


def parse_steal(text: str) -> float:
    """Parse /proc/stat: steal time as a percentage of the time of all processors since boot."""
    times = [whole(field) for field in text.splitlines()[0].split()[1 : _STEAL + 1]]
    return round(100 * times[_STEAL - 1] / sum(times), 1) if sum(times) else 0.0


def parse_root(status: str) -> bool:
    """Parse /proc/self/status: whether the effective user is root."""
    return _field(status, "Uid").split()[1] == "0"


def parse_capabilities(status: str) -> Mapping[str, bool]:
    """Parse /proc/self/status: for each of CAPABILITIES whether it is effective."""
    effective = int(_field(status, "CapEff"), 16)
    return {name: bool(effective >> bit & 1) for name, bit in CAPABILITIES.items()}


def _field(status: str, name: str) -> str:
    _, there, found = f"\n{status}".partition(f"\n{name}:")
    value = found.partition("\n")[0].strip()
    if not there or not value:
        raise ValueError(name)
    return value


def usable_cpus(host: Host, fact_id: str, path: str) -> Fact:
    """Return the number of online processors that a process may use, by its file "status" in /proc."""
    status, online = host.read(path), host.read("/sys/devices/system/cpu/online")
    try:
        allowed = parse_cpus(_field(status.text or "", "Cpus_allowed_list"))
    except ValueError:
        return Fact.unknown(fact_id, unparsed_reason(status, "a line Cpus_allowed_list such as 0-3"))
    try:
        usable = allowed & parse_cpus(online.text) if online.text else allowed
    except ValueError:
        return Fact.unknown(fact_id, unparsed_reason(online, "a list of CPUs such as 0-3"))
    evidence = (status.evidence("allowed", f"{len(allowed)}"), online.evidence("online"))
    return Fact(fact_id, len(usable), evidence=evidence)


def _os_type(host: Host) -> Fact:
    fact = fact_of(host, "os.type", "/proc/sys/kernel/ostype", str, "a name", says="the kernel's name")
    return fact if fact.value else Fact.unknown("os.type", fact.reason or "the kernel's name is empty")


def _init(host: Host) -> Fact:
    there = host.exists("/run/systemd/system")
    if there:
        # sd_booted(3): the folder exists if and only if systemd is the init system.
        return Fact("os.init", "systemd", evidence=(Evidence("/run/systemd/system", "present", "for systemd"),))
    fact = fact_of(host, "os.init", "/proc/1/comm", str, "a name", says="the first process")
    if fact.known and there is None and fact.value == "systemd":
        return fact
    return Fact("os.init", "other", evidence=fact.evidence) if fact.known and there is False else _unknown(fact)


def _unknown(fact: Fact) -> Fact:
    return Fact.unknown(fact.id, fact.reason or undetermined("/run/systemd/system"), fact.evidence)


def _systemd(host: Host) -> Fact:
    """Return os.systemd: the version in the name of systemd's library, so that no program is run."""
    for folder in _SYSTEMD:
        for name in host.listdir(folder) or ():
            if found := _LIBRARY.match(name):
                evidence = (Evidence(folder, name, "the library is named after the version"),)
                return Fact("os.systemd", found[1], evidence=evidence)
    if host.proves_absence and host.exists("/run/systemd/system") is False:
        return Fact("os.systemd", "none", evidence=(Evidence("/run/systemd/system", "absent", "systemd does not run"),))
    return Fact.unknown(
        "os.systemd", "systemd's library, named after its version, was not found: see systemctl --version"
    )


def _dbus(host: Host) -> Fact:
    path = "/run/dbus/system_bus_socket"
    there = host.exists(path)
    if there is None:
        return Fact.unknown("os.dbus", undetermined(path))
    return Fact("os.dbus", there, evidence=(Evidence(path, "present" if there else "absent", "the system bus"),))
