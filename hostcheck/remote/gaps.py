"""Find what was lost in the middle of the program's text: it answers every request of its list, in order."""

import shlex
from functools import cache

from hostcheck.remote.answers import Answer
from hostcheck.remote.program import requests_of_all
from hostcheck.remote.requests import KINDS

_EXPANDED = frozenset("$*")
"""What a shell replaces by names of the host."""


def has_gap(answers: list[Answer]) -> bool:
    """Return whether a request has no answer, between the first and the last one with an answer."""
    answered = {(answer.kind, answer.name) for answer in answers}
    found = [asked in answered for asked in _asked()]
    return True in found and not all(found[found.index(True) : len(found) - found[::-1].index(True)])


@cache
def _asked() -> tuple[tuple[str, str], ...]:
    """Return kind and name of each request of the list (``standard.sh``) that is the same on every host."""
    asked: list[tuple[str, str]] = []
    for line in requests_of_all().splitlines():
        words = shlex.split(line, comments=True)
        folders = [""]
        if words[:1] == ["under"]:
            folders, words = [f"{folder}/" for folder in words[1].split()], words[2:]
        kind = KINDS.get(words[0]) if words else None
        if kind is not None:
            names = (folder + name for folder in folders for name in words[1:])
            asked += ((kind, name) for name in names if not _EXPANDED & set(name))
    return tuple(asked)
