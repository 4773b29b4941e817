"""Hosts that people reported elsewhere, most of them from 2020 to 2026, of kinds that the other files have not.

Each was written from its source, with what is right, before a run; as in ``reported``.
"""

from tests.profiles.reported import (
    ALL_NS,
    CGROUP2,
    CONTAINER,
    LEGACY,
    NETWORK,
    NFT,
    NFT_MODULES,
    NOT_PROMISED,
    NOT_REFUSED,
    OWN,
    READY,
    SYS,
    UNFIT,
    Reported,
    host,
    loaded,
    lxc,
    mounts,
    v1,
)
from tests.profiles.stock import STOCK

_UBUNTU24 = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n'
_UBUNTU22 = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n'
_FEDORA42 = "ID=fedora\nVERSION_ID=42\n"
_RHEL9 = 'ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="9.4"\n'
_ROCKY9 = 'ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.0"\n'
_DEBIAN12 = 'ID=debian\nVERSION_ID="12"\n'
_LEGACY_OPTIONS = ("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_TARGET_MASQUERADE", "IP_NF_RAW", "IP_NF_MANGLE")
_DOCKERD = {"/usr/bin/dockerd": "", "/usr/bin/containerd": ""}
_SOCKET_UNIT = {
    "/usr/lib/systemd/system/docker.socket": "[Socket]\nListenStream=/run/docker.sock\nSocketMode=0660\n"
    "SocketUser=root\nSocketGroup=docker\n",
    "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n",
    "/etc/nsswitch.conf": "passwd: files altfiles systemd\ngroup: files altfiles systemd\n",
}
_ROUTES = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
_ONLINK = "eth0\t0038A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
_DEFAULT = "eth0\t00000000\t0138A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
_DEF1 = "".join(f"tun0\t{half}\t0108080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n" for half in ("00000000", "00000080"))
_HALVES = _DEF1.replace("tun0", "wg0").replace("0108080A\t0003", "00000000\t0001")
_JSON = {"/etc/docker/daemon.json": "{}", "/sys/class/net/eth0/mtu": "1500\n"}
_BIP = {"/etc/docker/daemon.json": '{"bip": "10.200.0.1/24"}'}
_NO_ROUTE = {"/proc/net/route": _ROUTES + _ONLINK, "/proc/net/ipv6_route": ""}
_CAPABILITIES = (
    "Name:\tsh\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nNoNewPrivs:\t{sealed}\nSeccomp:\t{seccomp}\nCapBnd:\t{bounding}\n"
)
_ALL, _OF_DOCKER = "000001ffffffffff", "00000000a80425fb"
_ALL_USERS = {"/proc/self/uid_map": "         0          0 4294967295\n"}
_WHOLE_PROC = {"/proc/self/attr/current": "unconfined\n", **_ALL_USERS}
_USER = {
    "/etc/passwd": "anna:x:1000:1000::/home/anna:/bin/bash\n",
    "/etc/subuid": "anna:100000:65536\n",
    "/etc/subgid": "anna:100000:65536\n",
    "/proc/sys/user/max_user_namespaces": "30000\n",
    **{
        f"/usr/bin/{name}": "" for name in ("podman", "crun", "slirp4netns", "newuidmap", "newgidmap", "fuse-overlayfs")
    },
    "/dev/fuse": "",
}


def status(uid=1000, sealed=0, bounding=_ALL, seccomp=0):
    """Return /proc/self/status of a user or of root, with what later programs may have."""
    return {"/proc/self/status": _CAPABILITIES.format(uid=uid, sealed=sealed, bounding=bounding, seccomp=seccomp)}


def unshare(error=""):
    """Return the recorded attempt to create a user namespace."""
    ok = "false" if error else "true"
    return {"/.evidence/experiments.json": f'{{"unshare": {{"user": {{"ok": {ok}, "error": "{error}"}}}}}}'}


def atomic(*files):
    """Return an image of Fedora with Docker, whose groups are in /usr/lib/group."""
    return host(
        "6.15.9-105.bazzite.fc42.x86_64",
        "ID=bazzite\nID_LIKE=fedora\nVERSION_ID=42\n",
        config="/usr/lib/modules/{release}/config",
        modules="/usr/lib/modules",
        without=_LEGACY_OPTIONS,
        files=(NFT, _DOCKERD, _SOCKET_UNIT, *files),
    )


