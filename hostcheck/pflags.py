"""Parse the flags of a command line like spf13/pflag, the Go library that dockerd, docker and podman use.

Source: pflag's flag.go (parseLongArg, parseSingleShortArg, parseArgs).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple


class Flag(NamedTuple):
    """A flag that a command line sets.

    Attributes:
        name: the flag's long name; its letter if it has no long name or is unknown.
        value: the flag's value; "true" for a switch without a value, "" for a flag whose value is missing.
    """

    name: str
    value: str


class CommandLine(NamedTuple):
    """A parsed command line.

    Attributes:
        flags: the flags, in order.
        arguments: the words that are not flags.
    """

    flags: list[Flag]
    arguments: list[str]


def read_flags(
    words: Sequence[str], *, switches: Collection[str], short: Mapping[str, str], interspersed: bool = True
) -> CommandLine:
    """Read the words after the program's name.

    Args:
        words: the words that the program gets.
        switches: long names of flags that do not use the next word as value.
        short: long name of each letter. An unknown letter is treated as a switch.
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
    """Return the flags of a word such as "-DHfd://", and the last one's name if the next word is its value; else ""."""
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
