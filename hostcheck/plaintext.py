"""Text from a host or a file, made harmless to a terminal."""

import unicodedata


def plain(text: str) -> str:
    """Make text from a host harmless to a terminal: control and format characters become "�"."""
    if text.isprintable():
        return text
    return "".join(
        " " if character in "\n\t" else "�" if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character
        for character in text
    )
