"""The program that a host's shell is given: what ``hostcheck capture --script`` prints."""

from pathlib import Path

_FOLDER = Path(__file__).parent


def functions() -> str:
    """Return the functions of the program: what it can be asked."""
    return (_FOLDER / "program.sh").read_text(encoding="utf-8")


def program(*, experiments: bool) -> str:
    """Return the program with what every audit asks, without the line that ends it.

    Args:
        experiments: whether namespaces may be made, which end at once.
    """
    asked = (_FOLDER / "standard.sh").read_text(encoding="utf-8")
    tried = "tries unshare\n" if experiments else ""
    return f"{functions()}{asked}{tried}"


def script(*, experiments: bool) -> str:
    """Return the whole program, for a host that only a person reaches.

    Args:
        experiments: whether namespaces may be made, which end at once.
    """
    return f'{program(experiments=experiments)}echo "end 1"\n'
