"""``hostcheck promise``: was each line of a seller's plan kept?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostcheck.cli import completion
from hostcheck.cli.options import (
    CaptureOption,
    Choice,
    Color,
    ColorOption,
    ExperimentsOption,
    RootOption,
    ShellOption,
    VerboseOption,
    detail_of,
    output_option,
    style_for_stdout,
)

if TYPE_CHECKING:
    from hostcheck.promise.model import Outcome


class Plan(Choice):
    """The kinds of plans that have a template."""

    VPS = "vps"
    DEDICATED_CPU = "dedicated-cpu"
    DEDICATED_SERVER = "dedicated-server"
    BUDGET = "budget"


def promise(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE...",
            autocompletion=completion.runs,
            help="File of the promise (.toml); then run files, a host to audit, or both.",
            show_default="this machine",
        ),
    ] = None,
    audit: Annotated[bool, typer.Option("--audit", help="Also audit this machine if a run file is given.")] = False,
    shell: ShellOption = None,
    root: RootOption = None,
    capture: CaptureOption = None,
    landmarks: Annotated[
        Path | None,
        typer.Option(
            "--landmarks",
            metavar="FILE",
            help="For a line location: measure round trips to the landmarks in this file, as hostcheck locate does.",
            show_default=False,
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print what each line of the promise requires, and judge no host.")
    ] = False,
    template: Annotated[
        Plan | None, typer.Option("--template", help="Print a file to fill in for this kind of plan.")
    ] = None,
    output: Annotated[
        list[str] | None,
        output_option("PROMISE", "text, html, markdown, json, junit, tap, sarif, github, csv"),
    ] = None,
    experiments: ExperimentsOption = True,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Judge what a seller promised, line by line: exit 0 when all is kept, 1 when a line is broken, 3 when unknown."""
    from hostcheck.cli.output import parse_destinations, print_text, write_all
    from hostcheck.cli.promised import judged, measured_here, sorted_names, without_private
    from hostcheck.errors import UsageError
    from hostcheck.formats import PROMISE

    if template is not None:
        from hostcheck.promise.templates import read_template

        if files or explain or output:
            raise UsageError("--template prints a file, and judges nothing", remedy="give it alone")
        print_text(read_template(template.value))
        return
    style = style_for_stdout(color, detail_of(verbose=verbose, fixes=False))
    names = sorted_names(files or ())
    destinations = parse_destinations(output or (), PROMISE, inputs=(*names.promises, *names.runs, capture, landmarks))
    from hostcheck.promise.file import read_promises

    lines = read_promises(map(Path, names.promises))
    if explain:
        from hostcheck.formats.promise_explained import render

        if output or names.runs or names.address or shell or root or capture or audit or landmarks:
            raise UsageError(
                "--explain takes only files of promises, no host, run or output",
                remedy="give it with the files of promises alone",
            )
        print_text(render(lines, style))
        return
    if landmarks is not None:
        lines = measured_here(lines, landmarks, names, audit=audit, where=(shell, root, capture))
    outcome = judged(lines, names, audit=audit, where=(shell, root, capture), experiments=experiments)

    def document(format_name: str) -> "Outcome":
        return without_private(lines, outcome) if format_name in {"html", "markdown"} else outcome

    write_all(destinations, PROMISE, document, style)
    raise typer.Exit(outcome.exit_code)
