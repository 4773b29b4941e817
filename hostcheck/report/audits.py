"""Each host's audit on the page: missed and passed checks, and the evidence for them."""

from collections.abc import Collection, Iterator
from typing import Any

from hostcheck.comparison.model import Comparison
from hostcheck.profiles.loader import load, names
from hostcheck.run.model import Fact, Run, Verdict
from hostcheck.verdicts import readiness

WORST_FIRST = ("fail", "unknown", "warn", "skip", "pass")

VIRTUALIZATION = (
    ("virt.vm", "Virtual machine"),
    ("virt.container", "Container"),
    ("virt.vmm", "Monitor"),
    ("virt.cloud", "Cloud"),
)
"""Facts that describe a host, and their labels on the page."""


def audits(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Yield each host's audit for the template. Evidence that is equal to the first host's is not repeated."""
    first: dict[str, Any] | None = None
    for name, run in zip(comparison.names, comparison.runs, strict=True):
        if run.facts:
            audit = _audit(name, run)
            if first is None:
                first = audit
            else:
                _leave_out_what_is_alike(audit, first)
            yield audit


def _audit(name: str, run: Run) -> dict[str, Any]:
    profiles = list(dict.fromkeys(verdict.profile for verdict in run.verdicts))
    facts = {fact_id: fact for fact_id, fact in run.facts.items() if _matters(fact, _asked_by(profiles))}
    return {
        "name": name,
        "profiles": list(_profiles(profiles, run)),
        "virtualization": [(title, run.facts[known]) for known, title in VIRTUALIZATION if known in run.facts],
        "facts": facts,
        "unasked": len(run.facts) - len(facts),
        "alike": 0,
        "first": name,
    }


def _profiles(profiles: Collection[str], run: Run) -> Iterator[dict[str, Any]]:
    """Yield each profile's verdicts. A verdict that an earlier profile has in the same words is not repeated."""
    closed_before: list[tuple[str, ...]] = []
    reasons_before: list[tuple[str, ...]] = []
    for profile in profiles:
        verdicts = tuple(verdict for verdict in run.verdicts if verdict.profile == profile)
        missed = _worst_first(verdicts, ("fail", "unknown", "warn"))
        closed = _worst_first(verdicts, ("skip", "pass"))
        own = [verdict for verdict in closed if _found(verdict) not in closed_before]
        yield {
            "name": profile,
            "sentence": readiness(profile, verdicts).sentence,
            "open": [(verdict, _reason(verdict) not in reasons_before) for verdict in missed],
            "closed": own,
            "repeated": len(closed) - len(own),
            "alike": 0,
        }
        closed_before += map(_found, closed)
        reasons_before += map(_reason, missed)


def _found(verdict: Verdict) -> tuple[str, ...]:
    return verdict.check, verdict.status, verdict.expected, verdict.found


def _reason(verdict: Verdict) -> tuple[str, ...]:
    return verdict.check, verdict.why, verdict.fix, verdict.source


def _worst_first(verdicts: Collection[Verdict], statuses: Collection[str]) -> list[Verdict]:
    chosen = [verdict for verdict in verdicts if verdict.status in statuses]
    return sorted(chosen, key=lambda verdict: (WORST_FIRST.index(verdict.status), verdict.severity != "required"))


def _asked_by(profiles: Collection[str]) -> set[str] | None:
    """Return the ids of the facts that these profiles need; None if a profile does not ship with hostcheck."""
    if not set(profiles) <= set(names()):
        return None
    checks = [check for profile in profiles for check in load(profile).checks]
    return {question.subject for check in checks for question in (check.test, *(when.test for when in check.when))}


def _matters(fact: Fact, asked: set[str] | None) -> bool:
    return asked is None or fact.id in asked or fact.id.startswith("virt.") or bool(fact.conflicts)


def _leave_out_what_is_alike(audit: dict[str, Any], first: dict[str, Any]) -> None:
    audit["first"] = first["name"]
    differing = {fact_id: fact for fact_id, fact in audit["facts"].items() if first["facts"].get(fact_id) != fact}
    audit["alike"], audit["facts"] = len(audit["facts"]) - len(differing), differing
    known = {profile["name"]: profile["closed"] for profile in first["profiles"]}
    for profile in audit["profiles"]:
        own = [verdict for verdict in profile["closed"] if verdict not in known.get(profile["name"], [])]
        profile["alike"], profile["closed"] = len(profile["closed"]) - len(own), own
