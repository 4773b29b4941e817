"""Audit hosts through Ansible: first ask every host the standard questions, then what its answers leave open.

Each set of questions is a round: one playbook on the hosts that need it. An answer is written to disk before it is
processed, so that a killed audit can be resumed. Only one host at a time is in memory.
"""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from hostcheck.audit import audit_host
from hostcheck.errors import UsageError
from hostcheck.fleet import play
from hostcheck.fleet.ansible import Ansible, Ended
from hostcheck.fleet.host import State
from hostcheck.fleet.reasons import reason_of
from hostcheck.fleet.state import Fleet
from hostcheck.remote.gathering import MOST_EXCHANGES
from hostcheck.remote.host import RemoteHost
from hostcheck.remote.program import asking, program
from hostcheck.remote.requests import Request
from hostcheck.remote.text import host_of
from hostcheck.run.times import utc

MOST_TRIES = 2
"""Maximum number of times to ask a host for which Ansible reports no result."""

_MOST_PRINTED = 4 * play.MOST_BYTES
"""Maximum number of bytes that are read of a host's output: in hexadecimal, a byte takes three characters."""

Report = Callable[[str, State, str], None]
"""A function that is called when a host has ended, with its name, its state and the reason."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The task of an audit.

    Attributes:
        profiles: the profiles: names, or paths of files.
        roles: the roles for which the hosts are audited.
        facts: the ids of further facts.
        experiments: whether experiments may be made on the hosts.
        deadline: seconds that the program may take on a host.
    """

    profiles: tuple[str, ...]
    roles: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    experiments: bool = True
    deadline: int = play.DEADLINE_SECONDS

    kind = "audit"

    def work(self, fleet: Fleet, ansible: Ansible, token: str, report: Report) -> "Auditing":
        """Return the audit."""
        return Auditing(fleet, ansible, self, token, report)


