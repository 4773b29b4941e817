"""Let hosts of an inventory measure each other: each gets the executable, listens, and asks the others."""

import json
import secrets
from collections.abc import Sequence
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
from hostcheck.fleet.inventory import hosts_of
from hostcheck.fleet.pairs import keep_pairs
from hostcheck.fleet.state import Placed, State
from hostcheck.population.pairs import Pairs
from hostcheck.remote.bench import find_executable

MOST_HOSTS = 32
"""Each asks each other one: 32 are 992 ways."""
DEADLINE_SECONDS = 600
"""How long it may take on a host; where nothing is blocked it is seconds."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What hosts are to measure of each other.

    Attributes:
        ports: such as "tcp/2379".
        executable: the file to copy; empty for the one that is found.
    """

    ports: tuple[str, ...]
    executable: str = ""


def meet(wanted: Wanted, asked: Meeting, options: Sequence[str], forks: int | None, report: Report) -> Pairs:
    """Let hosts measure each other, and keep in the fleet what they found.

    Args:
        wanted: which hosts.
        asked: what they measure.
        options: further ones of ansible-playbook.
        forks: hosts that are reached at the same time; None for all.
        report: is called when a host has ended.

    Raises:
        UsageError: when the hosts are fewer than two, or too many.
        CannotMeasureError: when Ansible cannot run, or the fleet cannot be written.
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
        # They wait for each other: none is left until others have begun.
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
    """Return what a host found, a stranger's values of JSON; or as text why it found nothing."""
    if outcome.text is None:
        return outcome.reason, outcome.state
    left = left_by(outcome.text)
    try:
        answer = json.loads(left.document)
    except (ValueError, RecursionError):
        return left.said or "it gave no answer", State.FAILED
    return (answer, State.DONE) if isinstance(answer, dict) else ("it gave no answer", State.FAILED)
