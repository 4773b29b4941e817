"""Which modules are installed, by modules.dep(5): a distribution may leave out what the configuration builds.

Fedora and RHEL keep some in kernel-modules-extra; Ubuntu in linux-modules-extra, where vxlan of a Raspberry Pi is
(https://docs.k3s.io/installation/requirements).
"""

from functools import lru_cache

from hostcheck.host.base import READ_LIMIT, Reading


def lists(listing: Reading, module: str) -> bool | None:
    """Tell whether a modules.dep has a module.

    Args:
        listing: the file as it was read.
        module: its name as the kernel has it, with "_" for "-".

    Returns:
        None where the listing is empty, too long to be read whole, or cannot be read.
    """
    if not listing.data:
        return None
    if module in _names(listing.data):
        return True
    return False if len(listing.data) < READ_LIMIT else None


@lru_cache(maxsize=2)
def _names(data: bytes) -> frozenset[str]:
    """Give the names of the files that the lines begin with: "kernel/drivers/md/dm-mod.ko.xz:" is dm_mod."""
    paths = (line.partition(b":")[0] for line in data.splitlines())
    return frozenset(path.rpartition(b"/")[2].partition(b".")[0].decode().replace("-", "_") for path in paths)
