"""The result of a need or a rule of a workload on a host, and the result of several together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from hostcheck.run.model import Severity
from hostcheck.workloadfiles.model import Rule
from hostcheck.workloadfiles.needs import Need

Answer = Literal["pass", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Judged:
    """The result of a need or a rule on a host.

    Attributes:
        need: the need or the rule.
        answer: met, missed or unknown.
        title: its subject, in a few words.
        found: the state of the host, in words; for unknown, the reason.
        severity: recommended if the workload starts without it.
        fix: how to meet the need; may be empty.
    """

    need: Need | Rule
    answer: Answer
    title: str
    found: str
    severity: Severity = "required"
    fix: str = ""


def worst(answers: Iterable[Judged]) -> Answer:
    """Return the combined answer: missed if a required one is missed, otherwise unknown if one is unknown."""
    found = {each.answer for each in answers if each.severity == "required"}
    return "fail" if "fail" in found else "unknown" if "unknown" in found else "pass"
