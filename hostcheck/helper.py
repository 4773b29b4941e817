"""Start helper processes, which outlive hostcheck and clean up if it is killed.

A helper is a hidden command of the same program, ``hostcheck _helper NAME WORDS``. Helpers are started only here: in
"/", in a new session, with few environment variables. A helper reports that it is ready before anything is created.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path

from hostcheck import __version__
from hostcheck.errors import CannotMeasureError, UsageError
from hostcheck.exhausted import limit_remedy
from hostcheck.host.lookup import environment
from hostcheck.outlive import ignore_stops

COMMAND = "_helper"

HELPERS: dict[str, str] = {
    "disk-keeper": "hostcheck.bench.emulated.keeper:main",
    "engine-keeper": "hostcheck.bench.engine.keeper:main",
    "engine-sweeper": "hostcheck.bench.cleanup.engine_sweeper:main",
    "scratch-guard": "hostcheck.bench.cleanup.scratch_guard:main",
}
"""The name of each helper, and its function, "module:function", which takes the helper's arguments."""

START_SECONDS = 60.0
"""Time limit in seconds until a helper is ready. Usually, this takes 0.1 s; on a very busy host, longer."""

_OUTPUT_LIMIT = 1 << 16
"""Maximum number of bytes that are read from the output of a helper that does not start."""

_ISOLATED = (
    "import sys; at = sys.argv.index('{command}'); own, *others = sys.argv[1:at]; del sys.argv[1:at]; "
    # No other package is imported while the own folder is first.
    "sys.path.insert(0, own); import hostcheck; "
    "sys.path[:] = dict.fromkeys([*sys.path[1:], own, *others]); "
    "from hostcheck.__main__ import main; main()"
)
"""Code that runs this copy of hostcheck in an isolated Python (-I), which ignores PYTHONPATH and the user's packages.

In the module path, Python's own folders precede the folders or archives of this copy and of its dependencies.
"""


def start_helper(
    name: str, *words: str, stdin: int = subprocess.PIPE, kept: Iterable[str] = ()
) -> subprocess.Popen[bytes]:
    """Start a helper, and wait until it is ready.

    Args:
        name: a key of HELPERS.
        words: the helper's arguments.
        stdin: a descriptor for the helper's standard input; a new pipe by default.
        kept: names of environment variables that the helper needs.

    Returns:
        The process. Its standard output is a pipe. Its standard error is that of hostcheck.

    Raises:
        CannotMeasureError: if the helper does not start.
    """
    messages = os.dup(2)
    try:
        helper = subprocess.Popen(
            [*command_line(), COMMAND, name, str(messages), *words],
            bufsize=0,
            stdin=stdin,
            stdout=subprocess.PIPE,
            # Only until it is ready: if it does not start, its last line becomes a part of our error message.
            stderr=subprocess.STDOUT,
            pass_fds=(messages,),
            cwd="/",
            env=environment(kept),
            # Ctrl-C and a closed terminal must end hostcheck, not the helper.
            start_new_session=True,
        )
    except OSError as error:
        raise _does_not_start(name, error.strerror or str(error), limit_remedy(error=error.errno)) from error
    finally:
        os.close(messages)
    try:
        _require_ready(name, helper)
    except BaseException:
        _end(helper)
        raise
    return helper


def command_line(command: str = COMMAND) -> list[str]:
    """Return the command line that runs a command of this copy of hostcheck, in any current folder and environment.

    The caller must append the name of the command.

    If this is a frozen executable (PyInstaller sets sys.frozen), it is the whole program. Otherwise, this Python runs,
    and imports the package from the folder or archive from which this process imported it (zipapp, zipimport).
    """
    if getattr(sys, "frozen", False):
        return [sys.executable]
    own = str(Path(__file__).absolute().parents[1])
    others = (path for path in sys.path if Path(path).is_absolute())
    return [sys.executable, "-I", "-c", _ISOLATED.format(command=command), own, *others]


def run_helper(arguments: Sequence[str]) -> None:
    """Run a helper in this process: load it, report that it is ready, and call its function.

    The helper ignores the signals that stop a program, unless its function enables them (``outlive.heed_stops``).

    Args:
        arguments: the helper's name, the descriptor of hostcheck's standard error, and the helper's arguments.
    """
    if len(arguments) < 2 or arguments[0] not in HELPERS:
        sys.stderr.write(f"hostcheck: {COMMAND} is an internal command: hostcheck runs it itself\n")
        sys.exit(UsageError.exit_code)
    name, messages, *words = arguments
    module, _, function = HELPERS[name].partition(":")
    run = getattr(import_module(module), function)
    ignore_stops()
    os.dup2(int(messages), 2)
    os.close(int(messages))
    with contextlib.suppress(BrokenPipeError):
        os.write(1, _ready(name))
    run(words)


def _ready(name: str) -> bytes:
    return f"{name} of hostcheck {__version__} is ready\n".encode()


def _require_ready(name: str, helper: subprocess.Popen[bytes]) -> None:
    assert helper.stdout is not None
    pipe, ready = helper.stdout.fileno(), _ready(name)
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    deadline = time.monotonic() + START_SECONDS
    said = bytearray()
    while said != ready and len(said) < _OUTPUT_LIMIT:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise _does_not_start(name, f"it was not ready after {START_SECONDS:.0f} s")
        # At most this line is read: the output after it is for the caller.
        part = os.read(pipe, len(ready) - len(said) if ready.startswith(said) else _OUTPUT_LIMIT)
        if not part:
            break
        said += part
    if said != ready:
        lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
        reason = lines[-1] if lines else "it ended at once"
        raise _does_not_start(name, reason, limit_remedy(said=reason))


def _does_not_start(name: str, reason: str, remedy: str = "") -> CannotMeasureError:
    return CannotMeasureError(
        f"starting {name}, the process that cleans up after a killed run: {reason}; so nothing was created",
        remedy=remedy or "install hostcheck again, or report this line",
    )


def _end(helper: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(helper.pid, signal.SIGKILL)
    helper.wait()
    for pipe in (helper.stdin, helper.stdout):
        if pipe is not None:
            pipe.close()
