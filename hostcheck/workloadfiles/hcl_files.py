"""HCL functions that read files. Only files in the job's folder are read, up to a maximum size.

Source: https://developer.hashicorp.com/nomad/docs/job-specification/hcl2/functions/file/file. Nomad resolves a relative
path from the job's folder. A job of another author must not reveal other files of the machine that reads it.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from hostcheck.errors import UsageError
from hostcheck.plaintext import plain
from hostcheck.userfile import is_file, is_folder, read_bytes, resolved
from hostcheck.workloadfiles.hcl_values import MOST_TEXT, NOT_EVALUATED, UnknownValueError, Value, text
from hostcheck.workloadfiles.node import Node


def _path(arguments: Sequence[Node]) -> Path:
    """Return the path that the argument of a function names.

    Raises:
        UnknownValueError: if the path is outside of the job's folder.
    """
    if len(arguments) != 1:
        raise UnknownValueError(NOT_EVALUATED)
    name = text(arguments[0])
    folder = resolved(Path(arguments[0].place.file).parent)
    path = resolved(folder / name) if "\0" not in name and not name.startswith("~") else Path("/")
    if not path.is_relative_to(folder):
        raise UnknownValueError(f"{plain(name[:80])} is outside of the job's folder, and is not read")
    return path


def _contents(arguments: Sequence[Node]) -> bytes:
    path = _path(arguments)
    if not is_file(path):
        raise UnknownValueError(f"there is no file {plain(text(arguments[0])[:80])} beside the job")
    try:
        return read_bytes("file of the job", path, MOST_TEXT)
    except UsageError as error:
        raise UnknownValueError(str(error)) from error


def _exists(arguments: Sequence[Node]) -> bool:
    path = _path(arguments)
    if is_folder(path):
        raise UnknownValueError(NOT_EVALUATED)
    return is_file(path)


FUNCTIONS: Mapping[str, Callable[[Sequence[Node]], Value]] = {
    "file": lambda arguments: _contents(arguments).decode(),
    "filebase64": lambda arguments: base64.b64encode(_contents(arguments)).decode(),
    "fileexists": _exists,
}
