"""The profile kubernetes has all of kubeadm's preflight checks, by kubeadm's names."""

import re
from pathlib import Path

import pytest

from hostcheck.profiles.loader import load
from hostcheck.run.model import Fact
from hostcheck.verdicts import judge

PAGE = (Path(__file__).parents[2] / "docs" / "profiles.md").read_text()
# kubernetes cmd/kubeadm/app/preflight/checks.go, commit 00b6a4c7: of init and of join.
BOTH = (
    *("IsPrivilegedUser", "CRI", "Swap", "SystemVerification", "Hostname", "Firewalld", "HTTPProxy", "HTTPProxyCIDR"),
    *("KubeletVersion", "Service-Kubelet", "Port-10250", "FileContent--proc-sys-net-ipv4-ip_forward"),
    *("FileContent--proc-sys-net-ipv6-conf-default-forwarding", "FileExisting-conntrack"),
    *(f"FileExisting-{name}" for name in ("ip", "iptables", "mount", "nsenter", "ebtables", "ethtool", "socat", "tc")),
    "FileExisting-touch",
)
CONTROL_PLANE = (
    *("NumCPU", "Mem", "Port-6443", "Port-10257", "Port-10259", "Port-2379", "Port-2380"),
    *("FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml", "DirAvailable--var-lib-etcd"),
)
WORKER = tuple(
    f"FileAvailable--etc-kubernetes-{name}" for name in ("kubelet.conf", "bootstrap-kubelet.conf", "pki-ca.crt")
)
NOT_OF_THE_HOST = ("KubernetesVersion", "ImagePull", "ExternalEtcdVersion", "ExternalEtcdClientCertificates")


def sources(role=None):
    """Every word of the sources of the checks that are put to a host of this role."""
    checks = [check for check in load("kubernetes").checks if not check.roles or role in check.roles]
    return {word for check in checks for word in re.findall(r"[\w.-]+", check.source)}


@pytest.mark.parametrize("name", BOTH)
def test_a_check_of_every_node_is_there(name):
    assert name in sources()


@pytest.mark.parametrize("name", CONTROL_PLANE)
def test_a_check_of_init_is_for_the_control_plane_alone(name):
    assert name in sources("control-plane")
    assert name not in sources("worker")


@pytest.mark.parametrize("name", WORKER)
def test_a_check_of_join_is_for_the_worker(name):
    assert name in sources("worker")


@pytest.mark.parametrize("name", NOT_OF_THE_HOST)
def test_what_an_audit_does_not_check_is_documented(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize(
    ("facts", "roles", "failed"),
    [
        ({"hw.cpus": 1, "hw.memory_bytes": 1 << 30}, ("control-plane",), {"hw.cpu", "hw.memory"}),
        ({"hw.cpus": 1, "hw.memory_bytes": 1 << 30}, ("worker",), set()),
        ({"hw.cpus": 2, "hw.memory_bytes": 1700 << 20}, ("control-plane",), set()),
        ({"net.ports.busy": ("tcp/10250",)}, ("worker",), {"net.port.kubelet"}),
        ({"net.ports.busy": ("tcp/6443",)}, ("worker",), set()),
        ({"net.ports.busy": ("tcp/2380", "tcp/6443")}, ("control-plane",), {"net.port.control_plane", "net.port.etcd"}),
        ({"k8s.state": ("/etc/kubernetes/kubelet.conf",)}, ("worker",), {"k8s.state.worker"}),
        ({"k8s.state": ("/var/lib/etcd",)}, ("control-plane",), {"k8s.state.control_plane"}),
        ({"k8s.cri_socket": "none"}, (), {"k8s.cri"}),
        ({"host.programs": {"ip": True, "iptables": True, "mount": True, "nsenter": False}}, (), {"bin.required"}),
        ({"cgroup.mode": "v1"}, (), {"cgroup.mode.v2"}),
        ({"priv.root": False}, (), {"priv.root"}),
    ],
)
def test_a_node_is_refused_where_kubeadm_refuses_it(facts, roles, failed):
    verdicts = judge(load("kubernetes"), {key: Fact(key, value) for key, value in facts.items()}, roles)
    assert {each.check for each in verdicts if each.status == "fail"} == failed
