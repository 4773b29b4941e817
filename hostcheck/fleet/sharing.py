"""Let hosts load their disks or CPUs in turns, and find hosts whose disks or CPUs depend on each other.

The turns begin at the same times on all hosts, so their clocks must agree within a fraction of a turn. Each host is
asked for its time. The controller's clock before and after bounds the difference of both clocks.
"""

import json
import math
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import Any

from hostcheck.errors import UsageError
from hostcheck.fate.member import PATIENCE_SECONDS, uptime
from hostcheck.fleet.ansible import Ansible
from hostcheck.fleet.ask import Wanted
from hostcheck.fleet.auditing import Report
from hostcheck.fleet.carried import FORGOTTEN_SECONDS, fate_program
from hostcheck.fleet.carrying import Carrying
from hostcheck.fleet.host import State
from hostcheck.fleet.inventory import hosts_of
from hostcheck.fleet.meeting import answer_of
from hostcheck.population.fates import Fates, fates_of, random_order
from hostcheck.remote.bench import find_executable
from hostcheck.run.times import utc_now

MOST_HOSTS = 8
TURN_SECONDS = 4.0
BLOCKS = 10
SETTLES_SECONDS = 0.3
"""Seconds at the beginning of a turn in which the last I/Os of the previous turn end."""

_LEAD_SECONDS = 30.0
"""How many seconds before the start the hosts receive the start time."""
_MOST_MARGIN = TURN_SECONDS / 3
_MOST_TRIES = 10
_CLOCK = (
    "read -r up rest </proc/uptime\n"
    "if test -e ready; then ready=yes; else ready=no; fi\n"
    "echo \"hostcheck-clock {{ (lookup('ansible.builtin.file', '/proc/uptime') | split)[0] }} $up $ready\""
)


@dataclass(frozen=True, slots=True)
class Offset:
    """Bounds of the seconds by which the clock of a host is ahead of the controller's.

    Attributes:
        least: the lower bound.
        most: the upper bound.
    """

    least: float = -math.inf
    most: float = math.inf

    def narrowed(self, before: float, there: float, after: float) -> "Offset":
        """Return the bounds after another reading of the host's clock.

        Args:
            before: the controller's time before the reading.
            there: the host's time.
            after: the controller's time after the reading.
        """
        both = Offset(max(self.least, there - after), min(self.most, there - before))
        # If the reading contradicts earlier ones, as after a restart, only the new one is used.
        return both if both.least <= both.most else Offset(there - after, there - before)

    @property
    def middle(self) -> float:
        """The estimate of the offset, in seconds: the middle of its bounds."""
        return (self.least + self.most) / 2

    @property
    def error(self) -> float:
        """The maximum error of the estimate, in seconds."""
        return (self.most - self.least) / 2


@dataclass(frozen=True, slots=True)
class Sharing:
    """The hosts whose disks or CPUs are loaded.

    Attributes:
        hosts: the names in the inventory.
        folder: the folder on each host whose disk is loaded; None to load the CPUs.
        executable: the file that is copied to the hosts; empty to find it.
    """

    hosts: tuple[str, ...]
    folder: str | None
    executable: str = ""


