"""Parse ``-o FILE`` and ``-o FORMAT:FILE``, and write documents. "-" is standard output; ``-o`` can be repeated."""

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from hostcheck.errors import NoReaderError, UnwrittenError, UsageError
from hostcheck.formats import Formats, is_format
from hostcheck.formats.terminal import Style
from hostcheck.plaintext import without_commands
from hostcheck.userfile import is_file, is_missing, is_there, resolved

STDOUT = "-"
_FORMAT = r"[a-z][a-z0-9_-]*"
_SUFFIXES = {
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
    ".md": "markdown",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pdf": "pdf",
    ".png": "png",
    ".xml": "junit",
    ".tap": "tap",
    ".sarif": "sarif",
    ".prom": "openmetrics",
}
_MODES = {"openmetrics": 0o644}
"""File modes, by format, for files that another user must be able to read, such as node_exporter. The umask is
ignored."""


@dataclass(frozen=True, slots=True)
class Destination:
    """One document to write.

    Attributes:
        format: a name in the command's table of formats.
        path: path of the file; "-" is standard output.
        asked: whether ``-o`` names the document; otherwise it is the default text on the terminal.
    """

    format: str
    path: str
    asked: bool = field(default=True, compare=False)

    @property
    def is_stdout(self) -> bool:
        """Whether the document goes to standard output."""
        return self.path == STDOUT


def parse_destinations(
    values: Iterable[str], formats: Formats, *, default: str = "text", inputs: Iterable[str | Path | None] = ()
) -> tuple[Destination, ...]:
    """Parse the values of ``-o``; without any, the default format goes to standard output.

    Args:
        values: values of ``-o``.
        formats: the formats of the command.
        default: the format if there are no values.
        inputs: files that the command reads. No document may overwrite one of them.

    Raises:
        UsageError: if the command does not have a format, a suffix names no format, two documents have one path, a
            document would overwrite an input, or its folder does not exist.
    """
    destinations = tuple(_parse(value, formats) for value in values) or (Destination(default, STDOUT, asked=False),)
    if sum(destination.is_stdout for destination in destinations) > 1:
        raise UsageError("two outputs go to standard output", remedy="give one of them a file")
    inputs_read = [place for name in inputs if name is not None and (place := _file(str(name))) and is_file(place)]
    taken: list[Path] = []
    for destination in destinations:
        if not destination.is_stdout:
            refuse_missing_folder("the output", Path(destination.path))
        place = None if destination.is_stdout else _file(destination.path)
        if place is not None and place in [*inputs_read, *taken]:
            what = "is read by this command" if place in inputs_read else "is named for two outputs"
            raise UsageError(f"the output {destination.path} {what}", remedy="give the output another name")
        taken += [place] if place is not None else []
    return destinations


def refuse_missing_folder(what: str, path: Path) -> None:
    """Refuse a file in a folder that does not exist: the name may be misspelt.

    Raises:
        UsageError: if the folder is known not to exist.
    """
    if is_missing(path.parent):
        raise UsageError(f"{what} {path}: there is no folder {path.parent}", remedy=f"mkdir -p {path.parent}")


def _file(name: str) -> Path | None:
    """Return the resolved path of a file; None for a device or a pipe, because nothing can be overwritten there."""
    place = resolved(Path(name))
    return place if is_file(place) or not is_there(place) else None


def _parse(value: str, formats: Formats) -> Destination:
    prefix, colon, rest = value.partition(":")
    if colon and re.fullmatch(_FORMAT, prefix) and formats.has(prefix):
        if not rest:
            raise UsageError(
                f"the output {value!r} has no file name after the colon", remedy=f"write {prefix}:FILE, or {prefix}:-"
            )
        return Destination(prefix, rest)
    if value == STDOUT:
        return Destination("text", STDOUT)
    # A format of other commands is no part of a file's name.
    name = None if colon and is_format(prefix) else _SUFFIXES.get(Path(value).suffix.lower())
    if name is not None and name in formats:
        return Destination(name, value)
    from hostcheck.spelling import closest

    known = sorted(formats)
    near = closest(prefix, known) if colon else None
    hint = f"did you mean {near}:{rest}?" if near else f"write FORMAT:FILE with one of {', '.join(known)}"
    raise UsageError(f"the output {value!r} names no format of this command", remedy=hint)


def load(reference: str) -> Callable[..., Any]:
    """Import the function that a string "module:function" names."""
    module, _, name = reference.partition(":")
    loaded: Callable[..., Any] = getattr(import_module(module), name)
    return loaded


def write_all(destinations: Iterable[Destination], formats: Formats, document: object, style: Style) -> None:
    """Write a document to each place. If one cannot be written, the others still are.

    Args:
        destinations: the places.
        formats: the formats of the command.
        document: the data to write, or a function that returns the data for the name of a format.
        style: style of text on standard output.

    Raises:
        HostcheckError: if a format needs an extra that is not installed.
        UnwrittenError: the first failure, after all other places were written.
        NoReaderError: if the only failure is that the reader of standard output has ended.
    """
    failed: list[UnwrittenError] = []
    for destination in destinations:
        made = document(destination.format) if callable(document) else document
        try:
            _write(destination, formats, made, style)
        except NoReaderError as error:
            failed.append(error.of_document() if destination.asked else error)
        except UnwrittenError as error:
            failed.append(error)
    if failed:
        raise next((error for error in failed if not isinstance(error, NoReaderError)), failed[0])


def _write(destination: Destination, formats: Formats, document: object, style: Style) -> None:
    made = formats.load(destination.format)(document, style if destination.is_stdout else Style(detail=style.detail))
    if isinstance(made, str) and destination.format == "text":
        made = without_commands(made)
        if destination.is_stdout:
            print_text(made)
            return
    data = made if isinstance(made, bytes) else made.encode("utf-8")
    if destination.is_stdout:
        print_document(data)
        return
    from hostcheck.outfile import write_bytes

    write_bytes(Path(destination.path), data, mode=_MODES.get(destination.format))


def print_text(text: str) -> None:
    """Write text for people to standard output, with a final newline."""
    text = without_commands(text)
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def print_document(data: bytes) -> None:
    """Write a document to standard output as bytes, whatever the terminal's encoding is.

    Raises:
        UnwrittenError: if the document cannot be written, also if the reader of standard output has ended.
    """
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except NoReaderError as error:
        raise error.of_document() from error
