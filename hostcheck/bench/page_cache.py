"""Write dirty pages to the disk, and drop clean ones."""

import ctypes
import os
from pathlib import Path

_DROP = Path("/proc/sys/vm/drop_caches")


def sync_file_system(path: Path) -> str:
    """Write the dirty pages of the file system of ``path`` (syncfs(2)), or of all file systems if it cannot be opened.

    Returns:
        The call that was made: "syncfs" or "sync".
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        os.sync()
        return "sync"
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.syncfs(descriptor) == 0:
            return "syncfs"
    finally:
        os.close(descriptor)
    os.sync()
    return "sync"


def drop_page_cache() -> bool:
    """Drop clean pages, directory entries and inodes from memory. Dirty pages stay: call ``sync_file_system`` first.

    Returns:
        True if the kernel dropped them; False if this user may not request it (only root may).

    Source: Documentation/admin-guide/sysctl/vm.rst.
    """
    try:
        _DROP.write_text("3\n", encoding="ascii")
    except OSError:
        return False
    return True
