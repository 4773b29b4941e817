"""Facts about the storage folder of one engine, like those about the data-root. It may be on another disk."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from hostcheck.catalogue.stores import OF_USERS, fact_of_store
from hostcheck.host.base import Host
from hostcheck.probes.caching import cached_per_audit
from hostcheck.probes.engine import rootless
from hostcheck.probes.engine.stores import store_of
from hostcheck.probes.storage import disk, storage, xattrs
from hostcheck.probes.storage.dataroot import DataRoot, facts, find_data_root, locate
from hostcheck.run.model import Fact


def _of_store(store: str, host: Host) -> Iterator[Fact]:
    """Yield store.NAME.*. If the folder is on the file system of the data-root, experiments are not made again."""
    root, shared = locate(host, *store_of(host, store)), find_data_root(host)
    same = root.mount is not None and root.mount == shared.mount
    if same:
        root = root._replace(folder=shared.folder)
    elif not host.proves_absence:
        # A captured root that was made by hand has one result of an experiment: that for the data-root.
        root = root._replace(tried=False)
    common = _of_shared_mount(host) if same else _of_mount(host, root)
    of_user = (rootless.drivers(host, root),) if store in OF_USERS else ()
    for fact in root.facts_of((*facts(host, root), *common, *of_user)):
        yield replace(fact, id=fact_of_store(store, fact.id))


@cached_per_audit
def _of_shared_mount(host: Host) -> tuple[Fact, ...]:
    """Return the facts that all stores on the mount of the data-root share. They are computed once for all stores."""
    return _of_mount(host, find_data_root(host)._replace(path=""))


def _of_mount(host: Host, root: DataRoot) -> tuple[Fact, ...]:
    return (*storage.of_file_system(host, root), *disk.of_root(host, root), xattrs.of_root(host, root))


k3s = partial(_of_store, "k3s")
rke2 = partial(_of_store, "rke2")
k0s = partial(_of_store, "k0s")
microk8s = partial(_of_store, "microk8s")
containerd = partial(_of_store, "containerd")
crio = partial(_of_store, "crio")
podman = partial(_of_store, "podman")
docker_rootless = partial(_of_store, "docker_rootless")
podman_rootless = partial(_of_store, "podman_rootless")
incus = partial(_of_store, "incus")
lxd = partial(_of_store, "lxd")
