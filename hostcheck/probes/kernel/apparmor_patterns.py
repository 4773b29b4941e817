"""Match AppArmor's patterns (apparmor.d(5), "Globbing") in a time that only their length and the path's length limit.

** matches anything, * and ? match anything except "/", {a,b} matches a or b. As regular expressions, some patterns
would take for ever.
"""

import re
from collections.abc import Iterable, Mapping

_PIECE = re.compile(r"\*\*|(?s:.)")
_SLASHES = re.compile("/+")
_LONGEST = 4096
"""Maximum length of a pattern: that of the longest path (linux/limits.h, PATH_MAX)."""


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern matches a path. A pattern that is longer than any path matches none."""
    if len(pattern) > _LONGEST:
        return False
    pieces = _PIECE.findall(_SLASHES.sub("/", pattern))
    ways = _ways(pieces)
    states = _closure(ways, {0})
    for character in path:
        states = _closure(ways, _after(pieces, ways, states, character))
        if not states:
            return False
    return len(pieces) in states


def _ways(pieces: list[str]) -> Mapping[int, tuple[int, ...]]:
    """Return, for places in a pattern, the places that are reached from there without matching a character.

    From a * or ** that is the next place; from an opening brace the start of each alternative; from the end of an
    alternative the place after the braces.
    """
    ways: dict[int, tuple[int, ...]] = {place: (place + 1,) for place, each in enumerate(pieces) if each[0] == "*"}
    groups: list[tuple[int, list[int]]] = []

    def end(at: int) -> None:
        opened, commas = groups.pop()
        ways[opened] = (opened + 1, *(comma + 1 for comma in commas))
        ways.update(dict.fromkeys(commas, (at,)))

    for place, piece in enumerate(pieces):
        if piece == "{":
            groups.append((place, []))
        elif piece == "," and groups:
            groups[-1][1].append(place)
        elif piece == "}" and groups:
            ways[place] = (place + 1,)
            end(place)
    while groups:
        end(len(pieces))
    return ways


def _closure(ways: Mapping[int, tuple[int, ...]], states: Iterable[int]) -> set[int]:
    found: set[int] = set()
    waiting = list(states)
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting += ways.get(state, ())
    return found


def _after(pieces: list[str], ways: Mapping[int, tuple[int, ...]], states: set[int], character: str) -> set[int]:
    found: set[int] = set()
    for state in states - {len(pieces)}:
        piece = pieces[state]
        if piece in {"*", "**"}:
            found |= {state} if piece == "**" or character != "/" else set()
        elif state not in ways and (piece == character or (piece == "?" and character != "/")):
            found.add(state + 1)
    return found
