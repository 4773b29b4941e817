"""Parse the program's output into answers.

The text is not trusted: nothing in it is run or opened, and it may be cut off anywhere. An answer begins with a line of
its kind, its state and its path. Then come its lines of content, each beginning with "=", and lines with numbers that
show whether a line is missing (program.sh), or whether characters changed (weighed.sh). An answer with a missing or
changed line is ignored: a console can lose lines, and a mail program can change quotation marks.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hostcheck.host.base import READ_LIMIT, Failure, Reading
from hostcheck.host.cpuidtext import HYPERVISOR_BASE, Registers
from hostcheck.host.numbers import is_whole
from hostcheck.host.recorded import Answers

SCHEMA = b"hostcheck.host/1"
BEGINS = SCHEMA + b" begins"
ENDS = b"ends "
HOLDS = b"holds "
GAP = "the program's output has a gap, or was changed on its way"
MOST_LINE = 1 << 20
"""Maximum size in bytes of a line that is not content. A path has at most 4,096."""

MOST_LINES = 1 << 18
"""Maximum number of lines that are not content, which bounds the memory for answers. A host with 5,000 network
interfaces has 80,000."""
_MOST_CONTENT = 1 << 22
"""Maximum size in bytes of an answer's content. The program sends 1 MiB, which od writes as 3 MiB."""

_NUMBER = re.compile(rb"[0-9]{1,9}")
_END = re.compile(ENDS + rb"([0-9]{1,9})(?: (.*))?", re.DOTALL)
_HOLDS = re.compile(HOLDS + rb"([0-9]{1,9}) ([0-9]{1,9})")
_LINE = re.compile(rb"=|(?:ends|holds) [0-9]|[0-9]{1,9}\Z|([a-z]+) [a-z0-9]*(?: |\Z)|\Z")

_COMMON = bytes((0x0A, *range(0x20, 0x7F)))
"""The characters that weighed.sh does not count: ASCII characters, blanks, and the line break."""

_COUNTED = frozenset({"read", "listdir", "run", "http", "cpuid", "clock"})
"""The kinds of answers whose lines of content are counted."""
_SINGLE = frozenset({"readlink", "environ", "stat", "statvfs"})
"""The kinds of answers that have exactly one line of content."""
_WITH_CONTENT = frozenset({"there", "text", "base64", "hex", "hexdump"})

