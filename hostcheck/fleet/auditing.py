"""Audit hosts through Ansible: first ask all of them what every audit asks, then what follows from their answers.

Each question is a round: one playbook over the hosts that it is for. What a host answers is on disk before anything is
made of it, so that an audit which was killed goes on from there. One host at a time is in memory.
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
from hostcheck.fleet.reasons import reason_of
from hostcheck.fleet.state import Fleet, State
from hostcheck.remote.gathering import MOST_EXCHANGES
from hostcheck.remote.host import RemoteHost
from hostcheck.remote.program import asking, program
from hostcheck.remote.requests import Request
from hostcheck.remote.text import host_of
from hostcheck.run.times import utc

MOST_TRIES = 2
"""Maximum number of times to ask a host about which Ansible reports nothing."""

_MOST_PRINTED = 4 * play.MOST_BYTES
"""Bytes of what a host printed: hexadecimal digits and spaces take three for one."""

Report = Callable[[str, State, str], None]
"""Takes the name of a host, its state and the reason, when it has ended."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What hosts are audited for.

    Attributes:
        profiles: names, or paths of files.
        roles: of the hosts.
        facts: further ones.
        experiments: whether something may be tried on them.
        deadline: seconds that the program may take on a host.
    """

    profiles: tuple[str, ...]
    roles: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    experiments: bool = True
    deadline: int = play.DEADLINE_SECONDS

    kind = "audit"

    def work(self, fleet: Fleet, ansible: Ansible, token: str, report: Report) -> "Auditing":
        """Return the audit; see ``Auditing``."""
        return Auditing(fleet, ansible, self, token, report)


class Auditing:
    """An audit of hosts of a fleet."""

    def __init__(self, fleet: Fleet, ansible: Ansible, asked: Asked, token: str, report: Report) -> None:
        """Create the audit. ``ansible`` runs plays, and ``report`` is called when a host has ended.

        The token names this audit on the hosts. A resumed audit has the same token, and uses the answers still there.
        """
        self._fleet = fleet
        self._ansible = ansible
        self._asked = asked
        self._report = report
        self._token = token

    def forget(self, names: Iterable[str]) -> None:
        """Delete the hosts' answers to an audit that was not resumed, so that a new one does not use them."""
        for name in names:
            self._forget(name)

    def do(self, names: Iterable[str]) -> None:
        """Audit these hosts, and keep the run of each, or the reason why it has none.

        Raises:
            HostcheckError: when Ansible cannot run, the fleet cannot be written, or a profile does not exist.
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
        """Ask one question of hosts; those that still run it stay in ``waiting`` as they are."""
        folder = self._folder(number)
        if number == 1:
            text = play.command(program(tried=self._asked.experiments), self._asked.deadline)
            (folder / "program.sh").write_text(text, "utf-8", "surrogateescape")
            where = f"{play.FOLDER} ~ '/program.sh'"
        else:
            where = f"{play.FOLDER} ~ '/' ~ (inventory_hostname | hash('sha256')) ~ '.sh'"
        asked = play.play(f"{self._token}{number}", where, self._asked.deadline)
        # Ansible's own limit comes first, where it can end what it waits for.
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
            self._end(ended.host, waiting, State.STUCK, f"what ran there was ended after {seconds} s")
        else:
            self._end(ended.host, waiting, *reason_of(ended, printed))

    def _judge(self, name: str, waiting: dict[str, int], *, at_least: int) -> None:
        """Make a run of a host's answers; or ask it further, where the audit misses something that it could answer."""
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
        # An audit that is resumed days later has what the host answered then.
        self._fleet.keep(name, replace(run, started=utc(self._file(1, name).stat().st_mtime)))
        self._forget(name)
        waiting.pop(name, None)
        self._report(name, State.DONE, "")

    def _asks(self, name: str, host: RemoteHost, waiting: dict[str, int], number: int) -> bool:
        """Prepare question ``number`` with what a host's audit has missed; return whether it has missed anything."""
        before = self._asked_before(name, number)
        missed = [request for request in host.missed if request not in before]
        text = asking(missed) if number <= MOST_EXCHANGES and not host.problem else ""
        if text:
            # The question is whole once its program is there.
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
    """Return what a host printed, bounded; empty where it printed nothing."""
    try:
        with path.open("rb") as file:
            return file.read(_MOST_PRINTED).decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""
