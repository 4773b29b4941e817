"""Remains of an earlier Kubernetes node, the socket of a container runtime, and the kubelet."""

import re
from collections.abc import Iterator
from dataclasses import replace

from hostcheck.host.base import Host
from hostcheck.host.mounts import mount_under, parse_mountinfo, read_mounts
from hostcheck.jsonvalues import items
from hostcheck.probes.readings import no_version, toml_of, undetermined
from hostcheck.probes.virt.limits import ALL_USERS, parse_uid_map
from hostcheck.run.model import Evidence, Fact

_STATE = (
    *(f"/etc/kubernetes/manifests/{name}.yaml" for name in ("kube-apiserver", "kube-controller-manager")),
    *(f"/etc/kubernetes/manifests/{name}.yaml" for name in ("kube-scheduler", "etcd")),
    *(f"/etc/kubernetes/{name}.conf" for name in ("kubelet", "bootstrap-kubelet")),
    "/etc/kubernetes/pki/ca.crt",
)
_ETCD = "/var/lib/etcd"
_SOCKETS = ("/run/containerd/containerd.sock", "/run/crio/crio.sock", "/run/cri-dockerd.sock")
"""Sockets where kubeadm looks for a runtime. Source: kubeadm constants_unix.go."""
_CONTAINERD = "/etc/containerd/config.toml"
_CRI = frozenset({"cri", "io.containerd.grpc.v1.cri", "io.containerd.cri.v1.runtime", "io.containerd.cri.v1.images"})
"""Names of the plugin, and of its parts since containerd 2.0."""
_KUBELET = ("/usr/bin/kubelet", "/usr/local/bin/kubelet", "/opt/bin/kubelet")
_KUBEADM = ("/usr/bin/kubeadm", "/usr/local/bin/kubeadm", "/opt/bin/kubeadm")
_MINOR = re.compile(r"\bv1\.(\d+)\.\d+")
_LIMIT_SECONDS = 3.0
_KMSG = "/dev/kmsg"
_GATE = re.compile(r"KubeletInUserNamespace[\"']?[ \t]*[=:][ \t]*[\"']?true\b")
_WITH_GATES = (
    *("/var/lib/kubelet/config.yaml", "/var/lib/kubelet/kubeadm-flags.env"),
    *("/etc/default/kubelet", "/etc/sysconfig/kubelet", "/var/snap/microk8s/current/args/kubelet"),
    *("/etc/rancher/k3s/config.yaml", "/etc/rancher/rke2/config.yaml"),
    *(f"/etc/systemd/system/{name}.service" for name in ("k3s", "k3s-agent", "k0sworker", "k0scontroller")),
)
"""Files that set the kubelet's feature gates, as kubeadm and the distributions write them."""
_ENABLED = "/etc/systemd/system/multi-user.target.wants/kubelet.service"


def probe(host: Host) -> Iterator[Fact]:
    """Yield k8s.*."""
    yield _state(host)
    yield _socket(host)
    yield _kubelet(host)
    yield _skew(host)
    yield _kmsg(host)


def _socket(host: Host) -> Fact:
    """Return k8s.cri_socket. A containerd whose plugin cri is disabled, as Docker's package sets it, has none."""
    found = _first(host, "k8s.cri_socket", _SOCKETS, "the socket of a runtime")
    if found.value != _SOCKETS[0]:
        return found
    reading = host.read(_CONTAINERD)
    disabled = [name for name in items(toml_of(reading).get("disabled_plugins")) if name in _CRI]
    if not disabled:
        return found
    says = "against: disabled_plugins, so that the kubelet gets no answer"
    other = _first(host, found.id, _SOCKETS[1:], "the socket of another runtime")
    return replace(other, evidence=(reading.evidence(says, ", ".join(disabled)), *other.evidence))


def _kmsg(host: Host) -> Fact:
    """Return k8s.kmsg: whether the device is there, or the kubelet is set to do without it."""
    there = host.exists(_KMSG)
    if there is None or not (there or host.proves_absence or _has_other_devices(host)):
        return Fact.unknown("k8s.kmsg", undetermined(f"{_KMSG} exists"))
    if not there and (evidence := _goes_without(host)):
        return Fact("k8s.kmsg", value=True, evidence=evidence)
    says = "for: the kubelet reads which processes the kernel ended" if there else "against: the kubelet ends"
    shown = "present" if there else "absent"
    return Fact("k8s.kmsg", there, evidence=(Evidence(_KMSG, shown, says),))


