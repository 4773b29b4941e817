"""Where the host can be: unknown after an audit, which contacts no other machine.

If a policy names landmarks, round-trip times to them are measured separately.
"""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.run.model import Fact

REASON = "no landmarks are named: [place] of a policy names a file of them (docs/locate.md)"


def probe(_host: Host) -> Iterator[Fact]:
    """Yield place.excluded and place.claims."""
    yield Fact.unknown("place.excluded", REASON)
    yield Fact.unknown("place.claims", REASON)
