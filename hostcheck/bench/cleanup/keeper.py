"""A separate process, the keeper, makes what must be removed even if hostcheck is killed.

The keeper makes the resource, reports its location in one line of JSON, waits until its standard input is closed, and
removes it. The kernel closes the input when hostcheck ends or is killed, SIGKILL included: there is only one way of
removal, and it always runs.
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
from hostcheck.outlive import heed_stops, wait_for_end

END_SECONDS = 120.0
"""How long the removal may take: an engine's processes get time to end after SIGTERM."""


@contextlib.contextmanager
def kept(name: str, *words: str) -> Iterator[Mapping[str, str]]:
    """Let a helper make a resource, and remove it when the context is left.

    Args:
        name: the helper's (hostcheck.helper); it calls ``keep``.
        words: its arguments.

    Yields:
        What the keeper reported about the resource.

    Raises:
        CannotRun: when the keeper could not make it.
        CannotMeasureError: when the helper does not start.
    """
    # A private engine uses the user's proxies when it pulls an image that the user names.
    keeper = start_helper(name, *words, kept=PROXIES)
    try:
        assert keeper.stdout is not None
        report = json.loads(keeper.stdout.readline() or b'{"error": "its keeper ended at once"}')
        if "error" in report:
            raise CannotRun(report["error"], report.get("remedy") or "run it with --debug, and report what it shows")
        yield report
    finally:
        keeper.communicate(timeout=END_SECONDS)


def keep(make: Callable[[ExitStack], Mapping[str, str]]) -> None:
    """Make the resource, report it, wait, and remove it: the keeper's whole life.

    Args:
        make: makes the resource step by step; pushes the undoing of each step on the stack.
    """
    # What it starts inherits which signals are ignored.
    heed_stops()
    signal.signal(signal.SIGTERM, _leave)
    with ExitStack() as undo:
        try:
            report = make(undo)
        except CannotRun as cannot:
            report = {"error": cannot.reason, "remedy": cannot.remedy}
        except HostcheckError as error:
            report = {"error": str(error)}
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.write(json.dumps(report) + "\n")
            sys.stdout.flush()
        wait_for_end(sys.stdin.fileno())


def _leave(_number: int, _frame: object) -> NoReturn:
    sys.exit(0)
