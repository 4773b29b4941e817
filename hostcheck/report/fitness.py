"""The rows of a page's first table: whether each host is fit for each profile, and what to do first."""

from collections.abc import Iterator
from dataclasses import dataclass

from hostcheck.comparison.model import Comparison
from hostcheck.comparison.newer import newer_checks
from hostcheck.comparison.ranking import every_host, few
from hostcheck.counts import number_of
from hostcheck.formats.findings_text import merged, of_verdict, ranked
from hostcheck.report.audits import said, title_of
from hostcheck.run.model import Run, Verdict
from hostcheck.spelling import upper_first
from hostcheck.verdicts import readiness


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer for one host.

    Attributes:
        look: the status that decides sign and colour; empty if the host was not judged.
        words: the answer in a few words.
        more: the text below the answer.
        check: the id of the check that the answer is about; empty if it is about a profile.
    """

    look: str
    words: str
    more: str = ""
    check: str = ""


NOT_AUDITED = Fit("", "", "not audited")
NOT_KNOWN = Fit("", "", "not known")
"""Text of a cell without an answer. In an empty cell, the answer would seem to be lost."""


@dataclass(frozen=True, slots=True)
class FitRow:
    """A row with the answer for each host."""

    title: str
    cells: tuple[Fit, ...]

    @property
    def is_alike(self) -> bool:
        """Whether all hosts have the same answer."""
        return len(set(self.cells)) == 1

    @property
    def distinct(self) -> tuple[Fit, ...]:
        """The answers to show: only one if all hosts have it."""
        return self.cells[:1] if self.is_alike else self.cells

    @property
    def whose(self) -> str:
        """The hosts in words if all of them have the same answer: "both hosts"; otherwise empty."""
        return every_host(len(self.cells)) if self.is_alike else ""


def fitness(comparison: Comparison) -> Iterator[FitRow]:
    """Yield a row for each profile, and a row with the most important missed check of each host."""
    runs = comparison.runs
    profiles = dict.fromkeys(verdict.profile for run in runs for verdict in run.verdicts)
    for profile in profiles:
        yield FitRow(f"Fit for {profile}", tuple(_fit(profile, run) for run in runs))
    first = tuple(_first(run) for run in runs)
    if any(fit.check for fit in first):
        yield FitRow("Do first", first)


def first_steps(comparison: Comparison) -> Iterator[str]:
    """Yield a sentence for each check: what to do first and why, and what was found if its hosts agree in that."""
    found: dict[str, list[tuple[str, Verdict]]] = {}
    for name, run in zip(comparison.names, comparison.runs, strict=True):
        if worst := _gravest(run):
            found.setdefault(worst.check, []).append((name, worst))
    for hosts in found.values():
        verdict = hosts[0][1]
        count = len(comparison.names)
        which = every_host(count) if len(hosts) == count else few([name for name, _ in hosts])
        where = f" on {which}" if count > 1 else ""
        states = {said(other) for _, other in hosts}
        state = f": {states.pop()}" if len(states) == 1 else ""
        yield f"Do first{where}: {title_of(verdict)}{state}.{_why(verdict)}"


def _why(verdict: Verdict) -> str:
    """Return why a check matters, as a sentence after a space; empty if unknown."""
    return f" {upper_first(verdict.why).removesuffix('.')}." if verdict.why else ""


def _fit(profile: str, run: Run) -> Fit:
    own = [verdict for verdict in run.verdicts if verdict.profile == profile]
    if not own:
        return NOT_AUDITED
    found = readiness(profile, own)
    look = {True: "pass", False: "fail", None: "unknown"}[found.ready]
    words, _, more = found.sentence.removeprefix(f"{profile}: ").partition(", ")
    newer = newer_checks(run, (profile,))
    added = number_of(newer, "newer check not asked", "newer checks not asked") if newer else ""
    return Fit(look, words, "; ".join(filter(None, (more, added))))


def _first(run: Run) -> Fit:
    """Return the answer on the gravest check that a host does not pass."""
    worst = _gravest(run)
    if worst:
        return Fit(worst.status, title_of(worst), f"{said(worst)}.{_why(worst)}", worst.check)
    return Fit("pass", "nothing is missed") if run.verdicts else NOT_AUDITED


def _gravest(run: Run) -> Verdict | None:
    """Return the verdict that an audit in the terminal shows first; None if nothing is missed."""
    for first in ranked(merged(map(of_verdict, run.verdicts))):
        return next(each for each in run.verdicts if (each.check, each.status) == (first.check, first.status))
    return None
