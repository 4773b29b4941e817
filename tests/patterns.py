"""Which regular expressions can backtrack: whose time grows faster than the text that they are given.

A pattern backtracks over a text w^n z where one state of its automaton loops on w, another one, reached from the first
by the same w, loops on it too, and nothing accepts: every way to split w^n between the two is tried in turn. This finds
such pairs (Weideman et al., "Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers by Using
Ambiguity of NFA", 2016). A search begins anew at each character, which is one more loop in front of the pattern: so
`a+$` is found, as searching "aaa…b" for it takes the square of its length. A repeat of what may be empty or of another
repeat is found by its ambiguous way back to itself.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

_COPIES = 3
"""Copies of a counted repeat: how a time grows does not depend on more."""

_MANY = 1000
"""A repeat that may be made as often as this is taken as endless."""

_LONGEST_WORD = 4
"""Characters of a word that is repeated: loops over longer ones are not looked for."""

_START, _END = "", "\x00end"

_Place = tuple[int, str]
"""A state that reads, and the character that it read last."""


@dataclass(slots=True)
class _State:
    """A state: what it reads, and where it goes then."""

    reads: frozenset[str] | None = None
    after: int = -1
    free: list[tuple[int, str]] = field(default_factory=list)
    """Where it goes without reading, and the assertion that has to hold."""


class _Automaton:
    def __init__(self, pattern: re.Pattern[str] | re.Pattern[bytes], *, searched: bool, whole: bool) -> None:
        text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
        flags = pattern.flags & ~(re.UNICODE if isinstance(pattern.pattern, bytes) else 0)
        tree = parser.parse(text, flags & ~re.LOCALE)
        self.ignores_case = bool(tree.state.flags & re.IGNORECASE)
        self.dot_is_all = bool(tree.state.flags & re.DOTALL)
        self.by_line = bool(tree.state.flags & re.MULTILINE)
        self.alphabet = _alphabet(text)
        self.states: list[_State] = []
        self.conditions: dict[str, tuple[frozenset[str], bool]] = {}
        self.accepts = self._state()
        self.whole = whole
        begin = self._sequence(list(tree), self.accepts)
        if searched:
            search = self._state()
            skip = self._reading(frozenset(self.alphabet), search)
            self.states[search].free += [(begin, ""), (skip, "")]
            begin = search
        self.begin = begin
        self.alphabet = self._kinds()
        self._ready: dict[tuple[int, str, bool, bool], set[int]] = {}
        self._followers: dict[tuple[_Place, str], frozenset[_Place]] = {}
        self._near: dict[_Place, set[_Place]] = {}
        self._inside: dict[_Place, dict[str, frozenset[_Place]]] = {}

    def _kinds(self) -> tuple[str, ...]:
        """Return one character of each kind that the pattern distinguishes."""
        sets = {state.reads for state in self.states if state.reads is not None}
        sets |= {characters for characters, _ in self.conditions.values()}
        kinds = {(c == "\n", _is_word(c), *(c in each for each in sets)): c for c in reversed(self.alphabet)}
        return tuple(kinds.values())

    def next(self, place: _Place, character: str) -> frozenset[_Place]:
        """Return the places behind a place that read this character."""
        if (place, character) not in self._followers:
            number, before = place
            found = self.readers(self.states[number].after, before, character)
            self._followers[place, character] = frozenset((each, character) for each in found)
        return self._followers[place, character]

    def followers(self, place: _Place) -> list[_Place]:
        """Return the places behind a place, whatever they read."""
        return [each for character in self.alphabet for each in self.next(place, character)]

    def near(self, place: _Place) -> set[_Place]:
        """Return the places that a word of the length looked for leads to."""
        if place not in self._near:
            found, last = set[_Place](), {place}
            for _ in range(_LONGEST_WORD):
                last = {each for begin in last for each in self.followers(begin)} - found
                found |= last
            self._near[place] = found
        return self._near[place]

    def inside(self, place: _Place, part: set[_Place]) -> dict[str, frozenset[_Place]]:
        """Return, for each character that a place can read and stay in its part, the places of that part behind it."""
        if place not in self._inside:
            ways = ((character, self.next(place, character) & part) for character in self.alphabet)
            self._inside[place] = {character: found for character, found in ways if found}
        return self._inside[place]

    def _state(self) -> int:
        self.states.append(_State())
        return len(self.states) - 1

    def _reading(self, characters: frozenset[str], after: int) -> int:
        number = self._state()
        self.states[number].reads, self.states[number].after = characters, after
        return number

    def _free(self, *ways: int, when: str = "") -> int:
        number = self._state()
        self.states[number].free += [(way, when) for way in ways]
        return number

    def _sequence(self, items: list, after: int) -> int:
        for item in reversed(items):
            after = self._item(item, after)
        return after

    def _item(self, item: tuple, after: int) -> int:
        kind, value = item
        if kind in {op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN}:
            return self._reading(self._characters(kind, value), after)
        if kind is op.BRANCH:
            return self._free(*(self._sequence(list(branch), after) for branch in value[1]))
        if kind is op.SUBPATTERN:
            outside, self.dot_is_all = self.dot_is_all, self.dot_is_all or bool(value[1] & re.DOTALL)
            begin = self._sequence(list(value[3]), after)
            self.dot_is_all = outside
            return begin
        if kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            return self._repeat(value, after, backtracks=kind is not op.POSSESSIVE_REPEAT)
        if kind is op.ATOMIC_GROUP:
            return self._sequence(list(value), after)
        if kind is op.AT:
            return self._free(after, when=str(value))
        if kind in {op.ASSERT, op.ASSERT_NOT}:
            direction, body = value
            if direction < 0 and len(body) == 1 and body[0][0] in {op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN}:
                characters = self._characters(*body[0])
                self.conditions[f"behind {len(self.conditions)}"] = (characters, kind is op.ASSERT)
                return self._free(after, when=f"behind {len(self.conditions) - 1}")
            # What is looked at is matched beside the way on; of what lies behind, more than one is not looked at.
            aside = [self._sequence(list(body), self._state())] if direction > 0 else []
            return self._free(after, *aside)
        if kind is op.GROUPREF:
            return after
        raise NotImplementedError(kind)

    def _repeat(self, value: tuple, after: int, *, backtracks: bool) -> int:
        least, most, body = value
        items = list(body)
        if not backtracks:
            # It gives nothing back: to read it once is one way only.
            return self._free(self._sequence(items, after), after) if least == 0 else self._sequence(items, after)
        if most is op.MAXREPEAT or most >= _MANY:
            begin = self._state()
            self.states[begin].free += [(self._sequence(items, begin), ""), (after, "")]
        else:
            begin = after
            for _ in range(min(most - least, _COPIES)):
                begin = self._free(self._sequence(items, begin), after)
        for _ in range(min(least, _COPIES)):
            begin = self._sequence(items, begin)
        return begin

    def _characters(self, kind: object, value: object) -> frozenset[str]:
        if kind is op.ANY:
            return frozenset(c for c in self.alphabet if self.dot_is_all or c != "\n")
        flags = re.IGNORECASE if self.ignores_case else 0
        single = {op.LITERAL: "{}", op.NOT_LITERAL: "[^{}]"}
        if kind in single:
            one = re.compile(single[kind].format(re.escape(chr(value))), flags)  # type: ignore[arg-type]
            return frozenset(c for c in self.alphabet if one.fullmatch(c))
        return frozenset(c for c in self.alphabet if _is_in(c, value, flags))

    def closure(self, states: Iterable[int], before: str, behind: str) -> set[int]:
        """Return the states that read, and the accepting one, between two characters."""
        seen: set[int] = set()
        stack = list(states)
        while stack:
            number = stack.pop()
            if number in seen:
                continue
            seen.add(number)
            stack += [way for way, when in self.states[number].free if self._holds(when, before, behind)]
        return {number for number in seen if self.states[number].reads is not None or number == self.accepts}

    def _holds(self, when: str, before: str, behind: str) -> bool:
        if not when:
            return True
        if when in self.conditions:
            characters, wanted = self.conditions[when]
            return (before in characters) == wanted
        if when == "AT_BEGINNING":
            return before == _START or (self.by_line and before == "\n")
        if when == "AT_BEGINNING_STRING":
            return before == _START
        if when == "AT_END":
            return behind in {_END, "\n"}
        if when == "AT_END_STRING":
            return behind == _END
        differs = _is_word(before) != _is_word(behind)
        return differs if when == "AT_BOUNDARY" else not differs

    def step(self, states: Iterable[int], before: str, character: str) -> set[int]:
        """Return the states after a character; what they may do without reading is left to the next step."""
        ready = self.closure(states, before, character)
        return {
            self.states[number].after
            for number in ready
            if number != self.accepts and character in (self.states[number].reads or ())
        }

    def readers(self, state: int, before: str, character: str) -> set[int]:
        """Return which states read a character that follows a state."""
        key = (state, before, character == "\n", _is_word(character))
        if key not in self._ready:
            self._ready[key] = self.closure([state], before, character) - {self.accepts}
        return {number for number in self._ready[key] if character in (self.states[number].reads or ())}


def _is_word(character: str) -> bool:
    return character not in {_START, _END} and (character.isalnum() or character == "_")


def _is_in(character: str, items: list, flags: int) -> bool:
    negated, found = False, False
    for kind, value in items:
        if kind is op.NEGATE:
            negated = True
        elif kind is op.LITERAL:
            found = found or re.fullmatch(re.escape(chr(value)), character, flags) is not None
        elif kind is op.RANGE:
            low, high = value
            variants = {character, character.lower(), character.upper()} if flags else {character}
            found = found or any(len(each) == 1 and low <= ord(each) <= high for each in variants)
        elif kind is op.CATEGORY:
            name = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}
            word = str(value).removeprefix("CATEGORY_").removeprefix("NOT_")
            matches = re.fullmatch(name[word], character) is not None
            found = found or (matches != ("NOT_" in str(value)))
    return found != negated


def _alphabet(text: str) -> tuple[str, ...]:
    """Return one character of each kind that a pattern can tell apart, and all that it names."""
    return tuple(dict.fromkeys((*"a1_ \n\tB!é", *(c for c in text if c.isprintable()), "\x00", "\x1b")))


def backtracks(pattern: re.Pattern[str] | re.Pattern[bytes], *, searched: bool = True, whole: bool = False) -> str:
    """Return the text that a pattern backtracks over, when it is repeated; empty where there is none.

    Args:
        pattern: the pattern.
        searched: whether it is searched for, and may begin anywhere.
        whole: whether it has to match to the end (fullmatch).
    """
    machine = _Automaton(pattern, searched=searched, whole=whole)
    reached = _reached(machine)
    parts = _cycles(machine, reached)
    for part in parts:
        for first in part:
            if (word := _ambiguous(machine, first)) and not _accepted(machine, reached[first], word):
                return word
    for one, other in itertools.product(parts, repeat=2):
        for second in other:
            for first in {place for place in one if place[1] == second[1] and second in machine.near(place)} - {second}:
                for word in _pumped(machine, (first, one), (second, other)):
                    if not _accepted(machine, reached[first], word):
                        return word
    return ""


def _reached(machine: _Automaton) -> dict[_Place, str]:
    """Return each place that can be reached, with a text that leads there."""
    found: dict[_Place, str] = {}
    queue: deque[_Place] = deque()
    for character in machine.alphabet:
        for number in machine.readers(machine.begin, _START, character):
            if (number, character) not in found:
                found[number, character] = character
                queue.append((number, character))
    while queue:
        place = queue.popleft()
        for character in machine.alphabet:
            for following in machine.next(place, character):
                if following not in found:
                    found[following] = found[place] + character
                    queue.append(following)
    return found


def _cycles(machine: _Automaton, places: Iterable[_Place]) -> list[set[_Place]]:
    """Return the sets of places that lead to each other (Tarjan's strongly connected components), without others."""
    numbers: dict[_Place, int] = {}
    lowest: dict[_Place, int] = {}
    stack: list[_Place] = []
    found: list[set[_Place]] = []
    for start in places:
        work = [(start, iter(machine.followers(start)))] if start not in numbers else []
        for place, _ in work:
            numbers[place] = lowest[place] = len(numbers)
            stack.append(place)
        while work:
            place, ways = work[-1]
            way = next(ways, None)
            if way is None:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[place])
                if lowest[place] == numbers[place]:
                    cut = stack.index(place)
                    part = set(stack[cut:])
                    del stack[cut:]
                    if len(part) > 1 or place in machine.followers(place):
                        found.append(part)
            elif way not in numbers:
                numbers[way] = lowest[way] = len(numbers)
                stack.append(way)
                work.append((way, iter(machine.followers(way))))
            elif way in stack:
                lowest[place] = min(lowest[place], numbers[way])
    return found


