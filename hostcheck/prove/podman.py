"""Start Podman's API service for one proof, at a socket in a new folder, and stop it after the proof."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from hostcheck.host.lookup import environment, find_program
from hostcheck.host.own_folder import make_own, opened, remove_own
from hostcheck.host.unix_http import get_json
from hostcheck.outlive import removed
from hostcheck.prove.engine_api import RefusedError
from hostcheck.run_folder import run_folder

_START_SECONDS = 10.0
_IDLE_SECONDS = 60
"""Seconds without a request after which the service ends by itself, in case all our processes were killed."""
_POLL_SECONDS = 0.02
_KEPT = ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "DBUS_SESSION_BUS_ADDRESS")
"""Variables that set where a user's Podman keeps containers and settings (podman(1))."""


@contextlib.contextmanager
def service() -> Iterator[str]:
    """Start the service, and stop it when the context is left or this process ends.

    Yields:
        The path of its socket.

    Raises:
        FileNotFoundError: if podman is not installed.
        RefusedError: if the service does not answer.
        OSError: if the folder cannot be made, or podman cannot be run.
    """
    program = find_program("podman")
    name = f".hostcheck-podman-{os.urandom(4).hex()}"
    with opened(run_folder()) as above, removed(lambda: remove_own(above, name)):
        os.close(make_own(above, name))
        path = run_folder() / name / "podman.sock"
        argv = [str(program), "system", "service", "--time", str(_IDLE_SECONDS), f"unix://{path}"]
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
            env=environment(_KEPT),
            # Ctrl-C is for hostcheck, which needs the service to clean up.
            start_new_session=True,
        )
        with removed(lambda: _end(process, path)):
            _wait(process, path)
            yield str(path)


def _wait(process: subprocess.Popen[bytes], path: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            assert process.stderr is not None
            said = process.stderr.read(4096).decode(errors="replace").strip().splitlines()
            raise RefusedError(f"podman system service ended with {process.returncode}: {(said or [''])[-1]}")
        if get_json(str(path), "/info", _START_SECONDS):
            return
        time.sleep(_POLL_SECONDS)
    raise RefusedError(f"podman system service did not answer within {_START_SECONDS:.0f} s")


def _end(process: subprocess.Popen[bytes], path: Path) -> None:
    """Stop the service; do nothing if its PID belongs to another process now."""
    try:
        words = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    except OSError:
        return
    if os.fsencode(path) in words:
        os.kill(process.pid, signal.SIGTERM)
        # If this process is not its parent, init reaps it.
        with contextlib.suppress(ChildProcessError):
            process.wait(_START_SECONDS)
