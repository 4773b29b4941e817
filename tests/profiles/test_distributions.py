"""Engines that bring their own containerd, put to fresh servers, to those that cannot run them, and to conflicts."""

import pytest

from hostcheck.profiles.loader import load
from tests.profiles.nodes import CONFIG, DEFAULT, FRESH, MOUNTS, TENTH, listening, options, running

V1 = "27 1 254:0 / / rw - ext4 /dev/vda rw\n" + "".join(
    f"3{number} 27 0:3{number} / /cg/{name} rw - cgroup cgroup rw,{name}\n"
    for number, name in enumerate(("cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "blkio", "pids"))
)
CGROUP1 = {
    "/proc/self/mountinfo": V1,
    "/proc/cgroups": "".join(
        f"{name} 1 1 1\n" for name in ("cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "blkio", "pids")
    ),
}
K3S = {"/usr/local/bin/k3s": "", "/var/lib/rancher/k3s/server/token": ""}
RKE2 = {"/usr/local/bin/rke2": "", "/var/lib/rancher/rke2/agent/x": ""}
K0S = {"/usr/local/bin/k0s": "", "/var/lib/k0s/pki/ca.crt": ""}
MICROK8S = {"/snap/microk8s/current/x": "", "/var/snap/microk8s/common/x": ""}
SELINUX = {"/sys/fs/selinux/enforce": "1", "/usr/share/selinux/packages/x.pp": ""}
CLOUD_SETUP = {"/etc/systemd/system/multi-user.target.wants/nm-cloud-setup.service": ""}
NETWORKMANAGER = running("NetworkManager")
NODES = [
    *(("k3s", "server"), ("k3s", "agent"), ("rke2", "server"), ("rke2", "agent")),
    *(("k0s", "controller"), ("k0s", "worker"), ("microk8s", None)),
]


def on_its_own_disk(folder, fs_type="ext4", options="rw"):
    """A disk for the folder of an engine."""
    return {"/proc/self/mountinfo": f"{MOUNTS}40 27 8:16 / {folder} {options} - {fs_type} /dev/sdb rw\n"}


@pytest.fixture
def put(judged):
    """Judge a fresh server with some files changed: readiness, the checks that fail, and those that warn."""

    def make(profile, changed=None, role=None):
        summary, checks = judged(profile, FRESH | (changed or {}), roles=(role,) if role else ())
        by = {status: {name for name, each in checks.items() if each.status == status} for status in ("fail", "warn")}
        unknown = {name for name, each in checks.items() if each.status == "unknown" and each.severity == "required"}
        return summary.ready, by["fail"] | unknown, by["warn"], checks

    return make


@pytest.mark.parametrize(("profile", "role"), NODES)
def test_a_fresh_server_is_ready(put, profile, role):
    ready, missed, warned, _ = put(profile, role=role)
    assert (ready, missed) == (True, set())
    assert not any(name.startswith(("net.port", "host.engines", "net.ranges", "security.")) for name in warned)


def test_kubernetes_asks_for_containerd_there_and_names_the_profiles_that_do_not(put):
    ready, missed, _, checks = put("kubernetes", role="worker")
    assert ready is False
    assert "k8s.cri" in missed
    assert "-p k3s" in checks["k8s.cri"].fix
    for name in ("k3s", "RKE2", "k0s", "MicroK8s"):
        assert name in load("kubernetes").summary


def test_kubernetes_warns_where_a_distribution_with_a_kubelet_of_its_own_is_installed(put):
    _, _, warned, checks = put("kubernetes", K3S)
    assert "host.engines" in warned
    assert checks["host.engines"].found == "k3s"
    assert "-p k3s" in checks["host.engines"].fix


@pytest.mark.parametrize(
    ("profile", "role", "changed", "missed"),
    [
        ("k3s", "server", CGROUP1, "cgroup.mode.v2"),
        ("k3s", "server", listening(22, 6443), "net.port.server"),
        ("k3s", "agent", listening(22, 10250), "net.port.node"),
        ("k3s", "agent", listening(22, udp=(8472,)), "net.port.node"),
        ("k3s", "agent", {CONFIG: options(without=("VXLAN",))}, "net.vxlan"),
        ("k3s", "agent", {CONFIG: options(without=("NETFILTER_XT_MATCH_STATISTIC",))}, "net.xt_match.services"),
        ("k3s", "agent", {"/proc/cmdline": "cgroup_disable=memory\n"}, "cgroup.memory"),
        ("k3s", "agent", {"/proc/sys/kernel/arch": "riscv64\n"}, "os.arch"),
        ("k3s", "agent", on_its_own_disk("/var", options="rw,nosuid,noexec"), "storage.exec"),
        ("k3s", "agent", on_its_own_disk("/var/lib/rancher", "nfs4"), "storage.overlay"),
        (
            "k3s",
            "agent",
            on_its_own_disk("/srv", "nfs4") | {"/etc/rancher/k3s/config.yaml": 'token: x\ndata-dir: "/srv/k3s"\n'},
            "storage.overlay",
        ),
        ("rke2", "server", CGROUP1, "cgroup.mode.v2"),
        ("rke2", "server", listening(22, 9345), "net.port.server"),
        ("rke2", "server", listening(22, 2379), "net.port.server"),
        ("rke2", "agent", listening(22, 10250), "net.port.node"),
        ("rke2", "agent", {"/proc/sys/kernel/arch": "armv7l\n"}, "os.arch"),
        (
            "rke2",
            "agent",
            {"/run/systemd/system/placeholder": None, "/run/systemd/notice": "", "/proc/1/comm": "init\n"},
            "os.init",
        ),
        ("rke2", "agent", on_its_own_disk("/var/lib/rancher", options="rw,noexec"), "storage.exec"),
        ("rke2", "agent", {CONFIG: options(without=("VXLAN",))}, "net.vxlan"),
        ("k0s", "controller", CGROUP1, "cgroup.mode.v2"),
        ("k0s", "controller", listening(22, 9443), "net.port.controller"),
        ("k0s", "controller", listening(22, 8132), "net.port.controller"),
        ("k0s", "worker", listening(22, 179), "net.port.worker"),
        ("k0s", "worker", on_its_own_disk("/var/lib/k0s", "nfs4"), "storage.overlay"),
        (
            "k0s",
            "worker",
            on_its_own_disk("/data", options="rw,noexec")
            | {"/etc/systemd/system/k0sworker.service": "ExecStart=/usr/local/bin/k0s worker --data-dir=/data/k0s\n"},
            "storage.exec",
        ),
        ("microk8s", None, {"/usr/bin/snap": None}, "bin.snap"),
        ("microk8s", None, listening(22, 16443), "net.port.node"),
        ("microk8s", None, listening(22, 25000), "net.port.node"),
        ("microk8s", None, {"/proc/sys/kernel/hostname": "Node_1\n"}, "net.hostname.valid"),
        ("microk8s", None, on_its_own_disk("/var/snap", options="rw,noexec"), "storage.exec"),
        ("microk8s", None, CGROUP1, "cgroup.mode.v2"),
    ],
)
def test_a_server_on_which_the_engine_does_not_start_is_not_ready(put, profile, role, changed, missed):
    ready, found, _, checks = put(profile, changed, role)
    assert (ready, found) == (False, {missed})
    assert checks[missed].fix


@pytest.mark.parametrize(
    ("profile", "role", "changed", "warned"),
    [
        ("k3s", "server", {"/usr/bin/kubelet": ""}, "host.engines"),
        ("k3s", "server", listening(22, 2379), "net.port.etcd"),
        ("k3s", "agent", {"/proc/net/route": DEFAULT + TENTH}, "net.ranges"),
        ("k3s", "agent", listening(22, 10256), "net.port.k3s"),
        ("k3s", "agent", {"/etc/ufw/ufw.conf": "ENABLED=yes\n"}, "net.firewall"),
        ("k3s", "agent", CLOUD_SETUP, "net.cloud_setup"),
        ("k3s", "agent", SELINUX, "security.selinux"),
        ("k3s", "agent", {"/proc/swaps": "Filename Type\n/dev/vdb partition 1 0 -2\n"}, "hw.swap"),
        ("k3s", "server", {"/proc/meminfo": "MemTotal: 1000000 kB\n"}, "hw.memory"),
        ("k3s", "agent", {CONFIG: options(without=("IP_SET",))}, "net.ip_set"),
        ("rke2", "server", K3S, "host.engines"),
        ("rke2", "agent", NETWORKMANAGER, "net.networkmanager"),
        ("rke2", "agent", CLOUD_SETUP, "net.cloud_setup"),
        ("rke2", "agent", SELINUX, "security.selinux"),
        ("rke2", "agent", listening(22, 443), "net.port.rke2"),
        ("rke2", "agent", {"/usr/sbin/iptables": None}, "bin.iptables"),
        ("rke2", "agent", running("firewalld"), "net.firewall"),
        ("k0s", "controller", MICROK8S, "host.engines"),
        ("k0s", "worker", {"/proc/net/route": DEFAULT + TENTH}, "net.ranges"),
        ("k0s", "worker", listening(22, udp=(4789,)), "net.port.k0s"),
        ("microk8s", None, K0S, "host.engines"),
        ("microk8s", None, {"/usr/bin/dockerd": ""}, "host.docker"),
        (
            "microk8s",
            None,
            {"/etc/ufw/ufw.conf": "ENABLED=yes\n", "/etc/default/ufw": 'DEFAULT_FORWARD_POLICY="DROP"\n'},
            "net.forward_policy",
        ),
        ("microk8s", None, listening(22, udp=(4789,)), "net.port.microk8s"),
    ],
)
def test_a_documented_conflict_is_a_warning(put, profile, role, changed, warned):
    ready, missed, found, _ = put(profile, changed, role)
    assert (ready, missed) == (True, set())
    assert warned in found


@pytest.mark.parametrize(
    ("profile", "role", "changed"),
    [
        ("k3s", "server", K3S | listening(22, 6443, 10250, 10010, udp=(8472,)) | running("k3s")),
        ("rke2", "server", RKE2 | listening(22, 6443, 9345, 2379, 10250) | running("rke2-server")),
        ("k0s", "worker", K0S | listening(22, 10250, 179) | running("k0sworker")),
        ("microk8s", None, MICROK8S | listening(22, 16443, 10250) | running("snap.microk8s.daemon-kubelite")),
    ],
)
def test_the_ports_of_an_engine_that_runs_are_its_own(put, profile, role, changed):
    ready, missed, warned, checks = put(profile, changed, role)
    assert (ready, missed) == (True, set())
    assert "host.engines" not in warned
    assert "skip" in {each.status for name, each in checks.items() if name.startswith("net.port")}


def test_the_disk_of_the_data_root_does_not_decide_for_an_engine_with_a_folder_of_its_own(put):
    """Docker's folder is on a network, where overlay does not work; that of k3s is not."""
    changed = on_its_own_disk("/var/lib/docker", "nfs4", "rw,noexec") | {"/usr/bin/dockerd": ""}
    ready, missed, _, checks = put("k3s", changed)
    assert (ready, missed) == (True, set())
    assert checks["storage.backing_fs"].found == "ext4"
    assert put("docker", changed)[3]["storage.overlay"].status == "warn"


@pytest.mark.parametrize("profile", ["k3s", "rke2", "k0s", "microk8s"])
def test_a_kernel_with_nf_tables_alone_and_without_ipvs_is_ready(put, profile):
    """k3s check-config fails it for IP_NF_FILTER, IP_NF_NAT, IP_NF_TARGET_MASQUERADE and NETFILTER_XT_MATCH_IPVS."""
    changed = {CONFIG: options(without=("IP_NF_FILTER", "IP_NF_NAT", "IP_NF_TARGET_MASQUERADE"))}
    assert put(profile, changed)[:2] == (True, set())


def test_networkmanager_that_ignores_the_interfaces_is_no_conflict(put):
    text = "[keyfile]\nunmanaged-devices=interface-name:cali*;interface-name:flannel*\n"
    changed = NETWORKMANAGER | {"/etc/NetworkManager/conf.d/rke2-canal.conf": text}
    assert put("rke2", changed)[3]["net.networkmanager"].status == "pass"


@pytest.mark.parametrize("profile", ["k3s", "rke2", "microk8s"])
def test_another_kubelet_that_runs_holds_the_ports(put, profile):
    changed = {"/usr/bin/kubelet": ""} | listening(22, 10250) | running("kubelet")
    ready, missed, warned, _ = put(profile, changed)
    assert (ready, missed) == (False, {"net.port.node"})
    assert "host.engines" in warned
