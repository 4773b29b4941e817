"""Root file systems of other systems, to run programs in."""

import os
import shutil
import subprocess
from pathlib import Path

from hostcheck.bench.busybox import find_busybox
from hostcheck.busybox import APPLETS

CACHE = Path(os.environ.get("HOSTCHECK_TEST_CACHE") or Path.home() / ".cache" / "hostcheck-tests")


def debian(release: str, folder: Path) -> Path:
    """Make the root file system of a release of Debian; debootstrap gets it once, and the cache keeps it."""
    archive = CACHE / f"debian-{release}.tar"
    if not archive.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        made = folder / "made"
        done = subprocess.run(["debootstrap", "--variant=minbase", release, made], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2000:]
        # No package that is installed there starts a service.
        policy = made / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        unfinished = archive.with_suffix(".unfinished")
        subprocess.run(
            ["tar", "-C", made, "-cf", unfinished, "--exclude=./var/cache/apt/archives/*.deb", "."], check=True
        )
        unfinished.rename(archive)
        shutil.rmtree(made)
    root = folder / release
    root.mkdir()
    subprocess.run(["tar", "-C", root, "-xpf", archive], check=True)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    return root


def busybox_alone(folder: Path) -> Path:
    """Make a root file system that has busybox, a /tmp, and nothing else."""
    root = folder / "busybox"
    for name in ("bin", "tmp", "root", "proc", "sys", "dev"):
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    (root / "bin/busybox").write_bytes(find_busybox().data)
    (root / "bin/busybox").chmod(0o755)
    for name in (*APPLETS, "id", "uname", "ps", "mktemp", "env"):
        if not (root / "bin" / name).is_symlink():
            (root / "bin" / name).symlink_to("busybox")
    return root


_MOUNTED = """
mount -t proc proc "$1/proc"
mount --rbind --make-rslave /sys "$1/sys"
mount --rbind --make-rslave /dev "$1/dev"
exec chroot "$@"
"""


def run_in(root: Path, *argv: str, timeout: float = 900) -> subprocess.CompletedProcess[str]:
    """Run a program in a root file system, whose mounts end with it (root).

    Args:
        root: the root file system.
        argv: the program there.
        timeout: in seconds.
    """
    command = ["unshare", "--mount", "sh", "-euc", _MOUNTED, "sh", root, *argv]
    settings = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C"}
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=timeout)


_OF_PYTHON = (
    "libc6", "python3", "libpython3", "zlib1g", "libexpat1", "libssl3", "libbz2", "liblzma5", "libffi", "libsqlite3",
    "libuuid1", "libcrypt1", "libtinfo6", "libncurses", "media-types", "libdb5", "libgcc-s1", "busybox-static",
)  # fmt: skip


def arm64(folder: Path) -> Path:
    """Unpack Debian's Python and static busybox for arm64, which qemu-aarch64-static runs; the cache keeps them."""
    archive = CACHE / "debian-bookworm-arm64-python.tar"
    root = folder / "arm64"
    root.mkdir()
    if archive.exists():
        subprocess.run(["tar", "-C", root, "-xpf", archive], check=True)
        return root
    CACHE.mkdir(parents=True, exist_ok=True)
    made = folder / "made"
    wanted = "--include=python3-minimal,libpython3-stdlib,busybox-static"
    argv = ["debootstrap", "--foreign", "--variant=minbase", "--arch=arm64", wanted, "bookworm", made]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]
    for package in (made / "var/cache/apt/archives").glob("*.deb"):
        if package.name.startswith(_OF_PYTHON):
            subprocess.run(["dpkg", "-x", package, root], check=True)
    shutil.rmtree(made)
    unfinished = archive.with_suffix(".unfinished")
    subprocess.run(["tar", "-C", root, "-cf", unfinished, "."], check=True)
    unfinished.rename(archive)
    return root
