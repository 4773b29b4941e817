"""Read a promise: the table ``[promise]`` of a TOML file. That file may also be the gate's policy."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hostcheck.errors import UnfitError, UsageError
from hostcheck.filekinds import recognising
from hostcheck.promise.keys import requirement_of
from hostcheck.promise.model import Line
from hostcheck.tomltext import Table, read_document, read_table_text

TABLE = "promise"


def read_promises(paths: Iterable[Path]) -> tuple[Line, ...]:
    """Read the lines of the promises in all files.

    Raises:
        UsageError: if a file or its table is missing, or a line is wrong. The message has the file and the line.
    """
    return tuple(line for path in paths for line in read_promise(path))


def read_promise(path: Path) -> tuple[Line, ...]:
    """Read the lines of the promise in one file.

    Raises:
        UsageError: if the file or its table is missing, or a line is wrong. The message has the file and the line.
    """
    name = ("tool", "hostcheck", TABLE) if path.name == "pyproject.toml" else (TABLE,)
    with recognising(TABLE, TABLE, path):
        text = read_table_text(TABLE, path)
        found: Mapping[str, Any] = read_document(TABLE, text, path)
        for part in name[:-1]:
            inner = found.get(part)
            found = inner if isinstance(inner, Mapping) else {}
        outer = Table(TABLE, text, path, name[:-1])
        outer.refuse_unknown(found, (TABLE, "gate"))
        if TABLE not in found:
            outer.refuse_mistakes()
            named = f"[{'.'.join(name)}]"
            raise UsageError(
                f"reading the {TABLE} {path}: there is no table {named}",
                remedy=f"write the promise below {named}",
            )
    # A policy that has the table is not reported as another kind of file because of a mistake elsewhere in it.
    outer.refuse_mistakes()
    return lines_of(found, outer)


def lines_of(found: Mapping[str, Any], outer: Table) -> tuple[Line, ...]:
    """Read the lines of the table ``[promise]``.

    Args:
        found: the table around it; has the key ``promise``.
        outer: the reader of that table.

    Raises:
        UsageError: if the value is not a table, if it is empty, or with all lines that are wrong.
    """
    if not isinstance(found[TABLE], Mapping):
        outer.fail(TABLE, f"{TABLE} is not a table", f"write it as [{TABLE}]")
    return _lines(found[TABLE], outer.inner((*outer.name, TABLE)))


def _lines(found: Mapping[str, Any], reader: Table) -> tuple[Line, ...]:
    lines = []
    for key, value in found.items():
        with reader.collecting():
            try:
                asks = requirement_of(key, value)
            except UnfitError as error:
                reader.fail(key, error.problem, error.remedy)
            lines.append(Line(key, _claim(value), asks, (str(reader.path), reader.line(key) or 1)))
    if not found:
        reader.fail(None, "the table is empty", "write one promise a line, such as cpus = 2")
    reader.refuse_mistakes()
    return tuple(lines)


def _claim(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
