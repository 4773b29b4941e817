"""Hosts on which containers run, or a kubelet does, and which a check of this kind might call not ready.

Each was written from its source, with what is right, before a run; as in ``reported``. They are the other side of
``reported_further``.
"""

from tests.profiles.reported import (
    ALL_NS,
    CGROUP2,
    DEBIAN12,
    LEGACY,
    NFT,
    NOT_REFUSED,
    Reported,
    host,
    lxc,
    mounts,
)
from tests.profiles.reported_further import CONTAINER_DEV, MASKED, OF_A_USER, in_docker

_MAPPED = {"/proc/self/uid_map": "         0     100000      65536\n"}
_RELEASE = "6.1.0-21-amd64"
_COVERED = "702 26 0:22 /sys /proc/sys ro,nosuid,nodev,noexec,relatime - proc proc rw\n"
_TRIED = {
    "/.evidence/experiments.json": '{"proc": {"own": {"ok": true, "error": "", "stage": ""}, '
    '"user": {"ok": false, "error": "EPERM", "stage": "mount"}}}'
}
_GATE = {"/etc/rancher/k3s/config.yaml": "kubelet-arg:\n  - feature-gates=KubeletInUserNamespace=true\n"}
_NODES = {"/dev/null": "", "/dev/tty": "", "/dev/console": ""}
_RAMDISK = mounts("rootfs", "rootfs", CGROUP2 + "70 27 8:1 / /var/lib rw - ext4 /dev/sda1 rw\n")


def _lxc(*extra):
    return lxc(
        "6.1.0-21-amd64",
        root="ext4",
        source="/dev/sda1",
        extra=(mounts("ext4", "/dev/sda1", CGROUP2 + _COVERED), *extra),
    )


PROC = (
    Reported(
        "an unprivileged container of LXC without nesting, proc:mixed, on a kernel without AppArmor",
        "linux fs/namespace.c (lock_mnt_tree: only a copy for a new user namespace is locked); lxc.container.conf(5)",
        _lxc(),
        NOT_REFUSED,
        {"ns.proc_mount": "unknown"},
    ),
    Reported(
        "the same, where mounting another proc was tried",
        "the same; measured with LXC 5.0 and Linux 6.18",
        _lxc(_TRIED),
        NOT_REFUSED,
        {"ns.proc_mount": "pass"},
    ),
    Reported(
        "a privileged container of LXC, parts of its /proc read-only",
        "lxc.container.conf(5) (proc:mixed); linux fs/namespace.c (the first user namespace needs no whole proc)",
        _lxc({"/proc/self/uid_map": "         0          0 4294967295\n"}),
        NOT_REFUSED,
        {"ns.proc_mount": "pass"},
    ),
    Reported(
        "Docker in a container of Sysbox, which answers for mounts of proc",
        "nestybox/sysbox docs/user-guide/dind.md (Docker inside without --privileged), design.md (procfs)",
        host(
            _RELEASE,
            DEBIAN12,
            files=(
                *in_docker(_RELEASE, "700 26 0:61 /proc/sys /proc/sys rw,nosuid - fuse sysboxfs rw,user_id=0\n"),
                NFT,
                _MAPPED,
            ),
        ),
        NOT_REFUSED,
        {"ns.proc_mount": "unknown"},
    ),
    Reported(
        "Podman of a user in a container of systemd-nspawn 252, whose host's /proc stays in its mount namespace",
        "systemd v252 src/nspawn/nspawn.c (mount_switch_root, MS_MOVE); measured with Linux 6.18",
        host(
            _RELEASE,
            DEBIAN12,
            files=(
                *in_docker(_RELEASE, _COVERED),
                NFT,
                OF_A_USER,
                {"/.dockerenv": None, "/run/systemd/container": "systemd-nspawn\n"},
            ),
        ),
        NOT_REFUSED,
        {"ns.proc_mount": "unknown"},
        profile="podman-rootless",
    ),
    Reported(
        "Podman of a user in the image quay.io/podman/stable, run by Docker with label and seccomp off",
        "containers/image_build podman/podman-containers.conf (volumes = /proc:/proc); podman#20453",
        host(
            _RELEASE,
            DEBIAN12,
            files=(
                *in_docker(_RELEASE, MASKED),
                NFT,
                OF_A_USER,
                {"/home/anna/.config/containers/containers.conf": '[containers]\nvolumes = [\n  "/proc:/proc",\n]\n'},
            ),
        ),
        NOT_REFUSED,
        {"ns.proc_mount": "skip"},
        profile="podman-rootless",
    ),
    Reported(
        "Podman of a user where /proc has hidepid=2 and binfmt_misc is mounted",
        "proc(5) (hidepid is an option of the file system, and covers nothing)",
        host(
            _RELEASE,
            DEBIAN12,
            files=(
                NFT,
                OF_A_USER,
                mounts(
                    "ext4",
                    "/dev/sda1",
                    CGROUP2 + "90 26 0:40 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw,fd=29\n",
                ),
            ),
        ),
        NOT_REFUSED,
        {"ns.proc_mount": "pass"},
        profile="podman-rootless",
    ),
)

