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


_IN_NAMESPACES = """
mount -t proc proc "$1/proc"
mount --rbind --make-rslave /sys "$1/sys"
mount --rbind --make-rslave /dev "$1/dev"
exec chroot "$@"
"""


def run_in(root: Path, *argv: str, timeout: float = 900) -> subprocess.CompletedProcess[str]:
    """Run a program in a root file system, whose mounts and processes end with it (root).

    Args:
        root: the root file system.
        argv: the program there.
        timeout: in seconds.
    """
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-euc", _IN_NAMESPACES, "sh", root, *argv]
    settings = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C"}
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=timeout)
