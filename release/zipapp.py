"""hostcheck.pyz: audit, gate and capture for a host with Python, imported from the file itself."""

import zipfile
from pathlib import Path

from release.contents import BASE, of_distribution, of_wheel

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first time that a ZIP archive can hold."""

_MAIN = b'''\
"""Start hostcheck from this archive; the modules stay in it."""

import os
import sys

if sys.version_info < (3, 10):
    here = "%d.%d" % sys.version_info[:2]
    sys.stderr.write("hostcheck: Python 3.10 or newer is needed, here is %s; take the executable, " % here)
    sys.stderr.write("or audit this host from another machine: hostcheck audit ssh://\\n")
    sys.exit(4)
# Modules are found, and helpers started, in any current folder.
sys.path[0] = os.path.abspath(sys.path[0])
if sys.argv[1:2] and sys.argv[1] in {"bench", "calibrate", "import", "report"}:
    sys.stderr.write("hostcheck: hostcheck.pyz has no %s; install hostcheck, or take the executable\\n" % sys.argv[1])
    sys.exit(4)
from hostcheck.__main__ import main

main()
'''


def make(wheel: Path, target: Path) -> None:
    """Write the archive: the same bytes for the same wheel and the same releases of what it depends on.

    Nothing is compressed, since libraries of zlib differ in their output.

    Args:
        wheel: hostcheck's.
        target: the file.
    """
    files = dict(of_wheel(wheel))
    for name in BASE:
        files |= dict(of_distribution(name, compiled=False))
    files["__main__.py"] = _MAIN
    with target.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.create_system = 3
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, files[name])
    target.chmod(0o755)
