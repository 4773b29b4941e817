"""Whether this host is, or was, a node of a Kubernetes cluster, and what would be in its way."""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.readings import untold
from hostcheck.run.model import Evidence, Fact

_STATE = (
    *(f"/etc/kubernetes/manifests/{name}.yaml" for name in ("kube-apiserver", "kube-controller-manager")),
    *(f"/etc/kubernetes/manifests/{name}.yaml" for name in ("kube-scheduler", "etcd")),
    *(f"/etc/kubernetes/{name}.conf" for name in ("kubelet", "bootstrap-kubelet")),
    "/etc/kubernetes/pki/ca.crt",
)
_ETCD = "/var/lib/etcd"
_SOCKETS = ("/run/containerd/containerd.sock", "/run/crio/crio.sock", "/run/cri-dockerd.sock")
"""Where kubeadm looks for a runtime. Source: kubeadm constants_unix.go."""
_KUBELET = ("/usr/bin/kubelet", "/usr/local/bin/kubelet")
_ENABLED = "/etc/systemd/system/multi-user.target.wants/kubelet.service"


def probe(host: Host) -> Iterator[Fact]:
    """Give k8s.*."""
    yield _state(host)
    yield _first(host, "k8s.cri_socket", _SOCKETS, "the socket of a runtime")
    yield _kubelet(host)


def _state(host: Host) -> Fact:
    answers = {path: host.exists(path) for path in _STATE}
    # kubeadm asks for an empty folder: packages make it before there is anything in it.
    answers[_ETCD] = bool(host.listdir(_ETCD)) if host.exists(_ETCD) is not None else None
    there = tuple(path for path, answer in answers.items() if answer)
    if None in answers.values() and not there:
        return Fact.unknown("k8s.state", untold("something in /etc/kubernetes or /var/lib/etcd"))
    found = tuple(Evidence(path, "present", "from before") for path in there)
    return Fact("k8s.state", there, evidence=found or (Evidence(", ".join(_STATE), "absent", "nothing from before"),))


def _first(host: Host, fact_id: str, paths: tuple[str, ...], says: str) -> Fact:
    answers = {path: host.exists(path) for path in paths}
    found = next((path for path, there in answers.items() if there), None)
    if found is None and None in answers.values():
        return Fact.unknown(fact_id, untold(" or ".join(paths)))
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
        return Fact.unknown("k8s.kubelet", untold(_ENABLED))
    shown = Evidence(_ENABLED, "present" if enabled else "absent", "started with the host")
    return Fact("k8s.kubelet", "enabled" if enabled else "disabled", evidence=(*program.evidence, shown))
