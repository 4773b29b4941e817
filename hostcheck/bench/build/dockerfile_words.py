"""Evaluate the words of a Dockerfile as docker does: quotes, escapes and variables with their defaults.

Source: moby/buildkit, frontend/dockerfile/shell/lex.go and frontend/dockerfile/parser/line_parsers.go (parseWords).
"""

import re
from collections.abc import Iterator, Mapping

Values = Mapping[str, str | None]
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SIGN = re.compile(r":?[-+?]")
_QUOTES = ("'", '"')
_OF_PLATFORM = re.compile(r"(?:TARGET|BUILD)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT|STAGE)")
"""Names of the variables that BuildKit sets by itself, and the classic builder does not."""
_LONGEST = 1 << 16
"""Length of the values in a word: ARG A=$A$A doubles it each time."""
_DEEPEST = 50
"""Number of variables within each other's defaults that are evaluated."""


class _UnclearError(ValueError):
    """The error if a word has syntax that not all releases of docker evaluate alike."""


def words_of(text: str, escape: str) -> Iterator[str]:
    """Yield the words of an instruction such as ARG, with their quotes. Quoted and escaped spaces are in a word."""
    word, quote, place = "", "", 0
    while place < len(text):
        character = text[place]
        step = text[place : place + 2] if character == escape and quote != "'" else character
        place += len(step)
        if character.isspace() and not quote:
            if word:
                yield word
            word = ""
            continue
        if step == quote:
            quote = ""
        elif not quote and step in _QUOTES:
            quote = step
        word += step
    if word:
        yield word


def evaluated(word: str, values: Values, escape: str) -> str | None:
    """Return a word without quotes and escapes, and with the value of each variable.

    Args:
        word: the word as it is written.
        values: value of each variable, by name; None if it is not certain.
        escape: the character that escapes others.

    Returns:
        The word, in which a variable without a value is empty; None if not all builders of docker give it the same
        value, or take its syntax.
    """
    try:
        return _Word(word, values, escape).until("")
    except _UnclearError:
        return None


class _Word:
    """A word, and the place up to which it is evaluated."""

    def __init__(self, text: str, values: Values, escape: str) -> None:
        """Begin with the first character of ``text``."""
        self._text = text
        self._values = values
        self._escape = escape
        self._place = 0
        self._depth = 0
        self._length = 0

    def until(self, stop: str) -> str:
        """Evaluate up to the character ``stop``, and go past it; empty for the whole rest.

        Raises:
            _UnclearError: if that cannot be evaluated with certainty, or ``stop`` is missing.
        """
        found = ""
        while self._place < len(self._text):
            character = self._next()
            if character == stop:
                return found
            if character == "'":
                end = self._text.find("'", self._place)
                if end < 0:
                    raise _UnclearError
                found += self._text[self._place : end]
                self._place = end + 1
            elif character == '"':
                found += self._double_quoted()
            elif character == "$":
                found += self._variable()
            else:
                found += self._next() if character == self._escape else character
        if stop:
            raise _UnclearError
        return found

    def _next(self) -> str:
        character = self._text[self._place : self._place + 1]
        self._place += 1
        return character

    def _double_quoted(self) -> str:
        found = ""
        while character := self._next():
            if character == '"':
                return found
            if character == "$":
                found += self._variable()
            elif character == self._escape and self._text[self._place : self._place + 1] in {'"', "$", self._escape}:
                found += self._next()
            else:
                found += character
        raise _UnclearError

    def _variable(self) -> str:
        value = self._expanded()
        self._length += len(value)
        if self._length > _LONGEST:
            raise _UnclearError
        return value

    def _expanded(self) -> str:
        in_braces = self._text[self._place : self._place + 1] == "{"
        self._place += in_braces
        name = _NAME.match(self._text, self._place)
        if name is None:
            raise _UnclearError
        self._place = name.end()
        if not in_braces:
            return self._value(name[0]) or ""
        if self._text[self._place : self._place + 1] == "}":
            self._place += 1
            return self._value(name[0]) or ""
        sign = _SIGN.match(self._text, self._place)
        if sign is None:
            raise _UnclearError
        self._place = sign.end()
        return self._substituted(name[0], sign[0])

    def _substituted(self, name: str, sign: str) -> str:
        value = self._value(name)
        is_given = bool(value) if sign.startswith(":") else value is not None
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _UnclearError
        word = self.until("}")
        self._depth -= 1
        if sign.endswith("+"):
            return word if is_given else ""
        if sign.endswith("-"):
            return value or "" if is_given else word
        if not is_given:
            raise _UnclearError
        return value or ""

    def _value(self, name: str) -> str | None:
        if name not in self._values:
            if _OF_PLATFORM.fullmatch(name):
                raise _UnclearError
            return None
        value = self._values[name]
        if value is None:
            raise _UnclearError
        return value
