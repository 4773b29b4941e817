"""The rules of a line: questions of profiles and thresholds of policies, read by the parsers of those."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hostcheck.profiles.model import Question
from hostcheck.profiles.questions import convert
from hostcheck.profiles.rows import read_question
from hostcheck.run.model import Run, Status
from hostcheck.run.steadiness import measured
from hostcheck.thresholds import Threshold, judge, parse_threshold
from hostcheck.verdicts import ask

_STATUSES: Mapping[bool | None, Status] = {True: "pass", False: "fail", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        text: the rule, as a profile or a policy writes it.
        asked: the same, parsed.
        note: what the rule decides, where it is not alone.
    """

    text: str
    asked: Question | Threshold
    note: str = ""

    def __str__(self) -> str:
        """Return the rule with its note as a comment of TOML."""
        return f"{self.text}  # {self.note}" if self.note else self.text

    def status(self, run: Run) -> Status:
        """Return whether a run meets it: by a fact, or by the whole interval of a metric."""
        if isinstance(self.asked, Question):
            return _STATUSES[ask(self.asked, run.facts).holds]
        return judge(self.asked, measured(run, self.asked.metric))[0]


def fact(text: str, note: str = "") -> Rule:
    """Return a question on a fact.

    Raises:
        UsageError: if a profile cannot ask it.
    """
    return Rule(text, read_question(text, convert), note)


def metric(text: str, note: str = "") -> Rule:
    """Return a threshold of a metric.

    Raises:
        UnfitError: if a policy cannot have it.
    """
    return Rule(text, parse_threshold(text), note)


def one_of(rules: Sequence[Rule], run: Run) -> Status:
    """Return whether a run meets at least one of the rules."""
    found = {rule.status(run) for rule in rules}
    return "pass" if "pass" in found else "unknown" if "unknown" in found else "fail"


def all_of(rules: Sequence[Rule], run: Run) -> Status:
    """Return whether a run meets each of the rules."""
    found = {rule.status(run) for rule in rules}
    return "fail" if "fail" in found else "unknown" if "unknown" in found else "pass"
