"""``hostcheck checks``: what a check means, why it matters, how to fix it and where it is from."""

from typing import Annotated

import typer

from hostcheck.cli.options import Color, ColorOption, style_for_stdout


def checks(
    check: Annotated[
        str | None, typer.Argument(help="A check's id, such as kernel.version; none lists them all.")
    ] = None,
    color: ColorOption = Color.AUTO,
) -> None:
    """Explain a check: what it expects, why it matters, how to fix it, and where the rule is from."""
    from hostcheck.formats.checks_text import explain, list_all

    style = style_for_stdout(color)
    typer.echo(explain(check, style) if check else list_all(style))
