"""Options that several commands share, and functions that parse them."""

import shutil
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hostcheck.cli import completion

if TYPE_CHECKING:
    from hostcheck.formats.terminal import Detail, Style


class Choice(str, Enum):
    """Possible values of an option. Each value is the text that a user types."""

    __str__ = str.__str__


class Color(Choice):
    """When to use colours."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def output_option(document: str, formats: str) -> Any:
    """Return the option ``-o`` of a command.

    Args:
        document: the name of the command's table of formats in ``hostcheck.formats``.
        formats: the names of the formats, for the help.
    """
    return typer.Option(
        "--output",
        "-o",
        autocompletion=completion.formats_of(document),
        help=f"Write FILE or FORMAT:FILE ({formats}; - is stdout); repeatable.",
        show_default=False,
    )


ColorOption = Annotated[Color, typer.Option("--color", help="When to colour what goes to the terminal.")]
ProfileOption = Annotated[
    list[str] | None,
    typer.Option(
        "--profile",
        "-p",
        metavar="NAME|FILE",
        autocompletion=completion.profiles,
        help="Engine to judge the host for, or a profile of your own (a .toml file); repeatable.",
        show_default="docker, docker-2014",
    ),
]
RoleOption = Annotated[
    list[str] | None,
    typer.Option(
        "--role",
        metavar="ROLE",
        autocompletion=completion.roles,
        help="Role of the host: control-plane or worker (kubernetes), server or agent (k3s)…; repeatable.",
        show_default=False,
    ),
]
AddressArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[ssh://USER@HOST]",
        help="Audit the host at this address, which needs only a shell: ssh://[user@]host[:port].",
        show_default=False,
    ),
]
ShellOption = Annotated[
    str | None,
    typer.Option(
        "--shell",
        metavar="COMMAND",
        help="Audit the host whose shell this command runs: 'podman exec -i NAME sh'.",
        show_default=False,
    ),
]
RootOption = Annotated[
    Path | None,
    typer.Option("--root", help="Audit the host captured in this folder instead of this machine.", show_default=False),
]
CaptureOption = Annotated[
    Path | None,
    typer.Option(
        "--capture",
        help="Audit the host in this capture file (from hostcheck capture or its script) instead of this machine.",
        show_default=False,
    ),
]
ExperimentsOption = Annotated[
    bool,
    typer.Option(
        "--experiments/--no-experiments",
        help="Try namespaces, overlay mounts, limits and more, in child processes that leave nothing behind.",
    ),
]


VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="Show all: each check with its id, why it matters, and its source.")
]
FixesOption = Annotated[
    bool,
    typer.Option(
        "--fixes", help="Print only the commands that fix missed checks, as a script. Read it before you run it."
    ),
]
NoStoreOption = Annotated[
    bool, typer.Option("--no-store", help="Do not keep the facts of this audit for comparison with later ones.")
]


def detail_of(*, verbose: bool, fixes: bool) -> "Detail":
    """Return the requested level of detail of a document.

    Raises:
        UsageError: if both --verbose and --fixes are given.
    """
    if verbose and fixes:
        from hostcheck.errors import UsageError

        raise UsageError("--verbose and --fixes contradict each other", remedy="give one of them")
    return "full" if verbose else "commands" if fixes else "brief"


_UNBROKEN = 10_000
"""A width in columns that no line has."""


def style_for_stdout(color: Color, detail: "Detail" = "brief") -> "Style":
    """Return the style of text on standard output: colour, width and level of detail."""
    from hostcheck.formats.terminal import Style, wants_color

    width = shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80
    return Style(wants_color(color.value, sys.stdout), max(60, min(width, 120)), detail)


def style_for_list(color: Color) -> "Style":
    """Return the style of a list with a line for each entry. Where stdout is no terminal, no line is broken."""
    style = style_for_stdout(color)
    return style if sys.stdout.isatty() else style._replace(width=_UNBROKEN)
