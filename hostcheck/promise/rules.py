"""The rules of a line: questions as in profiles and thresholds as in policies, read by the parsers of both."""

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
        asked: the parsed rule.
        note: how the rule combines with the others of its line, such as "or the next"; may be empty.
    """

    text: str
    asked: Question | Threshold
    note: str = ""

    def __str__(self) -> str:
        """Return the rule, with its note as a TOML comment."""
        return f"{self.text}  # {self.note}" if self.note else self.text

    def status(self, run: Run) -> Status:
        """Return whether a run meets the rule: "pass", "fail" or "unknown".

        A metric must meet it by its whole interval.
        """
        if isinstance(self.asked, Question):
            return _STATUSES[ask(self.asked, run.facts).holds]
        return judge(self.asked, measured(run, self.asked.metric))[0]


def fact(text: str, note: str = "") -> Rule:
    """Return a rule that asks about a fact.

    Raises:
        UsageError: if the text is not a valid question of a profile.
    """
    return Rule(text, read_question(text, convert), note)


def metric(text: str, note: str = "") -> Rule:
    """Return a rule that is a threshold of a metric.

    Raises:
        UnfitError: if the text is not a valid threshold of a policy.
    """
    return Rule(text, parse_threshold(text), note)


def one_of(rules: Sequence[Rule], run: Run) -> Status:
    """Return "pass" if a run meets at least one of the rules; else "unknown" if one is unknown; else "fail"."""
    found = {rule.status(run) for rule in rules}
    return "pass" if "pass" in found else "unknown" if "unknown" in found else "fail"


def all_of(rules: Sequence[Rule], run: Run) -> Status:
    """Return "fail" if a run misses one of the rules; else "unknown" if one is unknown; else "pass"."""
    found = {rule.status(run) for rule in rules}
    return "fail" if "fail" in found else "unknown" if "unknown" in found else "pass"
