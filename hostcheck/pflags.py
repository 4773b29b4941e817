"""Parse the flags of a command line like spf13/pflag, the Go library that dockerd, docker and podman use.

Source: pflag's flag.go (parseLongArg, parseSingleShortArg, parseArgs).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple


class Flag(NamedTuple):
    """A flag that a command line sets.

    Attributes:
        name: the flag's long name; its letter if it has no long name or is unknown.
        value: the flag's value; "true" for a switch without a value, "" for a flag whose value is missing.
        at: index of the word that has the value.
    """

    name: str
    value: str
    at: int


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
    rest = iter(enumerate(words))
    for at, word in rest:
        if word == "--":
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if equals or name in switches:
                flags.append(Flag(name, value if equals else "true", at))
            else:
                flags.append(_with_next(name, rest, at))
        elif word.startswith("-") and word != "-":
            found, wants_value = _letters(word[1:], at, switches, short)
            flags += found
            if wants_value:
                flags.append(_with_next(wants_value, rest, at))
        else:
            arguments.append(word)
            if not interspersed:
                break
    return CommandLine(flags, [*arguments, *(word for _, word in rest)])


def _with_next(name: str, rest: Iterator[tuple[int, str]], at: int) -> Flag:
    """Return a flag whose value is the next word; "" if there is none."""
    found, value = next(rest, (at, ""))
    return Flag(name, value, found)


def _letters(letters: str, at: int, switches: Collection[str], short: Mapping[str, str]) -> tuple[list[Flag], str]:
    """Return the flags of a word such as "-DHfd://", and the last one's name if the next word is its value; else ""."""
    found: list[Flag] = []
    while letters:
        name, letters = short.get(letters[0], letters[0]), letters[1:]
        if len(letters) > 1 and letters[0] == "=":
            return [*found, Flag(name, letters[1:], at)], ""
        if name in switches or len(name) == 1:
            found.append(Flag(name, "true", at))
        elif letters:
            return [*found, Flag(name, letters, at)], ""
        else:
            return found, name
    return found, ""