_KMOD = {"/sbin/modprobe": "", "/usr/sbin/modprobe": ""}

# The image of Podman declares a volume there.
_VOLUME = "71 27 254:1 /volumes/1 /var/lib/containers rw,nosuid,nodev,relatime - ext4 /dev/vda1 rw\n"


def pod(*files, root="overlay", more=CGROUP2, release="6.1.0-28-amd64"):
    """Return a container of containerd whose kernel's configuration and modules are its host's."""
    return host(
        release,
        _DEBIAN12,
        files=(
            CONTAINER,
            mounts(root, root, more, ",lowerdir=/a:/b,upperdir=/c,workdir=/d"),
            loaded(*NETWORK, *NFT_MODULES, "overlay"),
            NFT,
            {
                f"/boot/config-{release}": None,
                f"/lib/modules/{release}/modules.dep": None,
                "/proc/filesystems": "nodev\tcgroup2\nnodev\toverlay\n\text4\n",
                "/proc/1/environ": "KUBERNETES_SERVICE_HOST=10.0.0.1\0",
            },
            *files,
        ),
    )


def server(*files, **more):
    """Return a server of Debian 12 with a default route."""
    return host("6.1.0-28-amd64", _DEBIAN12, files=(NFT, {"/proc/net/route": _ROUTES + _DEFAULT}, *files), **more)


