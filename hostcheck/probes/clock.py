"""The kernel's clock: whether it is synchronized, the time zone, and the clock source."""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.paths import resolve
from hostcheck.probes.readings import unparsed_reason
from hostcheck.probes.witness import Witness, present, settle
from hostcheck.run.model import Evidence, Fact

_UNSYNC = 0x40  # linux/timex.h, STA_UNSYNC
_SYNCHRONIZED = "/run/systemd/timesync/synchronized"
_LOCALTIME = "/etc/localtime"
_ZONES = "/zoneinfo/"
_SOURCE = "/sys/devices/system/clocksource/clocksource0/current_clocksource"


def probe(host: Host) -> Iterator[Fact]:
    """Yield time.synchronized and time.zone."""
    unknown = "the state of the kernel's clock was not read: see timedatectl, or chronyc tracking"
    reached = present(host, _SYNCHRONIZED, "for: systemd-timesyncd reached a server")
    yield settle("time.synchronized", (_kernel(host.clock().get("status")), reached), unknown)
    yield _zone(host)


def source(host: Host) -> Iterator[Fact]:
    """Yield time.clock_source: the kernel's name for its clock source ("tsc", "kvm-clock", "hpet")."""
    reading = host.read(_SOURCE)
    name = (reading.text or "").strip()
    if name:
        yield Fact("time.clock_source", name, evidence=(Evidence(_SOURCE, name, "the kernel reads the time from it"),))
    else:
        yield Fact.unknown("time.clock_source", unparsed_reason(reading, "the name of a clock source"))


def _kernel(status: int | None) -> Witness:
    """Judge the status of the kernel's clock: time services clear STA_UNSYNC; the kernel sets it after they stopped."""
    if status is None:
        return Witness(None, Evidence("adjtimex(2) status", None, "silent: it could not be read"))
    synchronized = not status & _UNSYNC
    says = "for: STA_UNSYNC is clear" if synchronized else "against: STA_UNSYNC is set, no service adjusts the clock"
    return Witness(synchronized, Evidence("adjtimex(2) status", f"{status:#x}", says))


def _zone(host: Host) -> Fact:
    """Return time.zone: the zone that the link /etc/localtime leads to; UTC if there is no such file (localtime(5))."""
    path = resolve(host, _LOCALTIME)
    _, found, zone = path.partition(_ZONES)
    if found:
        return Fact("time.zone", zone, evidence=(Evidence(_LOCALTIME, path, "a link to the zone"),))
    if host.proves_absence and host.exists(_LOCALTIME) is False:
        return Fact("time.zone", "UTC", evidence=(Evidence(_LOCALTIME, None, "without it the zone is UTC"),))
    return Fact.unknown("time.zone", f"{_LOCALTIME} is not a link to a time zone: see timedatectl")
