"""Parse CPUID registers of captured hosts."""

import re
import struct
from collections.abc import Mapping

Registers = tuple[int, int, int, int]

HYPERVISOR_BASE = 0x40000000
"""First leaf of the range for hypervisors (https://lwn.net/Articles/301888/)."""

_SHORTEST = 8
_REGISTERS = r"[ \t]+".join(f"{name}=0x([0-9a-f]{{1,8}})" for name in ("eax", "ebx", "ecx", "edx"))
_LINE = rf"(?im)^[ \t]*0x([0-9a-f]{{1,8}})[ \t]+0x0{{1,8}}:[ \t]*{_REGISTERS}[ \t]*$"


def parse_cpuid(text: str) -> Mapping[int, Registers]:
    """Parse the output of ``cpuid -1 -r``.

    Returns:
        A dict from leaf to registers (eax, ebx, ecx, edx), for sub-leaf 0 on the first processor.
    """
    leaves: dict[int, Registers] = {}
    for found in re.finditer(_LINE, text):
        leaf, eax, ebx, ecx, edx = (int(number, 16) for number in found.groups())
        leaves.setdefault(leaf, (eax, ebx, ecx, edx))
    return leaves


def parse_signature(signature: bytes) -> Mapping[int, Registers]:
    """Make the registers of leaf 0x40000000 from a hypervisor's signature.

    Args:
        signature: the twelve bytes of the signature; NUL bytes at its end may be missing.

    Returns:
        A dict from the leaf to its registers; empty if there are fewer bytes than in the shortest signature ("Apple
        VZ").
    """
    signature = signature[:12].rstrip(b"\r\n\0")
    if len(signature) < _SHORTEST:
        return {}
    ebx, ecx, edx = struct.unpack("<III", signature.ljust(12, b"\0"))
    return {HYPERVISOR_BASE: (HYPERVISOR_BASE, ebx, ecx, edx)}
