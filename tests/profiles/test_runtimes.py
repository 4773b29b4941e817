"""Engines beside Docker and Kubernetes, put to fresh servers, to those that cannot run them, and to conflicts."""

import pytest

from tests.profiles.nodes import CONFIG, DEFAULT, FRESH, MOUNTS, TENTH, listening, options, running

GENERATOR = "/usr/lib/systemd/system-generators"
NERDCTL = {"/usr/local/bin/nerdctl": "", "/usr/local/bin/containerd": "", "/usr/local/bin/buildkitd": ""}
PLUGINS = {f"/usr/local/libexec/cni/{name}": "" for name in ("bridge", "firewall", "host-local", "loopback", "portmap")}
PODMAN = {"/usr/bin/podman": "", f"{GENERATOR}/podman-system-generator": ""}
INCUS = {"/usr/libexec/incus/incusd": "", "/usr/sbin/dnsmasq": "", "/usr/bin/lxcfs": ""}
IDS = {"/etc/subuid": "root:1000000:1000000000\n", "/etc/subgid": "root:1000000:1000000000\n"}
NO_SYSTEMD = {"/run/systemd/system/placeholder": None, "/run/systemd/notice": "", "/proc/1/comm": "init\n"}
CGROUP1 = {
    "/proc/self/mountinfo": MOUNTS.splitlines(keepends=True)[0]
    + "".join(
        f"3{number} 27 0:3{number} / /cg/{name} rw - cgroup cgroup rw,{name}\n"
        for number, name in enumerate(("cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "blkio", "pids"))
    ),
    "/proc/cgroups": "".join(
        f"{name} 1 1 1\n" for name in ("cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "blkio", "pids")
    ),
}
ROOTLESS = {
    "/etc/subuid": "admin:100000:65536\n",
    "/etc/subgid": "admin:100000:65536\n",
    "/usr/bin/newuidmap": "",
    "/usr/bin/newgidmap": "",
    "/usr/bin/pasta": "",
    "/proc/sys/user/max_user_namespaces": "60000\n",
    "/proc/sys/kernel/unprivileged_userns_clone": "1\n",
    "/sys/module/apparmor/parameters/enabled": "N\n",
    "/proc/filesystems": "nodev\toverlay\n",
    "/dev/placeholder": "",
}
READY = {
    "crio": {},
    "nerdctl": {},
    "incus": {},
    "lxd": {},
    "quadlet": {},
}
"""What a fresh server needs besides."""


@pytest.fixture
def put(judged):
    """Judge a fresh server with some files changed: readiness, required checks missed or unknown, and warnings."""

    def make(profile, changed=None, role=None):
        summary, checks = judged(profile, FRESH | (changed or {}), roles=(role,) if role else ())
        missed = {
            name
            for name, each in checks.items()
            if each.status == "fail" or (each.status == "unknown" and each.severity == "required")
        }
        return summary.ready, missed, {name for name, each in checks.items() if each.status == "warn"}, checks

    return make


@pytest.mark.parametrize("profile", READY)
def test_a_fresh_server_is_ready(put, profile):
    ready, missed, warned, _ = put(profile, READY[profile])
    assert (ready, missed) == (True, set())
    assert not any(name.startswith(("host.", "net.ranges", "net.port", "net.firewall")) for name in warned)


def test_a_user_with_ids_and_a_network_is_ready_for_quadlet(put):
    ready, missed, _, _ = put("quadlet-rootless", ROOTLESS)
    assert (ready, missed) == (True, set())


@pytest.mark.parametrize(
    ("profile", "changed", "ready_without"),
    [
        ("nerdctl", NERDCTL | PLUGINS, set()),
        ("quadlet", PODMAN, set()),
        ("incus", INCUS | IDS, set()),
        ("lxd", {"/snap/lxd/current/x": "", "/var/snap/lxd/common/lxd/database/x": ""}, set()),
    ],
)
def test_an_engine_that_is_installed_whole_is_ready(put, profile, changed, ready_without):
    ready, missed, _, _ = put(profile, changed)
    assert (ready, missed) == (True, ready_without)


@pytest.mark.parametrize(
    ("profile", "changed", "missed"),
    [
        ("crio", {CONFIG: options(without=("OVERLAY_FS",))}, {"storage.driver"}),
        ("crio", {"/proc/cmdline": "cgroup_disable=memory\n"}, {"cgroup.memory"}),
        ("nerdctl", NERDCTL, {"bin.cni"}),
        ("nerdctl", {"/usr/sbin/iptables": None}, {"bin.iptables"}),
        ("nerdctl", PLUGINS | {"/usr/local/bin/nerdctl": ""}, {"bin.containerd"}),
        ("nerdctl", {CONFIG: options(without=("NETFILTER_XT_MATCH_COMMENT",))}, {"net.xt_match.cni"}),
        (
            "nerdctl",
            {"/proc/self/mountinfo": f"{MOUNTS}40 27 8:16 / /var/lib/containerd rw - nfs4 nas:/c rw\n"},
            {"storage.overlay"},
        ),
        (
            "nerdctl",
            {
                "/proc/self/mountinfo": f"{MOUNTS}40 27 8:16 / /srv rw - nfs4 nas:/c rw\n",
                "/etc/containerd/config.toml": 'root = "/srv/containerd"\n',
            },
            {"storage.overlay"},
        ),
        ("incus", INCUS | {"/etc/subuid": "admin:1:65536\n", "/etc/subgid": "admin:1:65536\n"}, {"user.root_subids"}),
        ("incus", {"/proc/sys/fs/aio-max-nr": None, "/proc/sys/fs/file-max": "1"}, {"kernel.aio"}),
        ("incus", {CONFIG: options(without=("USER_NS",))}, {"ns.user"}),
        ("incus", {"/sys/fs/cgroup/cgroup.controllers": "cpuset cpu memory pids\n"}, {"cgroup.v2.controllers"}),
        ("incus", {CONFIG: options(without=("SECCOMP_FILTER",))}, {"security.seccomp"}),
        ("lxd", {"/usr/bin/snap": None}, {"bin.snap"}),
        ("lxd", {CONFIG: options(without=("BRIDGE",))}, {"net.bridge"}),
        ("quadlet", CGROUP1, {"cgroup.mode.v2"}),
        ("quadlet", NO_SYSTEMD, {"os.init"}),
        ("quadlet", {"/usr/bin/podman": "", f"{GENERATOR}/lvm2": ""}, {"engine.quadlet"}),
        ("quadlet-rootless", ROOTLESS | CGROUP1, {"cgroup.mode.v2"}),
        ("quadlet-rootless", ROOTLESS | {"/usr/bin/pasta": None}, {"net.rootless"}),
    ],
)
def test_a_server_on_which_the_engine_does_not_start_is_not_ready(put, profile, changed, missed):
    ready, found, _, checks = put(profile, changed)
    assert (ready, found) == (False, missed)
    assert all(checks[name].fix for name in missed)


@pytest.mark.parametrize(
    ("profile", "changed", "warned"),
    [
        ("crio", {"/usr/bin/containerd": ""}, "host.engines"),
        ("crio", {"/usr/local/bin/k3s": ""}, "host.engines.own"),
        ("crio", {"/proc/net/route": DEFAULT + TENTH}, "net.ranges"),
        ("crio", NO_SYSTEMD, "os.init"),
        ("nerdctl", {"/usr/local/bin/k3s": ""}, "host.engines"),
        ("nerdctl", {"/proc/net/route": DEFAULT + TENTH}, "net.ranges"),
        ("nerdctl", {"/etc/ufw/ufw.conf": "ENABLED=yes\n"}, "net.firewall"),
        ("nerdctl", NERDCTL | PLUGINS | {"/usr/local/bin/buildkitd": None}, "bin.buildkit"),
        ("incus", {"/usr/sbin/dockerd": ""}, "host.docker"),
        ("incus", running("firewalld"), "net.firewall"),
        ("incus", listening(22, 8443), "net.port.api"),
        (
            "incus",
            {"/proc/sys/kernel/osrelease": "6.1.0-13-amd64\n", CONFIG.replace("6.12.48", "6.1.0-13"): ""},
            "kernel.version",
        ),
        ("lxd", {"/usr/sbin/dockerd": ""}, "host.docker"),
        ("lxd", INCUS, "host.incus"),
        ("quadlet", {"/etc/os-release": 'ID=debian\nVERSION_ID="12"\n'}, "os.release.debian"),
        ("quadlet", {"/etc/os-release": 'ID=ubuntu\nVERSION_ID="22.04"\n'}, "os.release.ubuntu"),
    ],
)
def test_a_documented_conflict_is_a_warning(put, profile, changed, warned):
    assert warned in put(profile, changed)[2]


@pytest.mark.parametrize(
    ("profile", "changed"),
    [("incus", INCUS | IDS | listening(22, 8443) | running("incus"))],
)
def test_the_port_of_an_engine_that_runs_is_its_own(put, profile, changed):
    ready, missed, _, checks = put(profile, changed)
    assert (ready, missed) == (True, set())
    assert checks["net.port.api"].status == "skip"


def test_a_user_whose_services_end_at_logout_is_warned(judged):
    checks = judged("quadlet-rootless", FRESH | ROOTLESS, {"user.linger": False})[1]
    assert checks["user.linger"].status == "warn"
    assert "boot" in checks["user.linger"].why


@pytest.mark.parametrize(("kvm", "ready"), [(True, True), (False, False)])
def test_virtual_machines_need_kvm_and_containers_do_not(judged, kvm, ready):
    facts = {"virt.nested_kvm": kvm}
    assert judged("incus", FRESH, facts, roles=("virtual-machine",))[0].ready is ready
    assert judged("incus", FRESH, facts, roles=("container",))[0].ready is True
