"""Hosts that people reported elsewhere, by what they run on: hypervisors, containers, boards, and distributions.

Each was written from its source, with what is right, before a run; as in ``reported``. Experiments are those of the
report's error.
"""

import json

from tests.profiles.reported import (
    ALL_NS,
    ARM64,
    ARMV7,
    CGROUP2,
    LEGACY,
    NETWORK,
    NFT,
    NFT_MODULES,
    NOT_PROMISED,
    NOT_REFUSED,
    OWN,
    READY,
    RISCV,
    SYS,
    UNFIT,
    V1,
    Reported,
    arch,
    host,
    loaded,
    lxc,
    mounts,
    v1,
)

_NFT_OPTIONS = ("NF_TABLES", "NF_TABLES_IPV4", "NF_TABLES_INET", "NFT_COMPAT", "NFT_NAT")
_LEGACY_OPTIONS = ("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_RAW", "IP_NF_MANGLE", "IP_NF_TARGET_MASQUERADE")
_UBUNTU24 = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n'
_DEBIAN12 = 'ID=debian\nVERSION_ID="12"\n'
_APPARMOR = {"/sys/module/apparmor/parameters/enabled": "Y\n", "/usr/sbin/apparmor_parser": ""}
_ROOT = {
    "/proc/self/status": "Name:\tsh\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nSeccomp:\t2\nSeccomp_filters:\t1\n",
    "/proc/self/uid_map": "         0          0 4294967295\n",
}
_NSPAWN = {"/run/systemd/container": "systemd-nspawn", "/proc/1/environ": "container=systemd-nspawn\0", **ALL_NS}
_OVERLAY = "27 1 0:60 / / rw - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w\n"
_CLOSED = "50 26 0:22 /sys /proc/sys ro,nosuid - proc proc rw\n"
_V1_AT = "{} 27 0:{} / {}/{} rw,relatime - cgroup cgroup rw,{}\n"


def dmi(vendor, product, **more):
    """Return what firmware says of the machine."""
    names = {"sys_vendor": vendor, "product_name": product, **more}
    return {f"/sys/class/dmi/id/{name}": f"{text}\n" for name, text in names.items()}


def tried(**results):
    """Return the results of experiments: of each its one key, the stage and the error; an empty error is success."""
    found = {
        name: {key: {"ok": not error, "error": error, "stage": stage if error else ""}}
        for name, (key, stage, error) in results.items()
    }
    return {"/.evidence/experiments.json": json.dumps(found)}


def v1_at(folder, controllers):
    """Return a mount table with a hierarchy for each controller below a folder."""
    rows = "".join(_V1_AT.format(40 + n, 40 + n, folder, name, name) for n, name in enumerate(controllers))
    return {
        **mounts("ext4", "/dev/xvda1", rows),
        "/sys/fs/cgroup/cgroup.controllers": None,
        "/proc/cgroups": "".join(f"{name}\t{n}\t9\t1\n" for n, name in enumerate(controllers, 1)),
    }