def share(wanted: Wanted, asked: Sharing, options: Sequence[str], report: Report) -> Fates:
    """Let hosts load their disks or CPUs in turns, and return which hosts depend on each other.

    Args:
        wanted: the fleet and its inventories.
        asked: the hosts.
        options: further options of ansible-playbook.
        report: a function that is called when a host has ended.

    Raises:
        UsageError: if there are fewer than two hosts, or too many, or one is not in the inventory, or the folder is
            relative.
        CannotMeasureError: if Ansible cannot run, or the fleet cannot be written.
    """
    names, fleet = asked.hosts, wanted.fleet
    if not 2 <= len({*names}) == len(names) <= MOST_HOSTS:
        raise UsageError(
            "different hosts of the inventory are needed", remedy=f"name 2 to {MOST_HOSTS}: HOST HOST [HOST]"
        )
    if asked.folder is not None and not asked.folder.startswith("/"):
        raise UsageError(f"--dir {asked.folder} is not an absolute path", remedy="name a folder of each host: /var/lib")
    executable = find_executable(Path(asked.executable) if asked.executable else None)
    fleet.create()
    with fleet.held() as descriptor:
        folder = fleet.answers / "play"
        folder.mkdir(mode=0o700, exist_ok=True)
        # All hosts must start together, because they wait for each other.
        ansible = Ansible(wanted.inventories, options, len(names), folder, descriptor)
        placed = {host.name for host in hosts_of(ansible, ",".join(names))}
        if other := {*names} ^ placed:
            raise UsageError(
                f"the inventory has no single host of this name: {', '.join(sorted(other))}",
                remedy="name hosts that ansible-inventory --graph shows, no groups or patterns",
            )
        token = f"{secrets.token_hex(8)}-fate-"
        order = random_order(len(names), BLOCKS)
        seconds = len(order) * TURN_SECONDS
        carrying = Carrying(fleet, ansible, token, executable, int(seconds + PATIENCE_SECONDS + _LEAD_SECONDS))
        identities = {_identity(token, name): number for number, name in enumerate(names)}
        question = {"folder": asked.folder, "seconds": TURN_SECONDS, "order": order, "hosts": identities}
        carrying.prepare(fate_program(json.dumps(question)), FORGOTTEN_SECONDS)
        found: dict[str, Any] = {}

        def take(outcomes: Iterable[Any]) -> None:
            for outcome in outcomes:
                found[outcome.host], state = answer_of(outcome)
                carrying.forget([outcome.host])
                report(outcome.host, state, "" if state is State.DONE else str(found[outcome.host]))

        with closing(carrying):
            take(carrying.begin(names))
            if _started(carrying, token):
                time.sleep(seconds)
            while carrying.running:
                take(carrying.wait())
        return fates_of(names, asked.folder, order, utc_now(), found)


def _started(carrying: Carrying, token: str) -> bool:
    """Send the time of the first turn to all hosts that are ready; return whether the turns begin.

    They do not begin if fewer than two hosts are ready, or the clocks are not known precisely enough.
    """
    offsets: dict[str, Offset] = {}
    for _ in range(_MOST_TRIES):
        waiting = False
        for host, before, there, ready in _clocks(carrying.ask(_CLOCK)):
            waiting |= not ready
            if ready:
                offsets[host] = offsets.get(host, Offset()).narrowed(before, there, uptime())
        if offsets and not waiting and 2 * _error(offsets) + SETTLES_SECONDS <= _MOST_MARGIN:
            break
    margin = 2 * _error(offsets) + SETTLES_SECONDS
    starts = len(offsets) >= 2 and margin <= _MOST_MARGIN
    start = uptime() + _LEAD_SECONDS
    given = {_identity(token, host): f"{start + offset.middle:.3f} {margin:.3f}" for host, offset in offsets.items()}
    other = "late" if starts else "few" if len(offsets) < 2 else "apart"
    text = f"{{{{ ({given if starts else {}}).get(('{token}' ~ inventory_hostname) | hash('sha1'), '{other}') }}}}"
    for _ in carrying.ask(f"echo '{text}' >go.part\nmv go.part go\n"):
        pass
    return starts


def _clocks(answers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, float, float, bool]]:
    """Yield for each answer: the host, the controller's time before, the host's time, and whether the host is ready."""
    for host, printed in answers:
        for line in printed.splitlines():
            _, word, after = line.partition("hostcheck-clock ")
            words = after.split()
            if word and len(words) == 3:
                with suppress(ValueError):
                    before, there = float(words[0]), float(words[1])
                    if math.isfinite(before) and math.isfinite(there):
                        yield host, before, there, words[2] == "yes"


def _error(offsets: Mapping[str, Offset]) -> float:
    return max((offset.error for offset in offsets.values()), default=math.inf)


def _identity(token: str, name: str) -> str:
    return sha1(f"{token}{name}".encode()).hexdigest()  # noqa: S324
