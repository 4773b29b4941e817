"""What every guest holds: busybox, the Python that runs the tests, hostcheck, and the kernel's configuration."""

import re
import subprocess
import sys
import sysconfig
from functools import cache
from importlib import util
from pathlib import Path

from hostcheck.bench.busybox import find_busybox
from hostcheck.fio.program import find_fio
from hostcheck.resources import data_dir

from .cpio import Archive

LIGHT_PACKAGES = ("hostcheck", "typer", "shellingham", "annotated_doc")

# What no audit imports, and most of the size of a Python.
UNUSED = frozenset({
    "site-packages", "test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "pydoc_data",
    "unittest", "asyncio", "distutils", "multiprocessing", "sqlite3", "dbm", "dist-packages",
})  # fmt: skip

# Python's static library and headers' settings, and modules compiled without assertions or docstrings.
UNUSED_SUFFIXES = (".a", ".opt-1.pyc", ".opt-2.pyc")

APPLETS = (
    "sh",
    "mount",
    "umount",
    "mkdir",
    "cat",
    "echo",
    "modprobe",
    "rm",
    "mv",
    "reboot",
    "ls",
    "chroot",
    "su",
    "env",
)

SETTLE = """#!/bin/sh
export PATH=/bin
mkdir -p /proc /sys /dev /tmp /run
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
. /script
reboot -f
"""


@cache
def base_image():
    """An archive with everything but a kernel's files and the script that a guest is to run."""
    archive = Archive()
    archive.copy(find_busybox().path, "/bin/busybox")
    for applet in APPLETS:
        archive.link(f"/bin/{applet}", "busybox")
    # Where the kernel looks for it when a mount or a socket needs a module.
    archive.link("/sbin/modprobe", "/bin/busybox")
    python = add_python(archive)
    for name in LIGHT_PACKAGES:
        archive.tree(Path(util.find_spec(name).origin).parent, f"/opt/{name}")
    # Without its compiled half, which needs more libraries than Python does.
    for source in Path(util.find_spec("tomli").origin).parent.glob("*.py"):
        archive.copy(source, f"/opt/tomli/{source.name}")
    archive.write("/bin/hostcheck", f'#!/bin/sh\nPYTHONPATH=/opt exec {python} -m hostcheck "$@"\n', 0o755)
    archive.write("/etc/passwd", "root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/tmp:/bin/sh\n")
    archive.write("/etc/group", "root:x:0:\nuser:x:1000:\n")
    archive.write("/init", SETTLE, 0o755)
    return archive.bytes()


def disk_tools():
    """What a guest that measures disks needs beside what all hold: fio and its job files, psutil, what makes disks."""
    archive = Archive()
    psutil = Path(util.find_spec("psutil").origin).parent
    archive.tree(psutil, "/opt/psutil")
    programs = {
        find_fio().path: "/bin/fio",
        Path("/sbin/mkfs.ext4"): "/bin/mkfs.ext4",
        Path("/bin/mount"): "/bin/mount",
    }
    for program, path in programs.items():
        archive.copy(program, path)
    for binary in (*programs, *psutil.glob("*.so")):
        for needed in shared_libraries(binary):
            archive.copy(needed)
    archive.copy("/etc/mke2fs.conf")
    archive.tree(data_dir("fio-jobs"), "/opt/hostcheck/_data/fio-jobs")
    return archive


def add_python(archive):
    """Put this Python where it is here, so that it finds its library; give its path."""
    python = Path(sys.executable).resolve()
    library = Path(sysconfig.get_path("stdlib"))
    archive.copy(python)
    archive.tree(library, skip=UNUSED | {path.name for path in library.glob("config-*")}, suffixes=UNUSED_SUFFIXES)
    for binary in (python, *(library / "lib-dynload").glob("*.so")):
        for needed in shared_libraries(binary):
            archive.copy(needed)
    return python


def shared_libraries(binary):
    """The libraries that the dynamic loader would give a program, by ldd(1)."""
    done = subprocess.run(["ldd", str(binary)], capture_output=True, text=True)
    return re.findall(r"(?:=> |^\s)(/\S+) \(0x", done.stdout, re.MULTILINE)


def kernel_files(kernel):
    """What installing a kernel leaves on a host: its configuration and its modules."""
    archive = Archive()
    if not kernel.config.is_relative_to(kernel.modules):
        archive.copy(kernel.config, f"/boot/{kernel.config.name}")
    archive.tree(kernel.modules, f"/lib/modules/{kernel.release}", skip=frozenset({"vmlinuz", "System.map"}))
    return archive.bytes()
