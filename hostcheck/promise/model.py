"""The data classes of a promise: its lines, their requirements, and the findings."""

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
    "measured": "measured: the whole interval is on this side of the promise",
    "likely": "likely: it is concluded from how the host behaves",
    "": "",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether one line was kept.

    Attributes:
        answer: kept, broken, or cannot tell.
        found: the state of the host, in words; if undecided, the reason.
        sure: the certainty of the answer; empty if undecided.
        evidence: the evidence, one statement each.
        how: how it was found or measured.
        changes: what would change the finding, or decide it.
        command: the command that gets missing evidence; empty if there is none.
        possible: possibilities that the evidence does not show.
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
    """The requirement of a line, in the ids and quantities of profiles and policies."""

    @property
    def translation(self) -> tuple[str, ...]:
        """The tests, as a profile or a policy writes them."""

    @property
    def expected(self) -> str:
        """The requirement in words."""

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles whose verdicts are needed for the line."""

    def judge(self, run: Run) -> Judged:
        """Judge a run, which has the verdicts of these profiles."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a promise.

    Attributes:
        key: "memory", "random_write"…
        claim: the value as the seller wrote it.
        asks: its requirement.
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
        findings: the findings, in the order of the files.
        run: the run by which they were judged.
        notes: notes for the reader.
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
    """Return the combined answer to several parts of a line."""
    if "broken" in answers:
        return "broken"
    return "cannot tell" if "cannot tell" in answers or not answers else "kept"
