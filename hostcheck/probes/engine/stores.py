"""Where engines other than Docker keep images: Podman and CRI-O by storage.conf, containerd by its config.toml.

Sources: containers-storage.conf(5); containerd-config.toml(5).
"""

from collections.abc import Mapping

from hostcheck.host.base import Host
from hostcheck.probes.engine.dockerd import docker_is_installed, installed
from hostcheck.probes.engine.users import home_of_user
from hostcheck.probes.readings import toml_of
from hostcheck.run.model import Evidence

_STORAGE_CONF = ("/etc/containers/storage.conf", "/usr/share/containers/storage.conf")
_CONTAINERS, _CONTAINERD = "/var/lib/containers/storage", "/var/lib/containerd"
_CONTAINERD_CONFIG = "/etc/containerd/config.toml"


def find_store(host: Host) -> tuple[str, Evidence] | None:
    """Return the folder of the engine that is installed, and what names it; None where that is Docker, or none is."""
    if docker_is_installed(host):
        return None
    if installed(host, "podman") or installed(host, "crio"):
        return _containers(host)
    if installed(host, "containerd"):
        reading = host.read(_CONTAINERD_CONFIG)
        root = toml_of(reading).get("root")
        if isinstance(root, str) and root.startswith("/"):
            return root, reading.evidence("containerd's root", root)
        return _CONTAINERD, Evidence("containerd(8)", _CONTAINERD, "assumed: the default, since nothing sets another")
    return None


def _containers(host: Host) -> tuple[str, Evidence]:
    home = home_of_user(host)
    own = (f"{home}/.config/containers/storage.conf",) if home else ()
    for path in (*own, *_STORAGE_CONF):
        reading = host.read(path)
        storage = toml_of(reading).get("storage")
        if not isinstance(storage, Mapping):
            continue
        # A user's engine takes graphroot from the user's own file alone.
        key = "graphroot" if not home or path in own else "rootless_storage_path"
        root = storage.get(key)
        named = root.replace("$HOME", home or "/root") if isinstance(root, str) else ""
        if named.startswith("/") and "$" not in named:
            return named, reading.evidence(f"{key} of storage.conf", named)
    default = f"{home}/.local/share/containers/storage" if home else _CONTAINERS
    says = "assumed: the default, since nothing sets another"
    return default, Evidence("containers-storage.conf(5)", default, says)
