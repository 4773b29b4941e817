"""Run a program of the executable on hosts through Ansible: it is started in the background there, and polled.

So a host that cannot be reached for a while counts as running until its deadline. If this process is killed, a later
command with the same token fetches the results of programs that were started.

A host that hangs does not delay the others: a short task reaches each host before the executable is copied, and the
playbook that waits for such a host runs in parallel to those that copy to other hosts and poll them.
"""

import math
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hostcheck.errors import CannotMeasureError
from hostcheck.fleet import play
from hostcheck.fleet.ansible import Ansible, Ended
from hostcheck.fleet.auditing import read_printed
from hostcheck.fleet.carried import GRACE_SECONDS, KEPT_SECONDS, WAIT_SECONDS, in_folder, poll, write_carried
from hostcheck.fleet.host import State
from hostcheck.fleet.reasons import reason_of
from hostcheck.fleet.state import Fleet
from hostcheck.remote.bench import Executable

_COPY_SECONDS = 600
"""Maximum seconds for copying the executable to a host."""
_SLOW_SECONDS = 60.0
"""If a copy takes longer than these seconds, its host is polled too. A host with a slow link answers; one that hangs
does not."""
_CONNECT_SECONDS = 60
_PAUSE_SECONDS = 2.0
"""Minimum seconds from the start of one poll to the next."""
_HELD_SECONDS = WAIT_SECONDS + 10.0
"""If a poll takes longer than these seconds, some of its hosts hang. The others are then polled by another play."""
_IDLE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of the program on a host.

    Attributes:
        host: the host's name in the inventory.
        text: the output of the program; None if it did not end by itself.
        state: DONE if there is a text, otherwise the kind of failure.
        reason: the reason for the state; empty for DONE.
    """

    host: str
    text: bytes | None = None
    state: State = State.DONE
    reason: str = ""


@dataclass(slots=True, eq=False)
class _Play:
    """A running play.

    Attributes:
        what: the task: "reach", "begin" (start the program) or "wait".
        hosts: the names of the hosts that have no result yet.
        ended: a generator of the results; it yields None while there is no new result.
        since: the start of the play, in seconds of ``time.monotonic``.
    """

    what: str
    hosts: set[str]
    ended: Generator[Ended | None, None, None]
    since: float


class Carrying:
    """A program that runs on hosts of a fleet.

    The caller must call ``close`` at the end. It ends the plays that still run on this machine.
    """

    def __init__(self, fleet: Fleet, ansible: Ansible, name: str, executable: Executable, deadline: int) -> None:
        """Create the folder for answers; nothing runs yet.

        Args:
            fleet: the fleet.
            ansible: the runner of plays.
            name: a name for the folders on the hosts. A later command with the same name continues with their content.
            executable: the file to copy to the hosts.
            deadline: seconds that the program may take on a host.
        """
        self._ansible = ansible
        self._executable = executable
        self._deadline = deadline
        self._identity = play.identity(name)
        self._folder = fleet.answers / "carried"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._until: dict[str, float] = {}
        self._reached: list[str] = []
        self._begun: set[str] = set()
        self._plays: list[_Play] = []
        self._next = -math.inf

    def close(self) -> None:
        """End the plays that still run."""
        while self._plays:
            self._plays.pop().ended.close()

    @property
    def running(self) -> Sequence[str]:
        """The names of the hosts on which the program runs, or may run."""
        return [*self._until]

    def prepare(self, program: str, kept: int = KEPT_SECONDS) -> None:
        """Write the files that are sent to the hosts.

        Args:
            program: the shell program that starts the executable.
            kept: seconds for which a host keeps a result that was not fetched.

        Raises:
            CannotMeasureError: if a file cannot be written.
        """
        try:
            write_carried(self._folder / "carried", self._executable, program, self._deadline, kept)
            (self._folder / "poll").write_text(poll(self._deadline), "utf-8")
        except OSError as error:
            raise CannotMeasureError(f"writing {error.filename}: {error.strerror}") from error

    def forget(self, names: Iterable[str]) -> None:
        """Delete what an earlier command stored about these hosts."""
        for name in names:
            for suffix in ("", ".begun"):
                self._file(name, suffix).unlink(missing_ok=True)

    def has_begun(self, name: str) -> bool:
        """Return whether an earlier command may have started the program on a host."""
        return self._file(name, ".begun").exists()

    def start(self, names: Sequence[str]) -> None:
        """Start the program on hosts. If an earlier command started it on a host, it continues there.

        ``wait`` yields the hosts on which it could not be started, or has ended.
        """
        self._until.update(dict.fromkeys(names, math.inf))
        # As an earlier command has it.
        self._begun.update(filter(self.has_begun, names))
        self._play("reach", {"ansible.builtin.raw": "true"}, names, 0)

    def begin(self, names: Sequence[str]) -> Iterator[Outcome]:
        """Call ``start``. Yield the hosts on which it failed, and return when the program runs on the others."""
        self.start(names)
        while self._reached or any(each.what != "wait" for each in self._plays):
            yield from self._follow()

    def wait(self) -> Iterator[Outcome]:
        """Wait a moment, and yield the results of the hosts on which the program has ended or could not be started."""
        now = time.monotonic()
        polled = max((each.since + _HELD_SECONDS for each in self._plays if each.what == "wait"), default=self._next)
        slow = [each for each in self._plays if each.what == "begin" and now > each.since + _SLOW_SECONDS]
        busy = {*self._reached}.union(*(each.hosts for each in self._plays if each not in slow))
        if now >= polled and (free := [name for name in self._until if name not in busy]):
            self._next = now + _PAUSE_SECONDS
            file = f"lookup('ansible.builtin.file', {play.FOLDER} ~ '/poll')"
            action = {"ansible.builtin.raw": f"id={{{{ {self._identity} }}}}\n{{{{ {file} }}}}"}
            self._play("wait", action, free, WAIT_SECONDS)
        yield from self._follow()
        if not self._plays:
            time.sleep(_IDLE_SECONDS)

    def ask(self, commands: str) -> Iterator[tuple[str, str]]:
        """Run shell commands, a template of Ansible, in the program's folder on each host on which the program runs.

        Yield the name and the output of each host as soon as the commands have ended there. Hosts that do not answer
        are left out.
        """
        action = {"ansible.builtin.raw": f"id={{{{ {self._identity} }}}}\n{in_folder(commands)}"}
        task = play.of_task("ask", action, _CONNECT_SECONDS)
        for ended in self._ansible.run(task, self.running, self._folder, _CONNECT_SECONDS + 10):
            path = self._file(ended.host)
            printed = read_printed(path)
            path.unlink(missing_ok=True)
            if ended.how == "ok":
                yield ended.host, printed

    def _copy(self, names: Sequence[str]) -> None:
        for name in names:
            # Before the host is asked: what is killed in between may have begun there.
            self._file(name, ".begun").touch()
        command = f"{{{{ ({play.FOLDER} ~ '/carried') | quote }}}} {{{{ {self._identity} }}}}"
        action = {"ansible.builtin.script": {"cmd": command, "executable": "/bin/sh"}}
        self._play("begin", action, names, _COPY_SECONDS)

    def _play(self, what: str, action: Mapping[str, object], names: Sequence[str], seconds: int) -> None:
        limit = seconds + _CONNECT_SECONDS
        ended = self._ansible.follow(play.of_task(what, action, limit), names, self._folder, limit + 10)
        self._plays.append(_Play(what, {*names}, ended, time.monotonic()))

    def _follow(self) -> Iterator[Outcome]:
        """Take at most one new result from each play, and yield the results of the hosts that have ended."""
        came = False
        for each in [*self._plays]:
            try:
                ended = next(each.ended)
            except StopIteration:
                self._plays.remove(each)
                ended = None
                if each.what == "reach":
                    yield from self._left(Outcome(name, None, State.FAILED, "no answer came") for name in each.hosts)
                elif each.what == "begin":
                    self._runs(each.hosts)
            if ended is not None and ended.host in each.hosts:
                came = True
                each.hosts.remove(ended.host)
                yield from self._left(self._outcome(ended, each.what))
        if self._reached and not came:
            names, self._reached = self._reached, []
            self._copy(names)
        now = time.monotonic()
        late = [name for name, until in self._until.items() if now > until]
        said = "it did not answer by its deadline"
        yield from self._left(Outcome(name, None, State.STUCK, said) for name in late)

    def _runs(self, names: Iterable[str]) -> None:
        """Set the deadline of hosts on which the program now runs, or may run. An earlier deadline is kept."""
        until = time.monotonic() + self._deadline + GRACE_SECONDS + 2 * WAIT_SECONDS
        self._until.update((name, min(self._until[name], until)) for name in names if name in self._until)

    def _outcome(self, ended: Ended, what: str) -> Iterator[Outcome]:
        """Yield the result of a host after a play; nothing if the program runs, may run, or is still to be started."""
        path = self._file(ended.host)
        printed = read_printed(path)
        path.unlink(missing_ok=True)
        answered = play.understood(printed) if what != "reach" else None
        copies = [each for each in self._plays if each.what == "begin" and ended.host in each.hosts]
        if what == "wait" and copies and (answered is None or answered.failed):
            yield from self._polled_while_copying(ended, printed, copies[0])
        elif answered is not None and answered.text is not None:
            yield Outcome(ended.host, answered.text)
        elif answered is not None and answered.failed:
            yield Outcome(ended.host, None, State.FAILED, answered.failed)
        elif answered is not None and answered.late:
            yield Outcome(
                ended.host, None, State.STUCK, f"the program on the host was stopped after {self._deadline} s"
            )
        elif what == "reach" and ended.how == "ok":
            self._reached.append(ended.host)
        elif answered is not None:
            self._begun.add(ended.host)
            self._runs([ended.host])
        elif what == "wait" and (ended.how != "stuck" or ended.host in self._begun):
            # It runs there, and is only not reached now.
            return
        elif ended.how == "stuck" and (what == "begin" or ended.host in self._begun):
            # It may run there: a poll asks.
            self._runs([ended.host])
        else:
            yield Outcome(ended.host, None, *reason_of(ended, printed))

    def _polled_while_copying(self, ended: Ended, printed: str, copies: _Play) -> Iterator[Outcome]:
        """Yield a host that hangs during the copy, and end the copy, so that nothing begins there later.

        A play that also copies to other hosts continues.
        """
        if ended.how == "stuck" and copies.hosts == {ended.host}:
            copies.ended.close()
            copies.hosts.clear()
            yield Outcome(ended.host, None, *reason_of(ended, printed))

    def _left(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        for outcome in outcomes:
            if self._until.pop(outcome.host, None) is not None:
                yield outcome

    def _file(self, name: str, suffix: str = "") -> Path:
        digest = sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
        return self._folder / f"{digest}{suffix}"
