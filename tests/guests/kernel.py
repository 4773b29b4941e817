"""Debian's modular cloud kernel, fetched once by apt, which checks it against the signed index."""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

META_PACKAGE = "linux-image-cloud-amd64"


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel package as unpacked: ``boot`` and ``lib/modules`` are below ``root``."""

    root: Path
    release: str

    @property
    def image(self):
        return self.root / "boot" / f"vmlinuz-{self.release}"

    @property
    def config(self):
        return self.root / "boot" / f"config-{self.release}"

    @property
    def modules(self):
        return self.root / "lib" / "modules" / self.release


def cache_folder():
    """The folder that outlives a test run: $HOSTCHECK_TEST_CACHE, or one in the user's cache."""
    own = os.environ.get("HOSTCHECK_TEST_CACHE")
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(own) if own else Path(caches) / "hostcheck-tests"


def debian_kernel():
    """The kernel in the cache, or the one that Debian's current cloud kernel is."""
    cache = cache_folder() / "kernel"
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache.parent) as folder:
            _fetch(Path(folder))
            # Only a whole one takes the name.
            (Path(folder) / "unpacked").rename(cache)
    [image] = (cache / "boot").glob("vmlinuz-*")
    return Kernel(cache, image.name.removeprefix("vmlinuz-"))


def _fetch(folder):
    package = re.search(r"linux-image-\d\S+-cloud-amd64", _run("apt-cache", "depends", META_PACKAGE).stdout)
    assert package, f"apt knows no {META_PACKAGE}: apt-get update"
    _run("apt-get", "download", package[0], cwd=folder)
    [archive] = folder.glob("*.deb")
    _run("dpkg-deb", "--extract", str(archive), str(folder / "unpacked"))
    release = package[0].removeprefix("linux-image-")
    # A package leaves the index of its modules to depmod.
    _run("/sbin/depmod", "--basedir", str(folder / "unpacked"), release)


def _run(*command, cwd=None):
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done
