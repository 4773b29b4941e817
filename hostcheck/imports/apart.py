"""Keep figures apart that look equal, although they may be of different tests or disks.

Equal figures are samples of one metric, wherever they stand in the files. What two figures have in common is known only
as far as the outputs contain it: JSON of newer versions has all options of a job, other outputs have its name.
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from hostcheck.fio.deciding import is_device
from hostcheck.fio.result import FioResult, Job
from hostcheck.fio.version import FLAGS_SINCE, parse_version
from hostcheck.imports.figure import ImportedFigure, Key, Target
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


def targets_of(result: FioResult) -> Callable[[Job], Target]:
    """Return what gives the target of each job in an output.

    fio counts the disks of all jobs, so they are left out if these have different places. A relative name shows no
    place: fio was started in different folders.
    """
    places = {tuple(_places(job)) for job in result.jobs}
    of_one = len(places) == 1 and not any(map(is_device, *places))
    disks = frozenset(disk.name for disk in result.disks) if of_one else frozenset()
    return lambda job: Target(":".join(_places(job)), disks)


def _places(job: Job) -> list[str]:
    places = {*folders_and_devices(job.options, job.name)}
    if not all(place.startswith(("/", "\\\\")) or place[1:2] == ":" for place in places):
        return []
    return sorted({posixpath.normpath(place) if place.startswith("/") else place for place in places})


def apart(figures: Iterable[ImportedFigure]) -> Iterator[ImportedFigure]:
    """Yield the figures. Figures of several targets, or of several tests, have the target or the name in theirs.

    Tests whose names differ only in numbers or single letters may be repetitions: "run-1" and "run-2", "a" and "b".
    """
    figures = list(figures)
    alike: dict[Key, list[ImportedFigure]] = {}
    for figure in figures:
        alike.setdefault(figure.key, []).append(figure)
    targets = {key: _in_what([figure.target for figure in equal]) for key, equal in alike.items()}
    names = {key: _several(_words(figure.name) for figure in equal) for key, equal in alike.items()}
    for figure in figures:
        added = [(TARGET, targets[figure.key](figure.target)), ("job", figure.name if names[figure.key] else "")]
        yield _with(figure, [(key, word) for key, word in added if word])


def _in_what(targets: Sequence[Target]) -> Callable[[Target], str]:
    """Return what gives the words for a target by which it differs from the others; empty if it may be the same.

    Other folders on one disk are the same target, as are disks of which one may be below the other. What one target
    lacks is no difference.
    """
    known = [target.disks for target in targets if target.disks]
    if any(not disks <= max(known, key=len) for disks in known):
        return lambda target: " on ".join(filter(None, (target.places, ":".join(sorted(target.disks)))))
    on_one_disk = len(known) == len(targets)
    if _several(target.places for target in targets) and not on_one_disk:
        return lambda target: target.places
    return lambda _: ""


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
