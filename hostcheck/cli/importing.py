"""``hostcheck import``: convert results of other programs to a run."""

from pathlib import Path
from typing import Annotated

import typer

from hostcheck.cli.options import Choice, Color, ColorOption, output_option, style_for_stdout


class Kind(Choice):
    """The program that wrote the files."""

    FIO = "fio"
    YABS = "yabs"
    SYSBENCH = "sysbench"
    PG_TEST_FSYNC = "pg_test_fsync"


def import_(
    kind: Annotated[
        Kind,
        typer.Argument(
            metavar="fio|yabs|sysbench|pg_test_fsync", help="Program that wrote the files.", show_default=False
        ),
    ],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Outputs of the program, all from one host: fio's in any format, yabs.sh's as JSON or text, others "
            "as text.",
        ),
    ],
    output: Annotated[
        list[str] | None,
        output_option("BENCH", "json, text, html"),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the host.", show_default="the first file's name")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print where in the files each figure was read, instead of the figures.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every figure with its interval, and every note.")
    ] = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Turn what fio, yabs.sh or another tool wrote on some host into a run, to compare it with others."""
    from hostcheck.cli.output import parse_destinations, print_text, write_all
    from hostcheck.comparison.compare import compare
    from hostcheck.errors import UsageError
    from hostcheck.formats import BENCH
    from hostcheck.formats.import_text import explain as explain_import
    from hostcheck.imports.importing import import_fio, import_pg_test_fsync, import_sysbench, import_yabs

    destinations = parse_destinations(output or (), BENCH, inputs=files)
    if explain and output and any(destination.is_stdout for destination in destinations):
        raise UsageError("--explain and -o both write to standard output", remedy="give -o a file")
    imports = {
        Kind.FIO: import_fio,
        Kind.YABS: import_yabs,
        Kind.SYSBENCH: import_sysbench,
        Kind.PG_TEST_FSYNC: import_pg_test_fsync,
    }
    run = imports[kind](files, name)
    if output or not explain:
        style = style_for_stdout(color, "full" if verbose else "brief")
        write_all(destinations, BENCH, lambda name: run if name == "json" else compare([run]), style)
    if explain:
        print_text(explain_import(run))
