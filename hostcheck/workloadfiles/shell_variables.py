"""Variables of a script whose value is certain: the script sets them once, to a literal, and nothing else sets them.

A command that sets a variable names it (``read NAME``, ``NAME++``, ``for NAME in``…) or takes the name from elsewhere
(``source``, ``eval``, ``export "$@"``…). Such a command is considered wherever it is. If a command takes the name from
elsewhere, no variable is certain.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from hostcheck.workloadfiles.shell_lexer import Lexed, lexed
from hostcheck.workloadfiles.words import Word

_DEEPEST = 8
"""Maximum depth of scripts within scripts."""
_LITERAL = re.compile(r"[\w./:@%+,=-]+")
"""A value that is a single word without expansions."""
_SET = re.compile(
    r"^(?:export[ \t]+|readonly[ \t]+)?([A-Za-z_]\w*)="
    r"(?:'([^'\n]*)'|\"([^\"\n]*)\"|([^\s;&|<>()'\"]*))[ \t]*(?:#.*|;[ \t]*)?$",
    re.MULTILINE,
)
_ASSIGNED = re.compile(
    r"(?<![\w$])([A-Za-z_]\w*)"
    r"(?=(?:\[[^]\n]{0,200}\])?(?:[ \t]*(?:<<|>>|[-+*/%&|^:])?=(?!=)|[ \t]*\+\+|--(?!\w)|[ \t]+--(?=[ \t)\];,\"'])))"
)
"""Any assignment to a variable, also ``${NAME:=value}``, and those in arithmetic expressions."""
_ARITHMETIC = re.compile(r"(?:\(\(|\blet[ \t]|\$\[|\w\[)[^\n]*")
_BEFORE = re.compile(r"(?:\+\+|--)[ \t]*([A-Za-z_]\w*)")
_BUILTIN = re.compile(
    r"(?<![\w$-])(?:read|for|select|getopts|unset|mapfile|readarray|local|declare|typeset|let|coproc|wait"
    r"|printf[ \t]+-v)[ \t][^\n;]*|(?<!\$)\{[A-Za-z_]\w*\}[<>]"
)
"""A command that sets the variables whose names are its arguments, and a redirection that sets one."""
_BY_THE_SHELL = frozenset(
    {
        *("REPLY", "OPTARG", "OPTIND", "MAPFILE", "RANDOM", "SRANDOM", "SECONDS", "LINENO", "PWD", "OLDPWD", "_"),
        *("PPID", "UID", "EUID", "BASHPID", "SHLVL", "EPOCHSECONDS", "EPOCHREALTIME", "COLUMNS", "LINES", "COPROC"),
    }
)
"""Variables that the shell sets, without being asked to."""
_OF_ANY_NAME = re.compile(
    r"\$\{!\w+:?=|\(\([^\n]{0,200}?(?:(?:\+\+|--)\$|\$\{?\w+\}?[ \t]*(?:\+\+|--|(?:<<|>>|[-+*/%&|^])?=(?!=)))"
)
"""An expansion or an arithmetic expression that sets a variable whose name is the value of another one."""
_READING = re.compile(r"(?:^|[;&|({\n]|\b(?:then|do|else)\b)[ \t]*(?:source|eval|\.)[ \t]")
"""A command within a word, such as the script of ``trap``, that may set any variable."""
_FIRST = frozenset({"!", "{", "if", "then", "elif", "else", "while", "until", "do", "time", "command", "builtin"})
_NAMING = frozenset({"export", "declare", "typeset", "local", "readonly", "let", "unset", "mapfile", "readarray"})
"""Commands whose arguments are names of variables, with or without a value."""
_USED = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")


def literals(text: str) -> Mapping[str, Word]:
    """Return the values of variables that are set once in the script, by name. Each value has the line that sets it.

    A variable is left out if it is set again, by a loop or ``read``, on an indented line, or by an expression. The
    result is empty if a command may set any variable.
    """
    read = tuple(lexed(text))
    text = text.replace("\\\n", " ")
    if _OF_ANY_NAME.search(text) or _sets_any(read):
        return {}
    set_here = Counter(each[1] for each in _ASSIGNED.finditer(text))
    set_here.update(name for each in _ARITHMETIC.finditer(text) for name in _BEFORE.findall(each[0]))
    set_by_others = {word for each in _BUILTIN.finditer(text) for word in re.findall(r"\w+", each[0])} | _BY_THE_SHELL
    certain = {each.words[-1]: each.line for each in read if _is_certain(each)}
    found: dict[str, Word] = {}
    for matched in _SET.finditer(text):
        value = next((each for each in matched.groups()[1:] if each is not None), "")
        line = certain.get(f"{matched[1]}={value}")
        if _LITERAL.fullmatch(value) and set_here[matched[1]] == 1 and line and matched[1] not in set_by_others:
            found[matched[1]] = Word(value, line)
    return found


def _is_certain(command: Lexed) -> bool:
    """Return whether a command is an assignment that does not depend on the one before it."""
    is_one = len(command.words) == 1 or (len(command.words) == 2 and command.words[0] in {"export", "readonly"})
    return is_one and command.document is None and command.after not in {"&&", "||"}


def _sets_any(commands: Iterable[Lexed], depth: int = 0) -> bool:
    """Return whether a command of a script may set a variable whose name is not in the script."""
    return any(
        (each.document is None and _names_another(each.words))
        or (depth < _DEEPEST and any(_sets_any(lexed(inner), depth + 1) for _, inner in each.inner))
        for each in commands
    )


def _names_another(words: Sequence[str]) -> bool:
    """Return whether a command may set a variable of any name."""
    at = 2 if words[0] == "function" else 0
    while at < len(words) and (words[at] in _FIRST or re.match(r"\w+=", words[at])):
        at += 1
    name, given = next(iter(words[at:]), ""), _before_redirections(words[at + 1 :])
    if name in {"source", "eval", "."} or any(" " in each and _READING.search(each) for each in words):
        return True
    if name in {"declare", "typeset", "local"} and any(re.match(r"-\w*n", each) for each in given):
        return any("$" in each or "`" in each for each in given)
    if name == "read":
        given = [each for before, each in pairwise(["", *given]) if not re.match(r"-\w*[pdintNu]$", before)]
    elif name == "printf":
        given = given[1:2] if given[:1] == ["-v"] else [each[2:] for each in given[:1] if each.startswith("-v")]
    elif name == "wait":
        given = [each for before, each in pairwise(given) if re.match(r"-\w*p$", before)]
    elif name == "getopts":
        given = given[1:2]
    elif name not in _NAMING:
        return False
    return any(re.search(r"[$`]", each.partition("=")[0]) for each in given if not each.startswith("-"))


def _before_redirections(words: Sequence[str]) -> Sequence[str]:
    end = next((at for at, each in enumerate(words) if re.match(r"\d*[<>]", each)), len(words))
    return words[:end]


def filled(words: Sequence[str], values: Mapping[str, Word]) -> list[str]:
    """Return the words of a command with known variables replaced, if an earlier line sets them."""
    return [_filled(word, values) if isinstance(word, Word) else word for word in words]


def _filled(word: Word, values: Mapping[str, Word]) -> Word:
    def of(used: re.Match[str]) -> str:
        value = values.get(used[1] or used[2])
        return used[0] if value is None or value.line > word.line else value

    return Word(_USED.sub(of, word), word.line)
