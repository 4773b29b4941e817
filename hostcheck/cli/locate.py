"""``hostcheck locate``: where this host can be, by round trips to landmarks, and whether claims can be true."""

from pathlib import Path
from typing import Annotated

import typer

from hostcheck.cli.options import Color, ColorOption, VerboseOption, detail_of, output_option, style_for_stdout


def locate(
    landmarks: Annotated[
        Path,
        typer.Option(
            "--landmarks",
            metavar="FILE",
            help="TOML file of landmarks: machines whose place is known. Only they are contacted.",
            show_default=False,
        ),
    ],
    within: Annotated[
        list[str] | None,
        typer.Option(
            "--within",
            metavar="PLACE",
            help="Place where the host must be: NO, EU, '300 km of Oslo'; if repeated, in one of them.",
            show_default=False,
        ),
    ] = None,
    not_within: Annotated[
        list[str] | None,
        typer.Option(
            "--not-within",
            metavar="PLACE",
            help="Place where the host must not be: US, '500 km of 39.04,-77.49'; repeatable.",
            show_default=False,
        ),
    ] = None,
    claim: Annotated[
        list[str] | None,
        typer.Option(
            "--claim",
            metavar="TEXT",
            help="Place that the seller claims: 'Oslo, Norway', NO, 59.91,10.75; repeatable.",
            show_default=False,
        ),
    ] = None,
    metadata: Annotated[
        bool,
        typer.Option(
            "--metadata",
            help="Also ask the cloud's metadata service for the region of this host, which is another claim.",
        ),
    ] = False,
    database: Annotated[
        list[Path] | None,
        typer.Option(
            "--database",
            metavar="FILE",
            help="Your database file (.mmdb): its place for this host's address is another claim; repeatable.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be contacted, and contact nothing.")
    ] = False,
    output: Annotated[list[str] | None, output_option("PLACE", "text, json, html")] = None,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Report where this host can be, by round trips: exit 0 when all requirements hold, 1 when not, 3 when unknown."""
    from hostcheck.cli.locating import asked_of, locate_here, plan
    from hostcheck.cli.output import parse_destinations, print_text, write_all
    from hostcheck.formats import PLACE
    from hostcheck.place.landmarks import read_landmarks

    style = style_for_stdout(color, detail_of(verbose=verbose, fixes=False))
    destinations = parse_destinations(output or (), PLACE, inputs=(landmarks, *(database or ())))
    known = read_landmarks(landmarks)
    asked = asked_of(within or (), not_within or (), known)
    if database:
        from hostcheck.place.databases import of_databases

        # A mistake in one is reported before anything is contacted.
        of_databases(database, ())
    if dry_run:
        print_text(plan(known, metadata=metadata))
        return
    result = locate_here(known, asked, claim or (), metadata=metadata, databases=database or ())
    write_all(destinations, PLACE, result, style)
    raise typer.Exit(result.exit_code)
