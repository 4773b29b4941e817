"""Decide on a fleet: each host is judged by its run file, then all hosts together."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hostcheck.errors import UsageError
from hostcheck.fleet.host import FleetHost, State
from hostcheck.fleet.state import Fleet
from hostcheck.gate.baseline import read_baseline
from hostcheck.gate.decision import EXIT_CODES, Decision, Outcome, decide
from hostcheck.gate.policy import Policy

AWAY = (State.UNREACHABLE, State.STUCK)
"""States of a host that is down or hangs. A host that is refused or failed is up, and may be unfit."""

_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s?%", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Terms:
    """The requirements on a fleet.

    Attributes:
        policy: the requirements on each host.
        away: how many hosts may be unreachable or stuck: a share ("2%") or a number ("3").
        quorum: how many hosts must pass: a share or a number; None if every host that is not away must pass.
    """

    policy: Policy
    away: str = "0"
    quorum: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A host, and the decision on it; None if it has no current result."""

    host: FleetHost
    decision: Decision | None

    @property
    def outcome(self) -> Outcome | State:
        """The decision's outcome, or the state of a host without a result."""
        return self.decision.outcome if self.decision else self.host.state


@dataclass(frozen=True, slots=True)
class FleetDecision:
    """The decision on a fleet.

    Attributes:
        fleet: the fleet.
        terms: the requirements.
        judged: the hosts, in the order of the inventory.
        outcome: "passed"; "failed" if a host fails, or a quorum cannot be reached; otherwise "inconclusive".
        reason: the reason, as a clause.
    """

    fleet: Fleet
    terms: Terms
    judged: Sequence[Judged]
    outcome: Outcome
    reason: str

    @property
    def exit_code(self) -> int:
        """The exit code of the process."""
        return EXIT_CODES[self.outcome]

    @property
    def counts(self) -> Mapping[Outcome | State, int]:
        """The number of hosts with each outcome; for hosts without a result, with each state."""
        return Counter(each.outcome for each in self.judged)

    @property
    def passed(self) -> Sequence[FleetHost]:
        """The hosts that passed."""
        return [each.host for each in self.judged if each.outcome == "passed"]

    @property
    def left(self) -> Sequence[FleetHost]:
        """The hosts without a result."""
        return [each.host for each in self.judged if each.decision is None]


def decide_on(fleet: Fleet, hosts: Iterable[FleetHost], terms: Terms) -> FleetDecision:
    """Decide on hosts of a fleet by their latest runs. A run from before a failed attempt is not used.

    Raises:
        UsageError: if there is no host, a profile does not exist, a run is damaged, or a number in the terms is not
            valid.
        CannotMeasureError: if a run file cannot be read.
    """
    judged = [_judged(fleet, host, terms.policy) for host in hosts]
    if not judged:
        raise UsageError(f"the fleet in {fleet.folder} has no host", remedy="audit its hosts first")
    outcome, reason = _outcome([each.outcome for each in judged], terms)
    return FleetDecision(fleet, terms, judged, outcome, reason)


def _judged(fleet: Fleet, host: FleetHost, policy: Policy) -> Judged:
    run = fleet.run(host) if host.state is State.DONE else None
    if run is None:
        return Judged(host, None)
    return Judged(host, decide(run, policy, baseline=read_baseline(policy, run)))


def _outcome(outcomes: Sequence[Outcome | State], terms: Terms) -> tuple[Outcome, str]:
    """Return the outcome for all, and the reason as a clause. Unknown is never a pass."""
    total, found = len(outcomes), Counter(outcomes)
    passed, failed = found["passed"], found["failed"]
    if terms.quorum is not None:
        wanted = number_of_hosts(terms.quorum, total, up=True)
        if passed >= wanted:
            return "passed", f"{passed} of {total} passed, and {wanted} must"
        if total - failed < wanted:
            return "failed", f"{failed} of {total} failed, and {wanted} must pass"
        return "inconclusive", f"{passed} of {total} passed, {wanted} must, and some of the others may pass"
    away = sum(found[state] for state in AWAY)
    allowed = number_of_hosts(terms.away, total, up=False)
    unknown = total - passed - failed - away
    if failed:
        return "failed", f"{failed} of {total} failed"
    if unknown:
        return "inconclusive", f"{unknown} of {total} are unknown"
    if away > allowed:
        return "inconclusive", f"{away} of {total} could not be asked, and only {allowed} may be missing"
    if not passed:
        return "inconclusive", "no host passed"
    return "passed", f"{passed} of {total} passed" + (f", and {away} could not be asked" if away else "")


def number_of_hosts(text: str, total: int, *, up: bool) -> int:
    """Return a number of hosts from a text: "3", or a share of all hosts, "2%".

    Args:
        text: the user's text.
        total: the number of all hosts.
        up: whether to round up, as for the number that must pass.

    Raises:
        UsageError: if the text is neither, or with ``up`` if it is 0, which every fleet would meet.
    """
    found = _SHARE.fullmatch(text.strip())
    number = Decimal(found[1]) * total / 100 if found and Decimal(found[1]) <= 100 else None
    if _NUMBER.fullmatch(text.strip()):
        number = Decimal(text.strip())
    if number is not None and up and number == 0:
        raise UsageError(f"{text}: every fleet would meet a quorum of 0", remedy="write 1 or more")
    if number is not None:
        # Computed as a decimal, so that 2 % of 50 is exactly 1.
        return math.ceil(number) if up else math.floor(number)
    raise UsageError(f"{text!r} is not a number of hosts", remedy="write a number, or a share such as 2%")
