"""Which commands of a script run: within conditions, loops and functions, and after ``exit``.

A script is not executed. A command certainly does not run after a certain ``exit``, under ``if false``, or in a
function that nothing names.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hostcheck.workloadfiles.shell_lexer import RESERVED, Lexed

_LOOPS = frozenset({"for", "while", "until", "select"})
_BEGINS = frozenset({"if", "case", "{", *_LOOPS})
_ENDS = frozenset({"fi", "esac", "done", "}"})
_TRUTHS: Mapping[str, bool] = {"true": True, ":": True, "false": False}
_LEAVING = frozenset({"exit", "return", "exec"})
_TOKEN = re.compile(r"[\w.:-]+")


def _is_name(word: str) -> bool:
    """Return whether a word before a parenthesis is the name of a function, not a reserved word or an array."""
    return _TOKEN.fullmatch(word) is not None and word not in RESERVED | _BEGINS | _ENDS


@dataclass(slots=True)
class _Block:
    """A compound command or the body of a function.

    Attributes:
        kind: its first word; "" for the body of a function.
        function: the name of the innermost function; "" outside of functions.
        holds: the value of its condition; None if unknown.
        never: whether none of its commands runs.
        dead: whether the commands that are read now do not run.
        loops: the number of loops of the function or the script around the commands in it.
        parens: for a body in parentheses, the number of open parentheses around its commands.
    """

    kind: str
    function: str
    holds: bool | None = None
    never: bool = False
    dead: bool = False
    loops: int = 0
    parens: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A command of a script, and the blocks around it.

    Attributes:
        command: the command, without the word ``function`` and the name before it.
        function: the name of the innermost function around it; "" if there is none.
        in_branch: whether it is within a condition, a loop or a function, or runs only if another command fails.
        in_loop: whether it is within a loop, or a function that is called again.
    """

    command: Lexed
    function: str = ""
    in_branch: bool = False
    in_loop: bool = False


def running(read: Sequence[Lexed]) -> Iterator[Placed]:
    """Yield the commands of a script that may run. Here-documents are among them."""
    flow = _Flow()
    placed = [each for command in read for each in flow.place(command)]
    called = _called(placed, flow.functions)
    for each in placed:
        if not each.function or each.function in called:
            yield replace(each, in_loop=each.in_loop or called.get(each.function, 0) > 1)


