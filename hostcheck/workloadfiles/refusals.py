"""Find all refused values of workload files: each is left out, and the files are read again."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from hostcheck.errors import UsageError
from hostcheck.workloadfiles.documents import leaving_out
from hostcheck.workloadfiles.limits import LARGEST
from hostcheck.workloadfiles.model import Content
from hostcheck.workloadfiles.node import RefusedError
from hostcheck.workloadfiles.place import Place
from hostcheck.workloadfiles.rules import Mistakes

_MOST = 20
"""Maximum number of times that files are read."""
_Read = TypeVar("_Read")


def read_whole(read: Callable[[], _Read], size: int) -> tuple[_Read | None, Sequence[RefusedError]]:
    """Read files, leaving out the values that are refused.

    Args:
        read: reads the files.
        size: the size of the files. Large ones are read again only a few times.

    Returns:
        What was read, None if nothing was; and the refused values, in the order of the files.

    Raises:
        UsageError: if the files cannot be read, and no value of them is refused.
    """
    refused: list[RefusedError] = []
    for _ in range(min(_MOST, 1 + 4 * LARGEST // max(size, 1))):
        try:
            with leaving_out(refused):
                return read(), sorted(refused, key=_place)
        except RefusedError as error:
            is_whole = refused and not error.path
            if is_whole or any((error.place, error.path) == (each.place, each.path) for each in refused):
                break
            refused.append(error)
        except UsageError:
            if not refused:
                raise
            break
    return None, sorted(refused, key=_place)


def _place(error: RefusedError) -> Place:
    return error.place


def with_mistakes(contents: Sequence[Content], refused: Iterable[RefusedError]) -> tuple[Content, ...]:
    """Return the contents with a mistake for each refused value.

    A mistake is added to the content of its file; if the file has no content, to the first content.
    """
    found = list(contents)
    for error in refused:
        at = next((at for at, each in enumerate(found) if each.file == error.place.file), 0)
        mistakes = Mistakes(list(found[at].mistakes))
        fix = f"{error.remedy[0].upper()}{error.remedy[1:]}." if error.remedy else ""
        mistakes.add(_RULES.get(found[at].format, "file/refused"), error.place, error.said, fix)
        found[at] = replace(found[at], mistakes=tuple(mistakes))
    return tuple(found)


_RULES = {
    "compose": "compose/wrong-form",
    "kubernetes": "kubernetes/wrong-form",
    "marathon": "marathon/wrong-form",
    "nomad": "nomad/refused",
}
