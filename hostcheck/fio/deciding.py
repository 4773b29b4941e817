"""Find the options of a job that can decide its figure, in addition to those of ``hostcheck.fio.definition``.

Two figures are comparable only if these are equal. Values are written in one way, so that "1g" equals "1024m".
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from hostcheck.fio.permitted import ALIASES
from hostcheck.run.fio_options import OPTIONS, Option
from hostcheck.run.fio_values import kb_base, number, uniform

KIND = "filename"
"""The setting with the kind of the files: a device, several devices, or several files. A job with one file does not
have the setting."""

UNKNOWN_OPTION = "unknown option "
"""Prefix of the setting for an option that the table does not have."""

LONGEST = 100
"""Maximum number of characters of an option's name or value in a setting. A longer one is shortened."""

_MEMORY = "/dev/shm/"  # noqa: S108 - a name to recognise
_DEVICES = ("/dev/", "\\\\.\\")


def deciding(options: Mapping[str, str], job: str = "") -> tuple[tuple[str, str], ...]:
    """Return the names and values of the options that differ from fio's default, and the kind of the files.

    Args:
        options: the job's options, as fio prints them.
        job: name of the job. fio uses it as the file if the job names none, and there is such a file.
    """
    given = {ALIASES.get(name, name): value for name, value in options.items()}
    return (*_different(_with_one_size(given)), *_kind(given, job))


def _with_one_size(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return the options. For one file, ``filesize`` and ``size`` mean the same for fio, so only ``size`` remains."""
    if "filesize" not in given or "-" in given["filesize"] or _count(given) > 1:
        return given
    whole, each = (_value(given, key) for key in ("size", "filesize"))
    if whole == each:
        return {key: value for key, value in given.items() if key != "filesize"}
    if whole != "0":
        return given
    return {"size" if key == "filesize" else key: value for key, value in given.items() if key != "size"}


def _count(given: Mapping[str, str]) -> int:
    """Return the number of files of each process."""
    files = number(given.get("nrfiles", "1")) or 1
    return max(files, *(len(_parts(given.get(key, ""))) for key in ("filename", "directory")))


def _value(given: Mapping[str, str], name: str) -> str:
    """Return the value of an option in the form of ``uniform``, or else its default."""
    return uniform(name, given.get(name, OPTIONS[name].default or "0"), kb_base(given, name))


def _different(given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in given.items():
        option = OPTIONS.get(name)
        if option is None:
            yield f"{UNKNOWN_OPTION}{_bounded(name)}", _bounded(value)
        elif option.role == "compared":
            read = uniform(name, value, kb_base(given, name))
            if read != _default(name, option, given):
                yield name, _bounded(read)


def _bounded(text: str) -> str:
    """Return a text; if it is longer than LONGEST, its beginning and a hash, so that different texts stay different."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}… {sha256(text.encode(errors='surrogatepass')).hexdigest()[:16]}"


def _default(name: str, option: Option, given: Mapping[str, str]) -> str | None:
    """Return the default in the form of ``uniform``; None if every given value can decide the figure."""
    default = option.default
    if default is None:
        return None
    if default.startswith("="):
        other = default[1:]
        return uniform(name, given.get(other, OPTIONS[other].default or ""), kb_base(given, other))
    return uniform(name, default)


def is_device(name: str) -> bool:
    """Return whether the name of a file is that of a device."""
    return name.startswith(_DEVICES) and not name.startswith(_MEMORY)


def _kind(given: Mapping[str, str], job: str) -> Iterator[tuple[str, str]]:
    files = _parts(given.get("filename", job if job.startswith("/") else ""))
    kind = "device" if any(map(is_device, files)) else "file"
    count = max(len(files), len(_parts(given.get("directory", ""))), 1)
    if count > 1:
        yield KIND, f"{count} {kind}s"
    elif kind != "file":
        yield KIND, kind


def _parts(text: str) -> list[str]:
    """Return the names of a list. A colon in a name has a backslash before it."""
    return [part for part in text.replace("\\:", "\0").split(":") if part]
