"""Find the simple commands of a script by the rules of the shell (POSIX, 2.3 Token Recognition), without running it.

Quotes, comments and here-documents are recognised. Commands in ``$( )``, ``sh -c`` and ``ssh`` are found too.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from hostcheck.workloadfiles.command_line import PROGRAMS, with_whole_templates
from hostcheck.workloadfiles.words import Word, moved

_DEEPEST = 8
"""Maximum depth of scripts within scripts."""
_RESERVED = frozenset(
    {"!", "{", "if", "then", "elif", "else", "while", "until", "do", "time", "exec", "nohup", "command"}
)
"""Reserved words before a command (POSIX, 2.4), and commands of the shell that run the command after them."""
_LOOPS = frozenset({"for", "while", "until", "select"})
_BEGINS = frozenset({"if", "case", "{", *_LOOPS})
_ENDS = frozenset({"fi", "esac", "done", "}"})
_WRAPPERS = frozenset({"sudo", "env", "timeout", "nice", "ionice", "setsid", "stdbuf", "flock", "systemd-run", "xargs"})
"""Programs that run the command which follows their options."""
_SHELLS = frozenset({"sh", "bash", "dash", "ash", "ksh", "zsh", "su", "runuser"})
"""Programs whose option -c has a script."""
_WRITERS = frozenset({"cat", "tee"})
"""Programs that print or write a here-document."""
_WRAPPED = frozenset({*PROGRAMS, *_SHELLS, "ssh"})
_SET = re.compile(r"\w+=.*", re.DOTALL)
_REDIRECTION = re.compile(r"(?:\d+|&)?[<>]")
_HERE = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|\\?([\w.-]+))")
_COMMENT = re.compile(r"`[ \t]*#[^`]*`")
"""A comment in backticks, as scripts have them in continued lines. It is not a word."""
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
    """

    line: int
    words: list[str]
    in_branch: bool = False
    in_background: bool = False
    in_loop: bool = False


def commands(text: str, depth: int = 0) -> Iterator[Command]:
    """Yield the commands of a script. Those in ``$( )`` precede the command that contains them.

    A command for the engine of another host (``ssh``, ``DOCKER_HOST=``) gets the option ``--host``.

    Args:
        text: the script.
        depth: the number of scripts around this one.
    """
    exported = ""
    blocks: list[str] = []
    lexed = list(_Lexer(text).commands())
    repeated = _LOOPS | _called_again(lexed)
    named, loops = "", 0
    for command in lexed:
        in_loop = loops > 0
        if command.document is not None:
            for each in _of_document(command, exported, depth):
                yield replace(each, in_branch=each.in_branch or bool(blocks), in_loop=each.in_loop or in_loop)
            continue
        if command.words[0] in _ENDS and blocks:
            loops -= blocks.pop() in repeated
        opened = list(_opened(command.words))
        if named and opened[:1] == ["{"]:
            opened[0] = named
        blocks += opened
        loops += len([each for each in opened if each in repeated])
        named = _function_of(command)
        in_branch = bool(blocks) or command.after == "||"
        in_loop = loops > 0 or "xargs" in command.words
        found: list[Command] = []
        if depth < _DEEPEST:
            for line, inner in command.inner:
                found += _at(line, commands(inner, depth + 1))
        if command.words[0] == "export":
            exported = next((each[12:] for each in command.words if each.startswith("DOCKER_HOST=")), exported)
        else:
            found += run_by(command.words, command.line, depth, exported)
        for each in found:
            yield replace(
                each,
                in_branch=each.in_branch or in_branch,
                in_background=each.in_background or command.before == "&",
                in_loop=each.in_loop or in_loop,
            )


def _function_of(command: "_Lexed") -> str:
    """Return the name of the function, with "()", whose definition begins with this command; "" if there is none."""
    is_name = command.before == "(" and len(command.words) in {1, 2} and command.words[:-1] in ([], ["function"])
    return f"{command.words[-1]}()" if is_name else ""


def _called_again(lexed: Sequence["_Lexed"]) -> frozenset[str]:
    """Return the names of the functions, with "()", that a script calls more than once."""
    calls = Counter(f"{each.words[0]}()" for each in lexed if not _function_of(each) and each.document is None)
    return frozenset(name for each in lexed if (name := _function_of(each)) and calls[name] > 1)


def _of_document(command: "_Lexed", engine: str, depth: int) -> Iterator[Command]:
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


def _opened(words: list[str]) -> Iterator[str]:
    """Yield the first word of each compound command that begins with this simple command (POSIX, 2.9.4)."""
    for word in words:
        if word in _BEGINS:
            yield word
        elif word not in _RESERVED:
            break


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
        elif word not in _RESERVED and not _is_variable_before_an_engine(words, at):
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


@dataclass(slots=True)
class _Lexed:
    """A command while it is read.

    Attributes:
        line: the number of the line where it begins.
        words: the words so far.
        after: the operator between the previous command and this one, such as "||".
        before: the operator that ends it.
        inner: the scripts in its ``$( )`` and backticks, each with the number of its line.
        document: the text of a here-document that it reads, which begins at ``line``; None for the command itself.
    """

    line: int = 0
    words: list[str] = field(default_factory=list)
    inner: list[tuple[int, str]] = field(default_factory=list)
    after: str = ""
    before: str = ""
    document: str | None = None


