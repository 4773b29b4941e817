import pytest

from hostcheck.host.captured import CapturedHost
from hostcheck.probes.engine.kubelet import probe


def facts(host):
    return {fact.id: fact for fact in probe(host)}


def test_what_kubeadm_would_trip_over_is_named(fake_host):
    found = facts(fake_host({"/etc/kubernetes/kubelet.conf": "", "/var/lib/etcd/member/wal": ""}))["k8s.state"]
    assert found.value == ("/etc/kubernetes/kubelet.conf", "/var/lib/etcd")
    assert facts(fake_host({}))["k8s.state"].value == ()
    assert not facts(fake_host({}, live=False))["k8s.state"].known


def test_an_empty_folder_of_etcd_is_no_state(tmp_path):
    from hostcheck.host.captured import CapturedHost

    (tmp_path / "var/lib/etcd").mkdir(parents=True)
    (tmp_path / "etc/kubernetes/manifests").mkdir(parents=True)
    (tmp_path / "etc/kubernetes/pki").mkdir()
    found = facts(CapturedHost(tmp_path))["k8s.state"]
    assert found.value in ((), None)
    assert "/var/lib/etcd" not in (found.value or ())


def test_the_socket_of_a_runtime_is_named(fake_host):
    assert facts(fake_host({"/run/crio/crio.sock": ""}))["k8s.cri_socket"].value == "/run/crio/crio.sock"
    assert facts(fake_host({}))["k8s.cri_socket"].value == "none"
    assert not facts(fake_host({}, live=False))["k8s.cri_socket"].known


@pytest.mark.parametrize(
    ("text", "socket"),
    [
        ('disabled_plugins = ["cri"]\n', "none"),
        ('version = 3\ndisabled_plugins = ["io.containerd.cri.v1.runtime"]\n', "none"),
        ('version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n', "none"),
        ('disabled_plugins = ["btrfs"]\n', "/run/containerd/containerd.sock"),
        ("disabled_plugins = []\n", "/run/containerd/containerd.sock"),
        ("disabled_plugins = 1\n", "/run/containerd/containerd.sock"),
        ("not TOML", "/run/containerd/containerd.sock"),
    ],
)
def test_a_containerd_whose_plugin_is_disabled_is_no_runtime(fake_host, text, socket):
    files = {"/run/containerd/containerd.sock": "", "/etc/containerd/config.toml": text}
    assert facts(fake_host(files))["k8s.cri_socket"].value == socket
    crio = facts(fake_host(files | {"/run/crio/crio.sock": ""}))["k8s.cri_socket"]
    assert crio.value == ("/run/crio/crio.sock" if socket == "none" else socket)


def test_a_kubelet_is_enabled_disabled_or_none(fake_host):
    enabled = "/etc/systemd/system/multi-user.target.wants/kubelet.service"
    assert facts(fake_host({"/usr/bin/kubelet": "", enabled: ""}))["k8s.kubelet"].value == "enabled"
    assert facts(fake_host({"/usr/bin/kubelet": ""}))["k8s.kubelet"].value == "disabled"
    assert facts(fake_host({}))["k8s.kubelet"].value == "none"


BOTH = {"/usr/bin/kubelet": "", "/usr/bin/kubeadm": ""}


def skew(fake_host, kubelet, kubeadm):
    printed = {
        ("/usr/bin/kubelet", "--version"): kubelet,
        ("/usr/bin/kubeadm", "version", "-o", "short"): kubeadm,
    }
    return facts(fake_host(BOTH, printed=printed))["k8s.kubelet_skew"]


def test_a_kubelet_is_so_many_minor_versions_older_than_kubeadm(fake_host):
    assert skew(fake_host, "Kubernetes v1.28.3\n", "v1.30.1\n").value == 2
    assert skew(fake_host, "Kubernetes v1.31.0-rc.1\n", "v1.30.1\n").value == -1
    assert not skew(fake_host, "Segmentation fault\n", "v1.30.1\n").known


def test_a_host_without_both_has_no_skew_and_runs_neither(fake_host):
    host = fake_host({"/usr/bin/kubelet": ""})
    assert facts(host)["k8s.kubelet_skew"].value == "none"
    assert "/usr/bin/kubelet --version" not in host.asked
    assert facts(fake_host({}))["k8s.kubelet_skew"].value == "none"


DEV = "611 27 0:60 / /dev rw,relatime - {} none rw,size=492k,mode=755\n"


@pytest.mark.parametrize(
    ("names", "mounts", "value"),
    [
        (("kmsg", "null"), "", True),
        (("null",), DEV.format("tmpfs"), False),
        (("null",), DEV.format("devtmpfs"), None),
        (("null", "console"), "", None),
        ((), DEV.format("tmpfs"), None),
    ],
    ids=["there", "a container", "the kernel's own", "the disk of a host that is off", "no devices"],
)
def test_a_tree_shows_that_the_kernels_log_is_missing_where_its_dev_is_a_containers(
    tmp_path, facts_of, names, mounts, value
):
    for name in names:
        (tmp_path / "dev").mkdir(exist_ok=True)
        (tmp_path / "dev" / name).touch()
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/mountinfo").write_text(mounts)
    fact = facts_of(probe, CapturedHost(tmp_path))["k8s.kmsg"]
    assert (fact.value, fact.known) == (value, value is not None)


GATE = "kubelet-arg:\n  - feature-gates=KubeletInUserNamespace=true\n"
UNIT = "ExecStart=/usr/local/bin/k3s server '--kubelet-arg=feature-gates=KubeletInUserNamespace=true'\n"
UID_MAP, MAPPED, WHOLE = "/proc/self/uid_map", "0 100000 65536\n", "0 0 4294967295\n"


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({"/etc/rancher/k3s/config.yaml": GATE, UID_MAP: MAPPED}, True),
        ({"/etc/systemd/system/k3s.service": UNIT, UID_MAP: MAPPED}, True),
        ({"/var/lib/kubelet/config.yaml": "featureGates:\n  KubeletInUserNamespace: true\n", UID_MAP: MAPPED}, True),
        ({"/var/lib/kubelet/config.yaml": "featureGates:\n  KubeletInUserNamespace: false\n", UID_MAP: MAPPED}, False),
        ({"/etc/rancher/k3s/config.yaml": GATE, UID_MAP: WHOLE}, False),
        ({"/etc/rancher/k3s/config.yaml": GATE, UID_MAP: ""}, False),
    ],
)
def test_a_kubelet_in_a_user_namespace_may_be_set_to_do_without(fake_host, facts_of, files, value):
    assert facts_of(probe, fake_host(files))["k8s.kmsg"].value is value


def test_a_live_host_without_the_kernels_log_has_none(fake_host, facts_of):
    assert facts_of(probe, fake_host({}))["k8s.kmsg"].value is False