HYPERVISORS = (
    Reported(
        "an Azure guest on Hyper-V",
        "systemd src/basic/virt.c (dmi: Microsoft Corporation); packages.ubuntu.com linux-modules-6.8.0-1010-azure",
        host("6.8.0-1010-azure", _UBUNTU24, files=(NFT, _APPARMOR, dmi("Microsoft Corporation", "Virtual Machine"))),
        READY,
        {"storage.driver": "pass"},
        {"virt.vm": "none"},
    ),
    Reported(
        "a box of Vagrant on VirtualBox",
        "systemd src/basic/virt.c (dmi: innotek GmbH, VirtualBox); packages.debian.org linux-image-6.1.0-28-amd64",
        host("6.1.0-28-amd64", _DEBIAN12, files=(NFT, dmi("innotek GmbH", "VirtualBox"))),
        READY,
        {"net.nat": "pass"},
        {"virt.vm": "none"},
    ),
    Reported(
        "a guest of bhyve",
        "systemd src/basic/virt.c (dmi: BHYVE); packages.debian.org linux-image-6.1.0-28-amd64",
        host("6.1.0-28-amd64", _DEBIAN12, files=(NFT, dmi("FreeBSD", "BHYVE", bios_vendor="BHYVE"))),
        READY,
        {"net.nat": "pass"},
        {"virt.vm": "none"},
    ),
    Reported(
        "a virtual machine of Incus, which is no container of it",
        "linuxcontainers.org/incus/docs: instances, dev-incus (org.linuxcontainers.incus); systemd src/basic/virt.c",
        host(
            "6.8.0-41-generic",
            _UBUNTU24,
            files=(
                NFT,
                _APPARMOR,
                OWN,
                dmi("QEMU", "Standard PC (Q35 + ICH9, 2009)"),
                {"/dev/virtio-ports/org.linuxcontainers.incus": "", "/dev/incus/sock": ""},
            ),
        ),
        READY,
        {"virt.container.nested": "pass"},
        {"virt.container": "incus", "virt.vm": "none"},
    ),
    Reported(
        "an EC2 instance of the type t2, on Xen with HVM",
        "linux Documentation/ABI/stable/sysfs-hypervisor-xen; systemd src/basic/virt.c (HVM domU)",
        host(
            "6.8.0-1012-aws",
            _UBUNTU24,
            files=(
                NFT,
                _APPARMOR,
                dmi("Xen", "HVM domU", bios_version="4.11.amazon"),
                {"/sys/hypervisor/type": "xen\n", "/sys/hypervisor/guest_type": "HVM\n"},
            ),
        ),
        READY,
        {"storage.driver": "pass"},
        {"virt.vm": "none"},
    ),
    Reported(
        "Amazon Linux 1 of 2018 on a paravirtualized instance, whose control groups are mounted below /cgroup",
        "DataDog/docker-dd-agent#308 (/cgroup); docker-library/official-images#4285 (4.14); "
        "aws-samples/ecs-refarch-cloudformation#86 (Docker 18.06 runs)",
        host(
            "4.14.181-108.257.amzn1.x86_64",
            'ID="amzn"\nID_LIKE="rhel fedora"\nVERSION_ID="2018.03"\n',
            files=(
                v1_at("/cgroup", ("blkio", "cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "pids")),
                LEGACY,
                {"/proc/1/comm": "init\n", "/sys/hypervisor/type": "xen\n", "/sys/hypervisor/guest_type": "PV\n"},
            ),
        ),
        NOT_REFUSED,
        {"cgroup.v1.controllers": "pass", "cgroup.mode": "pass", "net.nat": "pass"},
        {"virt.vm": "none"},
    ),
    Reported(
        "the first domain of XCP-ng, which is no guest",
        "linux Documentation/ABI/stable/sysfs-hypervisor-xen; systemd src/basic/virt.c (/proc/xen/capabilities)",
        host(
            "4.19.0+1",
            'ID="xenenterprise"\nID_LIKE="centos rhel fedora"\nVERSION_ID="8.2.1"\n',
            files=(
                v1(),
                LEGACY,
                {"/sys/hypervisor/type": "xen\n", "/proc/xen/capabilities": "control_d\n"},
            ),
        ),
        NOT_REFUSED,
        {"cgroup.v1.controllers": "pass"},
        {"virt.vm": "none", "virt.role": "guest"},
    ),
    Reported(
        "Photon 3 as it is installed in a guest of ESXi: its kernel for that has no bridge",
        "vmware/photon#924 (the flavour esx has no bridge), #762 (Running modprobe bridge br_netfilter failed)",
        host(
            "4.19.65-3.ph3-esx",
            'ID=photon\nVERSION_ID="3.0"\n',
            without=("BRIDGE", "BRIDGE_NETFILTER", *_NFT_OPTIONS),
            files=(v1(), LEGACY, dmi("VMware, Inc.", "VMware Virtual Platform")),
        ),
        UNFIT,
        {"net.bridge": "fail", "net.veth": "pass"},
        {"virt.vm": "none"},
    ),
    Reported(
        "CentOS 7 of 2016 on ESXi, on xfs that may lack d_type, for k3s",
        "k3s-io/k3s#5986 (overlayfs snapshotter cannot be enabled: does not support d_type; br_netfilter not found)",
        host(
            "3.10.0-327.10.1.el7.x86_64",
            'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\n',
            without=_NFT_OPTIONS,
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED"),
            files=(
                v1(root="xfs", source="/dev/mapper/centos-root"),
                LEGACY,
                dmi("VMware, Inc.", "VMware Virtual Platform"),
            ),
        ),
        UNFIT,
        {"storage.d_type": "unknown", "cgroup.mode.v2": "fail"},
        profile="k3s",
    ),
    Reported(
        "a guest of Cloud Hypervisor with its prebuilt kernel: neither nf_tables nor the legacy tables",
        "cloud-hypervisor/cloud-hypervisor#7404",
        host(
            "6.12.8+",
            _UBUNTU24,
            config="/proc/config.gz",
            without=(*_NFT_OPTIONS, *_LEGACY_OPTIONS, "NETFILTER_XT_MATCH_ADDRTYPE", "BRIDGE_NETFILTER"),
            files=(NFT, {"/proc/modules": None}, dmi("Cloud Hypervisor", "cloud-hypervisor")),
        ),
        UNFIT,
        {"net.nat": "fail", "net.xt_match": "fail"},
        {"virt.vm": "none"},
    ),
    Reported(
        "Ubuntu on an s390x guest of KVM",
        "systemd src/basic/virt.c (/proc/sysinfo: VM00 Control Program: KVM/Linux)",
        host(
            "6.8.0-31-generic",
            _UBUNTU24,
            files=(
                arch("s390x", "vendor_id       : IBM/S390\n# processors    : 2\n"),
                NFT,
                _APPARMOR,
                {"/proc/sysinfo": "Manufacturer: IBM\nVM00 Name: guest\nVM00 Control Program: KVM/Linux\n"},
            ),
        ),
        READY,
        {"hw.x86_64_level": "skip"},
        {"virt.vm": "none"},
    ),
    Reported(
        "Debian on a riscv64 guest of QEMU, whose processor has no flag of a hypervisor",
        "wiki.debian.org/RISC-V (debian-installer in qemu); linux arch/riscv/kernel/cpu.c",
        host(
            "6.12.38+deb13-riscv64",
            'ID=debian\nVERSION_ID="13"\n',
            files=(RISCV, NFT, _APPARMOR, {"/proc/device-tree/model": "riscv-virtio,qemu\0"}),
        ),
        READY,
        {"net.veth": "pass"},
        {"virt.vm": "none"},
    ),
    Reported(
        "WSL 1 of Windows 11",
        "learn.microsoft.com/windows/wsl/compare-versions (no Linux kernel); moby#28850",
        host(
            "4.4.0-22621-Microsoft",
            _UBUNTU24,
            files=(
                mounts("wslfs", "rootfs", ""),
                LEGACY,
                {
                    "/proc/version": "Linux version 4.4.0-22621-Microsoft (Microsoft@Microsoft.com) (gcc 5.4.0)\n",
                    "/boot/config-4.4.0-22621-Microsoft": None,
                    "/lib/modules/4.4.0-22621-Microsoft/modules.dep": None,
                    "/proc/1/comm": "init\n",
                },
            ),
        ),
        UNFIT,
        {"virt.container": "fail"},
    ),
)
CONTAINERS = (
    Reported(
        "systemd-nspawn as it is started: its filter denies keyctl",
        "systemd/systemd#5163; opencontainers/runc#1369; moby#44402",
        host(
            "6.6.30",
            "ID=arch\n",
            files=(
                _NSPAWN,
                _ROOT,
                NFT,
                loaded(*NETWORK, *NFT_MODULES, "overlay"),
                mounts("ext4", "/dev/sda2"),
                tried(keyring=("session", "join", "EPERM")),
            ),
        ),
        UNFIT,
        {"kernel.session_keyring": "fail"},
        words={"kernel.session_keyring": "SystemCallFilter=add_key keyctl"},
    ),
    Reported(
        "the same with keyctl permitted, for Podman: its filter denies bpf, which controls devices on cgroup v2",
        "podman-container-tools/podman#7013 (SystemCallFilter=@keyring); systemd/systemd#26572, #37966",
        host(
            "6.1.12-arch1-1",
            "ID=arch\n",
            files=(
                _NSPAWN,
                _ROOT,
                NFT,
                loaded(*NETWORK, *NFT_MODULES, "overlay"),
                mounts("ext4", "/dev/sda2"),
                tried(keyring=("session", "join", ""), device_rules=("query", "query", "EPERM")),
            ),
        ),
        UNFIT,
        {"kernel.session_keyring": "pass", "kernel.cgroup_bpf": "fail"},
        profile="podman",
    ),
    Reported(
        "the same on systemd 258 with all capabilities, which permits bpf",
        "systemd/systemd#37966 (bpf is permitted where CAP_BPF is kept)",
        host(
            "6.15.2-arch1-1",
            "ID=arch\n",
            files=(
                _NSPAWN,
                _ROOT,
                NFT,
                loaded(*NETWORK, *NFT_MODULES, "overlay"),
                mounts("ext4", "/dev/sda2"),
                tried(keyring=("session", "join", ""), device_rules=("query", "query", "")),
            ),
        ),
        NOT_REFUSED,
        {"kernel.session_keyring": "pass", "kernel.cgroup_bpf": "pass"},
        profile="podman",
    ),
    Reported(
        "a container of Proxmox 8 on ZFS 2.2 with nesting and without keyctl: LXC answers ENOSYS",
        "pct(1) (keyctl); opencontainers/runc#1893; openzfs/zfs 2.2.0 (RENAME_WHITEOUT); moby#38454 (maxkeys 200)",
        lxc(
            "6.8.12-2-pve",
            root="zfs",
            source="rpool/data/subvol-101-disk-0",
            extra=(
                tried(keyring=("session", "join", "ENOSYS")),
                {
                    "/sys/module/zfs/version": "2.2.6-pve1\n",
                    "/proc/sys/kernel/keys/maxkeys": "200\n",
                    "/proc/self/status": "Name:\tsh\nUid:\t0\t0\t0\t0\nSeccomp:\t2\n",
                },
            ),
        ),
        NOT_REFUSED,
        {"kernel.session_keyring": "pass", "kernel.keys.limit": "warn", "storage.driver": "pass"},
    ),
    Reported(
        "the same on Proxmox 7, captured without experiments, on ZFS 2.1",
        "pct(1) (keyctl); moby#20376; openzfs/zfs 2.1 (no RENAME_WHITEOUT)",
        lxc(
            "5.15.158-2-pve",
            root="zfs",
            source="rpool/data/subvol-101-disk-0",
            extra=(
                {
                    "/dev/null": "",
                    "/sys/module/zfs/version": "2.1.15-pve1\n",
                    "/proc/self/status": "Name:\tsh\nSeccomp:\t2\n",
                },
            ),
        ),
        UNFIT,
        {"kernel.session_keyring": "pass", "storage.driver": "fail"},
    ),
    Reported(
        "a container of LXD whose user has no key left",
        "moby#38454; canonical/lxd#5614 (Disk quota exceeded - Failed to create kernel keyring)",
        lxc(
            "4.15.0-1034-aws",
            root="ext4",
            source="/dev/xvda1",
            extra=(tried(keyring=("session", "join", "EDQUOT")), {"/proc/sys/kernel/keys/maxkeys": "200\n"}),
        ),
        UNFIT,
        {"kernel.session_keyring": "fail"},
        words={"kernel.session_keyring": "kernel.keys.maxkeys"},
    ),
    Reported(
        "a container of LXC on Proxmox 9 with /var/lib/docker on a volume of ext4",
        "pve.proxmox.com/wiki/Linux_Container (mount points); openzfs/zfs 2.3",
        lxc(
            "6.14.8-2-pve",
            root="zfs",
            source="rpool/data/subvol-101-disk-0",
            extra=(
                {
                    "/sys/module/zfs/version": "2.3.3-pve1\n",
                    "/proc/self/mountinfo": f"27 1 0:60 / / rw - zfs rpool/data/subvol-101-disk-0 rw\n{SYS}{CGROUP2}"
                    "610 27 0:59 / /dev/.lxc/proc rw - proc proc rw\n611 27 0:58 / /dev/.lxc/sys rw - sysfs sysfs rw\n"
                    "70 27 252:3 / /var/lib/docker rw,relatime - ext4 /dev/mapper/pve-vm--101--disk--1 rw\n",
                },
            ),
        ),
        NOT_REFUSED,
        {"storage.driver": "pass", "storage.writable": "pass", "virt.nesting": "pass"},
    ),
    Reported(
        "a pod of Kubernetes with a volume for Podman, in which /proc/sys is read-only",
        "podman-container-tools/podman#20713, containers/netavark#825 (Sysctl error: Read-only file system)",
        host(
            "5.10.198-187.748.amzn2.x86_64",
            'ID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.2"\n',
            files=(
                ALL_NS,
                NFT,
                loaded(*NETWORK, *NFT_MODULES, "overlay"),
                {
                    "/proc/self/mountinfo": f"{_OVERLAY}{SYS}{CGROUP2}{_CLOSED}"
                    "70 27 259:3 / /var/lib/containers rw,relatime - xfs /dev/nvme1n1 rw\n",
                    "/run/.containerenv": "",
                },
            ),
        ),
        UNFIT,
        {"net.sysctls": "fail", "storage.writable": "pass"},
        profile="podman",
    ),
    Reported(
        "the same for Docker, which since 26.1 does without where nothing has to be changed",
        "moby#47751, #47774 (Allow for a read-only /proc/sys/net)",
        host(
            "5.10.198-187.748.amzn2.x86_64",
            'ID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.2"\n',
            files=(
                ALL_NS,
                NFT,
                loaded(*NETWORK, *NFT_MODULES, "overlay"),
                {
                    "/proc/self/mountinfo": f"{_OVERLAY}{SYS}{CGROUP2}{_CLOSED}"
                    "70 27 259:3 / /var/lib/docker rw,relatime - xfs /dev/nvme1n1 rw\n",
                },
            ),
        ),
        NOT_REFUSED,
        {"net.sysctls": "warn"},
    ),
    Reported(
        "systemd-nspawn with a network of its own: /proc/sys is read-only, /proc/sys/net is not",
        "systemd/systemd#4425 (mountinfo of such a container)",
        host(
            "6.15.2-arch1-1",
            "ID=arch\n",
            files=(
                _NSPAWN,
                NFT,
                loaded(*NETWORK, *NFT_MODULES, "overlay"),
                mounts(
                    "ext4",
                    "/dev/sda2",
                    f"{CGROUP2}118 26 0:45 /sys /proc/sys ro,nosuid - proc proc rw\n"
                    "119 118 0:45 /sys/net /proc/sys/net rw,nosuid - proc proc rw\n",
                ),
            ),
        ),
        NOT_REFUSED,
        {"net.sysctls": "pass"},
        profile="podman",
    ),
)
BOARDS = (
    Reported(
        "a QNAP with QTS (4.2.8) for k3s: no controller pids",
        "k3s-io/k3s#7023 (pids cgroup controller not found; /proc/mounts)",
        host(
            "4.2.8",
            "",
            config="/proc/config.gz",
            files=(
                ARMV7,
                v1_at("/sys/fs/cgroup", ("memory", "cpu", "cpuset", "cpuacct", "blkio", "devices", "freezer")),
                LEGACY,
                {"/etc/os-release": None, "/proc/1/comm": "init\n"},
            ),
        ),
        UNFIT,
        {"cgroup.v1.controllers": "fail", "cgroup.mode.v2": "fail"},
        profile="k3s",
    ),
    Reported(
        "a LonganPi whose kernel has no bandwidth control, for k3s: containers end at cpu.max",
        "sipeed/LonganPi-3H-SDK#81 (CFS_BANDWIDTH missing; openat2 cpu.max: no such file)",
        host(
            "6.7.0-longanpi",
            _DEBIAN12,
            config="/proc/config.gz",
            without=("CFS_BANDWIDTH",),
            files=(ARM64, NFT, {"/sys/fs/cgroup/system.slice/cpu.max": None}),
        ),
        UNFIT,
        {"cgroup.cpu_limit": "fail"},
        profile="k3s",
    ),
    Reported(
        "a Lenovo x13s without nf_tables, under iptables of nf_tables",
        "ironrobin/x13s-alarm#23 (iptables: Failed to initialize nft: Protocol not supported)",
        host(
            "6.15.9-4-x13s",
            "ID=archarm\nID_LIKE=arch\n",
            config="/proc/config.gz",
            without=_NFT_OPTIONS,
            files=(ARM64, NFT),
        ),
        UNFIT,
        {"net.nat": "fail", "net.bridge": "pass"},
    ),
    Reported(
        "the same of 6.18, without xt_MASQUERADE",
        "ironrobin/archiso-x13s#22 (Module xt_MASQUERADE not found)",
        host(
            "6.18.12-0-x13s",
            "ID=archarm\nID_LIKE=arch\n",
            config="/proc/config.gz",
            without=("NETFILTER_XT_TARGET_MASQUERADE", "IP_NF_TARGET_MASQUERADE"),
            files=(ARM64, NFT),
        ),
        UNFIT,
        {"net.nat": "fail"},
    ),
    Reported(
        "a WD My Cloud whose kernel's modules were not installed",
        "vzhilov/WDMC-Ex2-Ultra#3 (Module ip_tables not found in directory /lib/modules/5.5.3-mvebu-tld-1-dirty)",
        host(
            "5.5.3-mvebu-tld-1-dirty",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="20.04"\n',
            config="/proc/config.gz",
            files=(
                ARMV7,
                v1(),
                LEGACY,
                {"/lib/modules/5.5.3-mvebu-tld-1-dirty/modules.dep": "kernel/fs/fat/vfat.ko:\n"},
            ),
        ),
        UNFIT,
        {"net.nat": "fail", "net.bridge": "fail", "storage.driver": "fail"},
    ),
    Reported(
        "a board of Variscite, on which only the hierarchy of systemd is mounted",
        "varigit/debian-var#3 (Devices cgroup isn't mounted)",
        host(
            "4.9.11", 'ID=debian\nVERSION_ID="9"\n', config="/proc/config.gz", files=(ARMV7, v1((), enabled=V1), LEGACY)
        ),
        UNFIT,
        {"cgroup.mode": "fail"},
    ),
)
DISTRIBUTIONS = (
    Reported(
        "Oracle Linux 10 with its own kernel: xt_addrtype is in a package of another name",
        "k3s-io/k3s-ansible#531 (kernel-uek-modules-extra); docker/docker-ce-packaging#1340",
        host(
            "6.12.0-101.33.4.3.el10uek.x86_64",
            'ID="ol"\nID_LIKE="fedora"\nVERSION_ID="10.0"\n',
            config="/lib/modules/{release}/config",
            without=_LEGACY_OPTIONS,
            elsewhere=("NETFILTER_XT_MATCH_ADDRTYPE",),
            files=(NFT,),
        ),
        UNFIT,
        {"net.xt_match": "fail", "net.nat": "pass"},
        words={"net.xt_match": "kernel-uek-modules-extra"},
    ),
    Reported(
        "Oracle Linux 8 with its own kernel",
        "oracle/linux-uek#18 (UEK 7: modules in kernel-uek-core and -modules); docs.docker.com/engine/install/rhel",
        host(
            "5.15.0-206.153.7.el8uek.x86_64",
            'ID="ol"\nID_LIKE="fedora"\nVERSION_ID="8.10"\n',
            config="/boot/config-{release}",
            files=(v1(root="xfs", source="/dev/mapper/ocivolume-root"), NFT, tried(keyring=("session", "join", ""))),
        ),
        NOT_PROMISED,
        {"net.xt_match": "pass", "cgroup.v1.controllers": "pass", "storage.d_type": "unknown"},
    ),
    Reported(
        "Rocky Linux 10 of the cloud image, without kernel-modules-extra, for k3s",
        "k3s-io/k3s-ansible#419 (Module br_netfilter not found in directory)",
        host(
            "6.12.0-55.12.1.el10_0.x86_64",
            'ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="10.0"\n',
            config="/lib/modules/{release}/config",
            without=_LEGACY_OPTIONS,
            elsewhere=("NETFILTER_XT_MATCH_ADDRTYPE", "BRIDGE_NETFILTER"),
            files=(NFT,),
        ),
        UNFIT,
        {"net.bridge_netfilter": "fail"},
        profile="k3s",
        words={"net.bridge_netfilter": "kernel-modules-extra"},
    ),
    Reported(
        "openSUSE MicroOS for Podman: / is read-only, /var is not",
        "en.opensuse.org/Portal:MicroOS/Design (read-only root on btrfs, /var as a subvolume)",
        host(
            "6.9.7-1-default",
            'ID="opensuse-microos"\nID_LIKE="suse opensuse opensuse-tumbleweed"\nVERSION_ID="20240703"\n',
            config="/usr/lib/modules/{release}/config",
            modules="/usr/lib/modules",
            files=(
                NFT,
                {
                    "/proc/self/mountinfo": "27 1 0:26 /@/.snapshots/1/snapshot / ro - btrfs /dev/vda3 rw,ssd\n"
                    f"{SYS}{CGROUP2}31 27 0:26 /@/var /var rw,relatime - btrfs /dev/vda3 rw,ssd\n",
                    "/sys/fs/selinux/enforce": "1",
                },
            ),
        ),
        READY,
        {"storage.writable": "pass", "storage.driver": "pass", "net.nat": "pass"},
        profile="podman",
    ),
    Reported(
        "SLES 15 SP5",
        "documentation.suse.com/sles/15-SP5 (Docker from the module Containers; hybrid control groups)",
        host(
            "5.14.21-150500.55.68-default",
            'ID="sles"\nID_LIKE="suse"\nVERSION_ID="15.5"\n',
            files=(v1(root="btrfs", source="/dev/vda2", hybrid=True), LEGACY, _APPARMOR),
        ),
        NOT_REFUSED,
        {"cgroup.v1.controllers": "pass", "net.nat": "pass", "storage.driver": "pass"},
    ),
    Reported(
        "Devuan 5, whose init mounts no control groups",
        "docker/cli#4462 (sysvinit: a missing /sys/fs/cgroup is not mounted)",
        host(
            "6.1.0-18-amd64",
            'ID=devuan\nID_LIKE=debian\nVERSION_ID="5"\n',
            files=(
                NFT,
                mounts("ext4", "/dev/sda1", ""),
                {"/sys/fs/cgroup/cgroup.controllers": None, "/proc/1/comm": "init\n"},
            ),
        ),
        UNFIT,
        {"cgroup.mode": "fail"},
    ),
    Reported(
        "Alpine 3.20 diskless: / is a tmpfs, and the modules are in a squashfs",
        "wiki.alpinelinux.org/wiki/Diskless_Mode; jirutka/akms#15 (modloop); moby#10490 (data-root in memory)",
        host(
            "6.6.41-0-lts",
            "ID=alpine\nVERSION_ID=3.20.2\n",
            modules="/.modloop/modules",
            suffix=".ko.gz",
            built_in=("SECURITY_APPARMOR",),
            files=(
                LEGACY,
                mounts("tmpfs", "tmpfs", f"{CGROUP2}30 27 7:0 / /.modloop ro,relatime - squashfs /dev/loop0 ro\n"),
                {
                    "/lib/modules": "link:/.modloop/modules",
                    "/proc/1/comm": "init\n",
                    "/sbin/modprobe": "",
                    "/sys/module/apparmor/parameters/enabled": "N\n",
                    "/proc/filesystems": "nodev\tcgroup2\nnodev\ttmpfs\nnodev\toverlay\n\text4\n",
                },
            ),
        ),
        NOT_REFUSED,
        {"net.veth": "pass", "storage.driver": "pass", "storage.writable": "pass", "kernel.modules_match": "pass"},
    ),
    Reported(
        "CoreOS of November 2014, for fleet",
        "coreos.com/releases 494.5.0 (kernel 3.17.2, docker 1.3.3, btrfs, etcd 0.4.6); coreos/fleet v0.8.3 README",
        host(
            "3.17.2",
            "ID=coreos\nVERSION_ID=494.5.0\n",
            config="/proc/config.gz",
            modules="/usr/lib/modules",
            without=_NFT_OPTIONS,
            built_in=("DEVPTS_MULTIPLE_INSTANCES",),
            files=(
                v1([name for name in V1 if name != "pids"], root="btrfs", source="/dev/sda9"),
                LEGACY,
                {"/proc/cpuinfo": "processor\t: 0\nvendor_id\t: GenuineIntel\n"},
            ),
        ),
        NOT_REFUSED,
        {"net.bridge": "pass", "net.nat": "pass"},
        profile="fleet",
    ),
    Reported(
        "a server whose disk failed: / was mounted again as read-only",
        "ext4(5) (errors=remount-ro); moby#27110 (chmod /var/lib/docker: read-only file system)",
        host(
            "6.1.0-28-amd64",
            _DEBIAN12,
            files=(
                NFT,
                {"/proc/self/mountinfo": f"27 1 8:1 / / rw - ext4 /dev/sda1 ro,errors=remount-ro\n{SYS}{CGROUP2}"},
            ),
        ),
        UNFIT,
        {"storage.writable": "fail"},
        words={"storage.writable": "dmesg"},
    ),
    Reported(
        "a hardened server with user.max_net_namespaces=0",
        "namespaces(7) (/proc/sys/user: the limits hold for root too)",
        host("6.1.0-28-amd64", _DEBIAN12, files=(NFT, {"/proc/sys/user/max_net_namespaces": "0\n", **ALL_NS})),
        UNFIT,
        {"ns.net": "fail", "ns.pid": "pass"},
    ),
)
HOSTS = (*HYPERVISORS, *CONTAINERS, *BOARDS, *DISTRIBUTIONS)
