"""Select the hosts of a fleet on which a command works now, and audit or measure them.

A command selects all hosts of the inventory, only those that are still pending, or only those with an old result.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Protocol

from hostcheck.errors import UsageError
from hostcheck.fleet.ansible import Ansible
from hostcheck.fleet.auditing import Report
from hostcheck.fleet.host import FleetHost, State
from hostcheck.fleet.inventory import hosts_of
from hostcheck.fleet.standing import Standing
from hostcheck.fleet.state import Fleet
from hostcheck.profiles.loader import load
from hostcheck.profiles.roles import refuse_unknown_roles
from hostcheck.run.times import parse_time

RETRIED = (State.REFUSED, State.UNREACHABLE, State.STUCK, State.FAILED)

_PATIENCE_SECONDS = 30.0
"""Maximum seconds that ``--resume`` waits for the playbook of a command that was killed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The selection of hosts.

    Attributes:
        fleet: the fleet; it may not exist yet.
        inventories: Ansible's inventories; empty for those of the fleet's last command.
        limit: a pattern of hosts; None for all hosts of the inventories.
        resume: whether to select only the hosts that an earlier command did not finish.
        max_age: hosts with a newer result are left out; None to select all.
        retry: only hosts in these states are selected; empty for all states.
    """

    fleet: Fleet
    inventories: Sequence[str] = ()
    limit: str | None = None
    resume: bool = False
    max_age: timedelta | None = None
    retry: Sequence[State] = ()


class Work(Protocol):
    """The work on hosts: an audit or a measurement."""

    def forget(self, names: Iterable[str]) -> None:
        """Delete what these hosts answered to an earlier command."""

    def do(self, names: Iterable[str]) -> None:
        """Do the work on these hosts, and store the run of each, or the reason why it has none."""


class Task(Protocol):
    """A command for hosts. It is a frozen dataclass of JSON values, because ``--resume`` must read it again."""

    @property
    def kind(self) -> str:
        """The name of the command: "audit" or "bench"."""

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles: names, or paths of files."""

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles for which the hosts are audited."""

    def work(self, fleet: Fleet, ansible: Ansible, token: str, report: Report) -> Work:
        """Return the object that does the task on hosts."""


def ask(wanted: Wanted, asked: Task, options: Sequence[str], forks: int | None, report: Report) -> Standing:
    """Audit or measure the selected hosts, and return their standing.

    Args:
        wanted: the selection of hosts.
        asked: the task; with ``resume``, the earlier command's task is used instead.
        options: further options of ansible-playbook.
        forks: the number of hosts at the same time; None for Ansible's default.
        report: a function that is called when a host has ended.

    Raises:
        UsageError: if a profile, a role, a host or the fleet does not exist.
        CannotMeasureError: if Ansible cannot run, or the fleet cannot be written.
    """
    fleet = wanted.fleet
    refuse_unknown_roles(asked.roles, [load(name) for name in asked.profiles])
    fleet.create()
    with fleet.held(_PATIENCE_SECONDS if wanted.resume else 0.0) as descriptor:
        if wanted.resume:
            asked, options, inventories, token = _earlier(fleet, asked)
        else:
            inventories = [*wanted.inventories] or _texts(fleet.setting("inventories"))
            if not inventories:
                # Otherwise Ansible uses its default inventory, which has other hosts.
                raise UsageError(
                    f"the hosts in {fleet.folder} were collected without an inventory", remedy="give -i INVENTORY"
                )
            token = secrets.token_hex(8)
            # The stored options belong to the stored inventories: they must not limit other inventories silently.
            options = list(options) if options or wanted.inventories else _texts(fleet.setting("options"))
        folder = fleet.answers / "play"
        folder.mkdir(mode=0o700, exist_ok=True)
        ansible = Ansible(inventories, options, forks, folder, descriptor)
        work = asked.work(fleet, ansible, token, report)
        if wanted.resume:
            meant = _texts(fleet.setting("meant"))
            names = {*meant}
            now = [host.name for host in fleet.hosts() if host.name in names and host.state is State.PENDING]
        else:
            placed = hosts_of(ansible, wanted.limit)
            fleet.place(placed)
            meant = [host.name for host in placed]
            names = {*meant}
            now = [host.name for host in fleet.hosts() if host.name in names and _is_due(host, wanted)]
            work.forget(now)
            fleet.change(now, State.PENDING)
            for name, value in (
                ("inventories", list(inventories)),
                ("options", list(options)),
                ("token", token),
                ("meant", meant),
                ("kind", asked.kind),
                ("asked", asdict(asked)),  # type: ignore[call-overload]
            ):
                fleet.set(name, value)
        work.do(now)
        return Standing(fleet, [host for host in fleet.hosts() if host.name in names])


def _earlier(fleet: Fleet, asked: Task) -> tuple[Task, list[str], list[str], str]:
    """Return the earlier command's task, options, inventories and token.

    Raises:
        UsageError: if there was no earlier command, or it was a different one.
    """
    token, kind, values = fleet.setting("token"), fleet.setting("kind"), fleet.setting("asked")
    if not isinstance(token, str) or not isinstance(values, dict):
        raise UsageError(f"no fleet {asked.kind} was started in {fleet.folder}", remedy="leave out --resume")
    if kind != asked.kind:
        raise UsageError(
            f"fleet {kind} was started in {fleet.folder}, not fleet {asked.kind}",
            remedy=f"hostcheck fleet {kind} --resume continues it",
        )
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    earlier: Task = replace(asked, **given)  # type: ignore[type-var]
    return earlier, _texts(fleet.setting("options")), _texts(fleet.setting("inventories")), token


def _is_due(host: FleetHost, wanted: Wanted) -> bool:
    if wanted.retry:
        return host.state in wanted.retry
    if wanted.max_age is None or host.state is not State.DONE:
        return True
    age = datetime.now(tz=timezone.utc) - parse_time(host.time)
    return not timedelta(0) <= age <= wanted.max_age


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, Iterable) and not isinstance(value, str) else []
