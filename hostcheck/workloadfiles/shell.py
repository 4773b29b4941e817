"""Find the simple commands of a script by the rules of the shell (POSIX, 2.3 Token Recognition), without running it.

Quotes, comments and here-documents are recognised. Commands in ``$( )``, ``sh -c`` and ``ssh`` are found too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hostcheck.workloadfiles.command_line import PROGRAMS
from hostcheck.workloadfiles.shell_flow import Placed, running
from hostcheck.workloadfiles.shell_lexer import RESERVED, Lexed, lexed
from hostcheck.workloadfiles.words import Word, moved

_DEEPEST = 8
"""Maximum depth of scripts within scripts."""
_WRAPPERS = frozenset({"sudo", "env", "timeout", "nice", "ionice", "setsid", "stdbuf", "flock", "systemd-run", "xargs"})
"""Programs that run the command which follows their options."""
_SHELLS = frozenset({"sh", "bash", "dash", "ash", "ksh", "zsh", "su", "runuser"})
"""Programs whose option -c has a script."""
_WRITERS = frozenset({"cat", "tee", ":", "true"})
"""Programs that print, write or ignore a here-document, and do not run it. ``: <<X`` is a comment of several lines."""
_WRAPPED = frozenset({*PROGRAMS, *_SHELLS, "ssh"})
_SET = re.compile(r"\w+=.*", re.DOTALL)
_REDIRECTION = re.compile(r"(?:\d+|&)?[<>]")
_RUN = re.compile(rf"(?<![\w-])(?:{'|'.join(PROGRAMS)})[ \t]")


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command.

    Attributes:
        line: the number of the line where it begins, from 1.
        words: the program and its arguments, without quotes, each with its line. Parameters are not expanded.
        in_branch: whether it is within a condition, a loop or a function, or runs only if another command fails.
        in_background: whether the next command does not wait for it.
        in_loop: whether it is within a loop or a function that is called again, or runs for each of xargs' lines.
        in_function: whether it is within a function, which is called elsewhere.
    """

    line: int
    words: list[str]
    in_branch: bool = False
    in_background: bool = False
    in_loop: bool = False
    in_function: bool = False


def commands(text: str, depth: int = 0) -> Iterator[Command]:
    """Yield the commands of a script. Those in ``$( )`` precede the command that contains them.

    A command for the engine of another host (``ssh``, ``DOCKER_HOST=``) gets the option ``--host``.

    Args:
        text: the script.
        depth: the number of scripts around this one.
    """
    exported = ""
    for placed in running(list(lexed(text))):
        command = placed.command
        if command.document is not None:
            for each in _of_document(command, exported, depth):
                yield _within(each, placed)
            continue
        found: list[Command] = []
        if depth < _DEEPEST:
            for line, inner in command.inner:
                found += _at(line, commands(inner, depth + 1))
        if command.words[0] == "export":
            exported = next((each[12:] for each in command.words if each.startswith("DOCKER_HOST=")), exported)
        else:
            found += run_by(command.words, command.line, depth, exported)
        for each in found:
            is_again = each.in_loop or "xargs" in command.words
            waits_not = each.in_background or command.before == "&"
            yield _within(replace(each, in_background=waits_not, in_loop=is_again), placed)


def _within(command: Command, placed: Placed) -> Command:
    """Return a command within the branches, loops and functions that contain another one."""
    return replace(
        command,
        in_branch=command.in_branch or placed.in_branch,
        in_loop=command.in_loop or placed.in_loop,
        in_function=command.in_function or bool(placed.function),
    )


def _of_document(command: Lexed, engine: str, depth: int) -> Iterator[Command]:
    """Yield the commands of a here-document that a shell reads, here or by another program such as ``ssh``.

    Args:
        command: the command that reads the document.
        engine: the value of ``DOCKER_HOST``; empty if unset.
        depth: the number of scripts around it.
    """
    words, own = _after_wrappers(command.words)
    name = words[0].rpartition("/")[2] if words else ""
    if name in _WRITERS or (not words and _WRITERS & set(command.words)) or depth >= _DEEPEST:
        return
    elsewhere = "" if name in _SHELLS else name
    for each in _at(command.line, commands(command.document or "", depth + 1)):
        is_engine = each.words[0].rpartition("/")[2] in PROGRAMS
        yield replace(each, words=_of_engine(each.words, elsewhere or own or engine)) if is_engine else each


def run_by(words: list[str], line: int = 1, depth: int = 0, engine: str = "") -> Iterator[Command]:
    """Yield the commands that a command runs: the command itself, or those in ``sh -c``, ``sudo`` and ``ssh``.

    Args:
        words: the words of the command.
        line: the number of the line where it begins.
        depth: the number of scripts around it.
        engine: the value of ``DOCKER_HOST`` for it; empty if unset.
    """
    words, own = _after_wrappers(words)
    name = words[0].rpartition("/")[2] if words else ""
    script = _script_of(name, words) if depth < _DEEPEST else ""
    engine = own or engine
    first = script.line if isinstance(script, Word) else line
    for each in _at(first, commands(script, depth + 1)) if script else ():
        elsewhere = name == "ssh" and each.words[0].rpartition("/")[2] in PROGRAMS
        yield replace(each, words=_of_engine(each.words, name if elsewhere else engine))
    if words and not script:
        yield Command(line, _of_engine(words, engine))


def _of_engine(words: list[str], engine: str) -> list[str]:
    return [words[0], "--host", engine, *words[1:]] if engine else words


def _at(line: int, found: Iterator[Command]) -> Iterator[Command]:
    """Yield the commands of a script that begins on this line of the file."""
    for each in found:
        yield replace(each, line=line + each.line - 1, words=[moved(word, line - 1) for word in each.words])


def _after_wrappers(words: list[str]) -> tuple[list[str], str]:
    """Return a command without the wrappers and assignments before it, and the value of its ``DOCKER_HOST=``."""
    engine, at = "", 0
    while at < len(words):
        word = words[at]
        if _SET.fullmatch(word):
            engine = word[12:] if word.startswith("DOCKER_HOST=") else engine
        elif _REDIRECTION.match(word):
            at += word[-1] in "<>&"
        elif word.rpartition("/")[2] in _WRAPPERS:
            wrapped = next(
                (n for n in range(at + 1, len(words)) if words[n].rpartition("/")[2] in _WRAPPED), len(words)
            )
            engine = next((each[12:] for each in words[:wrapped] if each.startswith("DOCKER_HOST=")), engine)
            return words[wrapped:], engine
        elif word not in RESERVED and not _is_variable_before_an_engine(words, at):
            break
        at += 1
    return words[at:], engine


def _is_variable_before_an_engine(words: list[str], at: int) -> bool:
    """Return whether the word at an index is a variable before the program of an engine, as in ``$SUDO docker run``."""
    return words[at].startswith("$") and at + 1 < len(words) and words[at + 1].rpartition("/")[2] in PROGRAMS


def _script_of(name: str, words: list[str]) -> str:
    """Return the script that a command contains; "" if there is none."""
    if name == "ssh":
        text = " ".join(words[1:])
        found = _RUN.search(text)
        return text[found.start() :] if found else ""
    if name not in _SHELLS:
        return ""
    option = next((at for at, each in enumerate(words) if re.fullmatch(r"-[a-zA-Z]*c|--command", each)), None)
    return words[option + 1] if option is not None and option + 1 < len(words) else ""
