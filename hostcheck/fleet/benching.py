"""Measure hosts by ``hostcheck bench`` there, in random order, and only one host of a failure domain at a time."""

import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from hostcheck.errors import HostcheckError
from hostcheck.fleet.ansible import Ansible
from hostcheck.fleet.auditing import Report
from hostcheck.fleet.carried import bench_program, left_by
from hostcheck.fleet.carrying import Carrying, Outcome
from hostcheck.fleet.host import State
from hostcheck.fleet.state import Fleet
from hostcheck.fleet.turns import Turns
from hostcheck.remote.bench import find_executable
from hostcheck.run.files import run_of_bytes

DEADLINE_SECONDS = 3600
"""Seconds that a run may take on a host; a thorough run of all parts takes half of them."""
AT_ONCE = 10
"""Maximum number of hosts that measure at the same time."""


@dataclass(frozen=True, slots=True)
class Measuring:
    """The task of a measurement.

    Attributes:
        options: the options of ``hostcheck bench`` on the hosts.
        profiles: the names of profiles.
        roles: the roles for which the hosts are audited.
        executable: the file that is copied to the hosts; empty to find it.
        at_once: maximum number of hosts that measure at the same time.
        over: seconds over which the starts are spread; 0 to start each as soon as possible.
        deadline: seconds that a run may take on a host.
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
        """All options of ``hostcheck bench`` on a host, as words of the command line."""
        named = [word for name in self.profiles for word in ("--profile", name)]
        return (*self.options, *named, *(word for role in self.roles for word in ("--role", role)))

    def work(self, fleet: Fleet, ansible: Ansible, token: str, report: Report) -> "Benching":
        """Return the object that measures hosts for this task."""
        return Benching(fleet, ansible, self, token, report)


class Benching:
    """The measurement of hosts of a fleet."""

    def __init__(self, fleet: Fleet, ansible: Ansible, asked: Measuring, token: str, report: Report) -> None:
        """Create the measurement.

        Args:
            fleet: the fleet.
            ansible: the runner of plays.
            asked: the task.
            token: a name of this measurement on the hosts. A resumed one has the same token, and uses the results still
                there.
            report: a function that is called when a host has ended.

        Raises:
            UsageError: if there is no executable.
        """
        self._fleet = fleet
        self._asked = asked
        self._report = report
        executable = find_executable(Path(asked.executable) if asked.executable else None)
        self._carrying = Carrying(fleet, ansible, f"{token}-bench-", executable, asked.deadline)

    def forget(self, names: Iterable[str]) -> None:
        """Delete what an earlier command stored about these hosts."""
        self._carrying.forget(names)

    def do(self, names: Iterable[str]) -> None:
        """Measure these hosts, and store the run of each, or the reason why it has none.

        Raises:
            HostcheckError: if Ansible cannot run, or the fleet cannot be written.
        """
        wanted = {*names}
        placed = [host.placed for host in self._fleet.hosts() if host.name in wanted]
        begun = [host for host in placed if self._carrying.has_begun(host.name)]
        turns = Turns([host for host in placed if host not in begun], self._asked.at_once, self._asked.over)
        for host in begun:
            turns.begins(host)
        self._carrying.prepare(bench_program(self._asked.words))
        with closing(self._carrying):
            if begun:
                # Only a host itself knows whether it has begun. If it has, it continues.
                self._carrying.start([host.name for host in begun])
            first = time.monotonic()
            while self._carrying.running or turns.waiting:
                if due := turns.due(time.monotonic() - first):
                    self._carrying.start(due)
                self._take(self._carrying.wait(), turns)

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
        """Store the run in a host's answer, which is untrusted input; return the state of the host and the reason."""
        found = left_by(text)
        try:
            run = run_of_bytes(found.document, f"of {name}") if found.document else None
        except HostcheckError as error:
            return State.FAILED, str(error)
        if run is None or not any(metric.value is not None for metric in run.metrics):
            return State.FAILED, found.said or "nothing was measured"
        self._fleet.keep(name, run)
        return State.DONE, ""
