"""Measure hosts through Ansible, by the executable that is copied there: no two of a failure domain at once.

A run goes on by itself once it has begun, and is polled. So the domain of a host that cannot be reached meanwhile stays
busy until its deadline, and what was begun before a kill is fetched by the command that goes on.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hostcheck.errors import CannotMeasureError, HostcheckError
from hostcheck.fleet import play
from hostcheck.fleet.ansible import Ansible, Ended
from hostcheck.fleet.auditing import Report, read_printed
from hostcheck.fleet.carried import GRACE_SECONDS, WAIT_SECONDS, measured, poll, write_carried
from hostcheck.fleet.reasons import reason_of
from hostcheck.fleet.state import Fleet, State
from hostcheck.fleet.turns import Turns
from hostcheck.remote.bench import find_executable
from hostcheck.run.files import run_of_bytes

DEADLINE_SECONDS = 3600
"""How long a run may take on a host; a thorough one of all parts takes half of it."""
AT_ONCE = 10
"""Hosts that measure at the same time."""

_COPY_SECONDS = 600
"""How long a host may take to receive the executable."""
_CONNECT_SECONDS = 60
_PAUSE_SECONDS = 2.0
"""Between two polls where no host made one wait."""


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
        """Return what measures; see ``Benching``."""
        return Benching(fleet, ansible, self, token, report)


class Benching:
    """Measurements of hosts of a fleet."""

    def __init__(self, fleet: Fleet, ansible: Ansible, asked: Measuring, token: str, report: Report) -> None:
        """Take the fleet, what runs plays, what is to be measured, and what is to know when a host has ended.

        The token names these measurements on the hosts: one that goes on with another's takes what is still there.

        Raises:
            UsageError: when there is no executable.
        """
        self._fleet = fleet
        self._ansible = ansible
        self._asked = asked
        self._report = report
        self._identity = play.identity(f"{token}-bench-")
        self._folder = fleet.answers / "bench"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._carried = fleet.answers / "play" / "carried"
        self._poll = fleet.answers / "play" / "poll.sh"
        self._executable = find_executable(Path(asked.executable) if asked.executable else None)
        self._until: dict[str, float] = {}

    def forget(self, names: Iterable[str]) -> None:
        """Drop what an earlier command knew of these hosts."""
        for name in names:
            for suffix in ("", ".begun"):
                self._file(name, suffix).unlink(missing_ok=True)

    def do(self, names: Iterable[str]) -> None:
        """Measure these hosts, and keep the run of each, or the reason why it has none.

        Raises:
            HostcheckError: when Ansible cannot run, or the fleet cannot be written.
        """
        wanted = {*names}
        placed = [host.placed for host in self._fleet.hosts() if host.name in wanted]
        begun = [host for host in placed if self._file(host.name, ".begun").exists()]
        self._turns = Turns([host for host in placed if host not in begun], self._asked.at_once, self._asked.over)
        for host in begun:
            self._turns.begins(host)
            self._waits(host.name)
        try:
            write_carried(self._carried, self._executable, self._asked.words, self._asked.deadline)
            self._poll.write_text(poll(self._asked.words, self._asked.deadline), "utf-8")
        except OSError as error:
            raise CannotMeasureError(f"writing {error.filename}: {error.strerror}") from error
        first = time.monotonic()
        while self._until or self._turns.waiting:
            now = time.monotonic()
            if due := self._turns.due(now - first):
                self._begin(due)
            if self._until:
                self._ask("wait", {"ansible.builtin.raw": self._waiting()}, [*self._until], WAIT_SECONDS)
            time.sleep(max(0.0, _PAUSE_SECONDS - (time.monotonic() - now)))
        self._carried.unlink(missing_ok=True)

    def _waiting(self) -> str:
        file = f"lookup('ansible.builtin.file', {play.FOLDER} ~ '/../play/{self._poll.name}')"
        return f"id={{{{ {self._identity} }}}}\n{{{{ {file} }}}}"

    def _begin(self, names: Sequence[str]) -> None:
        for name in names:
            # Before the host is asked: what is killed in between may have begun there.
            self._file(name, ".begun").touch()
            self._waits(name)
        file = f"{play.FOLDER} ~ '/../play/{self._carried.name}'"
        command = f"{{{{ ({file}) | quote }}}} {{{{ {self._identity} }}}}"
        self._ask("begin", {"ansible.builtin.script": {"cmd": command, "executable": "/bin/sh"}}, names, _COPY_SECONDS)

    def _waits(self, name: str) -> None:
        self._until[name] = time.monotonic() + self._asked.deadline + GRACE_SECONDS + 2 * WAIT_SECONDS

    def _ask(self, what: str, action: dict[str, object], names: Sequence[str], seconds: int) -> None:
        limit = seconds + _CONNECT_SECONDS
        for ended in self._ansible.run(play.of_task(what, action, limit), names, self._folder, limit + 10):
            if ended.host in self._until:
                self._take(ended, begins=what == "begin")
        for name in names:
            if time.monotonic() > self._until.get(name, float("inf")):
                self._end(name, State.STUCK, "it did not answer until its deadline was over")

    def _take(self, ended: Ended, *, begins: bool) -> None:
        """Take what became of a host in a play."""
        path = self._file(ended.host)
        printed = read_printed(path)
        path.unlink(missing_ok=True)
        answered = play.understood(printed)
        if answered is None:
            # It may measure where it is only not reached now, or took too long to say that it has begun.
            if begins and ended.how != "stuck":
                self._end(ended.host, *reason_of(ended, printed))
        elif answered.text is not None:
            self._keep(ended.host, answered.text)
        elif answered.failed:
            self._end(ended.host, State.FAILED, answered.failed)
        elif answered.late:
            self._end(ended.host, State.STUCK, f"what ran there was ended after {self._asked.deadline} s")

    def _keep(self, name: str, text: bytes) -> None:
        found = measured(text)
        try:
            run = run_of_bytes(found.document, f"of {name}") if found.document else None
        except HostcheckError as error:
            self._end(name, State.FAILED, str(error))
            return
        if run is None or not any(metric.value is not None for metric in run.metrics):
            self._end(name, State.FAILED, found.said or "nothing was measured")
            return
        self._fleet.keep(name, run)
        self._leave(name)
        self._report(name, State.DONE, "")

    def _end(self, name: str, state: State, reason: str) -> None:
        self._fleet.change([name], state, reason)
        self._leave(name)
        self._report(name, state, reason)

    def _leave(self, name: str) -> None:
        self._until.pop(name, None)
        self._turns.ended(name)
        self.forget([name])

    def _file(self, name: str, suffix: str = "") -> Path:
        digest = sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
        return self._folder / f"{digest}{suffix}"
