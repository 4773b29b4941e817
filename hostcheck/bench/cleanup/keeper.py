"""A separate process, the keeper, makes a resource that must be removed even if hostcheck is killed.

The keeper makes the resource, reports its location in one line of JSON, waits until its standard input is closed, and
removes the resource. The kernel closes the input when hostcheck ends or is killed, SIGKILL included, so that the same
code removes the resource in every case.
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
"""Seconds that the removal may take. An engine's processes need time to end after SIGTERM."""


@contextlib.contextmanager
def kept(name: str, *words: str) -> Iterator[Mapping[str, str]]:
    """Start a keeper, which makes a resource. When the context is left, the keeper removes the resource.

    Args:
        name: the name of the helper process (hostcheck.helper) that calls ``keep``.
        words: the arguments of the helper.

    Yields:
        The keeper's report about the resource.

    Raises:
        CannotRun: if the keeper cannot make the resource.
        CannotMeasureError: if the helper does not start.
    """
    # A private engine needs the user's proxy settings to pull an image that the user names.
    keeper = start_helper(name, *words, kept=PROXIES)
    try:
        assert keeper.stdout is not None
        report = json.loads(keeper.stdout.readline() or b'{"error": "its keeper ended at once"}')
        if "error" in report:
            raise CannotRun(
                report["error"], report.get("remedy") or "run the command with --debug, and report its output as a bug"
            )
        yield report
    finally:
        keeper.communicate(timeout=END_SECONDS)


def keep(make: Callable[[ExitStack], Mapping[str, str]]) -> None:
    """Make the resource, report it, wait for the end of standard input, and remove the resource.

    Args:
        make: a function that makes the resource, and pushes the removal of each part on the stack.
    """
    # Ignored signals are inherited by the processes that it starts.
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
