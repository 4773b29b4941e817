"""The structures of an SMBIOS table. Source: DMTF DSP0134, 6.1.2 (the header) and 6.1.3 (strings)."""

from collections.abc import Iterator

BIOS_INFORMATION = 0
"""7.1: it has no serial number."""
MEMORY_RANGE = 19
"""7.20, Memory Array Mapped Address: it has no text at all."""

_HEADER = 4
_MOST = 4096
"""More structures than a table has: one of 1 MiB would have 16,000 of the shortest."""
_END = 127


def structures(table: bytes) -> Iterator[bytes]:
    """Yield each structure of a table with its strings; what is cut short or damaged ends it."""
    at = 0
    for _ in range(_MOST):
        if at + _HEADER > len(table) or table[at + 1] < _HEADER:
            return
        # Strings follow the formatted part, and end with two NULs.
        end = table.find(b"\0\0", at + table[at + 1])
        if end < 0:
            return
        yield table[at : end + 2]
        if table[at] == _END:
            return
        at = end + 2


def mapped_bytes(structure: bytes) -> int:
    """Return how much memory a structure of the type 19 maps.

    Raises:
        ValueError: when it is another structure, or shorter than that of SMBIOS 2.1.
    """
    if len(structure) < 15 or structure[0] != MEMORY_RANGE:
        raise ValueError("not a memory range")
    first, last = (int.from_bytes(structure[at : at + 4], "little") for at in (4, 8))
    if first != 0xFFFFFFFF:
        size = (last - first + 1) * 1024
    elif structure[1] >= 31:
        first, last = (int.from_bytes(structure[at : at + 8], "little") for at in (15, 23))
        size = last - first + 1
    else:
        raise ValueError("without its extended addresses")
    if not 0 < size < 1 << 62:
        raise ValueError(f"{size} bytes")
    return size
