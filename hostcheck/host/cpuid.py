"""Execute the CPUID instruction on this machine. It needs no privilege, no driver and no compiler.

Source: Intel SDM vol. 2A, CPUID; the hypervisor range: https://lwn.net/Articles/301888/.
"""

import ctypes
import mmap
import os
from collections.abc import Callable, Mapping

from hostcheck.host.cpuidtext import HYPERVISOR_BASE, Registers

_END = 0x40010000
_STEP = 0x100
_PRIVILEGES = HYPERVISOR_BASE + 3  # privileges of a Hyper-V partition: Hypervisor Top Level Functional Specification
_HYPERVISOR_BIT = 1 << 31  # of leaf 1's ecx

# void cpuid(uint32_t leaf, uint32_t registers[4]), System V calling convention, x86-64.
_CODE = bytes.fromhex(
    "53"  # push rbx, which must be preserved
    "89f8"  # mov eax, edi
    "31c9"  # xor ecx, ecx: sub-leaf 0
    "0fa2"  # cpuid
    "8906"  # mov [rsi], eax
    "895e04"  # mov [rsi+4], ebx
    "894e08"  # mov [rsi+8], ecx
    "89560c"  # mov [rsi+12], edx
    "5b"  # pop rbx
    "c3"  # ret
)


def read_cpuid() -> Mapping[int, Registers]:
    """Execute CPUID for leaf 1 and, under a hypervisor, for each leaf that may hold a signature.

    Returns:
        A dict from leaf to registers (eax, ebx, ecx, edx); empty if the processor is not x86-64, or executable memory
        is not permitted.
    """
    if os.uname().machine != "x86_64" or ctypes.sizeof(ctypes.c_void_p) != 8:
        return {}
    try:
        memory = mmap.mmap(
            -1,
            mmap.PAGESIZE,
            flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS,
            prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC,
        )
    except OSError:
        return {}
    with memory:
        memory.write(_CODE)
        # The object that holds the address must be deleted before the memory can be closed.
        anchor = ctypes.c_char.from_buffer(memory)
        try:
            return _scan(ctypes.addressof(anchor))
        finally:
            del anchor


def _scan(address: int) -> dict[int, Registers]:
    function = ctypes.CFUNCTYPE(None, ctypes.c_uint32, ctypes.c_void_p)(address)
    registers = (ctypes.c_uint32 * 4)()
    execute = _executor(function, registers)
    leaves = {1: execute(1)}
    if leaves[1][2] & _HYPERVISOR_BIT:
        # The second leaf names the interface ("Hv#1"), independent of the signature.
        leaves[HYPERVISOR_BASE + 1] = execute(HYPERVISOR_BASE + 1)
        for leaf in range(HYPERVISOR_BASE, _END, _STEP):
            answer = execute(leaf)
            # eax is the highest leaf (0 in old KVM). Leaves that no hypervisor implements return any value.
            if leaf == HYPERVISOR_BASE or answer[0] == 0 < answer[1] or leaf <= answer[0] < leaf + _STEP:
                leaves[leaf] = answer
        if leaves[HYPERVISOR_BASE][0] >= _PRIVILEGES:
            leaves[_PRIVILEGES] = execute(_PRIVILEGES)
    return leaves


def _executor(
    function: "ctypes._CFunctionType", registers: "ctypes.Array[ctypes.c_uint32]"
) -> Callable[[int], Registers]:
    def execute(leaf: int) -> Registers:
        function(leaf, registers)
        return registers[0], registers[1], registers[2], registers[3]

    return execute
