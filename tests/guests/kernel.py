"""Debian's modular cloud kernels, fetched once by apt, which checks them against the signed index."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.packages import cache_folder, dependencies, run, unpacked

META_PACKAGE = "linux-image-cloud-amd64"


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel as its packages unpack: ``boot`` and ``lib/modules``, or all of it in the latter, are below ``root``."""

    root: Path

    @property
    def modules(self):
        [folder] = (self.root / "lib" / "modules").iterdir()
        return folder

    @property
    def release(self):
        return self.modules.name

    @property
    def image(self):
        return self._file("vmlinuz")

    @property
    def config(self):
        return self._file("config")

    def _file(self, name):
        """Find it in boot, or where Debian has it from 7.0 on."""
        usual = self.root / "boot" / f"{name}-{self.release}"
        return usual if usual.exists() else self.modules / name


def debian_kernel():
    """The kernel in the cache, or the one that Debian's current cloud kernel is."""
    cache = cache_folder() / "kernel"
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache.parent) as folder:
            _fetch(Path(folder))
            # Only a whole one takes the name.
            (Path(folder) / "unpacked").rename(cache)
    return Kernel(cache)


def kernel_of(suite):
    """The cloud kernel of a suite of Debian, as it was when it was first asked for."""
    link = cache_folder() / suite / "kernel"
    if not link.exists():
        [image] = [name for name in dependencies(suite, META_PACKAGE) if name.startswith("linux-image-")]
        parts = [name for name in dependencies(suite, image) if re.match(r"linux-(base|binary|modules)-\d", name)]
        root = unpacked(suite, *(parts or [image]))
        if not (root / "lib").exists():
            (root / "lib").symlink_to("usr/lib")
        run("/sbin/depmod", "--basedir", str(root), Kernel(root).release)
        link.symlink_to(root.name)
    return Kernel(link)


def _fetch(folder):
    package = re.search(r"linux-image-\d\S+-cloud-amd64", run("apt-cache", "depends", META_PACKAGE))
    assert package, f"apt knows no {META_PACKAGE}: apt-get update"
    run("apt-get", "download", package[0], cwd=str(folder))
    [archive] = folder.glob("*.deb")
    run("dpkg-deb", "--extract", str(archive), str(folder / "unpacked"))
    # A package leaves the index of its modules to depmod.
    run("/sbin/depmod", "--basedir", str(folder / "unpacked"), package[0].removeprefix("linux-image-"))
