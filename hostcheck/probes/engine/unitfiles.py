"""Read systemd's unit files: the unit, its drop-ins, their settings, and the command that it starts.

Sources: systemd.unit(5) (unit load path, drop-ins, masked units); systemd.syntax(7); systemd.service(5);
systemd.exec(5). Drop-ins of a kind of units (service.d) and of a prefix (k3s-.service.d) are not read.
"""

import itertools
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hostcheck.host.base import Host, Reading

FOLDERS = (
    *("/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system"),
    *("/usr/lib/systemd/system", "/lib/systemd/system"),
)
"""Folders of units; each outranks those after it."""
_MOST_DROP_INS = 50
_VARIABLE, _PART = re.compile(r"\$\w+|\$\{\w+\}"), re.compile(r"\$\{(\w+)\}")
_SHELLS = frozenset({"sh", "bash", "dash", "ash"})


def read_unit(host: Host, name: str, folders: Sequence[str] = FOLDERS) -> list[Reading]:
    """Return the readings of a unit and of its drop-ins, in systemd's order.

    Of files with equal names, the one in the first folder is used. An empty unit, or a link to /dev/null, is masked:
    its reading is the only one. Drop-ins are sorted by name over all folders; an empty one masks those after it. They
    are read without a unit, too: it may be made by a generator, or be installed later.
    """
    candidates = (host.read(f"{folder}/{name}") for folder in folders)
    main = list(itertools.islice((each for each in candidates if each.text is not None or each.failure == "denied"), 1))
    if main and main[0].text == "":
        return main
    paths = {
        file: f"{folder}/{name}.d/{file}"
        for folder in reversed(folders)
        for file in host.listdir(f"{folder}/{name}.d") or ()
        if file.endswith(".conf")
    }
    return [*main, *(host.read(paths[file]) for file in sorted(paths)[:_MOST_DROP_INS])]


def unit_texts(host: Host, name: str, folders: Sequence[str] = FOLDERS) -> list[str]:
    """Return the texts of a unit and of its drop-ins, in systemd's order, without files that are empty or closed."""
    return [reading.text for reading in read_unit(host, name, folders) if reading.text]


def settings_of(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Return the keys and values of a unit and its drop-ins, in order. Of most keys the last value applies."""
    lines = (line.partition("=") for text in texts for line in _joined(text))
    return [(key.strip(), value.strip()) for key, equals, value in lines if equals]


def _joined(text: str) -> Iterator[str]:
    """Yield the lines without comments; one that ends with a backslash is joined with the next that is no comment."""
    begun: list[str] = []
    for line in text.splitlines():
        if line.lstrip().startswith(("#", ";")):
            continue
        if line.endswith("\\"):
            begun.append(f"{line[:-1]} ")
        else:
            yield "".join((*begun, line))
            begun.clear()
    yield "".join(begun)


def command_of(host: Host, texts: Sequence[str]) -> tuple[str, ...]:
    """Return the words of the command that a unit starts, with its variables replaced by their values."""
    return _with_variables(host, parse_exec_start(texts), texts)


def parse_exec_start(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the words of the last ExecStart= in a unit and its drop-ins; none if it is empty, which resets it.

    If the command is a shell with -c, the words are those of the shell's command.
    """
    words = words_of(next((value for key, value in reversed(settings_of(texts)) if key == "ExecStart"), ""))
    by_shell = len(words) > 2 and words[0].rpartition("/")[2] in _SHELLS and re.fullmatch("-[a-z]*c", words[1])
    return words_of(words[2]) if by_shell else words


def _with_variables(host: Host, words: Sequence[str], texts: Sequence[str]) -> tuple[str, ...]:
    """Return the words with each variable replaced by what Environment= and EnvironmentFile= give it.

    systemd.service(5): ``$NAME`` is a separate word, which is split; ``${NAME}`` may be a part of a word.
    systemd.exec(5): a file overrides Environment=, and an empty setting resets those before it.
    """
    if not any("$" in word for word in words):
        return tuple(words)
    named: dict[str, list[str]] = {"Environment": [], "EnvironmentFile": []}
    for key, value in settings_of(texts):
        if key in named:
            named[key] = [*named[key], value] if value else []
    pairs = (word.partition("=") for value in named["Environment"] for word in words_of(value))
    values = {name: value for name, equals, value in pairs if equals}
    for file in named["EnvironmentFile"]:
        values |= assignments(host.read(file.removeprefix("-")).text or "")
    return tuple(
        part
        for word in words
        for part in (
            words_of(values.get(word.strip("${}"), ""))
            if _VARIABLE.fullmatch(word)
            else (_PART.sub(lambda found: values.get(found[1], ""), word),)
        )
    )


def assignments(text: str) -> Mapping[str, str]:
    """Return the variables that are set by a file with a NAME="value" on each line."""
    pairs = (line.strip().removeprefix("export ").partition("=") for line in text.splitlines())
    return {name: value.strip().strip("\"'") for name, equals, value in pairs if equals and not name.startswith("#")}


def words_of(text: str) -> tuple[str, ...]:
    """Split a text into words like a shell; at white space if a quote is not closed."""
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())