class Auditing:
    """An audit of hosts of a fleet."""

    def __init__(self, fleet: Fleet, ansible: Ansible, asked: Asked, token: str, report: Report) -> None:
        """Create the audit.

        Args:
            fleet: the fleet.
            ansible: the runner of plays.
            asked: the task.
            token: a name of this audit on the hosts. A resumed audit has the same token, and uses the answers still
                there.
            report: a function that is called when a host has ended.
        """
        self._fleet = fleet
        self._ansible = ansible
        self._asked = asked
        self._report = report
        self._token = token

    def forget(self, names: Iterable[str]) -> None:
        """Delete what these hosts answered to an earlier audit, so that a new one does not use it."""
        for name in names:
            self._forget(name)

    def do(self, names: Iterable[str]) -> None:
        """Audit these hosts, and store the run of each, or the reason why it has none.

        Raises:
            HostcheckError: if Ansible cannot run, the fleet cannot be written, or a profile does not exist.
        """
        waiting: dict[str, int] = {}
        for name in names:
            self._judge(name, waiting, at_least=1)
        polls = math.ceil(self._asked.deadline / play.WAIT_SECONDS) + 2
        tries: dict[str, int] = {}
        while waiting:
            number = min(waiting.values())
            batch = [name for name, wanted in waiting.items() if wanted == number]
            self._round(number, batch, waiting)
            for name in batch:
                if waiting.get(name) != number:
                    continue
                tries[name] = tries.get(name, 0) + 1
                running = self._file(number, name, ".running")
                if tries[name] < (polls if running.exists() else MOST_TRIES):
                    continue
                state = State.STUCK if running.exists() else State.FAILED
                self._end(name, waiting, state, "it did not answer in time" if running.exists() else "no answer came")

    def _round(self, number: int, batch: Sequence[str], waiting: dict[str, int]) -> None:
        """Ask hosts the questions of one round.

        Args:
            number: the number of the round.
            batch: the names of the hosts.
            waiting: the round that each unfinished host waits for. Hosts that still run the program keep theirs.
        """
        folder = self._folder(number)
        if number == 1:
            text = play.command(program(tried=self._asked.experiments), self._asked.deadline)
            (folder / "program.sh").write_text(text, "utf-8", "surrogateescape")
            where = f"{play.FOLDER} ~ '/program.sh'"
        else:
            where = f"{play.FOLDER} ~ '/' ~ (inventory_hostname | hash('sha256')) ~ '.sh'"
        asked = play.play(f"{self._token}{number}", where, self._asked.deadline)
        # Ansible's own time limit comes first, if it can end the task.
        seconds = play.most_seconds(self._asked.deadline) + 10
        for ended in self._ansible.run(asked, batch, folder, seconds):
            if waiting.get(ended.host) == number:
                self._take(ended, number, waiting)

    def _take(self, ended: Ended, number: int, waiting: dict[str, int]) -> None:
        """Process the result of a host in a round."""
        path = self._file(number, ended.host)
        printed = read_printed(path)
        answered = play.understood(printed)
        if answered is not None and answered.text is not None:
            self._judge(ended.host, waiting, at_least=number)
            return
        path.unlink(missing_ok=True)
        if answered is not None and answered.running:
            self._file(number, ended.host, ".running").touch()
        elif answered is not None and answered.failed:
            self._end(ended.host, waiting, State.FAILED, answered.failed)
        elif answered is not None:
            seconds = self._asked.deadline
            self._end(ended.host, waiting, State.STUCK, f"the program on the host was stopped after {seconds} s")
        else:
            self._end(ended.host, waiting, *reason_of(ended, printed))

    def _judge(self, name: str, waiting: dict[str, int], *, at_least: int) -> None:
        """Audit a host by its answers, and store the run; or have the host asked for answers that it lacks."""
        texts = self._texts(name)
        if not texts:
            waiting[name] = at_least
            return
        try:
            host = host_of(texts, self._fleet.folder / name)
        except UsageError as error:
            self._end(name, waiting, State.FAILED, str(error))
            return
        host.running, host.experiments = True, self._asked.experiments
        asked = self._asked
        run = audit_host(host, profiles=asked.profiles, roles=asked.roles, asked=asked.facts)
        if self._asks(name, host, waiting, len(texts) + 1):
            return
        # If the audit is resumed days later, the run is still as old as the host's answer.
        self._fleet.keep(name, replace(run, started=utc(self._file(1, name).stat().st_mtime)))
        self._forget(name)
        waiting.pop(name, None)
        self._report(name, State.DONE, "")

    def _asks(self, name: str, host: RemoteHost, waiting: dict[str, int], number: int) -> bool:
        """Prepare round ``number`` with the questions that a host must still answer; return whether there are any."""
        before = self._asked_before(name, number)
        missed = [request for request in host.missed if request not in before]
        text = asking(missed) if number <= MOST_EXCHANGES and not host.problem else ""
        if text:
            # The program is written last: if it is there, the question is complete.
            question = json.dumps([(each.kind, *each.words) for each in missed])
            self._file(number, name, ".json").write_text(question, "utf-8")
            script = play.command(text, self._asked.deadline)
            self._file(number, name, ".sh").write_text(script, "utf-8", "surrogateescape")
            waiting[name] = number
        return bool(text)

    def _end(self, name: str, waiting: dict[str, int], state: State, reason: str) -> None:
        self._fleet.change([name], state, reason)
        self._forget(name)
        waiting.pop(name, None)
        self._report(name, state, reason)

    def _texts(self, name: str) -> list[bytes]:
        texts: list[bytes] = []
        for number in range(1, MOST_EXCHANGES + 1):
            answered = play.understood(read_printed(self._file(number, name)))
            if answered is None or answered.text is None:
                break
            texts.append(answered.text)
        return texts

    def _asked_before(self, name: str, number: int) -> set[Request]:
        asked: set[Request] = set()
        for earlier in range(2, number):
            question = read_printed(self._file(earlier, name, ".json"))
            asked |= {Request(kind, tuple(words)) for kind, *words in json.loads(question or "[]")}
        return asked

    def _forget(self, name: str) -> None:
        for number in range(1, MOST_EXCHANGES + 1):
            for suffix in ("", ".sh", ".json", ".running"):
                self._file(number, name, suffix).unlink(missing_ok=True)

    def _file(self, number: int, name: str, suffix: str = "") -> Path:
        digest = sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
        return self._folder(number) / f"{digest}{suffix}"

    def _folder(self, number: int) -> Path:
        folder = self._fleet.answers / str(number)
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder


def read_printed(path: Path) -> str:
    """Return the output of a host, at most ``_MOST_PRINTED`` bytes; empty if it printed nothing."""
    try:
        with path.open("rb") as file:
            return file.read(_MOST_PRINTED).decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""
