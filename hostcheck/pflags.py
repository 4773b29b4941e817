"""Flags of a command line as programs read them that are written in Go with spf13/pflag: dockerd, docker, podman.

Source: pflag's flag.go (parseLongArg, parseSingleShortArg, parseArgs).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple


class Flag(NamedTuple):
    """A flag that a command line sets.

    Attributes:
        name: its long name; the letter of one that has none, or of one that is not known.
        value: its value; "true" for a switch without one, "" for a flag whose value is missing.
    """

    name: str
    value: str


class CommandLine(NamedTuple):
    """What a command line says.

    Attributes:
        flags: in their order.
        arguments: the words that are no flags.
    """

    flags: list[Flag]
    arguments: list[str]


def read_flags(
    words: Sequence[str], *, switches: Collection[str], short: Mapping[str, str], interspersed: bool = True
) -> CommandLine:
    """Read the words after the program's name.

    Args:
        words: as the program gets them.
        switches: long names of flags that take no word after them.
        short: the long name of each letter. One that is not known is taken for a switch.
        interspersed: whether flags may follow an argument.
    """
    flags: list[Flag] = []
    arguments: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            flags.append(Flag(name, value if equals else "true" if name in switches else next(rest, "")))
        elif word.startswith("-") and word != "-":
            found, wants_value = _letters(word[1:], switches, short)
            flags += found
            if wants_value:
                flags.append(Flag(wants_value, next(rest, "")))
        else:
            arguments.append(word)
            if not interspersed:
                break
    return CommandLine(flags, [*arguments, *rest])


def _letters(letters: str, switches: Collection[str], short: Mapping[str, str]) -> tuple[list[Flag], str]:
    """Return the flags of "-DHfd://", and the name of the last one if its value is the next word; otherwise ""."""
    found: list[Flag] = []
    while letters:
        name, letters = short.get(letters[0], letters[0]), letters[1:]
        if len(letters) > 1 and letters[0] == "=":
            return [*found, Flag(name, letters[1:])], ""
        if name in switches or len(name) == 1:
            found.append(Flag(name, "true"))
        elif letters:
            return [*found, Flag(name, letters)], ""
        else:
            return found, name
    return found, ""
