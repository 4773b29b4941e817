"""``hostcheck compare`` and ``hostcheck report``: runs beside each other, in the terminal or as one HTML page."""

from collections.abc import Sequence
from typing import Annotated

import typer

from hostcheck.cli.options import Color, ColorOption, style_for_stdout

RunsArgument = Annotated[
    list[str], typer.Argument(metavar="RUN...", help="Run files, or reference:NAME; the first is the baseline.")
]


def compare(
    runs: RunsArgument,
    output: Annotated[
        list[str] | None,
        typer.Option("--output", "-o", help="Write FILE or FORMAT:FILE (text, html; - is stdout); repeatable."),
    ] = None,
    color: ColorOption = Color.AUTO,
) -> None:
    """Compare runs: each metric with its interval, and how many times faster or slower than the first."""
    _write_comparison(runs, output or (), "text", color)


def report(
    runs: RunsArgument,
    output: Annotated[
        list[str], typer.Option("--output", "-o", help="Write FILE or FORMAT:FILE (html, text); repeatable.")
    ],
    color: ColorOption = Color.AUTO,
) -> None:
    """Make the HTML page of one run, or of several beside each other."""
    _write_comparison(runs, output, "html", color)


def _write_comparison(names: Sequence[str], outputs: Sequence[str], default: str, color: Color) -> None:
    from hostcheck.cli.output import parse_targets, write
    from hostcheck.compare.compare import compare as compare_runs
    from hostcheck.formats import COMPARISON
    from hostcheck.run.files import read_run

    targets = parse_targets(outputs, COMPARISON, default=default)
    comparison = compare_runs([read_run(name) for name in names])
    for target in targets:
        write(target, COMPARISON, comparison, style_for_stdout(color))
