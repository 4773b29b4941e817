"""Measure hosts by ``hostcheck bench`` there: no two of a failure domain at once, in random order."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hostcheck.errors import HostcheckError
from hostcheck.fleet.ansible import Ansible
from hostcheck.fleet.auditing import Report
from hostcheck.fleet.carried import bench_program, left_by
from hostcheck.fleet.carrying import Carrying, Outcome
from hostcheck.fleet.state import Fleet, State
from hostcheck.fleet.turns import Turns
from hostcheck.remote.bench import find_executable
from hostcheck.run.files import run_of_bytes

DEADLINE_SECONDS = 3600
"""How long a run may take on a host; a thorough one of all parts takes half of it."""
AT_ONCE = 10
"""Hosts that measure at the same time."""

_PAUSE_SECONDS = 2.0
"""Seconds between two checks whether a host is due."""


@dataclass(frozen=True, slots=True)
class Measuring:
    """What hosts are to measure.

    Attributes:
        options: of ``hostcheck bench`` there.
        profiles: names of profiles.
        roles: of the hosts.
        executable: the file to copy; empty for the one that is found.
        at_once: hosts that measure at the same time.
        over: seconds over which the beginnings are spread; 0 for as soon as may be.
        deadline: seconds that a run may take.
    """

    options: tuple[str, ...]
    profiles: tuple[str, ...]
    roles: tuple[str, ...] = ()
    executable: str = ""
    at_once: int = AT_ONCE
    over: float = 0.0
    deadline: int = DEADLINE_SECONDS

    kind = "bench"

    @property
    def words(self) -> tuple[str, ...]:
        """All options of ``hostcheck bench`` on a host."""
        named = [word for name in self.profiles for word in ("--profile", name)]
        return (*self.options, *named, *(word for role in self.roles for word in ("--role", role)))

    def work(self, fleet: Fleet, ansible: Ansible, token: str, report: Report) -> "Benching":
        """Return the object that measures hosts for this task."""
        return Benching(fleet, ansible, self, token, report)


class Benching:
    """Measurements of hosts of a fleet."""

    def __init__(self, fleet: Fleet, ansible: Ansible, asked: Measuring, token: str, report: Report) -> None:
        """Create the measurements. ``ansible`` runs plays, and ``report`` is called when a host has ended.

        The token names these measurements on the hosts: one that goes on with another's takes what is still there.

        Raises:
            UsageError: when there is no executable.
        """
        self._fleet = fleet
        self._asked = asked
        self._report = report
        executable = find_executable(Path(asked.executable) if asked.executable else None)
        self._carrying = Carrying(fleet, ansible, f"{token}-bench-", executable, asked.deadline)

    def forget(self, names: Iterable[str]) -> None:
        """Drop what an earlier command knew of these hosts."""
        self._carrying.forget(names)

    def do(self, names: Iterable[str]) -> None:
        """Measure these hosts, and keep the run of each, or the reason why it has none.

        Raises:
            HostcheckError: when Ansible cannot run, or the fleet cannot be written.
        """
        wanted = {*names}
        placed = [host.placed for host in self._fleet.hosts() if host.name in wanted]
        begun = [host for host in placed if self._carrying.has_begun(host.name)]
        turns = Turns([host for host in placed if host not in begun], self._asked.at_once, self._asked.over)
        for host in begun:
            turns.begins(host)
        self._carrying.prepare(bench_program(self._asked.words))
        if begun:
            # Whether they had begun only they know: those that had go on.
            self._take(self._carrying.begin([host.name for host in begun]), turns)
        first = time.monotonic()
        while self._carrying.running or turns.waiting:
            if due := turns.due(time.monotonic() - first):
                self._take(self._carrying.begin(due), turns)
            if self._carrying.running:
                self._take(self._carrying.wait(), turns)
            elif not due:
                time.sleep(_PAUSE_SECONDS)

    def _take(self, outcomes: Iterable[Outcome], turns: Turns) -> None:
        for outcome in outcomes:
            state, reason = outcome.state, outcome.reason
            if outcome.text is not None:
                state, reason = self._kept(outcome.host, outcome.text)
            if state is not State.DONE:
                self._fleet.change([outcome.host], state, reason)
            self._carrying.forget([outcome.host])
            turns.ended(outcome.host)
            self._report(outcome.host, state, reason)

    def _kept(self, name: str, text: bytes) -> tuple[State, str]:
        """Store the run of a host's answer, which is untrusted input; return the host's state and the reason."""
        found = left_by(text)
        try:
            run = run_of_bytes(found.document, f"of {name}") if found.document else None
        except HostcheckError as error:
            return State.FAILED, str(error)
        if run is None or not any(metric.value is not None for metric in run.metrics):
            return State.FAILED, found.said or "nothing was measured"
        self._fleet.keep(name, run)
        return State.DONE, ""
