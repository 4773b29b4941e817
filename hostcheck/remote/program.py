"""The program for a host's shell: the part that ``hostcheck capture --script`` prints, and the experiments."""

from collections.abc import Iterable
from pathlib import Path

from hostcheck.remote.answers import BEGINS
from hostcheck.remote.requests import Request, lines
from hostcheck.resources import read_shipped

LAST = "ends ''\n"
"""The last line of the program: the host writes the number of all answers."""

_FOLDER = Path(__file__).parent


def functions() -> str:
    """Return the functions of the program, one for each kind of request. Each text file is read by a process."""
    return _text("program.sh") + _text("singly.sh")


def experiments() -> str:
    """Return the functions of the experiments."""
    return _text("experiments.sh")


def requests_of_all() -> str:
    """Return the requests of every audit, as lines for the shell."""
    return _text("standard.sh")


def further() -> str:
    """Return the requests that most hosts would be sent next, as lines for the shell."""
    return _text("further.sh")


def program(*, tried: bool) -> str:
    """Return the program with the requests of every audit, without its end line. It reads small files together.

    Args:
        tried: whether to include the experiments, which make short-lived namespaces.
    """
    text = _text("program.sh") + _text("together.sh") + requests_of_all() + further()
    return text + (experiments() + _text("trials.sh") if tried else "") + LAST


def asking(requests: Iterable[Request]) -> str:
    """Return a program with only these requests; empty if a shell cannot make any of them.

    Args:
        requests: the requests to make.
    """
    asked = "\n".join(lines(requests))
    return f"{functions()}{experiments()}echo '{BEGINS.decode()}'\n{asked}\n{LAST}" if asked else ""


def script() -> str:
    """Return the whole program for a person to run on the host. It makes no experiments: it only reads."""
    asked = f"{requests_of_all()}{further()}{LAST}"
    return f'{functions()}{_text("weighed.sh")}{{ exec 3>&1\n{asked}}} | weighed\necho "end 1"\n'


def _text(name: str) -> str:
    return read_shipped(_FOLDER / name)
