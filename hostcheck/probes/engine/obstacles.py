"""Settings of other software that stop Docker even if the kernel has all that Docker needs.

Sources: moby#41609 (ZONE_CONFLICT: firewalld has docker0 in another zone than Docker's); OpenRC/openrc#680 (the control
group of its service docker is also the parent of Docker's containers); cgroup-v2.rst, Threads (a threaded domain has no
memory controller); moby#20303 and moby#14363 (grsecurity forbids chmod and mknod in a chroot, in which
images are unpacked), freeipa-container#36 (and file capabilities); grsecurity_sysctl.c (grsec_lock); its Kconfig
(GRKERNSEC_SYSCTL: without it what is built in is always on, and has no setting).
"""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.probes.engine.daemon import read_configuration
from hostcheck.probes.engine.firewall import firewall
from hostcheck.probes.engine.service import of_units
from hostcheck.probes.kernel.cgroups import threaded
from hostcheck.probes.kernel.kconfig import read_config
from hostcheck.probes.kernel.release import read_release
from hostcheck.probes.network.firewall import firewalld
from hostcheck.probes.readings import undetermined, unread_reason
from hostcheck.run.model import NONE, Evidence, Fact

ZONES, GRSECURITY = "/etc/firewalld/zones", "/proc/sys/kernel/grsecurity"
_OWN_ZONES = frozenset({"docker.xml", "docker-forwarding.xml"})
_DOCKER0 = r"<interface\b[^>]*\bname=[\"']docker0[\"']"
_CHROOT, _CAPABILITIES, _LOCK = ("chroot_deny_chmod", "chroot_deny_mknod"), "chroot_caps", "grsec_lock"
_GRKERNSEC, _SETTABLE = "GRKERNSEC", "GRKERNSEC_SYSCTL"
_BUILT_IN = ("GRKERNSEC_CHROOT_CHMOD", "GRKERNSEC_CHROOT_MKNOD")
_RELEASE = re.compile(r"\bgrsec", re.IGNORECASE)
_GROUPS, _PARENT = "/sys/fs/cgroup", "/docker"
"""The parent control group of containers, unless systemd manages them (dockerd(8), --cgroup-parent)."""
_MOST_ZONES = 100
_AGAINST = "against: images are unpacked in a chroot"


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.unobstructed: whether no setting of other software stops Docker."""
    fact_id = "engine.unobstructed"
    found = (*_zones(host), *_group(host), *_chroot(host), *of_units(host))
    obstacles = tuple(piece for piece in found if piece.says.startswith("against"))
    if found and not obstacles:
        yield Fact.unknown(fact_id, found[0].says, found)
        return
    if not obstacles and not host.proves_absence:
        yield Fact.unknown(fact_id, undetermined("what firewalld, OpenRC, grsecurity and units set up"))
        return
    shown = Evidence(f"{ZONES}, cgroup.type of {_PARENT}, {GRSECURITY}", None, "for: nothing there stops Docker")
    yield Fact(fact_id, not obstacles, evidence=obstacles or (shown,))


def _zones(host: Host) -> Iterator[Evidence]:
    """Yield evidence of firewalld's zones, except Docker's own, to which docker0 is bound permanently."""
    if firewalld(host) is None or firewall(host).value == NONE or not _makes_docker0(host):
        return
    for name in (host.listdir(ZONES) or ())[:_MOST_ZONES]:
        if not name.endswith(".xml") or name in _OWN_ZONES:
            continue
        reading = host.read(f"{ZONES}/{name}")
        if reading.text is None:
            yield Evidence(reading.source, None, unread_reason(reading))
        elif re.search(_DOCKER0, reading.text):
            yield reading.evidence("against: Docker puts docker0 into its own zone", "docker0")


def _makes_docker0(host: Host) -> bool:
    """Whether dockerd makes docker0: not if it is set to make no bridge, or to use another one."""
    return read_configuration(host).values.get("bridge") in {None, "", "docker0"}


def _group(host: Host) -> Iterator[Evidence]:
    """Yield evidence if the containers' control group, or one above it, has a type that excludes memory."""
    configuration = read_configuration(host)
    parts = str(configuration.values.get("cgroup-parent", _PARENT)).strip("/").split("/")
    for depth in range(len(parts) + 1):
        if reading := threaded(host, "/".join((_GROUPS, *parts[:depth]))):
            # The group of a container's root is the same for every configuration.
            doubt = configuration.unread if depth else None
            yield reading.evidence(doubt or "against: it has no memory controller")
            return


def _chroot(host: Host) -> Iterator[Evidence]:
    """Yield evidence of what grsecurity forbids in a chroot, if images cannot be unpacked without it.

    Images without file capabilities are unpacked although CAP_SETFCAP is denied (chroot_caps).
    """
    if not host.exists(GRSECURITY):
        yield from _built_in(host)
        return
    denied = [reading for name in _CHROOT if (reading := _one(host, name))]
    also = (_one(host, name) for name in (_CAPABILITIES, _LOCK)) if denied else ()
    yield from (reading.evidence(_AGAINST, "1") for reading in (*denied, *also) if reading)


def _built_in(host: Host) -> Iterator[Evidence]:
    """Yield evidence of rules for chroots that a kernel of grsecurity may have without a setting for them."""
    config, release = read_config(host), read_release(host)
    if config.path is None:
        if _RELEASE.search(release.text or ""):
            doubt = f"a kernel of grsecurity, whose rules for chroots are unknown: {config.problem}"
            yield release.reading.evidence(doubt, release.text)
        return
    rules = [f"CONFIG_{name}" for name in _BUILT_IN if config.state(name) == "y"]
    if config.state(_GRKERNSEC) == "y" and rules:
        settable = config.state(_SETTABLE) == "y"
        says = "it can be turned off, and whether it is, is not visible here" if settable else _AGAINST
        yield Evidence(config.path, " and ".join(rules), says)


def _one(host: Host, name: str) -> Reading | None:
    """Return the reading of a setting of grsecurity that is 1; None for any other value."""
    reading = host.read(f"{GRSECURITY}/{name}")
    return reading if (reading.text or "").strip() == "1" else None