def _pumped(machine: _Automaton, one: tuple[_Place, set[_Place]], other: tuple[_Place, set[_Place]]) -> Iterator[str]:
    """Yield words on which the first place returns to itself, leads to the second, and the second returns to itself."""
    (first, inside), (second, within) = one, other
    start, goal = (first, first, second), (first, second, second)
    seen = {start}
    queue: deque[tuple[tuple[_Place, _Place, _Place], str]] = deque([(start, "")])
    while queue:
        (before, between, behind), word = queue.popleft()
        if len(word) == _LONGEST_WORD:
            continue
        begins = machine.inside(before, inside)
        for character, ends in machine.inside(behind, within).items():
            for follower in itertools.product(begins.get(character, ()), machine.next(between, character), ends):
                if follower == goal:
                    yield word + character
                elif follower not in seen:
                    seen.add(follower)
                    queue.append((follower, word + character))


def _ambiguous(machine: _Automaton, place: _Place) -> str:
    """Return a character on which a place leads back to itself in two ways without reading: (a+)+, (a*)*."""
    number, before = place
    for character in machine.alphabet:
        if character == before and _ways(machine, machine.states[number].after, number, before, character) > 1:
            return character
    return ""


def _ways(machine: _Automaton, begin: int, end: int, before: str, behind: str) -> int:
    """Count the ways from one state to another without reading, none of which meets a state twice."""

    def count(number: int, path: frozenset[int]) -> int:
        if number == end:
            return 1
        ways = [way for way, when in machine.states[number].free if machine._holds(when, before, behind)]
        return sum(count(way, path | {way}) for way in dict.fromkeys(ways) if way not in path)

    return count(begin, frozenset({begin}))


def _accepted(machine: _Automaton, prefix: str, word: str) -> bool:
    """Whether a match is found in the text whatever follows it: then nothing is tried again."""
    states, before = {machine.begin}, _START
    for character in prefix + word * 4:
        if not machine.whole and machine.accepts in machine.closure(states, before, character):
            return True
        states, before = machine.step(states, before, character), character
    return not _rejected(machine, states, before, 2)


def _rejected(machine: _Automaton, states: set[int], before: str, most: int) -> bool:
    """Whether no match is found with some ending, of at most so many characters."""
    if machine.accepts not in machine.closure(states, before, _END):
        return True
    for character in machine.alphabet if most else ():
        found = not machine.whole and machine.accepts in machine.closure(states, before, character)
        if not found and _rejected(machine, machine.step(states, before, character), character, most - 1):
            return True
    return False