class _Lexer:
    """A reader of a script, from beginning to end."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.line = with_whole_templates(text), 0, 1
        self.word: list[str] | None = None
        self.word_line = 1
        self.command = _Lexed()
        self.documents: list[tuple[str, bool, _Lexed]] = []

    def commands(self) -> Iterator[_Lexed]:
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "\n" or (char in ";|&()" and not self._is_of_a_redirection(char)):
                operator = char * 2 if self.text.startswith(char * 2, self.at) and char in "|&" else char
                yield from self._ended(operator)
                self.at += len(operator)
                if char == "\n":
                    self.line += 1
                    yield from self._read_documents()
            elif char in " \t\r":
                self._end_word()
                self.at += 1
            elif char == "#" and self.word is None:
                self._pass_until_the_end_of_the_line()
            else:
                self._add(char)
        yield from self._ended("")

    def _is_of_a_redirection(self, char: str) -> bool:
        """Return whether the character at the current position is the ampersand of ``2>&1`` or ``&>``."""
        before, after = (self.word or [""])[-1][-1:], self.text[self.at + 1 : self.at + 2]
        return char == "&" and (before in {"<", ">"} or after == ">")

    def _pass_until_the_end_of_the_line(self) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end

    def _add(self, char: str) -> None:
        if self.word is None:
            self.word, self.word_line = [], self.line
            self.command.line = self.command.line or self.line
        here = _HERE.match(self.text, self.at) if char == "<" else None
        if self.text.startswith("<<<", self.at):
            self._take("<<<")
        elif here is not None:
            self.documents.append((here[2] or here[3] or here[4], bool(here[1]), self.command))
            self.word.append("<<HERE")
            self.at = here.end()
        elif char == "\\":
            self._add_escaped()
        elif char == "'":
            end = self.text.find("'", self.at + 1)
            self._take(self.text[self.at + 1 : end if end >= 0 else len(self.text)], more=2)
        elif char == '"':
            self.at += 1
            self._add_quoted()
        elif not self._add_substituted():
            self._take(char)

    def _add_quoted(self) -> None:
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == '"':
                self.at += 1
                return
            if char == "\\" and self.text[self.at + 1 : self.at + 2] in {'"', "\\", "`", "$", "\n"}:
                self._add_escaped()
            elif not self._add_substituted():
                self._take(char)

    def _add_escaped(self) -> None:
        after = self.text[self.at + 1 : self.at + 2]
        self.line += after == "\n"
        if after == "\n":
            self.at += 2
            # A backslash at the end of a line joins it with the next one. A comment on that line is skipped.
            if not self.word:
                self.word = None
        else:
            self._append(after)
            self.at += 2

    def _add_substituted(self) -> bool:
        """Add the text of ``$( )`` or backticks to the word, and store its script; return whether there is one here."""
        if self.text.startswith("$(", self.at):
            end = _closing(self.text, self.at + 2)
            inner = self.text[self.at + 2 : end]
        elif self.text[self.at] == "`":
            end = self.text.find("`", self.at + 1)
            end = len(self.text) if end < 0 else end
            inner = self.text[self.at + 1 : end]
        else:
            return False
        if not inner.startswith("("):
            self.command.inner.append((self.line, inner))
        self._take(self.text[self.at : end + 1])
        return True

    def _take(self, text: str, more: int = 0) -> None:
        self._append(text)
        self.line += text.count("\n")
        self.at += len(text) + more

    def _append(self, text: str) -> None:
        self.word = [] if self.word is None else self.word
        self.word.append(text)

    def _end_word(self) -> None:
        if self.word is not None:
            word = "".join(self.word)
            if not _COMMENT.fullmatch(word):
                self.command.words.append(Word(word, self.word_line))
            self.word = None

    def _ended(self, operator: str) -> Iterator[_Lexed]:
        self._end_word()
        if self.command.words:
            self.command.before = operator
            ended, self.command = self.command, _Lexed(after=operator)
            if operator == "|" and self.documents and self.documents[-1][2] is ended:
                # What the command prints is read by the next one.
                self.documents[-1] = (*self.documents[-1][:2], self.command)
            yield ended

    def _read_documents(self) -> Iterator[_Lexed]:
        """Yield the here-documents that begin here, each with the words of the command that reads it.

        Of several, a command reads the last one.
        """
        last = {id(reader): at for at, (_, _, reader) in enumerate(self.documents)}
        for at, (end, indented, reader) in enumerate(self.documents):
            lines: list[str] = []
            first = self.line
            while self.at < len(self.text):
                start = self.at
                self._pass_until_the_end_of_the_line()
                line = self.text[start : self.at]
                self.at, self.line = self.at + 1, self.line + 1
                if (line.lstrip("\t") if indented else line).rstrip() == end:
                    break
                lines.append(line)
            if last[id(reader)] == at:
                yield _Lexed(first, reader.words, document="\n".join(lines))
        self.documents = []


def _closing(text: str, at: int) -> int:
    """Return the index of the closing parenthesis; the length of the text if there is none."""
    depth, quote = 1, ""
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "()":
            depth += 1 if char == "(" else -1
            if depth == 0:
                return at
        at += 1
    return len(text)
