"""What must be removed even if hostcheck is killed is kept by a process of its own.

That process makes the thing, says where it is in one line of JSON, and waits until its standard input is closed. The
kernel closes it for a process that was killed, SIGKILL included, so there is one way in which things are removed, and
it is always taken.
"""

import contextlib
import json
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import NoReturn

from hostcheck.bench.base import CannotRun
from hostcheck.errors import HostcheckError
from hostcheck.helper import start_helper
from hostcheck.host.lookup import PROXIES

END_SECONDS = 120.0
"""How long the removal may take: an engine's processes are given time to end by themselves."""


@contextlib.contextmanager
def kept(name: str, *words: str) -> Iterator[Mapping[str, str]]:
    """Have a thing made by a helper, and removed in the end.

    Args:
        name: the helper's (hostcheck.helper); it calls ``keep``.
        words: its arguments.

    Yields:
        What it told of the thing.

    Raises:
        CannotRun: when it could not make it.
        CannotMeasureError: when the helper does not start.
    """
    # An engine pulls an image that the user names through the user's proxies.
    keeper = start_helper(name, *words, kept=PROXIES)
    try:
        assert keeper.stdout is not None
        told = json.loads(keeper.stdout.readline() or b'{"error": "its keeper ended at once"}')
        if "error" in told:
            raise CannotRun(told["error"], told.get("remedy") or "run it with --debug, and report what it shows")
        yield told
    finally:
        keeper.communicate(timeout=END_SECONDS)


def keep(make: Callable[[ExitStack], Mapping[str, str]]) -> None:
    """Make a thing, tell of it, wait, and undo it: the whole life of a keeper.

    Args:
        make: makes it, and pushes on the stack what undoes it, as it goes.
    """
    signal.signal(signal.SIGTERM, _leave)
    with ExitStack() as undo:
        try:
            told = make(undo)
        except CannotRun as cannot:
            told = {"error": cannot.reason, "remedy": cannot.remedy}
        except HostcheckError as error:
            told = {"error": str(error)}
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
        sys.stdin.buffer.read()


def _leave(_number: int, _frame: object) -> NoReturn:
    sys.exit(0)
