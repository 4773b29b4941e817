"""The program that a host's shell is given: what ``hostcheck capture --script`` prints, and what is tried beside it."""

from collections.abc import Iterable
from pathlib import Path

from hostcheck.remote.answers import BEGINS
from hostcheck.remote.requests import Request, lines
from hostcheck.resources import read_shipped

_FOLDER = Path(__file__).parent


def functions() -> str:
    """Return the functions of the program: what it can be asked."""
    return _text("program.sh")


def experiments() -> str:
    """Return the functions of what can be tried on a host."""
    return _text("experiments.sh")


def program(*, tried: bool) -> str:
    """Return the program with what every audit asks, without the line that ends it.

    Args:
        tried: whether namespaces may be made, which end at once.
    """
    text = functions() + _text("standard.sh")
    return f"{text}{experiments()}tries unshare\n" if tried else text


def asking(requests: Iterable[Request]) -> str:
    """Return a program that asks this alone; empty where no line of a shell can ask it.

    Args:
        requests: what an audit misses.
    """
    asked = "\n".join(lines(requests))
    return f"{functions()}{experiments()}echo '{BEGINS.decode()}'\n{asked}\n" if asked else ""


def script() -> str:
    """Return the whole program, for a host that only a person reaches: it only reads."""
    return f'{program(tried=False)}echo "end 1"\n'


def _text(name: str) -> str:
    return read_shipped(_FOLDER / name)
