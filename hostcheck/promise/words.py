"""Quantities of a finding in words, and words of sellers."""

from collections.abc import Set as AbstractSet


def size(number: float) -> str:
    """Write bytes in GB and GiB: "8.32 GB (7.75 GiB)"."""
    return f"{_short(number / 1e9)} GB ({_short(number / (1 << 30))} GiB)"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.4g}"


def cpus(number: float) -> str:
    """Write a number of CPUs: "4 CPUs", "1 CPU", "0.5 CPUs"."""
    return f"{number:.4g} {'CPU' if number == 1 else 'CPUs'}"


def join(words: tuple[str, ...] | list[str]) -> str:
    """Write a list: "a, b and c"."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def without_nouns(text: str, nouns: AbstractSet[str]) -> str:
    """Return a text without words at its end that only name what is sold, and with single spaces."""
    words = text.split()
    while len(words) > 1 and words[-1].lower() in nouns:
        words.pop()
    return " ".join(words)
