"""Split an SMBIOS table into its structures. Source: DMTF DSP0134, 6.1.2 (the header) and 6.1.3 (strings)."""

from collections.abc import Iterator

BIOS_INFORMATION = 0
"""Type of the structure about the BIOS (7.1), which has no serial number."""
MEMORY_RANGE = 19
"""Type of the structure about a range of memory (7.20, Memory Array Mapped Address), which has no text at all."""

_HEADER = 4
_MOST = 4096
"""Maximum number of structures that are read, which is more than any real table has. The shortest structure has 6
bytes, so that a made-up table of 1 MiB could have 170,000."""
_END = 127


def structures(table: bytes) -> Iterator[bytes]:
    """Yield each structure of a table, with its strings, up to one that is cut short or damaged."""
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
    """Return how many bytes of memory a structure of the type MEMORY_RANGE maps.

    Raises:
        ValueError: if the structure has another type, is shorter than in SMBIOS 2.1, or its addresses are impossible.
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
