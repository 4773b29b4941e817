"""Split a script into simple commands by the rules of the shell (POSIX, 2.3 Token Recognition).

Quotes, comments and here-documents are recognised.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hostcheck.workloadfiles.command_line import with_whole_templates
from hostcheck.workloadfiles.words import Word

RESERVED = frozenset(
    {"!", "{", "if", "then", "elif", "else", "while", "until", "do", "time", "exec", "nohup", "command"}
)
"""Reserved words before a command (POSIX, 2.4), and commands of the shell that run the command after them."""
_HERE = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|\\?([\w.-]+))")
_COMMENT = re.compile(r"`[ \t]*#[^`]*`")
"""A comment in backticks, as scripts have them in continued lines. It is not a word."""


@dataclass(slots=True)
class Lexed:
    """A command while it is read.

    Attributes:
        line: the number of the line where it begins.
        words: the words so far.
        after: the operator between the previous command and this one, such as "||".
        before: the operator that ends it.
        inner: the scripts in its ``$( )`` and backticks, each with the number of its line.
        parens: the number of open parentheses around it.
        fewest: the fewest open parentheses since the previous command.
        document: the text of a here-document that it reads, which begins at ``line``; None for the command itself.
    """

    line: int = 0
    words: list[str] = field(default_factory=list)
    inner: list[tuple[int, str]] = field(default_factory=list)
    after: str = ""
    before: str = ""
    parens: int = 0
    fewest: int = 0
    document: str | None = None


def lexed(text: str) -> Iterator[Lexed]:
    """Yield the simple commands of a script, and each here-document after the line that names it."""
    yield from _Reader(text).commands()


class _Reader:
    """A reader of a script, from beginning to end."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.line = with_whole_templates(text), 0, 1
        self.parens = self.fewest = 0
        self.cases: list[int] = []
        self.word: list[str] | None = None
        self.word_line = 1
        self.command = Lexed()
        self.documents: list[tuple[str, bool, Lexed]] = []

    def commands(self) -> Iterator[Lexed]:
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "\n" or (char in ";|&()" and not self._is_of_a_redirection(char)):
                operator = char * 2 if self.text.startswith(char * 2, self.at) and char in "|&" else char
                yield from self._ended(operator)
                self._count(operator)
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

    def _count(self, operator: str) -> None:
        """Count the open parentheses. The one after a pattern of ``case`` closes none."""
        if operator == "(":
            self.parens += 1
        elif operator == ")" and self.parens not in self.cases[-1:]:
            self.parens = max(0, self.parens - 1)
            self.fewest = min(self.fewest, self.parens)

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

    def _ended(self, operator: str) -> Iterator[Lexed]:
        self._end_word()
        if self.command.words:
            self.command.before, self.command.parens, self.command.fewest = operator, self.parens, self.fewest
            self.fewest = self.parens
            first = next((word for word in self.command.words if word not in RESERVED), "")
            if first == "case":
                self.cases.append(self.parens)
            elif first == "esac" and self.cases:
                self.cases.pop()
            ended, self.command = self.command, Lexed(after=operator)
            if operator == "|" and self.documents and self.documents[-1][2] is ended:
                # What the command prints is read by the next one.
                self.documents[-1] = (*self.documents[-1][:2], self.command)
            yield ended

    def _read_documents(self) -> Iterator[Lexed]:
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
                yield Lexed(first, reader.words, document="\n".join(lines))
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
