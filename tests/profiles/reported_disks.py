"""Hosts that people reported elsewhere, by the file system of the engine's data.

Each was written from its source, with what is right, before a run; as in ``reported``.
"""

from tests.profiles.reported import (
    ALL_NS,
    ARM64,
    ARMV7,
    CGROUP2,
    DEBIAN12,
    LEGACY,
    NFT,
    NOT_PROMISED,
    NOT_REFUSED,
    OWN,
    READY,
    SYS,
    UNFIT,
    Reported,
    host,
    mounts,
    v1,
)

_UBUNTU20 = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="20.04"\n'
_UBUNTU24 = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n'
_OVERLAY_THERE = {"/proc/filesystems": "nodev\tcgroup2\nnodev\toverlay\n\text4\n"}
_TRIED = {"/.evidence/experiments.json": '{"overlay": {"ok": false, "error": "EINVAL", "stage": "mount"}}'}
_PODMAN = {"/usr/bin/podman": ""}


def on(fs_type, source, folder, *, release="6.1.0-28-amd64", system=DEBIAN12, files=(), root="/var/lib/docker"):
    """Return a host with a file system at a folder, in which daemon.json puts the data-root, where it is not root."""
    at = f"27 1 8:1 / / rw - ext4 /dev/sda1 rw\n{SYS}{CGROUP2}70 27 0:70 / {folder} rw - {fs_type} {source} rw\n"
    set_to = {} if folder == root else {"/etc/docker/daemon.json": f'{{"data-root": "{folder}/docker"}}'}
    return host(release, system, files=(NFT, _OVERLAY_THERE, {"/proc/self/mountinfo": at, **set_to}, *files))


def live(*rows, release="6.8.0-31-generic", system=_UBUNTU24):
    """Return a host whose "/" is an overlay, with other mounts."""
    table = f"27 1 0:26 / / rw - overlay overlay rw,lowerdir=/rofs,upperdir=/cow/up,workdir=/cow/w\n{SYS}{CGROUP2}"
    return host(release, system, files=(NFT, OWN, _OVERLAY_THERE, {"/proc/self/mountinfo": table + "".join(rows)}))


