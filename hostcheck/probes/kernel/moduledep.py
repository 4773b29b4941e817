"""Which modules are installed, by modules.dep(5). A distribution may have some modules in separate packages.

Fedora and RHEL have kernel-modules-extra; Ubuntu has linux-modules-extra, with vxlan for the Raspberry Pi
(https://docs.k3s.io/installation/requirements).
"""

import re
from functools import lru_cache

from hostcheck.host.base import READ_LIMIT, Reading


def lists(listing: Reading, module: str) -> bool | None:
    """Whether a modules.dep lists a module.

    Args:
        listing: the reading of the file.
        module: the name as the kernel writes it, with "_" for "-".

    Returns:
        True or False; None if the file cannot be read, is empty, or too long to be read completely.
    """
    if not listing.data:
        return None
    if module.encode() in _names(listing.data):
        return True
    return False if len(listing.data) < READ_LIMIT else None


def needs(listing: Reading, module: str) -> tuple[str, ...]:
    """Return the modules that a module depends on, in the order of modules.dep; none if the module is not listed."""
    file = re.compile(rb"(?:^|/)" + module.encode().replace(b"_", b"[-_]") + rb"\.ko[^:\n/]*:(.*)$", re.MULTILINE)
    found = file.search(listing.data or b"")
    return tuple(_name(path).decode() for path in found[1].split()) if found else ()


def _name(path: bytes) -> bytes:
    return path.rpartition(b"/")[2].partition(b".")[0].replace(b"-", b"_")


@lru_cache(maxsize=2)
def _names(data: bytes) -> frozenset[bytes]:
    """Return the module at the start of each line: "kernel/drivers/md/dm-mod.ko.xz:" is dm_mod."""
    return frozenset(_name(line.partition(b":")[0]) for line in data.splitlines())
