"""The size of the CPU's last-level cache."""

from pathlib import Path

from hostcheck.units import QuantityError, parse_quantity

CPUS = Path("/sys/devices/system/cpu")

LEAST_BYTES = 256 << 20
"""Minimum size of the working set in bytes.

It is used if the caches are small, or the kernel does not report their sizes, as in many guests.
"""

TIMES = 4
"""The working set is this many times as large as the last-level cache.

The part that stays in the cache is then too small to affect the result. STREAM's rules require this factor too
(https://www.cs.virginia.edu/stream/ref.html).
"""


def last_level_bytes(cpus: Path = CPUS) -> int:
    """Return the size in bytes of the largest cache of any CPU; 0 if the kernel lists none.

    Source: Documentation/ABI/testing/sysfs-devices-system-cpu.
    """
    sizes = [0]
    for file in cpus.glob("cpu[0-9]*/cache/index[0-9]*/size"):
        try:
            # The kernel writes "32768K", which is KiB.
            sizes.append(round(parse_quantity(file.read_text(encoding="ascii").strip().replace("K", "KiB"), "bytes")))
        except (OSError, QuantityError, UnicodeDecodeError):
            continue
    return max(sizes)


def working_set(cache_bytes: int) -> int:
    """Return the size in bytes of a working set that exceeds the caches: a power of two, as sysbench demands."""
    return 1 << (max(LEAST_BYTES, TIMES * cache_bytes) - 1).bit_length()
