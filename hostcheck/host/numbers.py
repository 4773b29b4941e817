"""Whole numbers as the kernel and its files write them: none has more than 64 bits.

A file of a captured host may hold any number. Python raises a ValueError beyond 4,300 digits, JSON has no number beyond
a double, and sums of such numbers overflow.
"""

_DIGITS = 20
"""How many digits 2^64 - 1 has."""


def is_whole(text: str) -> bool:
    """Whether a text is a decimal number of at most 20 digits without a sign; space around it is allowed."""
    text = text.strip()
    return text.isascii() and text.isdecimal() and len(text) <= _DIGITS


def whole(text: str) -> int:
    """Parse a whole number, which may have a sign.

    Raises:
        ValueError: if the text is not a whole number, or has more than 20 digits.
    """
    if not is_whole(text.strip().removeprefix("-")):
        raise ValueError(f"{text[:_DIGITS]!r} is not a number as the kernel writes it")
    return int(text)
