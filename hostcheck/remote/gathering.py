"""Ask a host for all that an audit asks of it, in few exchanges.

What an audit asks depends on what was answered: of a link, where it leads; of the mount, which disk. So the audit runs
on what is known, and what it misses is asked at once, until it misses nothing.
"""

from collections.abc import Callable

from hostcheck.host.base import Host
from hostcheck.remote.answers import parse
from hostcheck.remote.host import RemoteHost
from hostcheck.remote.program import program
from hostcheck.remote.requests import Request, lines

MOST_EXCHANGES = 4
"""After as many, what is still not known is unknown."""


def gather(host: RemoteHost, audit: Callable[[Host], object]) -> None:
    """Fill a host with the answers to what an audit asks, and end the connection to it.

    Args:
        host: knows nothing yet.
        audit: asks a host all that is to be known.

    Raises:
        CannotMeasureError: when nothing at the other end answers as the program does.
    """
    connection, host.connection = host.connection, None
    if connection is None:
        return
    with connection:
        text = program(tried=host.experiments)
        asked: set[Request] = set()
        for _ in range(MOST_EXCHANGES):
            for answer in parse(connection.exchange(text)):
                host.known.add(answer)
            if connection.problem:
                host.left(connection.problem)
                return
            host.missed.clear()
            audit(host)
            # What had no answer once is not asked again.
            text = "\n".join(lines(request for request in host.missed if request not in asked))
            asked |= host.missed.keys()
            if not text:
                return
