"""Run a program of the executable on hosts through Ansible: it is started in the background there, and polled.

So a host that cannot be reached meanwhile counts as running until its deadline, and what was begun before a kill is
fetched by the command that goes on with the same token.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hostcheck.errors import CannotMeasureError
from hostcheck.fleet import play
from hostcheck.fleet.ansible import Ansible, Ended
from hostcheck.fleet.auditing import read_printed
from hostcheck.fleet.carried import GRACE_SECONDS, KEPT_SECONDS, WAIT_SECONDS, in_folder, poll, write_carried
from hostcheck.fleet.reasons import reason_of
from hostcheck.fleet.state import Fleet, State
from hostcheck.remote.bench import Executable

_COPY_SECONDS = 600
"""How long a host may take to receive the executable."""
_CONNECT_SECONDS = 60
_PAUSE_SECONDS = 2.0
"""Minimum seconds from the start of one poll to the next."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the program on a host.

    Attributes:
        host: its name in the inventory.
        text: what the program wrote; None where it did not end by itself.
        state: why there is no text; DONE where there is.
        reason: of the state; empty for DONE.
    """

    host: str
    text: bytes | None = None
    state: State = State.DONE
    reason: str = ""


class Carrying:
    """A program on hosts of a fleet."""

    def __init__(self, fleet: Fleet, ansible: Ansible, name: str, executable: Executable, deadline: int) -> None:
        """Take the fleet, what runs plays, a name of what runs, the executable, and the seconds that it may take.

        The name identifies the folders on the hosts: a later command with this name continues with their content.
        """
        self._ansible = ansible
        self._executable = executable
        self._deadline = deadline
        self._identity = play.identity(name)
        self._folder = fleet.answers / "carried"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._until: dict[str, float] = {}

    @property
    def running(self) -> Sequence[str]:
        """The hosts on which the program runs, or may run."""
        return [*self._until]

    def prepare(self, program: str, kept: int = KEPT_SECONDS) -> None:
        """Write what hosts are given; they keep what is not fetched for as many seconds as ``kept``.

        Raises:
            CannotMeasureError: when it cannot be written.
        """
        try:
            write_carried(self._folder / "carried", self._executable, program, self._deadline, kept)
            (self._folder / "poll").write_text(poll(self._deadline), "utf-8")
        except OSError as error:
            raise CannotMeasureError(f"writing {error.filename}: {error.strerror}") from error

    def forget(self, names: Iterable[str]) -> None:
        """Drop what an earlier command knew of these hosts."""
        for name in names:
            for suffix in ("", ".begun"):
                self._file(name, suffix).unlink(missing_ok=True)

    def has_begun(self, name: str) -> bool:
        """Return whether an earlier command may have begun the program on a host."""
        return self._file(name, ".begun").exists()

    def begin(self, names: Sequence[str]) -> Iterator[Outcome]:
        """Begin the program on hosts, and yield those on which it could not begin, or has ended since.

        Where it was begun before, it goes on.
        """
        for name in names:
            # Before the host is asked: what is killed in between may have begun there.
            self._file(name, ".begun").touch()
            self._until[name] = time.monotonic() + self._deadline + GRACE_SECONDS + 2 * WAIT_SECONDS
        command = f"{{{{ ({play.FOLDER} ~ '/carried') | quote }}}} {{{{ {self._identity} }}}}"
        action = {"ansible.builtin.script": {"cmd": command, "executable": "/bin/sh"}}
        yield from self._asked("begin", action, names, _COPY_SECONDS)

    def wait(self) -> Iterator[Outcome]:
        """Wait a while for the hosts on which it runs, and yield those on which it has ended."""
        begun = time.monotonic()
        file = f"lookup('ansible.builtin.file', {play.FOLDER} ~ '/poll')"
        action = {"ansible.builtin.raw": f"id={{{{ {self._identity} }}}}\n{{{{ {file} }}}}"}
        yield from self._asked("wait", action, self.running, WAIT_SECONDS)
        time.sleep(max(0.0, _PAUSE_SECONDS - (time.monotonic() - begun)))

    def ask(self, commands: str) -> Iterator[tuple[str, str]]:
        """Run a template of shell commands in the program's folder on each host on which it runs.

        Yields a host and what it printed, as soon as it has ended there; nothing of hosts that did not answer.
        """
        action = {"ansible.builtin.raw": f"id={{{{ {self._identity} }}}}\n{in_folder(commands)}"}
        task = play.of_task("ask", action, _CONNECT_SECONDS)
        for ended in self._ansible.run(task, self.running, self._folder, _CONNECT_SECONDS + 10):
            path = self._file(ended.host)
            printed = read_printed(path)
            path.unlink(missing_ok=True)
            if ended.how == "ok":
                yield ended.host, printed

    def _asked(self, what: str, action: Mapping[str, object], names: Sequence[str], seconds: int) -> Iterator[Outcome]:
        limit = seconds + _CONNECT_SECONDS
        for ended in self._ansible.run(play.of_task(what, action, limit), names, self._folder, limit + 10):
            outcome = self._outcome(ended, begins=what == "begin") if ended.host in self._until else None
            if outcome is not None:
                yield self._left(outcome)
        for name in names:
            if time.monotonic() > self._until.get(name, float("inf")):
                yield self._left(Outcome(name, None, State.STUCK, "it did not answer until its deadline was over"))

    def _outcome(self, ended: Ended, *, begins: bool) -> Outcome | None:
        """Return what became of a host in a play; None where the program runs, or may run."""
        path = self._file(ended.host)
        printed = read_printed(path)
        path.unlink(missing_ok=True)
        answered = play.understood(printed)
        if answered is None:
            # It may run where it is only not reached now, or took too long to say that it has begun.
            return Outcome(ended.host, None, *reason_of(ended, printed)) if begins and ended.how != "stuck" else None
        if answered.text is not None:
            return Outcome(ended.host, answered.text)
        if answered.failed:
            return Outcome(ended.host, None, State.FAILED, answered.failed)
        if answered.late:
            return Outcome(ended.host, None, State.STUCK, f"what ran there was ended after {self._deadline} s")
        return None

    def _left(self, outcome: Outcome) -> Outcome:
        self._until.pop(outcome.host, None)
        return outcome

    def _file(self, name: str, suffix: str = "") -> Path:
        digest = sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
        return self._folder / f"{digest}{suffix}"
