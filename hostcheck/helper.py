"""Processes of hostcheck itself that outlive it, to remove what it made should it be killed.

Each is a hidden command of the same program, ``hostcheck _helper NAME WORDS``. It is started here and nowhere else: in
"/", in its own session, with few variables. It has to say that it is ready before anything is made.
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
"""Name of each helper and where it is: "module:function"; the function takes the helper's words."""

START_SECONDS = 60.0
"""How long a helper may take until it is ready: 0.1 s, unless the host is very busy."""

_OUTPUT_LIMIT = 1 << 16
"""Bytes read of what a helper writes that does not start."""

_ISOLATED = (
    "import sys; at = sys.argv.index('_helper'); own, *others = sys.argv[1:at]; del sys.argv[1:at]; "
    # No other package is imported while the own folder is first.
    "sys.path.insert(0, own); import hostcheck; "
    "sys.path[:] = dict.fromkeys([*sys.path[1:], own, *others]); "
    "from hostcheck.__main__ import main; main()"
)
"""Run this copy of hostcheck where Python is isolated (-I), and knows neither PYTHONPATH nor the user's packages.

The folder or archive that it was loaded from comes behind Python's own folders, and so do those of its dependencies.
"""


def start_helper(
    name: str, *words: str, stdin: int = subprocess.PIPE, kept: Iterable[str] = ()
) -> subprocess.Popen[bytes]:
    """Start a helper, and wait until it is ready.

    Args:
        name: a key of HELPERS.
        words: its arguments.
        stdin: its standard input, a descriptor; a new pipe when left out.
        kept: variables of the environment that it needs.

    Returns:
        The process; its standard output is a pipe, and its standard error is hostcheck's own.

    Raises:
        CannotMeasureError: when it does not start.
    """
    messages = os.dup(2)
    try:
        helper = subprocess.Popen(
            [*command_line(), COMMAND, name, str(messages), *words],
            bufsize=0,
            stdin=stdin,
            stdout=subprocess.PIPE,
            # Until it is ready: what keeps it from starting is part of the error's line.
            stderr=subprocess.STDOUT,
            pass_fds=(messages,),
            cwd="/",
            env=environment(kept),
            # Ctrl-C and the end of the terminal are for hostcheck.
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


def command_line() -> list[str]:
    """Return the command that runs this copy of hostcheck again, whatever the current folder and environment.

    An executable that was frozen (PyInstaller sets sys.frozen) is the whole program. Otherwise this Python imports the
    package from where it was imported here: a folder, or an archive (zipapp, zipimport).
    """
    if getattr(sys, "frozen", False):
        return [sys.executable]
    own = str(Path(__file__).absolute().parents[1])
    others = (path for path in sys.path if Path(path).is_absolute())
    return [sys.executable, "-I", "-c", _ISOLATED, own, *others]


def run_helper(arguments: Sequence[str]) -> None:
    """Be a helper: load it, say that it is ready, and run it. It ignores what ends a program, unless it heeds it again.

    Args:
        arguments: its name, the descriptor of hostcheck's standard error, and its words.
    """
    if len(arguments) < 2 or arguments[0] not in HELPERS:
        sys.stderr.write(f"hostcheck: {COMMAND} is a command that hostcheck gives itself\n")
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
        # No more than the line, for what comes after it is the caller's.
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
        f"starting {name}, the process that removes what a killed run leaves: {reason}; so nothing was made",
        remedy=remedy or "install hostcheck anew, or report this line",
    )


def _end(helper: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(helper.pid, signal.SIGKILL)
    helper.wait()
    for pipe in (helper.stdin, helper.stdout):
        if pipe is not None:
            pipe.close()