SERVICES = (
    Reported(
        "Bazzite DX after a rebase: docker.socket asks for a group docker that no file has",
        "ublue-os/bazzite-dx#222 (Failed to resolve group 'docker'; docker.service fails as a dependency)",
        atomic({"/etc/group": "root:x:0:\nwheel:x:10:anna\n", "/usr/lib/group": "root:x:0:\nkvm:x:36:\n"}),
        UNFIT,
        {"engine.unobstructed": "fail"},
        words={"engine.unobstructed": "groupadd --system docker"},
    ),
    Reported(
        "the same with the group in /usr/lib/group",
        "docker/cli#2104 (grep -E '^docker:' /usr/lib/group; nss-altfiles reads it)",
        atomic({"/etc/group": "root:x:0:\n", "/usr/lib/group": "root:x:0:\ndocker:x:970:\n"}),
        NOT_REFUSED,
    ),
    Reported(
        "the same where groups come from a directory",
        "nsswitch.conf(5) (a group need not be in a file)",
        atomic(
            {
                "/etc/group": "root:x:0:\n",
                "/usr/lib/group": "root:x:0:\n",
                "/etc/nsswitch.conf": "group: files sss\n",
            }
        ),
        NOT_REFUSED,
    ),
    Reported(
        "MountFlags=slave in a drop-in of docker.service, from a guide for Docker 17",
        "docker/for-linux#485, #595 (since 18.09 containerd is another service, and does not see the mounts)",
        server(
            _DOCKERD,
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/bin/dockerd -H fd:// "
                "--containerd=/run/containerd/containerd.sock\n",
                "/etc/systemd/system/docker.service.d/mount.conf": "[Service]\nMountFlags=slave\n",
            },
        ),
        UNFIT,
        {"engine.unobstructed": "fail"},
        words={"engine.unobstructed": "MountFlags"},
    ),
    Reported(
        "the same with MountFlags=shared",
        "systemd.exec(5) (shared: mounts are seen outside)",
        server(
            _DOCKERD,
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/bin/dockerd -H fd:// "
                "--containerd=/run/containerd/containerd.sock\n",
                "/etc/systemd/system/docker.service.d/mount.conf": "[Service]\nMountFlags=shared\n",
            },
        ),
        READY,
    ),
    Reported(
        "Fedora 42 with docker-ce, where only iptables-nft is installed, without the link iptables",
        "moby/moby#50197, docker/docs#24811 (failed to find iptables)",
        host(
            "6.14.9-300.fc42.x86_64",
            _FEDORA42,
            config="/lib/modules/{release}/config",
            without=_LEGACY_OPTIONS,
            files=(_DOCKERD, _KMOD, {"/usr/sbin/iptables-nft": "xtables-nft-multi", "/usr/sbin/xtables-nft-multi": ""}),
        ),
        UNFIT,
        {"net.iptables.installed": "fail"},
        words={"net.iptables.installed": "alternatives --set iptables"},
        whole=True,
    ),
    Reported(
        "Fedora 42 before docker-ce is installed, without any iptables",
        "docs.docker.com/engine/install/fedora (docker-ce requires iptables)",
        host(
            "6.14.9-300.fc42.x86_64",
            _FEDORA42,
            config="/lib/modules/{release}/config",
            without=_LEGACY_OPTIONS,
            files=(_KMOD,),
        ),
        NOT_REFUSED,
        {"net.iptables.installed": "skip"},
        whole=True,
    ),
    Reported(
        "NixOS whose firewall is off: iptables is in no folder of programs, and the package of Docker has its path",
        "nixpkgs pkgs/applications/virtualization/docker (extraPath: iptables; wrapProgram dockerd --prefix PATH)",
        STOCK["nixos-25.05"].changed(
            {
                "/run/current-system/sw/bin/dockerd": "",
                "/run/current-system/sw/bin/iptables": None,
                "/run/current-system/sw/bin/modprobe": "",
                "/proc/sys/kernel/modprobe": "/run/current-system/sw/bin/modprobe\n",
            }
        ),
        NOT_REFUSED,
        whole=True,
    ),
    *(
        Reported(
            f"a server behind a VPN: {name}",
            source,
            server(_DOCKERD, _JSON, {"/proc/net/route": _ROUTES + _DEFAULT + routes}, more),
            ready,
            {"engine.bridge_range": status},
            dockerd=version,
            words={"engine.bridge_range": '"bip"'},
        )
        for name, source, routes, more, version, ready, status in (
            ("redirect-gateway def1 and Docker 20.10", "moby/libnetwork#779", _DEF1, {}, "20.10.24", UNFIT, "fail"),
            ("redirect-gateway def1 and Docker 28", "moby#42598", _DEF1, {}, "28.5.1", NOT_REFUSED, "pass"),
            ("both halves without a gateway", "moby libnetwork/netutils", _HALVES, {}, "28.5.1", UNFIT, "fail"),
            ("the same, with bip", "moby#41525", _HALVES, _BIP, "28.5.1", NOT_REFUSED, "pass"),
        )
    ),
    Reported(
        "a daemon.json whose values are texts where dockerd wants truth values",
        'moby/moby#44905 ("ipv6": "true": cannot unmarshal string into Go struct field Config.ipv6 of type bool)',
        server(_DOCKERD, {"/etc/docker/daemon.json": '{"ipv6": "true", "fixed-cidr-v6": "fd00::/64"}'}),
        NOT_REFUSED | UNFIT,
        {"engine.configuration": "warn"},
    ),
    Reported(
        "a daemon.json for Docker 18, whose disable-legacy-registry 19.03 no longer knows",
        "haxorof/ansible-role-docker-ce#105 (the following directives don't match any configuration option)",
        server(_DOCKERD, {"/etc/docker/daemon.json": '{"icc": false, "disable-legacy-registry": true}'}),
        NOT_REFUSED | UNFIT,
        {"engine.configuration": "warn"},
        dockerd="19.03.5",
    ),
    Reported(
        "a daemon.json as Docker's documents have it",
        "docs.docker.com/reference/cli/dockerd (daemon configuration file)",
        server(
            _DOCKERD,
            {
                "/etc/docker/daemon.json": '{"log-driver": "local", "live-restore": true, "mtu": 1450, "features": '
                '{"containerd-snapshotter": true}, "default-address-pools": [{"base": "10.9.0.0/16", "size": 24}]}'
            },
        ),
        READY,
        {"engine.configuration": "pass"},
    ),
)
STORAGE = (
    Reported(
        "the snap of Docker on ZFS 2.1, with overlay2 in the daemon.json that it brings",
        "canonical/docker-snap#112 (Docker snap doesn't work on ZFS; storage-driver is set)",
        host(
            "5.15.0-67-generic",
            _UBUNTU22,
            files=(
                NFT,
                mounts("zfs", "rpool/ROOT/ubuntu"),
                {
                    "/sys/module/zfs/version": "2.1.5-1ubuntu6~22.04.1\n",
                    "/dev/zfs": "",
                    "/usr/sbin/zfs": "",
                    "/var/snap/docker/current/config/daemon.json": '{"storage-driver": "overlay2"}',
                },
            ),
        ),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "the same with the driver zfs",
        "canonical/docker-snap#112 (the workaround)",
        host(
            "5.15.0-67-generic",
            _UBUNTU22,
            files=(
                NFT,
                mounts("zfs", "rpool/ROOT/ubuntu"),
                {
                    "/sys/module/zfs/version": "2.1.5-1ubuntu6~22.04.1\n",
                    "/dev/zfs": "",
                    "/usr/sbin/zfs": "",
                    "/var/snap/docker/current/config/daemon.json": '{"storage-driver": "zfs"}',
                },
            ),
        ),
        NOT_REFUSED,
        {"storage.driver": "pass"},
    ),
    Reported(
        "MicroK8s of today on a root of ZFS 0.8, for which it has the snapshotter native",
        "canonical/microk8s#401 (in 2019 no pod started); microk8s actions/common/utils.sh (snapshotter)",
        host(
            "5.4.0-216-generic",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="20.04"\n',
            files=(
                NFT,
                mounts("zfs", "rpool/ROOT/ubuntu"),
                {"/sys/module/zfs/version": "0.8.3-1ubuntu12.18\n", "/usr/bin/snap": ""},
            ),
        ),
        NOT_REFUSED,
        {"storage.overlay": "skip"},
        profile="microk8s",
    ),
    Reported(
        "k3s in a container of Proxmox 7.3 on ZFS 2.1",
        "timothystewart6/k3s-ansible#230 (overlayfs snapshotter cannot be enabled: permission denied)",
        lxc(
            "6.1.2-1-pve",
            root="zfs",
            source="dpool/subvol-900-disk-0",
            extra=({"/sys/module/zfs/version": "2.1.7-pve1\n", "/dev/kmsg": ""},),
        ),
        UNFIT,
        {"storage.overlay": "fail"},
        profile="k3s",
        words={"storage.overlay": "--snapshotter=native or fuse-overlayfs"},
    ),
    Reported(
        "the same with snapshotter: native in k3s' config.yaml",
        "docs.k3s.io/cli/server (--snapshotter); containerd/containerd#5464 (native works anywhere)",
        server(
            mounts("zfs", "rpool/ROOT/debian"),
            {
                "/sys/module/zfs/version": "2.1.11-1\n",
                "/etc/rancher/k3s/config.yaml": "write-kubeconfig-mode: '0644'\nsnapshotter: native\n",
                "/dev/kmsg": "",
            },
        ),
        NOT_REFUSED,
        profile="k3s",
    ),
    Reported(
        "a Raspberry Pi without a disk, its root on NFS, for k3s",
        "k3s-io/k3s#3266 (failed to mount overlay: invalid argument; you cannot run containerd on a NFS root)",
        server(mounts("nfs4", "10.0.0.2:/srv/pi4")),
        UNFIT,
        {"storage.overlay": "fail"},
        profile="k3s",
    ),
    Reported(
        "a container of Kata whose /var/lib/docker is a volume on virtiofs",
        "kata-containers/runtime#1888, kata-containers#2474 (error creating overlay mount: invalid argument)",
        pod(
            {
                "/proc/self/mountinfo": "30 1 0:30 / / rw,relatime - virtiofs kataShared rw\n"
                f"{SYS}{CGROUP2}41 30 0:30 /x/docker /var/lib/docker rw,relatime - virtiofs kataShared rw\n",
                **status(uid=0),
            }
        ),
        NOT_PROMISED,
        {},
        {"virt.container": "none"},
    ),
    Reported(
        "k3s where a hardened /var is mounted with noexec",
        "k3s-io/k3s#7372 (permission denied); longhorn/longhorn-manager#2893 (CIS: noexec on /var)",
        server(mounts(more=CGROUP2 + "60 27 254:3 / /var rw,nosuid,nodev,noexec - ext4 /dev/vg/var rw\n")),
        UNFIT,
        {"storage.exec": "fail"},
        profile="k3s",
    ),
    Reported(
        "a home that systemd-homed mounts with the ids of its user alone, for Podman without root",
        "systemd/systemd#29297 (containers fail to pull for users of homed; subordinate ids are not in its range)",
        server(
            _USER,
            status(),
            mounts(
                more=CGROUP2 + "60 27 254:5 / /home/anna rw,nosuid,nodev,idmapped - ext4 /dev/mapper/home-anna rw\n"
            ),
        ),
        NOT_PROMISED,
        profile="podman-rootless",
    ),
)
CLUSTERS = (
    Reported(
        "containerd.io of Docker's repository for kubeadm: its cri plugin is disabled",
        "containerd/containerd#8139, #4581; kubernetes/website#33851 (unknown service runtime.v1.RuntimeService)",
        server(
            {
                "/run/containerd/containerd.sock": "",
                "/usr/bin/containerd": "",
                "/etc/containerd/config.toml": 'disabled_plugins = ["cri"]\n\n#root = "/var/lib/containerd"\n',
                "/usr/bin/kubelet": "",
                "/dev/kmsg": "",
                **status(uid=0),
            }
        ),
        UNFIT,
        {"k8s.cri": "fail"},
        profile="kubernetes",
        words={"k8s.cri": "disabled_plugins"},
        whole=True,
    ),
    Reported(
        "the same with no plugin disabled",
        "containerd/containerd#8139 (the remedy)",
        server(
            {
                "/run/containerd/containerd.sock": "",
                "/usr/bin/containerd": "",
                "/etc/containerd/config.toml": "version = 2\ndisabled_plugins = []\n",
                "/usr/bin/kubelet": "",
                "/dev/kmsg": "",
                "/proc/sys/net/ipv4/ip_forward": "1\n",
                **status(uid=0),
            }
        ),
        NOT_REFUSED,
        {"k8s.cri": "pass"},
        profile="kubernetes",
    ),
    Reported(
        "k3s on RHEL 8.4 without a default route",
        "k3s-io/k3s#1144, #6265; docs.k3s.io/installation/airgap (a default route must be configured)",
        server(_NO_ROUTE),
        UNFIT,
        {"net.default_route": "fail"},
        profile="k3s",
        words={"net.default_route": "ip route add default"},
    ),
    Reported(
        "the same for RKE2",
        "rancher/rke2#1242 (installation fails in the absence of a default route)",
        server(_NO_ROUTE),
        UNFIT,
        {"net.default_route": "fail"},
        profile="rke2",
    ),
    Reported(
        "the same for kubeadm",
        "kubernetes/kubeadm#2604, #3102 (unable to select an IP from default routes)",
        server(_NO_ROUTE, status(uid=0)),
        UNFIT,
        {"net.default_route": "fail"},
        profile="kubernetes",
    ),
    Reported(
        "the same with the route that k3s' documents give an isolated node",
        "docs.k3s.io/installation/airgap (a black-hole route via a dummy interface will suffice)",
        server(
            {"/proc/net/route": _ROUTES + _ONLINK + "dummy0\t00000000\tFE00CB00\t0003\t0\t0\t1000\t00000000\t0\t0\t0\n"}
        ),
        NOT_REFUSED,
        {"net.default_route": "pass"},
        profile="k3s",
    ),
    Reported(
        "k3s on a host of IPv6 alone",
        "docs.k3s.io/networking/basic-network-options (single-stack IPv6); kubernetes pkg net (ipv6_route)",
        server(
            {
                "/proc/net/route": _ROUTES,
                "/proc/net/ipv6_route": "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
                "fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n",
            }
        ),
        NOT_REFUSED,
        {"net.default_route": "pass"},
        profile="k3s",
    ),
    Reported(
        "Rocky 9 under a STIG, where fapolicyd keeps RKE2 from its own containerd",
        "rancher/rke2#3454 (fork/exec …/containerd: operation not permitted), #2848",
        host(
            "5.14.0-70.13.1.el9_0.x86_64",
            _ROCKY9,
            config="/lib/modules/{release}/config",
            files=(
                NFT,
                {
                    "/proc/net/route": _ROUTES + _DEFAULT,
                    "/sys/fs/cgroup/system.slice/fapolicyd.service/cgroup.procs": "801\n",
                    "/etc/fapolicyd/fapolicyd.conf": "permissive = 0\n",
                    "/etc/fapolicyd/rules.d/90-deny-execute.rules": "deny_audit perm=execute all : all\n",
                },
            ),
        ),
        NOT_REFUSED | UNFIT,
        {"host.fapolicyd": "warn"},
        profile="rke2",
    ),
    Reported(
        "a node of EKS where fapolicyd keeps containerd from unpacking images",
        "linux-application-whitelisting/fapolicyd#310 (does not work with containers), #205",
        host(
            "5.10.219-208.866.amzn2.x86_64",
            'ID="amzn"\nID_LIKE="centos rhel fedora"\nVERSION_ID="2"\n',
            files=(
                LEGACY,
                v1(root="xfs", source="/dev/nvme0n1p1"),
                {
                    "/proc/net/route": _ROUTES + _DEFAULT,
                    "/run/containerd/containerd.sock": "",
                    "/sys/fs/cgroup/systemd/system.slice/fapolicyd.service/cgroup.procs": "801\n",
                    "/etc/fapolicyd/fapolicyd.conf": "permissive = 0\n",
                    "/etc/fapolicyd/rules.d/90-deny-execute.rules": "deny_audit perm=execute all : all\n",
                },
            ),
        ),
        NOT_REFUSED | UNFIT,
        {"host.fapolicyd": "warn"},
        profile="kubernetes",
    ),
    Reported(
        "an image of RHEL 8.4 for a cloud, with nm-cloud-setup, for RKE2",
        "rancher/rke2#1053, #8935 (pods cannot communicate before NetworkManager was mended)",
        host(
            "4.18.0-305.el8.x86_64",
            'ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="8.4"\n',
            config="/lib/modules/{release}/config",
            files=(
                NFT,
                v1(root="xfs", source="/dev/nvme0n1p2"),
                {
                    "/proc/net/route": _ROUTES + _DEFAULT,
                    "/etc/systemd/system/multi-user.target.wants/nm-cloud-setup.service": "",
                    "/etc/systemd/system/timers.target.wants/nm-cloud-setup.timer": "",
                },
            ),
        ),
        NOT_REFUSED | UNFIT,
        {"net.cloud_setup": "warn"},
        profile="rke2",
    ),
)
CONTAINERS = (
    Reported(
        "Podman as root in a task of ECS Fargate, which refuses user namespaces",
        "podman-container-tools/podman#17827, #10802 (cannot clone: Operation not permitted)",
        pod(status(uid=0, bounding=_OF_DOCKER, seccomp=2), _WHOLE_PROC, unshare("EPERM"), {"/usr/bin/podman": ""}),
        UNFIT,
        {"virt.mounts": "fail"},
        profile="podman",
    ),
    Reported(
        "Podman as root without CAP_SYS_ADMIN, whose outer Podman permits user namespaces and leaves /proc whole",
        "podman-container-tools/podman#10079; redhat.com/sysadmin/podman-inside-container (rootful in rootless)",
        pod(
            status(uid=0, bounding=_OF_DOCKER, seccomp=2),
            _WHOLE_PROC,
            unshare(),
            {
                "/usr/bin/podman": "",
                "/usr/bin/crun": "",
                "/etc/subuid": "root:1:65000\n",
                "/etc/subgid": "root:1:65000\n",
            },
            more=CGROUP2 + _VOLUME,
        ),
        NOT_REFUSED,
        {"virt.mounts": "pass"},
        profile="podman",
    ),
    Reported(
        "the same for Docker, which has no such way",
        "capabilities(7); moby#21997 (a container without --privileged mounts nothing)",
        pod(status(uid=0, bounding=_OF_DOCKER, seccomp=2), _WHOLE_PROC, unshare()),
        UNFIT,
        {"virt.mounts": "fail"},
    ),
    Reported(
        "Podman of a user in a pod with allowPrivilegeEscalation: false",
        "moby/buildkit#1671 (newuidmap has the setuid bit, and allowPrivilegeEscalation: false prevents it)",
        pod(status(sealed=1), _USER, _WHOLE_PROC, unshare()),
        UNFIT,
        {"user.uidmap": "fail"},
        profile="podman-rootless",
        words={"user.uidmap": "allowPrivilegeEscalation"},
    ),
    Reported(
        "the same in a pod that may escalate",
        "moby/buildkit#1671 (if I allow privilege escalation then it works fine)",
        pod(status(), _USER, _WHOLE_PROC, unshare()),
        NOT_REFUSED,
        {"user.uidmap": "pass"},
        profile="podman-rootless",
    ),
    Reported(
        "Podman of a user in a pod that drops all capabilities",
        "podman-container-tools/buildah#4049 (newuidmap fails without SETUID and SETGID), moby/buildkit#3897",
        pod(status(bounding="0000000000000000"), _USER, _WHOLE_PROC, unshare()),
        UNFIT,
        {"user.uidmap": "fail"},
        profile="podman-rootless",
    ),
    Reported(
        "Podman of a user in a container whose outer engine filters unshare",
        "podman-container-tools/podman#8463, #15785 (unshare(CLONE_NEWUSER): Operation not permitted)",
        pod(status(bounding=_OF_DOCKER, seccomp=2), _USER, _WHOLE_PROC, unshare("EPERM")),
        UNFIT,
        {"ns.user": "fail"},
        profile="podman-rootless",
        words={"ns.user": "seccomp"},
    ),
    Reported(
        "a container of LXC whose configuration drops setfcap, for Docker",
        "containerd/containerd#291 (oci runtime error: operation not permitted), TheHellSite/archlinux_lxc#5",
        lxc(
            "6.8.12-2-pve",
            root="ext4",
            source="/dev/mapper/pve-vm--106--disk--0",
            extra=(
                status(uid=0, bounding="000001ff7fffffff"),
                {"/proc/self/uid_map": "         0          0 4294967295\n"},
            ),
        ),
        UNFIT,
        {"virt.capabilities": "fail"},
        words={"virt.capabilities": "lxc.cap.drop"},
    ),
    Reported(
        "the same with what Proxmox drops of an unprivileged container",
        "lxc config/common.conf.in (mac_admin mac_override sys_time sys_module)",
        lxc(
            "6.8.12-2-pve",
            root="ext4",
            source="/dev/mapper/pve-vm--106--disk--0",
            extra=(
                status(uid=0, bounding="000001fcfdfeffff"),
                mounts(
                    "ext4",
                    "/dev/mapper/pve-vm--106--disk--0",
                    CGROUP2
                    + "610 27 0:59 / /dev/.lxc/proc rw - proc proc rw\n611 27 0:60 / /dev/.lxc/sys rw - sysfs sys rw\n",
                ),
            ),
        ),
        NOT_REFUSED,
        {"virt.capabilities": "pass"},
    ),
    Reported(
        "a devcontainer of Wolfi on Ubuntu 26.04, whose kernel has no legacy tables, with legacy iptables",
        "chainguard-images/images#3126, concourse/docker-image-resource#388 (can't initialize iptables table `nat')",
        pod(status(uid=0), _ALL_USERS, LEGACY, {"/usr/sbin/xtables-nft-multi": None}, release="7.0.0-14-generic"),
        NOT_PROMISED,
        {},
        {"virt.container": "none"},
    ),
    Reported(
        "docker-in-docker in a Codespace: privileged, with a volume at /var/lib/docker",
        "devcontainers/features src/docker-in-docker (--privileged, a volume; Docker starts)",
        pod(
            status(uid=0),
            _ALL_USERS,
            {"/.dockerenv": ""},
            more=CGROUP2 + "70 27 8:17 /docker/volumes/dind/_data /var/lib/docker rw - ext4 /dev/sdb1 rw\n",
            release="6.8.0-1044-azure",
        ),
        NOT_REFUSED,
        {"storage.overlay": "pass", "virt.mounts": "pass"},
        {"virt.container": "none"},
    ),
)
USERS = (
    Reported(
        "a user of FreeIPA on RHEL 9, whose subordinate ids SSSD gives, for Podman without root",
        "freeipa/freeipa#6095 (nsswitch.conf: subid: sss; podman run works), podman-container-tools/podman#25041",
        host(
            "5.14.0-427.13.1.el9_4.x86_64",
            _RHEL9,
            config="/lib/modules/{release}/config",
            files=(
                NFT,
                _USER,
                status(),
                {
                    "/etc/subuid": "",
                    "/etc/subgid": "",
                    "/etc/nsswitch.conf": "passwd: files sss systemd\ngroup: files sss\nsubid: sss\n",
                },
            ),
        ),
        frozenset({None}),
        {"user.subids": "unknown"},
        profile="podman-rootless",
    ),
    Reported(
        "the same without that line: no subordinate ids anywhere",
        "nsswitch.conf(5), subuid(5) (files alone)",
        host(
            "5.14.0-427.13.1.el9_4.x86_64",
            _RHEL9,
            config="/lib/modules/{release}/config",
            files=(
                NFT,
                _USER,
                status(),
                {"/etc/subuid": "", "/etc/subgid": "", "/etc/nsswitch.conf": "passwd: files sss\ngroup: files sss\n"},
            ),
        ),
        UNFIT,
        {"user.subids": "fail"},
        profile="podman-rootless",
    ),
    Reported(
        "a user who has used up the namespaces that a hardened host leaves",
        "user_namespaces(7), namespaces(7) (ENOSPC; the limit is of each user)",
        server(_USER, status(), unshare("ENOSPC"), {"/proc/sys/user/max_user_namespaces": "8\n"}),
        UNFIT,
        {"ns.user": "fail"},
        profile="podman-rootless",
        words={"ns.user": "user.max_user_namespaces"},
    ),
    Reported(
        "Gentoo with OpenRC, where no manager delegates control groups: Podman of a user has no limits",
        "podman-container-tools/podman#21575 (containers run; --memory has no effect)",
        host(
            "6.6.13-gentoo",
            "ID=gentoo\n",
            config="/proc/config.gz",
            files=(NFT, _USER, status(), {"/proc/1/comm": "init\n", **ALL_NS, **OWN}),
        ),
        NOT_REFUSED,
        {"cgroup.delegated": "unknown"},
        profile="podman-rootless",
    ),
    Reported(
        "a runner of GitHub with Ubuntu 24.04, on Azure",
        "actions/runner-images images/ubuntu/Ubuntu2404-Readme.md (Docker, Podman and buildah are installed and run)",
        host(
            "6.11.0-1018-azure",
            _UBUNTU24,
            suffix=".ko.zst",
            built_in=("SECURITY_APPARMOR",),
            files=(
                NFT,
                _DOCKERD,
                {
                    "/sys/module/apparmor/parameters/enabled": "Y\n",
                    "/usr/sbin/apparmor_parser": "",
                    "/sys/class/dmi/id/sys_vendor": "Microsoft Corporation\n",
                    "/sys/class/dmi/id/product_name": "Virtual Machine\n",
                    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "0\n",
                },
            ),
        ),
        READY,
        {"net.nat": "pass", "storage.driver": "pass"},
    ),
    Reported(
        "a server with ipv6.disable=1, for Docker of today",
        "docker/for-linux#1233 (20.10.6 alone), moby/moby#44953; docs (IPv6 is off by default)",
        server({"/proc/cmdline": "quiet ipv6.disable=1\n", "/proc/sys/net/ipv4/ip_forward": "1\n"}),
        READY,
        {"net.ip_forward": "pass"},
    ),
    Reported(
        "Debian 8 whose kernel was kept at 3.2, for Docker of today",
        "moby/moby#22037 (3.2.0-4-amd64, shim error: invalid argument)",
        host("3.2.0-4-amd64", 'ID=debian\nVERSION_ID="8"\n', files=(LEGACY, v1())),
        UNFIT,
        {"kernel.version": "fail"},
    ),
)

HOSTS = (*SERVICES, *STORAGE, *CLUSTERS, *CONTAINERS, *USERS)
