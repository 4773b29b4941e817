"""``hostcheck checks``: what a check means, why it matters, how to fix it, and its sources."""

from typing import TYPE_CHECKING, Annotated

import typer

from hostcheck.cli import completion
from hostcheck.cli.options import Choice, Color, ColorOption, style_for_list, style_for_stdout

if TYPE_CHECKING:
    from hostcheck.run.model import Severity


class SeverityIs(Choice):
    """The severity of the checks to list."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"


def checks(
    check: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            autocompletion=completion.checks,
            help="A check or fact to explain (kernel.version), or an area to list (net); none lists them all.",
        ),
    ] = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(
            "--profile",
            "-p",
            metavar="NAME|FILE",
            autocompletion=completion.profiles,
            help="List only this profile's checks; repeatable.",
            show_default=False,
        ),
    ] = None,
    severity: Annotated[
        SeverityIs | None,
        typer.Option(
            "--severity", help="List only checks that are required, or only recommended ones.", show_default=False
        ),
    ] = None,
    facts: Annotated[
        bool,
        typer.Option("--facts", help="List the facts and metrics to ask about: type, unit and an example of each."),
    ] = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Explain a check: what it expects, why it matters, how to fix it, how its fact is decided, and the sources."""
    from hostcheck.cli.output import print_text
    from hostcheck.errors import UsageError
    from hostcheck.formats.checks_list import is_area, list_all, list_profiles
    from hostcheck.formats.checks_text import explain

    style = style_for_stdout(color)
    only: Severity | None = severity.value if severity else None
    if facts:
        from hostcheck.formats.facts_list import list_facts

        if profile or severity:
            given = "--profile" if profile else "--severity"
            raise UsageError(
                f"--facts and {given} cannot be combined: --facts lists the facts of every profile",
                remedy=f"leave {given} out",
            )
        print_text(list_facts(style_for_list(color), area=check))
    elif check and not is_area(check, profile or ()):
        print_text(explain(check, style, profile or ()))
    elif profile:
        print_text(list_profiles(profile, style_for_list(color), severity=only, area=check))
    else:
        print_text(list_all(style_for_list(color), severity=only, area=check))
