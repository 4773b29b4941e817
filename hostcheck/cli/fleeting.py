"""Functions that the commands of ``hostcheck fleet`` share: to choose the hosts, and to report their progress."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hostcheck.errors import UsageError
from hostcheck.fleet.ask import RETRIED, Wanted
from hostcheck.fleet.auditing import Report
from hostcheck.fleet.benching import Measuring
from hostcheck.fleet.host import FleetHost, State
from hostcheck.fleet.state import Fleet, folder_of
from hostcheck.gate.origin import parse_age
from hostcheck.plaintext import plain
from hostcheck.profiles import DEFAULT_PROFILES
from hostcheck.spelling import closest
from hostcheck.userfile import require_no_named_pipe


def wanted_of(
    inventories: Sequence[str] | None,
    limit: str | None,
    name: str | None,
    *,
    resume: bool,
    max_age: str | None,
    retry: Sequence[str] | None,
) -> Wanted:
    """Return which hosts are to be audited.

    Raises:
        UsageError: if the options contradict each other, or name neither a fleet nor an inventory.
    """
    if resume and (limit or max_age or retry or inventories):
        raise UsageError(
            "--resume continues a command with the options that it was started with", remedy="give only --name with it"
        )
    for inventory in inventories or ():
        require_no_named_pipe("inventory", Path(inventory))
    states = tuple(_state(word) for word in retry or ())
    if name is None:
        if not inventories:
            raise UsageError("no fleet is named", remedy="give -i INVENTORY, or --name NAME of an earlier audit")
        name = _name_of(inventories[0])
    fleet = Fleet(folder_of(name))
    if resume or not inventories:
        fleet = Fleet.opened(name)
    return Wanted(
        fleet, tuple(inventories or ()), limit, resume, None if max_age is None else parse_age(max_age), states
    )


def placed_of(fleet: Fleet, limit: str | None) -> list[FleetHost]:
    """Return the hosts of a fleet.

    Raises:
        UsageError: if ``limit`` is given. It is a pattern that only Ansible can apply, with the inventory.
    """
    if limit is not None:
        raise UsageError("--limit is a pattern of the inventory", remedy="give -i INVENTORY too")
    return list(fleet.hosts())


def _name_of(inventory: str) -> str:
    """Return the name of a fleet from its inventory: the file's name, or the folder's name if the file is "hosts"."""
    path = Path(inventory.rstrip(",").split(",")[0]).absolute()
    stem = path.stem
    return path.parent.name if stem in {"hosts", "inventory"} and path.parent.name else stem or "hosts"


def _state(word: str) -> State:
    known = {state.value: state for state in RETRIED}
    if word not in known:
        near = closest(word, known)
        raise UsageError(
            f"--retry {word}: no such state", remedy=f"did you mean {near}?" if near else f"write {', '.join(known)}"
        )
    return known[word]


def measuring_of(
    words: Sequence[str],
    profiles: Sequence[str] | None,
    roles: Sequence[str] | None,
    executable: str | None,
    at_once: int,
    over: str | None,
    deadline: int,
) -> Measuring:
    """Return the settings of the measurement on the hosts.

    Raises:
        UsageError: if a profile is a file, because the hosts do not have it.
    """
    names = tuple(profiles or DEFAULT_PROFILES)
    for each in names:
        if each.endswith(".toml"):
            raise UsageError(
                f"--profile {each}: this file is not on the hosts, which judge themselves",
                remedy="name a profile that ships with hostcheck",
            )
    seconds = parse_age(over).total_seconds() if over else 0.0
    return Measuring(tuple(words), names, tuple(roles or ()), executable or "", at_once, seconds, deadline)


@contextmanager
def reporting() -> Iterator[Report]:
    """Yield a function that prints the state of each finished host.

    If standard error is not a terminal, it prints only hosts without a result.
    """
    terminal = sys.stderr.isatty()

    def report(name: str, state: State, reason: str) -> None:
        if terminal or state is not State.DONE:
            said = f"{plain(name)}: {state.value}" + (f": {plain(reason)}" if reason else "")
            sys.stderr.write(f"{said}\n")

    yield report