def _has_other_devices(host: Host) -> bool:
    """Whether a captured tree has the /dev of a container. The disk of a host that was off has few device nodes too.

    In devtmpfs, which a running host has there, the kernel makes the device itself.
    """
    mount = mount_under(parse_mountinfo(read_mounts(host).text or ""), "/dev")
    return mount is not None and mount.mount_point == "/dev" and mount.fs_type != "devtmpfs"


def _goes_without(host: Host) -> tuple[Evidence, ...]:
    """Return evidence that the kubelet goes on without the device: in a user namespace, if its feature gate is on."""
    uid_map = host.read("/proc/self/uid_map")
    if parse_uid_map(uid_map.text or "") in ((), ALL_USERS):
        return ()
    for reading in map(host.read, _WITH_GATES):
        if found := _GATE.search(reading.text or ""):
            shown = uid_map.evidence("root is another user outside")
            return (shown, reading.evidence("for: the kubelet ignores that it is missing", found[0]))
    return ()


def _state(host: Host) -> Fact:
    answers = {path: host.exists(path) for path in _STATE}
    # kubeadm requires the folder to be empty. Packages create it.
    answers[_ETCD] = bool(host.listdir(_ETCD)) if host.exists(_ETCD) is not None else None
    there = tuple(path for path, answer in answers.items() if answer)
    if None in answers.values() and not there:
        return Fact.unknown("k8s.state", undetermined("files in /etc/kubernetes or /var/lib/etcd"))
    found = tuple(Evidence(path, "present", "of an earlier node") for path in there)
    return Fact(
        "k8s.state",
        there,
        evidence=found or (Evidence(", ".join(_STATE), "absent", "no earlier node"),),
    )


def _first(host: Host, fact_id: str, paths: tuple[str, ...], says: str) -> Fact:
    answers = {path: host.exists(path) for path in paths}
    found = next((path for path, there in answers.items() if there), None)
    if found is None and None in answers.values():
        return Fact.unknown(fact_id, undetermined(" or ".join(paths)))
    return Fact(
        fact_id,
        found or "none",
        evidence=(Evidence(found or ", ".join(paths), "present" if found else "absent", says),),
    )


def _kubelet(host: Host) -> Fact:
    program = _first(host, "k8s.kubelet", _KUBELET, "the program")
    if not program.known or program.value == "none":
        return program
    enabled = host.exists(_ENABLED)
    if enabled is None:
        return Fact.unknown("k8s.kubelet", undetermined(_ENABLED))
    shown = Evidence(_ENABLED, "present" if enabled else "absent", "whether it starts at boot")
    return Fact("k8s.kubelet", "enabled" if enabled else "disabled", evidence=(*program.evidence, shown))


def parse_minor(text: str) -> int | None:
    """Parse the output of kubelet --version or kubeadm version -o short: the minor version, 28 for "v1.28.3"."""
    found = _MINOR.search(text)
    return int(found[1]) if found else None


def _skew(host: Host) -> Fact:
    """Return k8s.kubelet_skew: by how many minor versions the kubelet is older than kubeadm; below 0 if it is newer."""
    fact_id = "k8s.kubelet_skew"
    programs = [_first(host, fact_id, paths, "the program") for paths in (_KUBELET, _KUBEADM)]
    if missing := [program for program in programs if not program.known or program.value == "none"]:
        return missing[0]
    asked = zip(programs, (("--version",), ("version", "-o", "short")), strict=True)
    readings = [host.run((str(program.value), *arguments), _LIMIT_SECONDS) for program, arguments in asked]
    evidence = tuple(reading.evidence("the version") for reading in readings)
    kubelet, kubeadm = (parse_minor(reading.text or "") for reading in readings)
    if kubelet is None or kubeadm is None:
        silent = readings[0 if kubelet is None else 1]
        return Fact.unknown(fact_id, no_version(silent), evidence)
    return Fact(fact_id, kubeadm - kubelet, evidence=evidence)