_UNTRIED = "no program of the host can be used for it"
_STATES: Mapping[str, tuple[Failure, str]] = {
    "absent": ("absent", "No such file or directory"),
    "dangling": ("absent", "No such file or directory"),
    "denied": ("denied", "Permission denied"),
    "special": ("unreadable", "not a regular file"),
    "plain": ("unreadable", "Invalid argument"),
    "uncoded": ("unreadable", "the host has neither base64 nor od nor hexdump"),
    "untried": ("unreadable", _UNTRIED),
}
_MESSAGES: tuple[tuple[str, Failure], ...] = (
    ("denied", "denied"),
    ("not permitted", "denied"),
    ("No such file", "absent"),
    ("Not a directory", "absent"),
)
_ESCAPED = re.compile(r"\\(.)")
_MODE = re.compile(r"[-a-z]([-r][-w][-xsS][-r][-w][-xsS][-r][-w][-xtT])[.+@]?")
_HYPERVISOR_BIT = 1 << 31  # of leaf 1's ecx


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        kind: the kind of request that is answered, as the program names it: a key of ``_KINDS``.
        state: the state of the requested object: "there", "absent", "denied"….
        name: the arguments of the request: the path, the command, the variable….
        content: the lines of content, without the "=".
        closed: whether the content ends with a line break.
        failed: why the host could not read all of the content; empty if it could.
        whole: whether all lines arrived.
    """

    kind: str
    state: str
    name: str
    content: tuple[bytes, ...] = ()
    closed: bool = False
    failed: str = ""
    whole: bool = True

    @property
    def data(self) -> bytes:
        """The content as it was on the host."""
        return b"\n".join(self.content) + (b"\n" if self.closed and self.content else b"")


@dataclass(slots=True)
class Known:
    """The answers of a host so far.

    Attributes:
        answers: the answers, by kind and by the arguments of the request.
        folders: for each folder that could not be listed, by path: the reason.
        damaged: whether lines of any answer were lost on their way.
    """

    answers: Answers = field(default_factory=Answers)
    folders: dict[str, Failure] = field(default_factory=dict)
    damaged: bool = False

    def add(self, answer: Answer) -> None:
        """Add an answer. An answer of unknown kind, an impossible one, or one that lacks lines, is ignored."""
        keep = _KINDS.get(answer.kind)
        if keep is not None and answer.whole:
            keep(self, answer)
        self.damaged |= not answer.whole


def parse(parts: Iterator[bytes], before: int | None = None) -> Iterator[Answer]:
    """Yield the answers in the program's output, which may end anywhere.

    An answer is known to be complete only if another answer, or the program's last line, follows it. So an answer at
    the end of the output is left out.

    Args:
        parts: the output in parts. Each is one line, or several lines of content, without the last line break.
        before: how many answers the program gave before these; None if that is not known.
    """
    waiting: list[Answer] = []
    weighed = False
    for each in _counted(parts, before):
        if isinstance(each, Answer):
            waiting.append(each)
            continue
        weighed = True
        yield from waiting if each else (replace(answer, whole=False) for answer in waiting)
        waiting.clear()
    # In a text with weights, answers without one are the last ones of a text that was cut.
    yield from (replace(answer, whole=False) for answer in waiting) if weighed else waiting


def _counted(parts: Iterator[bytes], before: int | None) -> Iterator[Answer | bool]:
    """Yield the answers, and at each line of counts whether the lines since the previous such line are unchanged."""
    head: list[str] = []
    content: list[bytes] = []
    closed, failed, lines, number = False, "", 0, 0
    length, odd, size = 0, 0, 0
    for line in parts:
        held = _HOLDS.fullmatch(line)
        if held is None:
            length += len(line) + 1
            # A tab counts twice: one with its highest bit changed is odd too.
            odd += len(line.translate(None, _COMMON)) + line.count(b"\t")
        if line.startswith(b"="):
            size += len(line)
            if size <= _MOST_CONTENT:
                content += line[1:].split(b"\n=")
        elif not line:
            closed = True
        elif _NUMBER.fullmatch(line):
            lines = int(line)
        elif end := _END.fullmatch(line):
            number = int(end[1])
            failed = "" if end[2] is None else end[2].decode("utf-8", "replace")[:200]
        else:
            if head:
                before = None if before is None else before + 1
                whole = not number or before in {None, number}
                if head[1] in _WITH_CONTENT and head[0] in _COUNTED | _SINGLE:
                    whole &= number > 0 and len(content) + 1 == (2 if head[0] in _SINGLE else lines)
                before = number or before
                yield Answer(head[0], head[1], _unescaped(head[2]), tuple(content), closed, failed, whole)
            words = [] if held else line[:MOST_LINE].decode("utf-8", "surrogateescape").split(" ", 2)
            head = [*words, ""][:3] if len(words) > 1 else []
            content, closed, failed, lines, number, size = [], False, "", 0, 0, 0
            if held:
                yield (length, odd) == (int(held[1]), int(held[2]))
                length = odd = 0


def is_line(line: bytes) -> bool:
    """Return whether the program can have written this line (without its line break)."""
    found = _LINE.match(line)
    return found is not None and (found[1] is None or found[1] in _WORDS)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text) if "\\" in text else text


def _reading(source: str, answer: Answer, data: bytes) -> Reading:
    if answer.state in _STATES:
        return Reading(source, None, *_STATES[answer.state])
    if answer.failed:
        message = answer.failed.rpartition(": ")[2]
        failure: Failure = next((failure for words, failure in _MESSAGES if words in message), "unreadable")
        return Reading(source, None, failure, message)
    return Reading(source, data[:READ_LIMIT])


def _decoded(answer: Answer) -> bytes | None:
    """Return the content of an answer as bytes, decoded if it is encoded; None if the encoding is invalid."""
    text = b"".join(answer.content)
    try:
        if answer.state == "base64":
            return base64.b64decode(text, validate=True)
        if answer.state in {"hex", "hexdump"}:
            return bytes.fromhex(text.decode("ascii"))
    except (ValueError, binascii.Error):
        return None
    return answer.data


def _read(known: Known, answer: Answer) -> None:
    data = _decoded(answer)
    if answer.state == "dangling":
        known.answers.exists[answer.name] = True
    garbled = Reading(answer.name, None, "unreadable", "its content arrived damaged")
    known.answers.read[answer.name] = garbled if data is None else _reading(answer.name, answer, data)


def _readlink(known: Known, answer: Answer) -> None:
    target = b"".join(answer.content[:1]).decode("utf-8", "surrogateescape")
    data = _unescaped(target).encode("utf-8", "surrogateescape")
    known.answers.readlink[answer.name] = _reading(answer.name, answer, data)


def _exists(known: Known, answer: Answer) -> None:
    known.answers.exists[answer.name] = {"there": True, "absent": False}.get(answer.state)


def _listdir(known: Known, answer: Answer) -> None:
    if answer.state == "there" and not answer.failed:
        names = (name.decode("utf-8", "surrogateescape") for name in answer.content)
        known.answers.listdir[answer.name] = tuple(sorted({name for name in names if name not in {"", ".", ".."}}))
    else:
        known.answers.listdir[answer.name] = None
        known.folders[answer.name] = _reading("", answer, b"").failure or "unreadable"


def _environ(known: Known, answer: Answer) -> None:
    text = b"".join(answer.content[:1]).decode("utf-8", "surrogateescape")
    known.answers.environ[answer.name] = _unescaped(text) if answer.state == "there" else None


def _stat(known: Known, answer: Answer) -> None:
    known.answers.stat[answer.name] = parse_owner(answer.data.decode("ascii", "replace"))


def _statvfs(known: Known, answer: Answer) -> None:
    words = answer.data.decode("ascii", "replace").split()
    room = None
    if len(words) in {5, 6} and all(map(is_whole, words)):
        free, blocks, size, free_inodes, inodes, *root_free = map(int, words)
        room = {
            "free_bytes": free * size,
            "total_bytes": blocks * size,
            "free_inodes": free_inodes,
            "total_inodes": inodes,
        }
        # The program of older versions did not print it.
        if root_free:
            room |= {"root_free_bytes": root_free[0] * size, "block_bytes": size}
    known.answers.statvfs[answer.name] = room


def _run(known: Known, answer: Answer) -> None:
    known.answers.run[tuple(answer.name.split(" "))] = _reading(answer.name, answer, answer.data)


def _http(known: Known, answer: Answer) -> None:
    path, _, socket = answer.name.partition(" ")
    if answer.state == "untried":
        # An engine that cannot be asked is not one that does not answer: whether there is one is unknown.
        known.answers.exists[socket] = None
    known.answers.http_get[socket, path] = _response(answer) if answer.state == "there" else None


def _response(answer: Answer) -> tuple[int, Any] | None:
    body, _, status = b"\n".join(answer.content).rpartition(b"\n")
    if not re.fullmatch(rb"[1-5]\d\d", status):
        return None
    try:
        return int(status), json.loads(body)
    except (ValueError, RecursionError):
        return int(status), None


def _experiment(known: Known, answer: Answer) -> None:
    name, *words = answer.name.split(" ")
    arguments = tuple(sorted((word.partition("=")[0], word.partition("=")[2]) for word in words))
    rows = (line.decode("utf-8", "replace").split(" ", 2) for line in answer.content)
    results = {row[0].replace("_", " "): _trial(row) for row in rows if len(row) > 1}
    result = results.get(name) if name == "nat" else results
    if result:
        known.answers.experiment[name, arguments] = result


def _trial(row: list[str]) -> Mapping[str, Any]:
    """Return the result of a trial. Its row has the name, the stage that failed or "ok", and the error."""
    done = row[1] == "ok"
    return {"ok": done, "error": "" if done else " ".join(row[2:])[:200], "stage": "" if done else row[1]}


def _cpuid(known: Known, answer: Answer) -> None:
    data = _decoded(answer) if is_whole(answer.name) and answer.state not in _STATES else None
    if data is None:
        return
    first = int(answer.name)
    found: dict[int, Registers] = {}
    for number in range(min(len(data) // 16, 4)):
        eax, ebx, ecx, edx = (
            int.from_bytes(data[at : at + 4], "little") for at in range(number * 16, number * 16 + 16, 4)
        )
        found[first + number] = (eax, ebx, ecx, edx)
    leaves = known.answers.cpuid
    if first == 0:
        leaves |= {leaf: registers for leaf, registers in found.items() if leaf == 1}
    elif leaves.get(1, (0, 0, 0, 0))[2] & _HYPERVISOR_BIT and first in found:
        highest, signature = found[first][:2]
        # As in hostcheck.host.cpuid: leaves that no hypervisor implements return any value.
        if first == HYPERVISOR_BASE:
            leaves |= {
                leaf: found[leaf] for leaf in found if leaf - first in {0, 1} or (leaf - first == 3 and highest >= leaf)
            }
        elif highest == 0 < signature or first <= highest < first + 0x100:
            leaves[first] = found[first]


def _clock(known: Known, answer: Answer) -> None:
    text = answer.data.decode("ascii", "replace")
    rows = (("state", "return value"), ("status", "status"), ("maxerror_us", "maxerror"), ("esterror_us", "esterror"))
    numbers = {key: re.search(rf"(?m)^[ \t]*{word}\s*[:=][ \t]*(\d{{1,10}})\b", text) for key, word in rows}
    if all(numbers.values()):
        known.answers.clock.update({key: int(found[1]) for key, found in numbers.items() if found})


def parse_owner(line: str) -> Mapping[str, int] | None:
    """Parse a line of ``ls -ldn`` (POSIX, ls, "STDOUT"): keys "mode", "uid" and "gid"; None for any other line."""
    words = line.split()
    shown = _MODE.fullmatch(words[0]) if len(words) >= 4 else None
    if shown is None or not (is_whole(words[2]) and is_whole(words[3])):
        return None
    bits = 0
    for place, letter in enumerate(shown[1]):
        bits |= (letter in "rwxst") << (8 - place)
        if letter in "sStT":
            bits |= {2: 0o4000, 5: 0o2000, 8: 0o1000}[place]
    return {"mode": bits, "uid": int(words[2]), "gid": int(words[3])}


_KINDS: Mapping[str, Callable[[Known, Answer], None]] = {
    "read": _read,
    "readlink": _readlink,
    "exists": _exists,
    "listdir": _listdir,
    "environ": _environ,
    "stat": _stat,
    "statvfs": _statvfs,
    "run": _run,
    "http": _http,
    "experiment": _experiment,
    "cpuid": _cpuid,
    "clock": _clock,
}
_WORDS = frozenset(word.encode() for word in (*_KINDS, "end"))
"""The words that a line of the program can begin with."""
