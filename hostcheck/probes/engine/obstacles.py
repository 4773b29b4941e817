"""Settings of other software that stop Docker although the kernel has all that Docker needs.

Sources: moby#41609 (ZONE_CONFLICT: firewalld has docker0 in another zone than Docker's); OpenRC/openrc#680 (the control
group of its service docker is also the parent of Docker's containers); cgroup-v2.rst, Threads (a threaded domain has no
memory controller); moby#20303 and moby#14363 (grsecurity forbids chmod and mknod in a chroot, in which
images are unpacked).
"""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.engine.daemon import read_configuration
from hostcheck.probes.engine.firewall import firewall
from hostcheck.probes.network.firewall import firewalld
from hostcheck.probes.readings import undetermined, unread_reason
from hostcheck.run.model import NONE, Evidence, Fact

ZONES, GRSECURITY = "/etc/firewalld/zones", "/proc/sys/kernel/grsecurity"
_OWN_ZONES = frozenset({"docker.xml", "docker-forwarding.xml"})
_DOCKER0 = r"<interface\b[^>]*\bname=[\"']docker0[\"']"
_CHROOT = ("chroot_deny_chmod", "chroot_deny_mknod")
_PARENT = "/docker"
"""The parent control group of containers, unless systemd manages them (dockerd(8), --cgroup-parent)."""
_MOST_ZONES = 100


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.unobstructed."""
    fact_id = "engine.unobstructed"
    found = (*_zones(host), *_group(host), *_chroot(host))
    obstacles = tuple(piece for piece in found if piece.says.startswith("against"))
    if found and not obstacles:
        yield Fact.unknown(fact_id, found[0].says, found)
        return
    if not obstacles and not host.proves_absence:
        yield Fact.unknown(fact_id, undetermined("what firewalld, OpenRC and grsecurity set up"))
        return
    shown = Evidence(f"{ZONES}, cgroup.type of {_PARENT}, {GRSECURITY}", None, "for: nothing there stops Docker")
    yield Fact(fact_id, not obstacles, evidence=obstacles or (shown,))


def _zones(host: Host) -> Iterator[Evidence]:
    """Yield evidence of firewalld's zones, except Docker's own, to which docker0 is bound permanently."""
    if firewalld(host) is None or firewall(host).value == NONE:
        return
    for name in (host.listdir(ZONES) or ())[:_MOST_ZONES]:
        if not name.endswith(".xml") or name in _OWN_ZONES:
            continue
        reading = host.read(f"{ZONES}/{name}")
        if reading.text is None:
            yield Evidence(reading.source, None, unread_reason(reading))
        elif re.search(_DOCKER0, reading.text):
            yield reading.evidence("against: Docker puts docker0 into its own zone", "docker0")


def _group(host: Host) -> Iterator[Evidence]:
    """Yield evidence if the containers' control group has a type that excludes the memory controller."""
    configuration = read_configuration(host)
    parent = configuration.values.get("cgroup-parent", _PARENT)
    reading = host.read(f"/sys/fs/cgroup/{str(parent).strip('/')}/cgroup.type")
    kind = (reading.text or "").strip()
    if kind in {"domain threaded", "threaded"}:
        yield reading.evidence(configuration.unread or "against: it has no memory controller", kind)


def _chroot(host: Host) -> Iterator[Evidence]:
    """Yield evidence of what grsecurity forbids in a chroot, if images cannot be unpacked without it."""
    if not host.exists(GRSECURITY):
        return
    for name in _CHROOT:
        reading = host.read(f"{GRSECURITY}/{name}")
        if (reading.text or "").strip() == "1":
            yield reading.evidence("against: images are unpacked in a chroot", "1")
