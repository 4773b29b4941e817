"""The result of a need or a rule of a workload on a host, and the combined result of several."""

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
        answer: "pass", "fail" or "unknown".
        title: the subject of the need, in a few words.
        found: the state of the host, in words; if unknown, the reason.
        severity: "recommended" if the workload starts without it.
        fix: how to meet the need; may be empty.
    """

    need: Need | Rule
    answer: Answer
    title: str
    found: str
    severity: Severity = "required"
    fix: str = ""


def worst(answers: Iterable[Judged]) -> Answer:
    """Return the combined answer of required results: "fail" if one fails; else "unknown" if one is; else "pass"."""
    found = {each.answer for each in answers if each.severity == "required"}
    return "fail" if "fail" in found else "unknown" if "unknown" in found else "pass"
