"""Read units as systemd does: with their drop-ins, and with known specifiers and variables replaced.

systemd.unit(5): the drop-ins of ``web.service`` are ``web.service.d/*.conf``; those of ``web@1.service`` are also
``web@.service.d/*.conf``. systemd.exec(5): EnvironmentFile= overrides Environment=.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hostcheck.errors import UsageError
from hostcheck.plaintext import plain
from hostcheck.userfile import is_file, read_text
from hostcheck.workloadfiles.command_line import split
from hostcheck.workloadfiles.documents import lines_of
from hostcheck.workloadfiles.limits import LARGEST
from hostcheck.workloadfiles.place import Place

_SECTION = re.compile(r"\[([^\[\]]+)\]")
_SPECIFIER = re.compile(r"%([%a-zA-Z])")
_USED = re.compile(r"\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)")
_MOST_DROP_INS = 100


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting in a unit.

    Attributes:
        section: the name of the section.
        key: the text before the equals sign.
        value: the text after the equals sign.
        place: the file and the line where it begins.
        written: the value with its line breaks: a newline in place of the backslash that continues a line, and of each
            comment line within.
    """

    section: str
    key: str
    value: str
    place: Place
    written: str


def read_unit(text: str, file: str) -> list[Setting]:
    """Return the settings of a unit and of its drop-ins, in their order. Specifiers for the unit's name are replaced.

    Raises:
        UsageError: if a line is not a setting.
    """
    settings = parse_unit(text, file)
    for path in _drop_ins(Path(file)):
        settings += parse_unit(read_text("drop-in", path, LARGEST), str(path))
    known = _specifiers(Path(file).name)

    def filled(text: str) -> str:
        return _SPECIFIER.sub(lambda found: known.get(found[1], found[0]), text)

    return [replace(each, value=filled(each.value), written=filled(each.written)) for each in settings]


def parse_unit(text: str, file: str) -> list[Setting]:
    """Return the settings of one file, in their order. A key may occur several times.

    Raises:
        UsageError: if a line is not a setting.
    """
    settings: list[Setting] = []
    section = ""
    for number, line in lines_of(text):
        stripped = " ".join(part for part in line.split("\n") if part).strip() if "\n" in line else line.strip()
        if not stripped or stripped.startswith(("#", ";")):
            continue
        heading = _SECTION.fullmatch(stripped)
        if heading:
            section = heading[1]
            continue
        key, equals, value = stripped.partition("=")
        if not equals or not section:
            problem = "a line that is neither a section nor a setting" if section else "a setting before any section"
            remedy = "write it as KEY=VALUE" if section else "write a section before it, such as [Service]"
            raise UsageError(f"{plain(file)}:{number}: {problem}: {plain(stripped[:40])}", remedy=remedy)
        written = line.partition("=")[2]
        settings.append(Setting(section, key.strip(), value.strip(), Place(file, number), written))
    return settings


def effective(settings: Sequence[Setting], keys: Collection[str]) -> list[Setting]:
    """Return the settings of some keys that count: an empty one removes the earlier ones (systemd.service(5))."""
    kept: list[Setting] = []
    for each in settings:
        if each.key in keys and each.value:
            kept.append(each)
        elif each.key in keys:
            kept = [other for other in kept if other.key != each.key]
    return kept


def with_variables(command: str, settings: Sequence[Setting]) -> str:
    """Return a command with the variables of the unit's Environment= replaced. Other variables are unchanged."""
    values: dict[str, str] = {}
    for each in settings:
        if each.key == "EnvironmentFile":
            # The content of that file is known only on the host, and overrides all other variables.
            return command
        if each.key == "Environment":
            values = {**values, **dict(_assignments(each.value))} if each.value else {}
    return _USED.sub(lambda found: values.get(found[1] or found[2], found[0]), command)


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values in Environment=, a list of words that may be quoted."""
    for word in split(text):
        name, equals, value = word.partition("=")
        if equals and name.isidentifier():
            yield name, value


def _drop_ins(file: Path) -> list[Path]:
    stem, at, rest = file.name.partition("@")
    names = [f"{file.name}.d"]
    if at and not rest.startswith("."):
        names.append(f"{stem}@.{rest.rpartition('.')[2]}.d")
    found = {
        path.name: path for name in reversed(names) for path in file.parent.glob(f"{name}/*.conf") if is_file(path)
    }
    return [found[name] for name in sorted(found)][:_MOST_DROP_INS]


def _specifiers(name: str) -> Mapping[str, str]:
    """Return the values of %n, %N, %p, %P, %i and %I. In a template without an instance, only %p and %P are known."""
    without = name.rpartition(".")[0]
    prefix, at, instance = without.partition("@")
    known = {"n": name, "N": without, "p": prefix, "P": prefix}
    if at and not instance:
        return {"p": prefix, "P": prefix}
    return {**known, "i": instance, "I": instance.replace("-", "/")}
