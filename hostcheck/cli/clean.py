"""``hostcheck clean``: list and remove what hostcheck left in this user's folders."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hostcheck.bench.endurance.timer import Timer


def clean(
    history: Annotated[
        bool, typer.Option("--history", help="Also remove measurements: the history, and runs outside it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Remove without asking.")] = False,
) -> None:
    """List what hostcheck left in this user's folders, and remove it when you agree; what was measured stays."""
    from hostcheck.cli.messages import write_message
    from hostcheck.cli.output import print_text
    from hostcheck.leftovers import leftovers, remove

    found, timer = leftovers(history=history), _timer() if history else None
    units = [_line(str(path), "the timer of an endurance run") for path in timer.paths] if timer else []
    if not found and not units:
        print_text("there is nothing to remove")
        return
    print_text("\n".join([*(_line(str(each.path), each.what) for each in found), *units]))
    if not yes and not _agrees():
        write_message("nothing was removed; --yes removes it without asking")
        return
    if timer is not None:
        # First: it would go on with what is removed.
        timer.remove()
    for each in found:
        remove(each)
    print_text("removed")


def _line(path: str, what: str) -> str:
    """Return a path and what it is, on one line or, in a narrow terminal, below it. A path is never broken."""
    from hostcheck.cli.options import Color, style_for_list
    from hostcheck.formats.terminal import display_width

    style = style_for_list(Color.NEVER)
    line = f"{path}  {what}"
    return line if display_width(line) <= style.width else f"{path}\n{style.wrap(what, 2)}"


def _timer() -> "Timer | None":
    """Return the timer of this user's endurance run; None for a user without a home folder."""
    from hostcheck.bench.endurance.timer import Timer
    from hostcheck.store.folder import StoreError, data_folder

    try:
        return Timer(data_folder().parent)
    except StoreError:
        return None


def _agrees() -> bool:
    """Ask on the terminal whether to remove the files. Return False without a terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    sys.stdout.write("Remove these? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
