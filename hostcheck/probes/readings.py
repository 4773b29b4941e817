"""Make facts from one file each, and the reasons for what could not be read."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import tomli

from hostcheck.host.base import Host, Reading
from hostcheck.host.numbers import whole
from hostcheck.run.model import Fact, FactValue

_CLOSED = frozenset({"denied", "unreadable"})
"""Failures of a file that exists."""
_SHOWN = 40
"""Maximum number of characters of unexpected content that a reason shows."""


def fact_of(host: Host, fact_id: str, path: str, parse: Callable[[str], FactValue], wanted: str, *, says: str) -> Fact:
    """Return a fact parsed from a file; it is unknown if the file cannot be read or parsed.

    Args:
        host: the host.
        fact_id: the fact's id.
        path: the file.
        parse: turns the stripped text into the value; raises ValueError or IndexError for unexpected content.
        wanted: the content that ``parse`` can read, such as "a whole number".
        says: the meaning of the file as evidence.
    """
    reading = host.read(path)
    if reading.text is None:
        return Fact.unknown(fact_id, unread_reason(reading), (reading.evidence("not readable"),))
    try:
        value = parse(reading.text.strip())
    except (ValueError, IndexError):
        return Fact.unknown(fact_id, unparsed_reason(reading, wanted), (reading.evidence("not parsed", "…"),))
    # If the file has several lines, only the value is shown.
    shown = str(value) if "\n" in reading.text.strip() else None
    return Fact(fact_id, value, evidence=(reading.evidence(says, shown),))


def switch(text: str) -> bool:
    """Parse a switch of /proc/sys: 0 is off, any other number is on."""
    return whole(text) != 0


def toml_of(reading: Reading) -> Mapping[str, Any]:
    """Parse a TOML file; empty if it was not read, or is damaged."""
    if not reading.text:
        return {}
    try:
        return tomli.loads(reading.text)
    # Integers with thousands of digits raise a ValueError, as does what is not TOML.
    except (ValueError, RecursionError):
        return {}


def unread(host: Host, paths: Iterable[str]) -> str:
    """Return why the first unreadable file could not be read; empty if each was read, or is known to be absent."""
    readings = (host.read(path) for path in paths)
    closed = (each for each in readings if each.text is None and not (each.failure == "absent" and host.proves_absence))
    return next((unread_reason(each) for each in closed), "")


def closed(readings: Iterable[Reading]) -> str:
    """Return why a file that exists could not be read, for the first such file; empty if there is none.

    The settings in such a file may differ from the defaults.
    """
    return next((unread_reason(each) for each in readings if each.failure in _CLOSED), "")


def undetermined(what: str) -> str:
    """Return the reason for an unknown fact if ``what`` may exist or not: its folder is not accessible or captured."""
    return f"could not check for {what}: audit the host itself, as root"


def no_version(reading: Reading) -> str:
    """Return the reason for an unknown fact if a program was run and printed no version."""
    return f"{reading.source} gave no version ({reading.error or 'unexpected output'})"


def unparsed_reason(reading: Reading, wanted: str) -> str:
    """Return the reason for an unknown fact if the content of a file is not as expected, or could not be read.

    Args:
        reading: the content. If it has several lines, the reason has only their number: they may have private names.
        wanted: the expected content.
    """
    if reading.text is None:
        return unread_reason(reading)
    lines = (reading.text or "").strip().splitlines()
    found = f"{len(lines)} other lines" if len(lines) > 1 else repr(lines[0][:_SHOWN]) if lines else "nothing"
    return f"{reading.source}: expected {wanted}, found {found}: see cat {reading.source}"


def unread_reason(reading: Reading, effect: str = "") -> str:
    """Return the reason for an unknown fact if something could not be read; with advice to be root if it was denied.

    Args:
        reading: the reading that failed.
        effect: a clause on the facts that are unknown because of it.
    """
    remedy = ": run as root" if reading.failure == "denied" else ""
    return f"{reading.source} could not be read ({reading.error or reading.failure}){effect}{remedy}"
