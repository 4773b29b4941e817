"""The storage driver that Docker is set to: then it tries no other, and does not start where that one cannot be used.

Source: dockerd(8) (storage-driver); moby daemon/graphdriver/driver.go, New ("driver not supported").
"""

from hostcheck.host.base import Host
from hostcheck.probes.engine.daemon import read_configuration
from hostcheck.probes.engine.dockerd import docker_is_installed
from hostcheck.probes.engine.engine import find_engine
from hostcheck.probes.storage.dataroot import DataRoot, find_data_root
from hostcheck.run.model import Evidence

_CALLED = {"overlayfs": "overlay2", "native": "vfs"}
"""Names of containerd's snapshotters, which Docker 29 has instead, as those of the drivers."""
REMOVED = frozenset({"overlay"})
"""Drivers that Docker had, and that no other name stands for; whatever else it is set to is a plugin of containerd."""


def driver_set(host: Host, root: DataRoot) -> Evidence | None:
    """Return the driver that Docker is set to for its data-root; None where it is set to none, or runs already."""
    if find_engine(host).socket is not None or root.path != find_data_root(host).path or not docker_is_installed(host):
        return None
    configuration = read_configuration(host)
    named = configuration.values.get("storage-driver")
    if not isinstance(named, str) or not named:
        return None
    return Evidence(configuration.path, _CALLED.get(named, named), "storage-driver: Docker tries no other")
