"""Get all answers that an audit needs from a host, in few exchanges.

Requests depend on earlier answers: the target of a link, the disk of a mount. So the audit runs on the known answers,
and all missing requests are sent together, until none is missing.
"""

from collections.abc import Callable

from hostcheck.host.base import Host
from hostcheck.remote.answers import GAP, parse
from hostcheck.remote.host import RemoteHost
from hostcheck.remote.program import LAST, program
from hostcheck.remote.requests import Request, lines

MOST_EXCHANGES = 4
"""Maximum number of exchanges. What is requested only after the last one is unknown."""


def gather(host: RemoteHost, audit: Callable[[Host], object]) -> None:
    """Fill a host with the answers that an audit needs, and close its connection.

    Args:
        host: a host without answers.
        audit: function that makes all requests of an audit to the host that it is given.

    Raises:
        CannotMeasureError: if the answers are not the program's.
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
            if host.known.damaged:
                host.left(GAP)
            host.missed.clear()
            audit(host)
            # What had no answer once is not asked again.
            further = list(lines(request for request in host.missed if request not in asked))
            asked |= host.missed.keys()
            if not further:
                return
            text = "\n".join((*further, LAST))
