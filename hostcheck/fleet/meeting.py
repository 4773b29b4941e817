"""Let hosts of an inventory measure each other: each receives the executable, listens, and measures the others."""

import json
import secrets
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import Any

from hostcheck.errors import UsageError
from hostcheck.fleet.ansible import Ansible
from hostcheck.fleet.ask import Wanted
from hostcheck.fleet.auditing import Report
from hostcheck.fleet.carried import FORGOTTEN_SECONDS, left_by, peers_program
from hostcheck.fleet.carrying import Carrying, Outcome
from hostcheck.fleet.host import Placed, State
from hostcheck.fleet.inventory import hosts_of
from hostcheck.fleet.pairs import keep_pairs
from hostcheck.population.pairs import Pairs
from hostcheck.remote.bench import find_executable

MOST_HOSTS = 32
"""Maximum number of hosts. Each measures every other: 32 hosts are 992 measurements."""
DEADLINE_SECONDS = 600
"""Seconds that the measurement may take on a host. Without blocked ports it takes only a few."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The task of hosts that measure each other.

    Attributes:
        ports: the ports: "tcp/2379".
        executable: the file that is copied to the hosts; empty to find it.
    """

    ports: tuple[str, ...]
    executable: str = ""


def meet(wanted: Wanted, asked: Meeting, options: Sequence[str], forks: int | None, report: Report) -> Pairs:
    """Let hosts measure each other, store the result in the fleet, and return it.

    Args:
        wanted: the selection of hosts.
        asked: the task.
        options: further options of ansible-playbook.
        forks: the number of hosts that Ansible starts at the same time; None for all.
        report: a function that is called when a host has ended.

    Raises:
        UsageError: if there are fewer than two hosts, or too many.
        CannotMeasureError: if Ansible cannot run, or the fleet cannot be written.
    """
    fleet = wanted.fleet
    executable = find_executable(Path(asked.executable) if asked.executable else None)
    fleet.create()
    with fleet.held() as descriptor:
        folder = fleet.answers / "play"
        folder.mkdir(mode=0o700, exist_ok=True)
        placed = hosts_of(Ansible(wanted.inventories, options, forks, folder, descriptor), wanted.limit)
        if not 2 <= len(placed) <= MOST_HOSTS:
            raise UsageError(
                f"{len(placed)} hosts cannot measure each other", remedy=f"name 2 to {MOST_HOSTS}: --limit 'm1:m2:m3'"
            )
        fleet.place(placed)
        # All hosts must start together, because they wait for each other.
        ansible = Ansible(wanted.inventories, options, forks or len(placed), folder, descriptor)
        token = f"{secrets.token_hex(8)}-peers-"
        carrying = Carrying(fleet, ansible, token, executable, DEADLINE_SECONDS)
        carrying.prepare(peers_program(_question(token, placed, asked.ports)), FORGOTTEN_SECONDS)
        found: dict[str, Any] = {}

        def take(outcome: Outcome) -> None:
            found[outcome.host], state = answer_of(outcome)
            carrying.forget([outcome.host])
            report(outcome.host, state, "" if state is State.DONE else str(found[outcome.host]))

        names = [host.name for host in placed]
        with closing(carrying):
            for outcome in carrying.begin(names):
                take(outcome)
            while carrying.running:
                for outcome in carrying.wait():
                    take(outcome)
        return keep_pairs(fleet, names, asked.ports, found)


def _question(token: str, placed: Sequence[Placed], ports: Sequence[str]) -> str:
    hosts = {
        sha1(f"{token}{host.name}".encode()).hexdigest(): {"name": host.name, "address": host.address}  # noqa: S324
        for host in placed
    }
    return json.dumps({"key": secrets.token_hex(16), "ports": list(ports), "hosts": hosts})


def answer_of(outcome: Outcome) -> tuple[Any, State]:
    """Return the JSON object that a host answered, whose values are not checked yet, and DONE.

    Without a valid answer, return a text with the reason, and the state.
    """
    if outcome.text is None:
        return outcome.reason, outcome.state
    left = left_by(outcome.text)
    try:
        answer = json.loads(left.document)
    except (ValueError, RecursionError):
        return left.said or "it gave no answer", State.FAILED
    return (answer, State.DONE) if isinstance(answer, dict) else ("it gave no answer", State.FAILED)
