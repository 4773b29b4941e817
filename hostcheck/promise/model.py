"""The data classes of a promise: its lines, what each asks for, and what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from hostcheck.run.model import Run, Status

Answer = Literal["kept", "broken", "cannot tell"]
Sure = Literal["certain", "measured", "likely", ""]

STATUSES: Mapping[Answer, Status] = {"kept": "pass", "broken": "fail", "cannot tell": "unknown"}
EXIT_CODES: Mapping[Answer, int] = {"kept": 0, "broken": 1, "cannot tell": 3}
"""The exit code of the process for each answer, as the gate's."""

SURE_WORDS: Mapping[Sure, str] = {
    "certain": "certain: it follows from what kernel and firmware state",
    "measured": "measured: the whole 95 % interval is on this side of the promise",
    "likely": "likely: it is concluded from how the host behaves",
    "": "",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether one line was kept.

    Attributes:
        answer: kept, broken, or cannot tell.
        found: what the host has, in words; of what cannot be decided the reason.
        sure: how sure the answer is; empty where it cannot be decided.
        evidence: what the answer rests on, one statement each.
        how: how that was found out or measured.
        changes: what would change the finding, or bring one.
        command: a command that brings what is missing; empty where there is none.
        possible: what may be so, and is not shown by any of this.
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
    """What a line asks for, in the ids and quantities of profiles and policies."""

    @property
    def translation(self) -> tuple[str, ...]:
        """Each test as a profile or a policy writes it."""

    @property
    def expected(self) -> str:
        """What is asked for, in words."""

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles whose verdicts the line needs."""

    def judge(self, run: Run) -> Judged:
        """Judge a run, which has the verdicts of these profiles."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a promise.

    Attributes:
        key: "memory", "random_write"…
        claim: the value as the seller wrote it.
        asks: what it asks for.
        place: the file and the line.
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
        findings: in the order of the files.
        run: what they were judged by.
        notes: for the reader.
    """

    findings: tuple[Finding, ...]
    run: Run
    notes: tuple[str, ...] = ()

    @property
    def answer(self) -> Answer:
        """Broken, if any line was broken; else cannot tell, if any line cannot be decided; else kept."""
        return worst([finding.judged.answer for finding in self.findings])

    @property
    def exit_code(self) -> int:
        """The exit code of the process."""
        return EXIT_CODES[self.answer]

    def having(self, answer: Answer) -> tuple[Finding, ...]:
        """Return the findings with this answer."""
        return tuple(finding for finding in self.findings if finding.judged.answer == answer)


def worst(answers: Sequence[Answer]) -> Answer:
    """Return the answer to several questions that were put as one."""
    if "broken" in answers:
        return "broken"
    return "cannot tell" if "cannot tell" in answers or not answers else "kept"
