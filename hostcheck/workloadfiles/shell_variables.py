"""Variables of a script whose value is certain: the script sets them once, to a literal."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from hostcheck.workloadfiles.words import Word

_LITERAL = re.compile(r"[\w./:@%+,=-]+")
"""A value that is a single word without expansions."""
_SET = re.compile(
    r"^(?:export[ \t]+|readonly[ \t]+)?([A-Za-z_]\w*)="
    r"(?:'([^'\n]*)'|\"([^\"\n]*)\"|([^\s;&|<>()'\"]*))[ \t]*(?:#.*|;[ \t]*)?$",
    re.MULTILINE,
)
_ASSIGNED = re.compile(r"(?<![\w$])([A-Za-z_]\w*):?\+?=")
"""Any assignment to a variable, also ``${NAME:=value}``."""
_BUILTIN = re.compile(r"(?<![\w$-])(?:read|for|select|getopts|unset|mapfile|readarray|local|printf)[ \t][^\n;]*")
_SOURCED = re.compile(r"^[ \t]*(?:source|\.|eval)[ \t]", re.MULTILINE)
_USED = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")


def literals(text: str) -> Mapping[str, str]:
    """Return the variables that have one value in the whole script, by name.

    A variable is left out if it is set again, by a loop or ``read``, on an indented line, or by an expression. The
    result is empty if the script sources another file, which may set any variable.
    """
    if _SOURCED.search(text):
        return {}
    set_here = Counter(each[1] for each in _ASSIGNED.finditer(text))
    set_by_others = {word for each in _BUILTIN.finditer(text) for word in re.findall(r"\w+", each[0])}
    found: dict[str, str] = {}
    for matched in _SET.finditer(text):
        value = next((each for each in matched.groups()[1:] if each is not None), "")
        if _LITERAL.fullmatch(value) and set_here[matched[1]] == 1 and matched[1] not in set_by_others:
            found[matched[1]] = value
    return found


def filled(words: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Return the words of a command with known variables replaced."""
    return [_filled(word, values) for word in words]


def _filled(word: str, values: Mapping[str, str]) -> str:
    text = _USED.sub(lambda used: values.get(used[1] or used[2], used[0]), word)
    return Word(text, word.line) if isinstance(word, Word) else text
