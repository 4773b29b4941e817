"""A probe and the entries of its facts: how many huge pages are free."""

import re
from collections.abc import Iterator
from pathlib import Path

from hostcheck.host.base import Host
from hostcheck.run.model import Fact

FACTS = Path(__file__).with_name("facts.toml")


def probe(host: Host) -> Iterator[Fact]:
    """Yield hugepages.free."""
    reading = host.read("/proc/meminfo")
    found = re.search(r"^HugePages_Free: +(\d+)$", reading.text or "", re.MULTILINE)
    if found is None:
        yield Fact.unknown("hugepages.free", "/proc/meminfo does not count huge pages", (reading.evidence("silent"),))
    else:
        yield Fact("hugepages.free", int(found[1]), evidence=(reading.evidence("for: HugePages_Free", found[1]),))