NODES = (
    Reported(
        "the disk of a Debian that is off, whose /dev has the nodes of debootstrap",
        "debootstrap functions (setup_devices_simple: no kmsg); devtmpfs has it at the next start",
        host(
            _RELEASE,
            DEBIAN12,
            files=(NFT, _NODES, {"/proc/self/mountinfo": None, "/proc/sys/net/ipv4/ip_forward": "1\n"}),
        ),
        frozenset({None}),
        {"k8s.kmsg": "unknown"},
        profile="kubernetes",
    ),
    Reported(
        "an unprivileged container of LXC without /dev/kmsg, k3s with KubeletInUserNamespace",
        "kubernetes pkg/kubelet/kubelet.go (running in UserNS, ignoring); k8s docs, kubelet-in-userns",
        lxc("6.8.0-60-generic", root="ext4", source="/dev/sda1", extra=(_NODES, CONTAINER_DEV, _GATE)),
        NOT_REFUSED,
        {"k8s.kmsg": "pass"},
        profile="k3s",
    ),
    Reported(
        "the same without the gate, but with a link to /dev/console, as nodes of kind have",
        "kubernetes-sigs/kind images/base/files/usr/local/bin/entrypoint (ln -s /dev/console /dev/kmsg)",
        lxc("6.8.0-60-generic", root="ext4", source="/dev/sda1", extra=(_NODES, CONTAINER_DEV, {"/dev/kmsg": ""})),
        NOT_REFUSED,
        {"k8s.kmsg": "pass"},
        profile="k3s",
    ),
)

ROOTS = (
    Reported(
        "a node booted by PXE into a ramdisk, Podman set to do without in a drop-in",
        "containers.conf(5) (no_pivot_root; containers.conf.d)",
        host(
            _RELEASE,
            DEBIAN12,
            files=(
                NFT,
                _RAMDISK,
                {"/etc/containers/containers.conf.d/ramdisk.conf": "[engine]\nno_pivot_root = true\n"},
            ),
        ),
        NOT_REFUSED,
        {"host.root_pivots": "skip"},
        profile="podman",
    ),
    Reported(
        "minikube's image on its initramfs, Docker behind cri-dockerd",
        "kubernetes/minikube pkg/provision/buildroot.go (Environment=DOCKER_RAMDISK=yes)",
        host(
            _RELEASE,
            DEBIAN12,
            files=(
                LEGACY,
                _RAMDISK,
                {
                    "/usr/bin/dockerd": "",
                    "/usr/lib/systemd/system/docker.service": "[Service]\nEnvironment=DOCKER_RAMDISK=yes\n"
                    "ExecStart=/usr/bin/dockerd\n",
                    "/run/cri-dockerd.sock": "",
                },
            ),
        ),
        frozenset({None, True, False}),
        {"host.root_pivots": "skip"},
        profile="kubernetes",
    ),
)

SET_UP = (
    Reported(
        "userns-remap on a hardened Debian, where users make no user namespaces",
        "docs.docker.com/engine/security/userns-remap (dockerd makes them, as root); Debian's linux",
        host(
            _RELEASE,
            DEBIAN12,
            files=(
                NFT,
                ALL_NS,
                {
                    "/usr/bin/dockerd": "",
                    "/etc/docker/daemon.json": '{"userns-remap": "default"}',
                    "/proc/sys/user/max_user_namespaces": "30000\n",
                    "/proc/sys/kernel/unprivileged_userns_clone": "0\n",
                    "/.evidence/experiments.json": '{"unshare": {"user": {"ok": false, "error": "EPERM"}}}',
                },
            ),
        ),
        NOT_REFUSED,
        {"engine.remaps_users": "pass"},
    ),
    Reported(
        "ip6tables on a Docker 24 that runs, under a kernel without IP6_NF_NAT, set since its start",
        "moby daemon/daemon_unix.go (the chains are made at the start)",
        host(
            "5.15.55",
            DEBIAN12,
            config="/proc/config.gz",
            files=(
                LEGACY,
                {
                    "/usr/bin/dockerd": "",
                    "/run/docker.sock": "",
                    "/etc/docker/daemon.json": '{"experimental": true, "ip6tables": true}',
                },
            ),
        ),
        NOT_REFUSED,
        {"engine.ipv6_rules": "unknown"},
        engine="24.0.7",
    ),
    Reported(
        "firewalld with docker0 in the zone trusted, and a Docker that makes no docker0",
        "moby libnetwork/iptables/firewalld.go (AddInterfaceFirewalld: the bridge that is made); dockerd(8), --bridge",
        host(
            _RELEASE,
            DEBIAN12,
            files=(
                NFT,
                {
                    "/usr/bin/dockerd": "",
                    "/etc/docker/daemon.json": '{"bridge": "none"}',
                    "/sys/fs/cgroup/system.slice/firewalld.service/cgroup.procs": "700\n",
                    "/etc/firewalld/zones/trusted.xml": '<zone>\n  <interface name="docker0"/>\n</zone>\n',
                },
            ),
        ),
        NOT_REFUSED,
        {"engine.unobstructed": "unknown"},
    ),
)

HOSTS = (*PROC, *NODES, *ROOTS, *SET_UP)
