"""Parse quantities of fio's normal output.

fio rounds each quantity and chooses a unit by its size (num2str in fio's source).
"""

import re
from math import ceil

_NUMBER = re.compile(r"(\d{1,15}(?:\.\d{1,6})?) ?(?:([kKMGTPE])(i)?)?(B|bit)?(?:/s)?", re.ASCII)
_POWER = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5, "e": 6}

BINARY_SINCE = (2, 16)
"""First release in which KiB is 1024 bytes and kB is 1000 bytes. Before it, KB is 1024 bytes (num2str in fio's
source)."""


def bytes_of(text: str, *, old: bool) -> float | None:
    """Return a size or a rate such as "24.1MiB/s" or "193Mbit/s" in bytes; None for anything else.

    Args:
        text: the quantity as printed.
        old: whether it is from a version of fio in which KB was 1024 bytes.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    thousand = 1024 if match[3] or old else 1000
    value: float = float(match[1]) * thousand ** _POWER.get((match[2] or "").lower(), 0)
    return value / 8 if match[4] == "bit" else value


DECIMAL_SINCE = (2, 99)
"""First release in which the digits after the point are decimal. Before it, they are the remainder of a division by
1024."""

CARRIED_SINCE = (3, 26)
"""First release that loses no carry when it rounds (fio's pull request 1150)."""

_REST = 1024


def span_of(text: str, *, old: bool, is_rest: bool = False) -> tuple[float, float] | None:
    """Return the smallest and the largest size in bytes that fio prints as this text; None if it is not a size.

    Args:
        text: the size as printed.
        old: as in ``bytes_of``.
        is_rest: whether the text can be from a version before ``DECIMAL_SINCE``.
    """
    value, digits = bytes_of(text, old=old), _NUMBER.fullmatch(text.strip())
    unit = bytes_of(f"1{text.strip().lstrip('0123456789.')}", old=old)
    if value is None or unit is None or digits is None:
        return None
    whole, _, fraction = digits[1].partition(".")
    half = unit / 2 / 10 ** len(fraction) if digits[2] else 0.0
    low, high = value - half, value + half
    if is_rest and fraction:
        rests = [rest for rest in range(_REST) if _shortened(rest, len(fraction)) == fraction]
        sizes = [(int(whole) + rest / _REST) * unit for rest in rests for rest in (rest, rest + 1)]
        low, high = min([low, *sizes]), max([high, *sizes])
    return low, high


_LOST = re.compile(r"(\d{1,15})(\.0+)(?!\d)", re.ASCII)


def carried(text: str) -> str:
    """Return a quantity with the carry that fio before 3.26 lost: it prints 10.97k as "10.0k", not as "11.0k".

    A text that cannot be one of these is returned unchanged. See num2str in its source, and its pull request 1150.
    """
    return _LOST.sub(lambda match: f"{int(match[1]) + 1}{match[2]}", text, count=1)


def _shortened(rest: int, digits: int) -> str:
    """Return a remainder as fio printed it: divided by ten and rounded up until it has at most ``digits`` digits."""
    while len(str(rest)) > digits:
        rest = (rest + 9) // 10
    return str(rest)


def roundest(low: float, high: float) -> int | None:
    """Return the most likely block size in bytes between two bounds: a power of two, otherwise the roundest number.

    Returns:
        None if there is no multiple of 512 or of 100 bytes between them.
    """
    powers = [1 << bits for bits in range(9, 31)]
    steps = sorted((*powers, *(10**digits for digits in range(2, 8))), reverse=True)
    multiples = (ceil(low / step) * step for step in steps)
    return next((size for size in (*powers, *multiples) if low <= size <= high), None)


def number_of(text: str) -> float | None:
    """Read a number without a unit: "35.6k"; None for anything else."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None or match[3] or match[4]:
        return None
    value: float = float(match[1]) * 1000 ** _POWER.get((match[2] or "").lower(), 0)
    return value
