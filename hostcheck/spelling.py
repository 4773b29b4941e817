"""Find the known word that a mistyped word is closest to, and write the first letter of a text small or large."""

from collections.abc import Iterable

_LONGEST = 100
"""Maximum length of a word in characters. The time of difflib grows with its square, and a file may contain a
megabyte."""


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most similar to a word; None if none is similar."""
    if len(word) > _LONGEST:
        return None
    from difflib import get_close_matches  # noqa: PLC0415  slow to load, and only a slip needs it

    return next(iter(get_close_matches(word, sorted(known), 1)), None)


def lower_first(text: str) -> str:
    """Return a text with a small first letter, unless it begins with an abbreviation, such as "CPUs"."""
    return text if text[:2].isalpha() and text[:2].isupper() else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Return a text with a capital first letter."""
    return text[:1].upper() + text[1:]
