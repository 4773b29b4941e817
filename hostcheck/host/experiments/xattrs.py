"""Set, on an unnamed file, the extended attributes that engines need for layers and images need for programs.

The kernel removes such a file (O_TMPFILE) when the last process that has it open ends, for whatever reason. Sources:
xattr(7), open(2), acl(5), linux/capability.h; for the choice: https://docs.kernel.org/filesystems/overlayfs.html.
"""

import os
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from hostcheck.host.experiments.child import error_name, in_child

_ANY = 0xFFFFFFFF
_USER_OBJ, _USER, _GROUP_OBJ, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20  # linux/posix_acl.h
_LIST = ((_USER_OBJ, 6, _ANY), (_USER, 4, 65534), (_GROUP_OBJ, 4, _ANY), (_MASK, 4, _ANY), (_OTHER, 0, _ANY))

ATTRIBUTES: Mapping[str, tuple[str, bytes]] = {
    "user": ("user.overlay.opaque", b"y"),
    "trusted": ("trusted.overlay.opaque", b"y"),
    # Version 2, CAP_NET_RAW permitted: as on ping in most images.
    "security": ("security.capability", struct.pack("<5I", 0x02000000, 1 << 13, 0, 0, 0)),
    "acl": ("system.posix_acl_access", struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *row) for row in _LIST)),
}
"""The attribute and the value to set, by the name in the result."""


def try_xattrs(directory: str, seconds: float) -> dict[str, Any]:
    """Try each attribute; see ``hostcheck.host.experiments.perform`` for the result.

    Args:
        directory: a folder on the file system to try.
        seconds: the time limit.
    """
    return in_child(lambda: _act(directory), seconds)


def _act(directory: str) -> Iterator[Mapping[str, Any]]:
    try:
        file = os.open(directory, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        failed = error_name(error.errno or 0)
        yield {name: {"ok": False, "error": failed, "stage": "directory"} for name in ATTRIBUTES}
        return
    for name, (attribute, value) in ATTRIBUTES.items():
        try:
            os.setxattr(file, attribute, value)
            kept = os.getxattr(file, attribute) == value
        except OSError as error:
            yield {name: {"ok": False, "error": error_name(error.errno or 0), "stage": "attribute"}}
        else:
            yield {
                name: {"ok": kept, "error": "" if kept else "read back otherwise", "stage": "" if kept else "attribute"}
            }
