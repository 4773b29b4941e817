"""The word that was probably meant."""

from collections.abc import Iterable

_LONGEST = 100
"""Characters of a name. difflib takes the square of them, and a file may have a megabyte in the place of one."""


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like a word; None where none is."""
    if len(word) > _LONGEST:
        return None
    from difflib import get_close_matches  # noqa: PLC0415  slow to load, and only a slip needs it

    return next(iter(get_close_matches(word, sorted(known), 1)), None)
