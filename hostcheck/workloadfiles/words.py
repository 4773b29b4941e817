"""The words of a command, each with the number of its line."""

from hostcheck.workloadfiles.place import Place


class Word(str):
    """A word of a command that keeps the number of its line.

    Attributes:
        line: the number of the line where the word begins, from 1.
    """

    __slots__ = ("line",)
    line: int

    def __new__(cls, text: str, line: int) -> "Word":
        """Make a word from its text and its line."""
        made = super().__new__(cls, text)
        made.line = line
        return made


def moved(word: str, lines: int) -> str:
    """Return a word of a text that begins this number of lines below the first line of the file."""
    return Word(word, word.line + lines) if isinstance(word, Word) else word


def place_of(word: str, place: Place) -> Place:
    """Return the file and the line of a word of the command at ``place``; ``place`` if its line is unknown."""
    return Place(place.file, word.line) if isinstance(word, Word) else place
