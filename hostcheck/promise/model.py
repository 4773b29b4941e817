"""The data classes of a promise: its lines, their requirements, and the findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from hostcheck.run.model import Run, Status

Answer = Literal["kept", "broken", "cannot tell"]
Sure = Literal["certain", "measured", "likely", ""]

STATUSES: Mapping[Answer, Status] = {"kept": "pass", "broken": "fail", "cannot tell": "unknown"}
EXIT_CODES: Mapping[Answer, int] = {"kept": 0, "broken": 1, "cannot tell": 3}
"""The exit code of the process for each answer. The gate uses the same codes."""

SURE_WORDS: Mapping[Sure, str] = {
    "certain": "certain: it follows from statements of the kernel and the firmware",
    "measured": "measured: the whole interval is on one side of the promise",
    "likely": "likely: it is concluded from the behaviour of the host",
    "": "",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer whether one line was kept.

    Attributes:
        answer: kept, broken, or cannot tell.
        found: the state of the host in words; if undecided, the reason.
        sure: how certain the answer is; empty if undecided.
        evidence: one sentence for each piece of evidence.
        how: how the state was found or measured.
        changes: what would change the answer, or decide it.
        command: the command that collects missing evidence; empty if there is none.
        possible: circumstances that the evidence cannot exclude.
    """

    answer: Answer
    found: str
    sure: Sure = ""
    evidence: tuple[str, ...] = ()
    how: str = ""
    changes: str = ""
    command: str = ""
    possible: tuple[str, ...] = ()


class Requirement(Protocol):
    """What a line requires, in the ids and quantities of profiles and policies."""

    @property
    def translation(self) -> tuple[str, ...]:
        """The rules of the line, as a profile or a policy writes them."""

    @property
    def expected(self) -> str:
        """The requirement in words."""

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles whose verdicts are needed for the line."""

    def judge(self, run: Run) -> Judged:
        """Judge a run. It must have the verdicts of ``profiles``."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a promise.

    Attributes:
        key: the key: "memory", "random_write"…
        claim: the value as the seller wrote it.
        asks: the requirement.
        place: the path of the file and the number of the line.
    """

    key: str
    claim: str
    asks: Requirement
    place: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """A line, and whether it was kept."""

    line: Line
    judged: Judged


@dataclass(frozen=True, slots=True)
class Outcome:
    """All lines of a promise, judged for one host.

    Attributes:
        findings: the findings, in the order of the lines.
        run: the run by which they were judged.
        notes: notes for the reader.
    """

    findings: tuple[Finding, ...]
    run: Run
    notes: tuple[str, ...] = ()

    @property
    def answer(self) -> Answer:
        """The answer to all lines: broken if one is broken; else cannot tell if one is undecided; else kept."""
        return worst([finding.judged.answer for finding in self.findings])

    @property
    def exit_code(self) -> int:
        """The exit code of the process."""
        return EXIT_CODES[self.answer]

    def having(self, answer: Answer) -> tuple[Finding, ...]:
        """Return the findings with this answer."""
        return tuple(finding for finding in self.findings if finding.judged.answer == answer)


def worst(answers: Sequence[Answer]) -> Answer:
    """Combine answers: broken if one is broken; else "cannot tell" if one is, or if there are none; else kept."""
    if "broken" in answers:
        return "broken"
    return "cannot tell" if "cannot tell" in answers or not answers else "kept"