REFUSED = (
    Reported(
        "the data-root on CephFS",
        "moby#37012, containerd#2333 (error creating overlay mount: invalid argument)",
        on("ceph", "10.0.0.1:6789:/", "/ceph"),
        UNFIT,
        {"storage.driver": "fail", "net.nat": "pass"},
    ),
    Reported(
        "the data-root on a pool of mergerfs",
        "trapexit/mergerfs#680 (not supported as upperdir)",
        on("fuse.mergerfs", "a:b:c:d", "/storage/pool", release="4.19.0-6-amd64"),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "the data-root on a share of Windows",
        "docker/for-linux#1484 (overlay2 on cifs fails, on the same disk by USB it works)",
        on("cifs", "//nas/share", "/path", release="6.5.0-17-generic", system=_UBUNTU24),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "the data-root on a disk of exFAT",
        "moby#43527 (symlink: function not implemented, vfs as well)",
        on("exfat", "/dev/sdb1", "/mnt/e_exfat", release="5.13.0-40-generic", system=_UBUNTU20),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "the data-root on NFS of version 3",
        "moby#35476 (error creating overlay mount: invalid argument)",
        on("nfs", "srv:/devops02", "/devops02/DockerRoot", release="4.9.0-4-amd64"),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "the same for Podman",
        "podman-container-tools/podman#8521 ('overlay' is not supported over nfs)",
        on("nfs4", "192.168.1.16:/mnt/storage", "/var/lib/containers", root="/var/lib/containers", files=(_PODMAN,)),
        UNFIT,
        {"storage.driver": "fail"},
        profile="podman",
    ),
    *(
        Reported(
            f"Podman's folder on NFS {beside}",
            "podman-container-tools/podman#8521 ('overlay' is not supported over nfs)",
            on("nfs4", "192.168.1.16:/mnt/storage", "/var/lib/containers", root="/var/lib/containers", files=files),
            UNFIT,
            {"storage.driver": "fail"},
            profile=profile,
        )
        for beside, files, profile in (
            ("beside Docker", ({"/usr/bin/podman": "", "/usr/bin/dockerd": ""},), "podman"),
            ("before it is installed", (), "podman"),
            ("beside Docker, for Quadlet", ({"/usr/bin/podman": "", "/usr/bin/dockerd": ""},), "quadlet"),
        )
    ),
    Reported(
        "Docker beside Podman whose folder is on NFS",
        "dockerd(8) (/var/lib/docker)",
        on(
            "nfs4",
            "192.168.1.16:/mnt/storage",
            "/var/lib/containers",
            root="/var/lib/containers",
            files=({"/usr/bin/podman": "", "/usr/bin/dockerd": ""},),
        ),
        NOT_REFUSED,
        {"storage.backing_fs": "pass"},
    ),
    Reported(
        "the data-root on the disk of Windows, in WSL 2",
        "learn.microsoft.com/windows/wsl/filesystems (/mnt/c is 9p); linux fs/9p (no RENAME_WHITEOUT)",
        on("9p", "C:\\134", "/mnt/c", release="6.6.87.2-microsoft-standard-WSL2", system=_UBUNTU24),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "the data-root on JFS, whose readdir gives no types",
        "linux fs/jfs/jfs_dtree.c (DT_UNKNOWN); moby daemon/graphdriver/overlay2 (ErrDTypeNotSupported)",
        on("jfs", "/dev/sdb1", "/var/lib/docker"),
        UNFIT,
        {"storage.d_type": "fail"},
        words={"storage.d_type": "ext4"},
    ),
    Reported(
        "the data-root on ReiserFS, for Docker on Slackware 15",
        "linux 5.15 fs/reiserfs/dir.c (DT_UNKNOWN); moby daemon/graphdriver/overlay2 (ErrDTypeNotSupported)",
        on("reiserfs", "/dev/sdb1", "/var/lib/docker", release="5.15.19", system="ID=slackware\nVERSION_ID=15.0\n"),
        UNFIT,
        {"storage.d_type": "fail"},
    ),
    Reported(
        "ext4 with casefold, as a trial shows",
        "docker/for-linux#1400 (invalid argument; the casefold feature is enabled)",
        host(
            "5.15.0-1015-raspi",
            _UBUNTU20,
            files=(ARM64, NFT, _OVERLAY_THERE, _TRIED),
        ),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "bcachefs of Linux 6.15-rc5, as a trial shows",
        "koverstreet/bcachefs#877 (case-insensitive capable filesystem not supported; no more Docker)",
        host(
            "6.15.0-rc5-1-mainline",
            "ID=arch\n",
            config="/proc/config.gz",
            files=(
                NFT,
                mounts("bcachefs", "/dev/nvme0n1p2"),
                _OVERLAY_THERE,
                _TRIED,
            ),
        ),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "a live system of Ubuntu, whose root is an overlay",
        "moby#21531, #33881 (/cow on / type overlay)",
        live(),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "a Raspberry Pi whose card is kept read-only by an overlay",
        "RPi-Distro/raspi-config#129 (Docker fails to start when OverlayFS is active)",
        live(release="6.12.75+rpt-rpi-v8", system='ID=debian\nVERSION_ID="13"\n'),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "OpenWrt as it is installed: / is an overlay on ubifs",
        "openwrt.org/docs/techref/filesystems (overlayfs:/overlay); moby daemon/graphdriver (overlay on overlay)",
        host(
            "6.6.73",
            'ID="openwrt"\nID_LIKE="lede openwrt"\nVERSION_ID="24.10.0"\n',
            config="/proc/config.gz",
            files=(
                ARM64,
                NFT,
                OWN,
                _OVERLAY_THERE,
                {
                    "/proc/1/comm": "procd\n",
                    "/proc/self/mountinfo": "27 1 0:26 / / rw,noatime - overlay overlayfs:/overlay "
                    f"rw,lowerdir=/,upperdir=/overlay/upper,workdir=/overlay/work\n{SYS}{CGROUP2}"
                    "30 27 0:27 / /overlay rw,noatime - ubifs /dev/ubi0_2 rw\n",
                },
            ),
        ),
        UNFIT,
        {"storage.driver": "fail"},
    ),
)
WORKING = (
    Reported(
        "a live system with a disk at the data-root",
        "docker/for-linux#1400 (a partition mounted at /var/lib/docker)",
        live("70 27 8:17 / /var/lib/docker rw - ext4 /dev/sdb1 rw\n"),
        NOT_REFUSED,
        {"storage.driver": "pass", "storage.d_type": "pass"},
    ),
    Reported(
        "the data-root on F2FS, as on phones and boards",
        "linux fs/f2fs/dir.c (every entry has its type), namei.c (RENAME_WHITEOUT, O_TMPFILE)",
        on("f2fs", "/dev/mmcblk0p2", "/var/lib/docker", files=(ARM64,)),
        READY,
        {"storage.driver": "pass", "storage.d_type": "pass"},
    ),
    Reported(
        "the data-root on bcachefs of Linux 6.14",
        "koverstreet/bcachefs#836, #877 (Docker ran on bcachefs before 6.15-rc5); fs/bcachefs/dirent.c (d_type)",
        on("bcachefs", "/dev/sdb", "/var/lib/docker", release="6.14.0-rc6-1-mainline", system="ID=arch\n"),
        NOT_REFUSED,
        {"storage.d_type": "pass"},
    ),
    Reported(
        "the data-root on UBIFS of a board",
        "linux fs/ubifs/dir.c (vfs_dent_type; RENAME_WHITEOUT since 4.9), xattr.c (trusted.*)",
        on("ubifs", "ubi0:rootfs", "/var/lib/docker", files=(ARMV7,)),
        READY,
        {"storage.driver": "pass", "storage.d_type": "pass"},
    ),
    Reported(
        "the data-root in memory",
        "linux fs/libfs.c (dcache_readdir gives types); moby#10490",
        on("tmpfs", "tmpfs", "/var/lib/docker"),
        NOT_REFUSED,
        {"storage.driver": "pass", "storage.d_type": "pass"},
    ),
    Reported(
        "the data-root on ext3 of an upgraded server",
        "mke2fs.conf(5) (ext3: filetype is of the base features); linux fs/ext4 (mounts ext3)",
        on("ext3", "/dev/sdb1", "/var/lib/docker", release="4.19.0-6-amd64"),
        NOT_REFUSED,
        {"storage.d_type": "pass"},
    ),
    Reported(
        "the data-root on virtiofs, which depends on its host",
        "linux fs/fuse/dir.c (RENAME_WHITEOUT is asked of the server); gitlab.com/virtio-fs/virtiofsd (--xattr)",
        on("virtiofs", "share", "/var/lib/docker"),
        NOT_PROMISED,
    ),
    Reported(
        "CentOS 7 with the data-root on ext4 and cgroup v1",
        "docs.docker.com/engine/storage/drivers/overlayfs-driver (ext4, and xfs with ftype=1)",
        host(
            "3.10.0-1160.el7.x86_64",
            'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\n',
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED"),
            files=(v1(), LEGACY, {"/proc/filesystems": "nodev\tcgroup\nnodev\toverlay\n\text4\n"}, ALL_NS, OWN),
        ),
        NOT_REFUSED,
        {"storage.driver": "pass", "storage.d_type": "pass"},
    ),
)
HOSTS = (*REFUSED, *WORKING)
