"""Read, write and find run files."""

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hostcheck import jsontext
from hostcheck.errors import UsageError
from hostcheck.filekinds import recognising
from hostcheck.resources import data_files
from hostcheck.run.codec import from_json, to_json
from hostcheck.run.model import Run
from hostcheck.run.validate import contradiction
from hostcheck.userfile import read_text

if TYPE_CHECKING:
    import zipfile

LARGEST_BYTES = 64 << 20
"""Maximum size of a run file in bytes. The longest runs have a few MB."""

REFERENCE_PREFIX = "reference:"

_REMEDY = "use the file that hostcheck wrote"

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def dumps(run: Run) -> str:
    """Return the run as the text of a run file."""
    return jsontext.dumps(to_json(run))


def read_run(name: Path | str) -> Run:
    """Read a run file by its path, or a reference run by name ("reference:sata-vps-2014").

    Raises:
        UsageError: if there is no such run, or the file is damaged.
    """
    name = str(name)
    if name.startswith(REFERENCE_PREFIX):
        text = _reference(name).read_text(encoding="utf-8")
        with _without_collection():
            return run_of(_document(name, text), name)
    path = Path(name)
    with recognising("run", "run", path), _without_collection():
        return run_of(_document(name, read_text("run", path, LARGEST_BYTES)), name)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Pause Python's cyclic garbage collection: reading creates only objects that are kept, and no reference cycles.

    With many runs in memory, the collection would take a sixth of the time for reading.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def run_of_bytes(data: bytes, name: str) -> Run:
    """Parse the content of a run file. More than ``LARGEST_BYTES`` are refused.

    Args:
        data: content of the file, which may come from an untrusted source.
        name: name of the file, for error messages.

    Raises:
        UsageError: if the content is not a run file, or contradicts itself.
    """
    if len(data) > LARGEST_BYTES:
        raise UsageError(f"reading the run {name}: it is larger than {LARGEST_BYTES >> 20} MiB", remedy=_REMEDY)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"reading the run {name}: not UTF-8", remedy=_REMEDY) from error
    return run_of(_document(name, text), name)


def _document(name: str, text: str) -> Any:
    try:
        if not text.strip():
            raise UsageError(f"reading the run {name}: it is empty", remedy=_REMEDY)
        document: Any = json.loads(text, object_pairs_hook=_object)
        _refuse_half_characters(text, document)
    except (UnicodeError, json.JSONDecodeError, _TwiceError) as error:
        raise UsageError(f"reading the run {name}: not JSON: {error}", remedy=_REMEDY) from error
    except RecursionError as error:
        raise UsageError(f"reading the run {name}: not JSON: nested too deeply", remedy=_REMEDY) from error
    except ValueError as error:
        # Python makes no integer of over 4300 digits.
        raise UsageError(f"reading the run {name}: a number in it has too many digits", remedy=_REMEDY) from error
    return document


def run_of(document: object, name: str) -> Run:
    """Convert the JSON document of a run file to a run.

    Args:
        document: the parsed JSON.
        name: name of the file, for error messages.

    Raises:
        UsageError: if the document is not a run, or contradicts itself.
    """
    try:
        run = from_json(document)
    except ValueError as error:
        raise UsageError(f"reading the run {name}: {error}", remedy=_REMEDY) from error
    require_consistent(run, name)
    return run


def require_consistent(run: Run, name: str) -> None:
    """Refuse a run that contradicts itself.

    Args:
        run: the run.
        name: name of the run in the error message.

    Raises:
        UsageError: if the run contradicts itself.
    """
    if problem := contradiction(run):
        raise UsageError(f"reading the run {name}: it contradicts itself: {problem}", remedy=_REMEDY)


class _TwiceError(ValueError):
    """An error: a JSON object has a name twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object as a dict of its pairs.

    Raises:
        _TwiceError: if a name occurs twice. Programs do not agree on which value to use (RFC 8259 section 4).
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(f"an object has the name {next(n for n in names if names.count(n) > 1)!r} twice")
    return found


def _refuse_half_characters(text: str, document: object) -> None:
    r"""Refuse an unpaired UTF-16 surrogate ("\ud800" alone, RFC 8259 section 8.2): UTF-8 cannot encode it.

    Raises:
        UnicodeEncodeError: if there is one.
    """
    if _SURROGATE.search(text):
        json.dumps(document, ensure_ascii=False).encode("utf-8")


def reference_names() -> tuple[str, ...]:
    """Return the names of the reference runs that ship with hostcheck."""
    return tuple(sorted(_references()))


def _reference(name: str) -> "Path | zipfile.Path":
    found, short = _references(), name.removeprefix(REFERENCE_PREFIX)
    if short not in found:
        raise UsageError(f"there is no reference run {short!r}", remedy=f"there are: {', '.join(sorted(found))}")
    return found[short]


def _references() -> "dict[str, Path | zipfile.Path]":
    files = ((Path(name), file) for name, file in data_files("benchmarks").items())
    return {at.stem: file for at, file in files if at.parts[0] == "references" and at.suffix == ".json"}
