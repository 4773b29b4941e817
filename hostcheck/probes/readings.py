"""Facts that one small file tells: a number or a switch of the kernel."""

from collections.abc import Callable, Iterable

from hostcheck.host.base import Host, Reading
from hostcheck.run.model import Fact, FactValue


def fact_of(host: Host, fact_id: str, path: str, parse: Callable[[str], FactValue], says: str) -> Fact:
    """Make a fact of a file's text; unknown where it cannot be read, or holds something else.

    Args:
        host: the host.
        fact_id: the fact's id.
        path: the file.
        parse: turns the text, without blanks around it, into the value; a ValueError or IndexError is "something else".
        says: what the file is evidence of.
    """
    reading = host.read(path)
    if reading.text is None:
        return Fact.unknown(fact_id, _unread(reading), (reading.evidence("not readable"),))
    try:
        value = parse(reading.text.strip())
    except (ValueError, IndexError):
        return Fact.unknown(fact_id, f"{path} holds something else", (reading.evidence("not understood", "…"),))
    # Of a file of many lines only what was found in it is telling.
    shown = str(value) if "\n" in reading.text.strip() else None
    return Fact(fact_id, value, evidence=(reading.evidence(says, shown),))


def switch(text: str) -> bool:
    """Parse a switch of /proc/sys: 0 is off, any other number on."""
    return int(text) != 0


def unread(host: Host, paths: Iterable[str]) -> str:
    """Say which of some files could not be read, and so may hold something; empty where each was read or is absent."""
    readings = (host.read(path) for path in paths)
    closed = (each for each in readings if each.text is None and not (each.failure == "absent" and host.tells_absence))
    return next((_unread(each) for each in closed), "")


def untold(what: str) -> str:
    """Say that it is not known whether something is there: a folder above it was closed, or not captured."""
    return f"it could not be told whether there is {what}: audit the host itself, as root"


def _unread(reading: Reading) -> str:
    return f"{reading.source} could not be read ({reading.error or reading.failure})"
