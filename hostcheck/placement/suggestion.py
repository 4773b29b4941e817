"""Suggest a free port in place of one in use, and print the change of the file as a patch.

The patch is only printed: no file is changed. A line is left out if the port cannot be located in it with certainty.
The patch of a file is left out if it has control characters for a terminal.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from hostcheck.placement.placing import Fit, Placed
from hostcheck.plaintext import plain
from hostcheck.userfile import read_text
from hostcheck.workloadfiles.addresses import clash
from hostcheck.workloadfiles.limits import LARGEST
from hostcheck.workloadfiles.marathon import AGENT_PORTS
from hostcheck.workloadfiles.needs import HostPort
from hostcheck.workloadfiles.ports import LAST

_UNPRIVILEGED = 1024
"""The first port that a program without root's privileges may bind (ip-sysctl, ip_unprivileged_port_start)."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another host port for a workload.

    Attributes:
        workload: the name of the workload.
        need: the port in the file.
        port: the suggested port.
        shared: whether other workloads have the port by the same line, as through an anchor of YAML, so that a change
            moves them too.
    """

    workload: str
    need: HostPort
    port: int
    shared: bool = False


def suggestions(fit: Fit) -> tuple[Suggestion, ...]:
    """Return a suggestion for each port that is in use on the host, or that an earlier workload wants.

    With several hosts, only a port that is in use on all of them gets one.
    """
    found: list[Suggestion] = []
    taken: list[HostPort] = []
    busy = [host.busy() or frozenset() for host in fit.hosts]
    is_known = all(host.busy() is not None for host in fit.hosts)
    anywhere = frozenset(port for each in busy for port in each)
    alone = len(fit.hosts) == 1
    wanted = [need for placed in fit.placed for need in _single(placed)]
    times = Counter(wanted)
    for placed in fit.placed:
        for need in _single(placed):
            label = f"{need.protocol}/{need.first}"
            held = is_known and bool(busy) and all(host.is_held(label, need.address) is not False for host in fit.hosts)
            if held or (alone and any(clash(need, other) for other in taken)):
                offered = AGENT_PORTS if placed.content.format == "marathon" else (1, LAST)
                port = next_free(need, anywhere, (*wanted, *taken), offered)
                if port is not None:
                    found.append(Suggestion(placed.workload.name, need, port, shared=times[need] > 1))
                    taken.append(HostPort(need.place, need.said, need.protocol, port, port, need.address))
                    continue
            taken.append(need)
    return tuple(found)


def patch(found: Sequence[Suggestion]) -> str:
    """Return the changes as a unified diff, for ``patch -p0``; empty if no line can be changed with certainty.

    Raises:
        UsageError: if a file can no longer be read.
    """
    return "".join(line for file, asked in _by_file(found).items() for line in _diff(file, asked))


def left_out(found: Sequence[Suggestion]) -> Iterator[Suggestion]:
    """Yield the suggestions whose line cannot be changed with certainty.

    Raises:
        UsageError: if a file can no longer be read.
    """
    for file, asked in _by_file(found).items():
        lines = _lines(file)
        is_written = any(_diff(file, asked))
        for each in asked:
            number = each.need.place.line
            line = lines[number - 1] if number <= len(lines) else ""
            if not is_written or replaced(line, each) == line:
                yield each


def _by_file(found: Sequence[Suggestion]) -> Mapping[str, Sequence[Suggestion]]:
    by_file: dict[str, list[Suggestion]] = {}
    for each in found:
        by_file.setdefault(each.need.place.file, []).append(each)
    return by_file


def _lines(file: str) -> list[str]:
    return read_text("workload file", Path(file), LARGEST).splitlines(keepends=True)


def _diff(file: str, asked: Sequence[Suggestion]) -> Iterator[str]:
    before = _lines(file)
    after = list(before)
    for each in asked:
        number = each.need.place.line
        if number <= len(after):
            after[number - 1] = replaced(after[number - 1], each)
    # Without a tab after it, patch ends a name at its first blank.
    named = f"{file}\t" if " " in file else file
    lines = list(difflib.unified_diff(before, after, named, named))
    texts = (line.rstrip("\r\n").replace("\t", " ") for line in lines)
    if any(text != plain(text) for text in texts):
        return
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def replaced(line: str, suggestion: Suggestion) -> str:
    """Return a line with the host port replaced; the line unchanged if the port cannot be located with certainty.

    With the host's network, a containerPort only documents the port on which the program listens: it is not changed.
    """
    if suggestion.shared or suggestion.need.said.startswith("containerPort:"):
        return line
    number = suggestion.need.first
    of_a_key = re.compile(rf"(\b(?:published|hostPort|host_port|static)[\"']?\s*[:=]\s*[\"']?){number}(?!\d)")
    published = re.compile(rf"()(?<![\d.]){number}(?=:\d)")
    alone = re.compile(rf"()(?<![\d.:-]){number}(?![\d.:-])")
    code, comment = _without_comment(line)
    for pattern in (of_a_key, published, alone):
        if len(pattern.findall(code)) == 1:
            return pattern.sub(rf"\g<1>{suggestion.port}", code) + comment
    return line


_COMMENT = re.compile(r"(?<=\s)(?:#|//)")


def _without_comment(line: str) -> tuple[str, str]:
    """Return a line in two parts: the second is its comment, as YAML, HCL and the shell have them, or empty."""
    for found in _COMMENT.finditer(line):
        before = line[: found.start()]
        if before.count('"') % 2 == before.count("'") % 2 == 0:
            return before, line[found.start() :]
    return line, ""


def _single(placed: Placed) -> list[HostPort]:
    return [need for need in placed.workload.needs if isinstance(need, HostPort) and need.first == need.last]


def next_free(
    need: HostPort, held: frozenset[str], wanted: Sequence[HostPort], offered: tuple[int, int] = (1, LAST)
) -> int | None:
    """Return the next port that is free on all hosts and that no workload wants; None if there is none.

    The search begins at the port plus 1; for a port below 1024, at the port plus 8000. The port is one of
    ``offered``, the first and the last port that the scheduler gives.
    """
    first = need.first + 8000 if need.first < _UNPRIVILEGED else need.first + 1
    least, last = max(_UNPRIVILEGED, offered[0]), offered[1]
    numbers: Iterator[int] = chain(range(max(first, least), last + 1), range(least, min(first, last + 1)))
    for port in numbers:
        one = HostPort(need.place, need.said, need.protocol, port, port, need.address)
        if f"{need.protocol}/{port}" not in held and not any(clash(one, other) for other in wanted):
            return port
    return None
