"""Keep figures apart that look equal, although they may be of different tests or disks.

Equal figures are samples of one metric, wherever they stand in the files. What two figures have in common is known only
as far as the outputs contain it: JSON of newer versions has all options of a job, other outputs have its name.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from hostcheck.fio.deciding import is_device
from hostcheck.fio.result import FioResult, Job
from hostcheck.fio.version import FLAGS_SINCE, parse_version
from hostcheck.imports.figure import ImportedFigure, Key
from hostcheck.imports.names import TARGET, with_word
from hostcheck.imports.places import folders_and_devices

_WORD = re.compile(r"[^\W\d_]{2,}")


def lacks_flags(result: FioResult) -> bool:
    """Return whether the output leaves out options without a value, as JSON of older versions of fio does."""
    given = [value for job in result.jobs for value in job.options.values()]
    version = parse_version(result.version)
    return result.form == "json" and bool(given) and "" not in given and not (version and version >= FLAGS_SINCE)


def telling_name(result: FioResult, job: Job) -> str:
    """Return the job's name if it can show a difference that the output does not contain; empty if all is there."""
    return "" if result.form == "json" and not lacks_flags(result) else job.name


def target_of(result: FioResult, job: Job) -> str:
    """Return the folders and devices of the job, and the disks that fio counted; empty if all are unknown.

    Different disks may be mounted on one folder, one after another. The disks are those of all jobs, so they are left
    out if these have different places. A relative name shows no place: fio was started in different folders.
    """
    places = _places(job)
    counted = ":".join(sorted(disk.name for disk in result.disks))
    if any(map(is_device, places)) or not all(_places(other) == places for other in result.jobs):
        return ":".join(places)
    return " on ".join(filter(None, (":".join(places), counted)))


def _places(job: Job) -> list[str]:
    places = sorted({*folders_and_devices(job.options, job.name)})
    is_absolute = all(place.startswith(("/", "\\\\")) or place[1:2] == ":" for place in places)
    return places if is_absolute else []


def apart(figures: Iterable[ImportedFigure]) -> Iterator[ImportedFigure]:
    """Yield the figures. Figures of several targets, or of several tests, have the target or the name in theirs.

    Tests whose names differ only in numbers or single letters may be repetitions: "run-1" and "run-2", "a" and "b".
    """
    figures = list(figures)
    alike: dict[Key, list[ImportedFigure]] = {}
    for figure in figures:
        alike.setdefault(figure.key, []).append(figure)
    targets = {key: _several(figure.target for figure in equal) for key, equal in alike.items()}
    names = {key: _several(_words(figure.name) for figure in equal) for key, equal in alike.items()}
    for figure in figures:
        added = [(TARGET, figure.target)] if targets[figure.key] else []
        added += [("job", figure.name)] if names[figure.key] else []
        yield _with(figure, [(key, word) for key, word in added if word])


def _several(words: Iterable[str]) -> bool:
    return len({*words} - {""}) > 1


def _words(name: str) -> str:
    """Return a name without its numbers and single letters; empty if there is no name."""
    return name and (" ".join(_WORD.findall(name)) or "no word")


def _with(figure: ImportedFigure, added: Sequence[tuple[str, str]]) -> ImportedFigure:
    spec = figure.spec
    for _, word in added:
        spec = with_word(spec, word)
    return replace(figure, spec=spec, settings=(*figure.settings, *added))
