"""Which modules are installed, by modules.dep(5): a distribution may package a module that was built separately.

Fedora and RHEL have kernel-modules-extra; Ubuntu has linux-modules-extra, with vxlan for the Raspberry Pi
(https://docs.k3s.io/installation/requirements).
"""

from functools import lru_cache

from hostcheck.host.base import READ_LIMIT, Reading


def lists(listing: Reading, module: str) -> bool | None:
    """Whether a modules.dep lists a module.

    Args:
        listing: the reading of the file.
        module: the name as the kernel writes it, with "_" for "-".

    Returns:
        None where the file is empty, too long to be read completely, or cannot be read.
    """
    if not listing.data:
        return None
    if module.encode() in _names(listing.data):
        return True
    return False if len(listing.data) < READ_LIMIT else None


@lru_cache(maxsize=2)
def _names(data: bytes) -> frozenset[bytes]:
    """Return the module at the start of each line: "kernel/drivers/md/dm-mod.ko.xz:" is dm_mod."""
    paths = (line.partition(b":")[0] for line in data.splitlines())
    return frozenset(path.rpartition(b"/")[2].partition(b".")[0].replace(b"-", b"_") for path in paths)
