"""Find out from a job's options whether its files were on a disk, or in memory, or in a device without data.

The kinds of the folders are those of the Filesystem Hierarchy Standard and of file-hierarchy(7): /dev/shm and /run are
always in memory, and /tmp may be.
"""

import ntpath
import posixpath
import re
from collections.abc import Iterator, Mapping

from hostcheck.fio.deciding import is_device

IN_MEMORY = ("/dev/shm", "/run", "/var/run", "/proc", "/sys")  # noqa: S108 - recognised, not used
MOUNTED = ("/run/media", "/run/mount", "/run/initramfs", "/run/live", "/run/docker/mounts")
"""Folders below /run in which disks are mounted."""
MAYBE_IN_MEMORY = ("/tmp",)  # noqa: S108 - recognised, not used
_WITHOUT_DATA = re.compile(r"/dev/(?:null|zero|full|random|urandom|nullb[0-9]{1,4})")
"""Devices that keep nothing that is written to them (null(4), random(4), the kernel's null_blk.rst)."""
_MEMORY_DEVICE = re.compile(r"/dev/(?:ram|zram)[0-9]{1,4}")
_NAMES = re.compile(r"((?:[^:\\]|\\.)+)")
NO_DISK = "this is not a figure of a disk"


def no_disk(options: Mapping[str, str]) -> str:
    """Return why the job's figure is not one of a disk, in words; empty if it can be one."""
    for path in _paths(options):
        if _WITHOUT_DATA.fullmatch(path):
            return f"{path} keeps no data: {NO_DISK}"
        if _MEMORY_DEVICE.fullmatch(path) or (_is_in(path, IN_MEMORY) and not _is_in(path, MOUNTED)):
            return f"{path} is in memory: {NO_DISK}"
    return ""


def maybe_memory(options: Mapping[str, str]) -> str:
    """Return the first path of the job that is in a folder that many systems have in memory; empty if there is none."""
    return next((path for path in _paths(options) if _is_in(path, MAYBE_IN_MEMORY)), "")


def folders_and_devices(options: Mapping[str, str], job: str) -> Iterator[str]:
    """Yield the folder of each of the job's files; of a device, its name. Both as given, so they may be relative.

    Args:
        options: the job's options; empty if unknown.
        job: name of the job. fio uses it as the file if it is a path and the options name no file.
    """
    names = _listed(options.get("filename", "")) or _listed(options.get("filename_format", ""))
    names = names or ([job] if options and job.startswith("/") else [])
    for folder in _listed(options.get("directory", "")) or [""]:
        for name in names:
            path = posixpath.join(folder, name)
            # Windows has both slashes.
            yield path if is_device(path) else ntpath.dirname(path)
        if not names and folder:
            yield folder if folder.strip("/") == "" else folder.rstrip("/")


def _is_in(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _paths(options: Mapping[str, str]) -> Iterator[str]:
    """Yield the absolute paths of the job's files and folders, without "." and ".." in them.

    A colon separates two names, unless a backslash precedes it (fio's HOWTO, filename). A name is one in ``directory``
    unless it is absolute itself.
    """
    folders = _listed(options.get("directory", "")) or [""]
    names = _listed(options.get("filename", "")) or _listed(options.get("filename_format", "")) or [""]
    for name in (*names, *_listed(options.get("opendir", ""))):
        for folder in folders:
            path = posixpath.join(folder, name)
            if path.startswith("/"):
                # POSIX keeps two slashes at the beginning.
                yield posixpath.normpath("/" + path.lstrip("/"))


def _listed(text: str) -> list[str]:
    return [name.replace("\\:", ":") for name in _NAMES.findall(text)]
