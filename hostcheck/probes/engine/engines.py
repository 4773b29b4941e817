"""Engines that are installed on this host, and those whose service runs.

Two engines on one host conflict in ports and firewall rules; and if an engine runs, its own ports are in use. An engine
is found by its program, or by files that its installation leaves.

Sources: install.sh of k3s, RKE2 and k0s; the snaps microk8s, k8s, lxd and docker; the packages of the others.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hostcheck.host.base import Host
from hostcheck.probes.paths import USUAL_FOLDERS, is_there, other_folders
from hostcheck.probes.readings import undetermined
from hostcheck.probes.services import SLICES, running_services
from hostcheck.run.model import Evidence, Fact


class Engine(NamedTuple):
    """What shows that an engine is installed, or runs.

    Attributes:
        programs: names of programs; any one is enough.
        paths: files and folders that an installation or a start of the engine leaves; any one is enough.
        services: names of systemd services, without ".service"; any one is enough.
    """

    programs: tuple[str, ...]
    paths: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


ENGINES: Mapping[str, Engine] = {
    "docker": Engine(("dockerd",), ("/var/snap/docker/current",), ("docker", "snap.docker.dockerd")),
    "podman": Engine(("podman",)),
    "containerd": Engine(("containerd",), (), ("containerd",)),
    "crio": Engine(("crio",), (), ("crio",)),
    "kubeadm": Engine(("kubelet",), ("/etc/kubernetes/kubelet.conf", "/opt/bin/kubelet"), ("kubelet",)),
    "k3s": Engine(("k3s",), ("/var/lib/rancher/k3s/server", "/var/lib/rancher/k3s/agent"), ("k3s", "k3s-agent")),
    "rke2": Engine(
        ("rke2",),
        ("/opt/rke2/bin/rke2", "/var/lib/rancher/rke2/server", "/var/lib/rancher/rke2/agent"),
        ("rke2-server", "rke2-agent"),
    ),
    "k0s": Engine(("k0s",), ("/var/lib/k0s/pki", "/var/lib/k0s/kubelet.conf"), ("k0scontroller", "k0sworker")),
    "microk8s": Engine(
        (),
        ("/snap/microk8s", "/var/snap/microk8s"),
        ("snap.microk8s.daemon-kubelite", "snap.microk8s.daemon-containerd"),
    ),
    "canonical-k8s": Engine((), ("/snap/k8s", "/var/snap/k8s"), ("snap.k8s.kubelet",)),
    "incus": Engine(
        ("incusd",), ("/opt/incus/bin/incusd", "/usr/libexec/incus/incusd", "/var/lib/incus/database"), ("incus",)
    ),
    "lxd": Engine((), ("/snap/lxd", "/var/snap/lxd/common/lxd", "/var/lib/lxd/database"), ("snap.lxd.daemon", "lxd")),
}
"""The engines that profiles of other engines ask about. "kubeadm" stands for any kubelet that does not belong to a
distribution of Kubernetes such as k3s."""

_RUN = "/run"
_INSTALLED, _RUNNING = "host.engines.installed", "host.engines.running"


def probe(host: Host) -> Iterator[Fact]:
    """Yield host.engines.installed and host.engines.running."""
    yield _installed(host)
    yield _running(host)


def _installed(host: Host) -> Fact:
    folders = (*USUAL_FOLDERS, *other_folders(host))
    found = {name: _first(host, engine, folders) for name, engine in ENGINES.items()}
    known = {name: None if path is None else bool(path) for name, path in found.items()}
    evidence = tuple(Evidence(path, "present", f"of {name}") for name, path in found.items() if path)
    if set(known.values()) == {None}:
        return Fact.unknown(_INSTALLED, undetermined("programs of engines"))
    none = Evidence(", ".join(folders), "no other engine", "programs in these folders, and what installations leave")
    return Fact(_INSTALLED, known, reason=_reason(known, "other engines"), evidence=(*evidence, none))


def _first(host: Host, engine: Engine, folders: tuple[str, ...]) -> str | None:
    """Return the first path of an engine that exists; "" if none does, None if that is unknown."""
    paths = (*(f"{folder}/{program}" for program in engine.programs for folder in folders), *engine.paths)
    seen = [(path, is_there(host, path)) for path in paths]
    there = next((path for path, answer in seen if answer), "")
    return there or (None if any(answer is None for _, answer in seen) else "")


def _running(host: Host) -> Fact:
    """Return host.engines.running: by the systemd services that run, or the PID files that OpenRC writes."""
    services, files = running_services(host), host.listdir(_RUN) or ()
    seen = {
        name: next((word for word in _names(engine) if word in (services or ()) or word in files), "")
        for name, engine in ENGINES.items()
        if engine.services
    }
    if services is None and not any(seen.values()):
        return Fact.unknown(_RUNNING, undetermined("services in /sys/fs/cgroup"))
    found = tuple(Evidence(name, "present", f"the service of {engine} runs") for engine, name in seen.items() if name)
    value = {name: True if word else None if services is None else False for name, word in seen.items()}
    shown = found or (Evidence(", ".join(SLICES), "none of them", "services that run"),)
    return Fact(_RUNNING, value, reason=_reason(value, "services in /sys/fs/cgroup"), evidence=shown)


def _names(engine: Engine) -> tuple[str, ...]:
    return tuple(f"{service}{ending}" for service in engine.services for ending in (".service", ".pid"))


def _reason(value: Mapping[str, bool | None], what: str) -> str:
    return undetermined(what) if None in value.values() else ""
