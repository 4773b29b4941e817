"""``hostcheck clean``: what hostcheck left in this user's folders, listed, and removed when asked."""

import sys
from typing import Annotated

import typer


def clean(
    history: Annotated[
        bool, typer.Option("--history", help="Remove what was measured too: the history, and runs outside it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Remove without asking.")] = False,
) -> None:
    """List what hostcheck left in this user's folders, and remove it when you agree; what was measured stays."""
    from hostcheck.cli.messages import write_message
    from hostcheck.cli.output import print_text
    from hostcheck.leftovers import leftovers, remove

    found = leftovers(history=history)
    if not found:
        print_text("there is nothing to remove")
        return
    print_text("\n".join(f"{each.path}  {each.what}" for each in found))
    if not yes and not _agrees():
        write_message("nothing was removed; --yes removes it without asking")
        return
    for each in found:
        remove(each)
    print_text("removed")


def _agrees() -> bool:
    """Ask on the terminal. Without a terminal the answer is no."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    sys.stdout.write("Remove these? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
