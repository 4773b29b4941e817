"""Write the quantities of a finding in words, and drop the words that sellers add."""

from collections.abc import Set as AbstractSet


def size(number: float) -> str:
    """Return a number of bytes in GB and GiB: "8.32 GB (7.75 GiB)"."""
    return f"{_short(number / 1e9)} GB ({_short(number / (1 << 30))} GiB)"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.4g}"


def cpus(number: float) -> str:
    """Return a number of CPUs in words: "4 CPUs", "1 CPU", "0.5 CPUs"."""
    return f"{number:.4g} {'CPU' if number == 1 else 'CPUs'}"


def join(words: tuple[str, ...] | list[str]) -> str:
    """Return a list in words: "a, b and c"."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def without_nouns(text: str, nouns: AbstractSet[str]) -> str:
    """Return a text without the words of ``nouns`` at its end, and with single spaces. The first word is kept."""
    words = text.split()
    while len(words) > 1 and words[-1].lower() in nouns:
        words.pop()
    return " ".join(words)
