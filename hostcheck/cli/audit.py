"""``hostcheck audit``: what this host is, and whether that is enough for each engine."""

from typing import Annotated

import typer

from hostcheck.cli.options import (
    DEFAULT_PROFILES,
    Color,
    ColorOption,
    ExperimentsOption,
    ProfileOption,
    RootOption,
    style_for_stdout,
)


def audit(
    profile: ProfileOption = None,
    root: RootOption = None,
    output: Annotated[
        list[str] | None,
        typer.Option("--output", "-o", help="Write FILE or FORMAT:FILE (text, json; - is stdout); repeatable."),
    ] = None,
    experiments: ExperimentsOption = True,
    color: ColorOption = Color.AUTO,
) -> None:
    """Tell what this host is, and whether that is enough for each engine, with the evidence."""
    from hostcheck.cli.output import parse_targets, write
    from hostcheck.cli.runs import audited_run, open_host
    from hostcheck.formats import AUDIT

    targets = parse_targets(output or (), AUDIT)
    run = audited_run(open_host(root, experiments=experiments), profile or DEFAULT_PROFILES)
    for target in targets:
        write(target, AUDIT, run, style_for_stdout(color))
