"""``hostcheck gate``: one exit code to trust, before a node is provisioned."""

from typing import Annotated

import typer

from hostcheck.cli.options import Color, ColorOption, ExperimentsOption, RootOption, style_for_stdout


def gate(
    profile: Annotated[
        list[str] | None,
        typer.Option("--profile", "-p", help="Engine to judge the host for; repeatable.", show_default="docker"),
    ] = None,
    run: Annotated[
        str | None, typer.Option("--run", help="Judge this run file instead of auditing now.", show_default=False)
    ] = None,
    root: RootOption = None,
    experiments: ExperimentsOption = True,
    color: ColorOption = Color.AUTO,
) -> None:
    """Judge the host: exit 0 when it meets every requirement, 1 when it misses one, 3 when that cannot be told."""
    from hostcheck.cli.runs import audited_run, open_host
    from hostcheck.errors import UsageError
    from hostcheck.formats.decision_text import render
    from hostcheck.gate.decision import EXIT_CODES, decide
    from hostcheck.run.files import read_run

    if run is not None and root is not None:
        raise UsageError("--run and --root both name what to judge", remedy="give one of them")
    profiles = tuple(profile or ("docker",))
    judged = read_run(run) if run is not None else audited_run(open_host(root, experiments=experiments), profiles)
    decision = decide(judged, profiles)
    typer.echo(render(decision, style_for_stdout(color)))
    raise typer.Exit(EXIT_CODES[decision.outcome])
