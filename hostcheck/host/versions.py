"""Ask a program for its version."""

import subprocess
from pathlib import Path

from hostcheck.errors import CannotMeasureError
from hostcheck.exhausted import limit_remedy
from hostcheck.host.lookup import environment

# Debian's fio links 64 libraries; on a loaded machine it takes its time to say its version.
_TIMEOUT_SECONDS = 20


def version_of(path: Path) -> str:
    """Return the output of a program for ``--version``; if the file cannot be run, the system's error message.

    Raises:
        CannotMeasureError: if the program cannot be identified: a limit is reached, the program does not answer, or a
            signal ends it.
    """
    try:
        done = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd="/",
            env=environment(),
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unasked(path, f"no answer in {_TIMEOUT_SECONDS} s", "measure again when the host is idle") from None
    except OSError as error:
        if remedy := limit_remedy(error=error.errno):
            raise _unasked(path, error.strerror or str(error), remedy) from error
        return str(error)
    if done.returncode < 0:
        remedy = limit_remedy(ended_by=-done.returncode) or f"see what {path} --version does"
        raise _unasked(path, f"it was ended by signal {-done.returncode}", remedy)
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode and (remedy := limit_remedy(said=said)):
        raise _unasked(path, said.splitlines()[-1], remedy)
    return done.stdout.decode(errors="replace").strip()


def _unasked(path: Path, why: str, remedy: str) -> CannotMeasureError:
    return CannotMeasureError(f"reading the version of {path} (--version): {why}", remedy=remedy)
