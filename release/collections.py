"""The Ansible collections: ``hostcheck.fleet``, a role and a playbook; ``hostcheck.results``, the GPL-3 callback."""

import shutil
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
SOURCES = (TOP / "release" / "collection", TOP / "hostcheck/fleet/collections/hostcheck/results")


def make(folder: Path) -> tuple[Path, ...]:
    """Build the collections into a folder, and return their files; none, and a line says so, without ansible-galaxy.

    Raises:
        subprocess.CalledProcessError: when one cannot be built.
    """
    galaxy = shutil.which("ansible-galaxy")
    if galaxy is None:
        sys.stderr.write("bin/release: ansible-galaxy is not installed: the collections are left out\n")
        return ()
    for source in SOURCES:
        build = [galaxy, "collection", "build", source, "--output-path", folder]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    return tuple(sorted(folder.glob("hostcheck-*-*.tar.gz")))
