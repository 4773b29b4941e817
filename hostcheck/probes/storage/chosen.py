"""The storage driver that Docker is set to. If one is set, Docker tries no other, and does not start if it fails.

Source: dockerd(8) (storage-driver); moby daemon/graphdriver/driver.go, New ("driver not supported").
"""

from hostcheck.host.base import Host
from hostcheck.probes.engine.daemon import read_configuration
from hostcheck.probes.engine.dockerd import docker_is_installed
from hostcheck.probes.engine.engine import find_engine
from hostcheck.probes.storage.dataroot import DataRoot, find_data_root
from hostcheck.run.model import Evidence

_CALLED = {"overlayfs": "overlay2", "native": "vfs"}
"""The storage driver that each of containerd's snapshotters corresponds to; Docker 29 uses snapshotters instead."""
REMOVED = frozenset({"overlay"})
"""Drivers that Docker no longer has. Any other name that is not a driver is a snapshotter plugin of containerd."""


def driver_set(host: Host, root: DataRoot) -> Evidence | None:
    """Return the driver that Docker is set to for this data-root, as evidence.

    None if no driver is set, an engine answers, Docker is not installed, or the data-root belongs to another engine.
    """
    if find_engine(host).socket is not None or root.path != find_data_root(host).path or not docker_is_installed(host):
        return None
    configuration = read_configuration(host)
    named = configuration.values.get("storage-driver")
    if not isinstance(named, str) or not named:
        return None
    return Evidence(configuration.path, _CALLED.get(named, named), "storage-driver: Docker tries no other")
