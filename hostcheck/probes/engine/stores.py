"""The folders in which engines other than Docker keep images, by the engines' configuration files.

Sources: containers-storage.conf(5); containerd-config.toml(5); crio.conf(5); https://docs.k3s.io/cli/server#data
(--data-dir); k0s controller --help (--data-dir); MicroK8s args/containerd; incus doc/environment.md (INCUS_DIR).
"""

import re
from collections.abc import Iterable, Mapping

from hostcheck.host.base import Host, Reading
from hostcheck.probes.engine.dockerd import docker_is_installed, installed, own_data_root
from hostcheck.probes.engine.rancher import rancher_setting
from hostcheck.probes.engine.users import home_of_rootless, home_of_user
from hostcheck.probes.readings import closed, toml_of, unread_reason
from hostcheck.probes.storage.drivers import STORAGE_CONF
from hostcheck.run.model import Evidence

_CONTAINERS, _CONTAINERD = "/var/lib/containers/storage", "/var/lib/containerd"
_CONTAINERD_CONFIG = "/etc/containerd/config.toml"
_RANCHER = {"k3s": "/var/lib/rancher/k3s", "rke2": "/var/lib/rancher/rke2"}
_OPTION = r"--(?:data-dir|root)[=\s]+[\"']?(/[^\s\"']*)"
_UNITS = "/etc/systemd/system"
_OF_UNITS = {
    "k0s": ("/var/lib/k0s", (f"{_UNITS}/k0scontroller.service", f"{_UNITS}/k0sworker.service")),
    "microk8s": ("/var/snap/microk8s/common/var/lib/containerd", ("/var/snap/microk8s/current/args/containerd",)),
}
_LXC = {"incus": ("/var/lib/incus", ""), "lxd": ("/var/lib/lxd", "/var/snap/lxd/common/lxd")}
"""For each engine, the usual folder of its storage pools and database, and the snap's folder, which is used if it
exists; "" for an engine without a snap."""


def find_store(host: Host) -> tuple[str, Evidence] | None:
    """Return the folder of the engine that is installed, and what names it; None if that is Docker, or none is."""
    if docker_is_installed(host):
        return None
    if installed(host, "podman"):
        return _containers(host, home_of_user(host))
    if installed(host, "crio"):
        return _crio(host)
    if installed(host, "containerd"):
        return _containerd(host)
    return None


def store_of(host: Host, engine: str) -> tuple[str, Evidence]:
    """Return the folder of one engine (``hostcheck.catalogue.stores``), installed or not, and what names it."""
    if engine in _RANCHER:
        return _rancher(host, engine)
    if engine in _OF_UNITS:
        return _of_unit(host, engine)
    if engine == "containerd":
        return _containerd(host)
    if engine == "crio":
        return _crio(host)
    if engine == "podman":
        # This is root's Podman, whoever runs the audit.
        return _containers(host, None)
    if engine == "podman_rootless":
        return _containers(host, home_of_rootless(host))
    if engine == "docker_rootless":
        return own_data_root(host)
    usual, of_snap = _LXC[engine]
    if of_snap and host.exists(of_snap):
        return of_snap, Evidence(of_snap, "present", "a snap")
    return _assumed(usual)


def _rancher(host: Host, engine: str) -> tuple[str, Evidence]:
    """Return the data-dir of k3s or RKE2."""
    found, readings = rancher_setting(host, engine, "--data-dir", "-d")
    if found is not None and found[0].startswith("/"):
        return found[0], found[1].evidence("data-dir", found[0])
    return _assumed(_RANCHER[engine], readings)


def _of_unit(host: Host, engine: str) -> tuple[str, Evidence]:
    """Return the folder by --data-dir in a service's unit, or by --root in a file of arguments; else the default."""
    default, files = _OF_UNITS[engine]
    readings = [host.read(path) for path in files]
    for reading in readings:
        if match := re.search(_OPTION, reading.text or ""):
            return match[1], reading.evidence("the option of its folder", match[1])
    return _assumed(default, readings)


def _crio(host: Host) -> tuple[str, Evidence]:
    """Return the folder that crio.conf(5) sets as root, in the last file that sets it; else that of storage.conf."""
    folder = "/etc/crio/crio.conf.d"
    files = ("/etc/crio/crio.conf", *(f"{folder}/{name}" for name in host.listdir(folder) or ()))
    for path in reversed(files):
        reading = host.read(path)
        if closed((reading,)):
            return _assumed(_CONTAINERS, (reading,))
        crio = toml_of(reading).get("crio")
        root = crio.get("root") if isinstance(crio, Mapping) else None
        if isinstance(root, str) and root.startswith("/"):
            return root, reading.evidence("CRI-O's root", root)
    # CRI-O always runs as root: the files of users do not apply.
    return _containers(host, None)


def _containerd(host: Host) -> tuple[str, Evidence]:
    reading = host.read(_CONTAINERD_CONFIG)
    root = toml_of(reading).get("root")
    if isinstance(root, str) and root.startswith("/"):
        return root, reading.evidence("containerd's root", root)
    return _assumed(_CONTAINERD, (reading,))


def _assumed(default: str, readings: Iterable[Reading] = (), source: str = "documentation") -> tuple[str, Evidence]:
    """Return the default folder, and evidence that nothing sets another.

    If a file that may set another could not be read, the evidence has no value, and says why.
    """
    if unread := next((reading for reading in readings if closed((reading,))), None):
        return default, Evidence(unread.source, None, unread_reason(unread))
    return default, Evidence(source, default, "assumed: the default, since nothing sets another")


def _containers(host: Host, home: str | None) -> tuple[str, Evidence]:
    """Return the folder of root's images by storage.conf, or of the images of the user whose home is given."""
    own = (f"{home}/.config/containers/storage.conf",) if home else ()
    default = f"{home}/.local/share/containers/storage" if home else _CONTAINERS
    for path in (*own, *STORAGE_CONF):
        reading = host.read(path)
        if closed((reading,)):
            return _assumed(default, (reading,))
        storage = toml_of(reading).get("storage")
        if not isinstance(storage, Mapping):
            continue
        # A user's engine reads graphroot only from the user's own file.
        key = "graphroot" if not home or path in own else "rootless_storage_path"
        root = storage.get(key)
        named = root.replace("$HOME", home or "/root") if isinstance(root, str) else ""
        if named.startswith("/") and "$" not in named:
            return named, reading.evidence(f"{key} of storage.conf", named)
    return _assumed(default, source="containers-storage.conf(5)")
