"""Whether a user's Podman uses a driver that shares layers, or copies whole images (vfs).

Podman 4 and older uses vfs if no storage.conf names a driver, even if fuse-overlayfs is installed; and the packages of
some distributions contain no such file. Sources: podman#18968, podman#18197, podman#19563; containers-storage.conf(5).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from hostcheck.host.base import Host
from hostcheck.probes import distribution
from hostcheck.probes.engine.dockerd import installed
from hostcheck.probes.engine.users import home_of_rootless
from hostcheck.probes.readings import closed, toml_of
from hostcheck.probes.storage.drivers import STORAGE_CONF
from hostcheck.run.model import Evidence, Fact

_WITHOUT_FILE = MappingProxyType({"debian": 12, "ubuntu": 23})
"""The last release, by the distribution's family, whose Podman is version 4 or older and has no storage.conf."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.podman_shares_layers: whether a user's Podman shares layers."""
    fact_id = "engine.podman_shares_layers"
    home = home_of_rootless(host)
    own = (f"{home}/.config/containers/storage.conf",) if home else ()
    readings = [host.read(path) for path in (*own, *STORAGE_CONF)]
    for reading in readings:
        storage = toml_of(reading).get("storage")
        driver = storage.get("driver") if isinstance(storage, Mapping) else None
        if isinstance(driver, str) and driver:
            yield Fact(fact_id, driver != "vfs", evidence=(reading.evidence("the driver of storage.conf", driver),))
            return
    found = {fact.id: fact for fact in distribution.probe(host)}
    family, release = found["os.family"], str(found["os.release"].value).partition(".")[0]
    if problem := closed(readings):
        yield Fact.unknown(fact_id, problem)
    elif release.isdecimal() and int(release) <= _WITHOUT_FILE.get(str(family.value), 0):
        says = "against: no storage.conf names a driver, and Podman of this release then takes vfs"
        yield Fact(fact_id, value=False, evidence=(Evidence(", ".join(STORAGE_CONF), None, says), *family.evidence))
    elif host.proves_absence and not installed(host, "podman"):
        says = "for: assumed, since Podman is not installed, and releases of today bring a storage.conf"
        yield Fact(fact_id, value=True, evidence=(Evidence(", ".join(STORAGE_CONF), None, says),))
    else:
        reason = "no storage.conf names a driver: see podman info --format {{.Store.GraphDriverName}}"
        yield Fact.unknown(fact_id, reason)