@dataclass(slots=True)
class _Flow:
    """The state while the commands are read in their order."""

    blocks: list[_Block] = field(default_factory=list)
    in_parens: list[int] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    leaving: set[str] = field(default_factory=set)
    named: str = ""
    parens: int = 0
    ended: bool = False
    status: bool | None = None
    skipped: bool = False
    of_readers: dict[int, Placed | None] = field(default_factory=dict)

    def place(self, command: Lexed) -> Iterator[Placed]:
        """Yield a command with the blocks around it, unless it certainly does not run."""
        if command.document is not None:
            reader = self.of_readers.get(id(command.words))
            if reader is not None:
                yield replace(reader, command=command)
            return
        original = command.words
        while self.in_parens and (
            self.in_parens[-1] >= len(self.blocks) or self.blocks[self.in_parens[-1]].parens > command.fewest
        ):
            del self.blocks[self.in_parens.pop() :]
        if command.words[0] in _ENDS and self.blocks:
            self.blocks.pop()
        is_second = command.after == "||" and self.status is None
        self._begin_of_list(command)
        command = self._after_names(command)
        self._begin_part(command.words)
        self._open(command)
        dead = self.ended or self.skipped or (bool(self.blocks) and self.blocks[-1].dead)
        top = self.blocks[-1] if self.blocks else _Block("", "")
        found = Placed(command, top.function, bool(self.blocks) or is_second, top.loops > 0)
        self.of_readers[id(original)] = None if dead else found
        if not dead:
            yield found
            self._leave(command)

    def _begin_of_list(self, command: Lexed) -> None:
        """Note whether ``&&`` or ``||`` skips this command, and the result of the list so far (POSIX, 2.9.3)."""
        own = _TRUTHS.get(command.words[0]) if len(command.words) == 1 else None
        if command.after in {"&&", "||"}:
            self.skipped = self.status is (command.after == "||")
            # Of an unknown result, "|| true" makes true and "&& false" makes false.
            is_known = self.status is not None or own is (command.after == "||")
            self.status = self.status if self.skipped else own if is_known else None
        elif command.after != "|" or not self.skipped:
            self.skipped, self.status = False, own

    def _after_names(self, command: Lexed) -> Lexed:
        """Note the function whose body begins after this command, or in it; return the command without its name."""
        words = command.words
        with_word = words[0] == "function" and len(words) > 1
        if self.named and command.parens > self.parens:
            self._begin_body(command.parens)
        if command.before == "(" and (len(words) == 1 or (with_word and len(words) == 2)):
            self.named, self.parens = words[-1] if _is_name(words[-1]) else "", command.parens
        elif with_word:
            self.named = words[1]
            return replace(command, words=words[2:] or words)
        return command

    def _begin_body(self, parens: int = 0) -> None:
        """Begin the body of the function whose name was read."""
        self.functions.add(self.named)
        never = self.skipped or (bool(self.blocks) and self.blocks[-1].dead)
        if parens:
            self.in_parens.append(len(self.blocks))
        self.blocks.append(_Block("", self.named, never=never, dead=never, parens=parens))
        self.named = ""

    def _begin_part(self, words: Sequence[str]) -> None:
        """Note the part of the innermost compound command that begins here."""
        top = self.blocks[-1] if self.blocks else None
        if top is None or top.never:
            return
        if words[0] in {"then", "do"} and top.kind in {"if", *_LOOPS}:
            top.dead = top.dead or top.holds is False
        elif words[0] in {"else", "elif"} and top.kind == "if":
            top.dead = top.holds is True
            top.holds = top.holds or None

    def _open(self, command: Lexed) -> None:
        """Open the compound commands that begin with this command (POSIX, 2.9.4)."""
        words = command.words
        for at, word in enumerate(words):
            if word not in _BEGINS:
                if word not in RESERVED:
                    break
                continue
            top = self.blocks[-1] if self.blocks else _Block("", "")
            if word == "{" and self.named:
                self._begin_body()
                continue
            holds = None
            if len(words) == at + 2 and command.before in {";", "\n"} and word in {"if", "while", "until"}:
                holds = _TRUTHS.get(words[-1])
                holds = not holds if word == "until" and holds is not None else holds
            never = self.skipped or top.dead
            self.blocks.append(_Block(word, top.function, holds, never, never, top.loops + (word in _LOOPS)))
        if command.before != "(":
            self.named = self.named if words[-1:] == [self.named] or not words else ""

    def _leave(self, command: Lexed) -> None:
        """Note that a command certainly ends the script or the function."""
        words = [*command.words]
        while words[:1] == ["{"]:
            words.pop(0)
        depth = len(self.blocks)
        is_certain = not (command.parens or command.before in {"|", "&", "("})
        if not words or not is_certain or command.after in {"|", "||", "&&"} or depth > 1:
            return
        top = self.blocks[0] if self.blocks else None
        if top is not None and top.kind:
            return
        name = words[0]
        leaves = name in _LEAVING and (name != "exec" or (len(words) > 1 and re.match(r"[\w./]", words[1]) is not None))
        leaves = leaves and not (name == "exec" and re.match(r"\d*[<>]", words[1]))
        if top is None:
            self.ended = name != "return" and (leaves or name in self.leaving)
        elif leaves or name in self.leaving:
            top.dead = True
            if name != "return":
                self.leaving.add(top.function)


def _called(placed: Sequence[Placed], functions: set[str]) -> Mapping[str, int]:
    """Return the functions that may run, each with the number of its calls: 2 stands for more, 0 for an unknown one."""
    calls: dict[str, Counter[str]] = {}
    named: set[str] = set()
    is_any = False
    for each in placed:
        words = each.command.words
        if each.command.document is not None:
            named.update(_TOKEN.findall(each.command.document))
            continue
        at = next((at for at, word in enumerate(words) if word not in RESERVED and not re.match(r"\w+=", word)), None)
        if at is None:
            named.update(token for word in words for token in _TOKEN.findall(word))
            continue
        name = words[at]
        is_any = is_any or name.startswith(("$", "`")) or name in {"eval", "source", "."}
        rest = words[at + 1 :] if name in functions else words
        if name in functions and each.command.before != "(":
            calls.setdefault(each.function, Counter())[name] += 2 if each.in_loop else 1
        elif each.command.before == "(" and (name in functions or name == "function"):
            rest = []
        named.update(token for word in rest for token in _TOKEN.findall(word))
    counts = Counter({"": 1})
    rising = [("", 1)]
    while rising:
        caller, more = rising.pop()
        for name, times in calls.get(caller, {}).items():
            added = min(2, counts[name] + more * times) - counts[name]
            if added:
                counts[name] += added
                rising.append((name, added))
    return {name: counts[name] for name in functions if counts[name] or name in named or is_any}
