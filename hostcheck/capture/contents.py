"""Turn the recorded answers of a host into the files of a capture, without private data."""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from hostcheck.capture.documents import answer, texts
from hostcheck.capture.files import scrub
from hostcheck.capture.renaming import Renamer
from hostcheck.host import capture_index
from hostcheck.host.base import Reading
from hostcheck.host.recorded import Answers, Registers

T = TypeVar("T")

AS_IT_WAS, SCRUBBED, LEFT_OUT, MADE = "as it was", "scrubbed", "left out", "made"
"""What was done to a file. "made": hostcheck added the file."""

CPUID = ".evidence/cpuid"
_APART = ".evidence/read"
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class CapturedFile:
    """One file of a capture.

    Attributes:
        place: its path in the archive.
        data: its content.
        treated: the treatment of its content: AS_IT_WAS, SCRUBBED, LEFT_OUT or MADE.
    """

    place: str
    data: bytes
    treated: str


def contents(answers: Answers, names: Renamer) -> tuple[Answers, tuple[CapturedFile, ...]]:
    """Replace private data in all requests and answers.

    Returns:
        A tuple: the answers for the index, and the files except the index. In the answers, the reading of a file has
        the file's place in the archive as its source, and no content.
    """
    text = names.text
    read, files = _files(answers.read, names)
    if answers.cpuid:
        files = (*files, CapturedFile(CPUID, _cpuid(answers.cpuid), MADE))
    return (
        Answers(
            read=read,
            readlink=_renamed(answers.readlink, text, lambda reading: _output(reading, names)),
            listdir=_renamed(answers.listdir, text, lambda found: None if found is None else _listed(found, names)),
            exists=_renamed(answers.exists, text, lambda there: there),
            environ=_renamed(answers.environ, text, lambda value: None if value is None else text(value)),
            clock=answers.clock,
            statvfs=_renamed(answers.statvfs, text, lambda room: room),
            stat=_renamed(answers.stat, text, lambda owner: owner),
            experiment={
                (name, tuple((key, text(value)) for key, value in arguments)): texts(result, names)
                for (name, arguments), result in answers.experiment.items()
            },
            http_get={
                (text(socket), text(path)): None if found is None else (found[0], answer(path, found[1], names))
                for (socket, path), found in answers.http_get.items()
            },
            run={tuple(text(word) for word in argv): _output(reading, names) for argv, reading in answers.run.items()},
        ),
        tuple(sorted(files, key=lambda file: file.place)),
    )


def _files(readings: Mapping[str, Reading], names: Renamer) -> tuple[dict[str, Reading], tuple[CapturedFile, ...]]:
    read: dict[str, Reading] = {}
    files: list[CapturedFile] = []
    taken = {capture_index.PLACE, CPUID}
    for path, reading in sorted(readings.items()):
        known = names.text(path)
        if reading.data is None:
            read[known] = replace(reading, source=known, error=names.text(reading.error))
            continue
        data = scrub(path, reading.data, names)
        place = _place(known, taken)
        taken.add(place)
        if data is None:
            read[known] = Reading(known, None, "unreadable", "left out of the capture")
            files.append(CapturedFile(place, b"", LEFT_OUT))
        else:
            read[known] = Reading(f"/{place}", None)
            files.append(CapturedFile(place, data, AS_IT_WAS if data == reading.data else SCRUBBED))
    return read, tuple(files)


def _place(path: str, taken: set[str]) -> str:
    """Return the place of a file in the archive.

    That is its path, or a numbered place if the path is unusual or too long, or conflicts with a place in ``taken``.
    """
    place = path.lstrip("/")
    ordinary = (
        place.isprintable() and posixpath.normpath(place) == place and not place.startswith((".evidence/read", ".."))
    )
    short = all(len(part.encode("utf-8", "replace")) <= _LONGEST_NAME for part in place.split("/"))
    crossed = any(place.startswith(f"{other}/") or other.startswith(f"{place}/") for other in taken)
    if ordinary and short and not crossed and place not in taken:
        return place
    return f"{_APART}/{len(taken)}"


def _renamed(known: Mapping[str, T], key: Callable[[str], str], value: Callable[[T], T]) -> dict[str, T]:
    return {key(request): value(found) for request, found in known.items()}


def _output(reading: Reading, names: Renamer) -> Reading:
    data = None if reading.data is None else names.data(reading.data)
    return replace(reading, source=names.text(reading.source), data=data, error=names.text(reading.error))


def _listed(found: tuple[str, ...], names: Renamer) -> tuple[str, ...]:
    return tuple(sorted(names.text(name) for name in found))


def _cpuid(leaves: Mapping[int, Registers]) -> bytes:
    """Return the registers of CPUID as text in the format of ``cpuid -1 -r``."""
    lines = [
        "   0x{:08x} 0x00: eax=0x{:08x} ebx=0x{:08x} ecx=0x{:08x} edx=0x{:08x}\n".format(leaf, *registers)
        for leaf, registers in sorted(leaves.items())
    ]
    return ("CPU:\n" + "".join(lines)).encode()
