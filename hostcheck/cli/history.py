"""``hostcheck history``: show earlier measurements."""

from typing import TYPE_CHECKING, Annotated

import typer

from hostcheck.cli import completion
from hostcheck.cli.options import Color, ColorOption, output_option, style_for_stdout

if TYPE_CHECKING:
    from hostcheck.store.store import Store


def history(
    metric: Annotated[
        str | None,
        typer.Argument(
            autocompletion=completion.metrics,
            help="Show this metric over time, such as disk.randwrite.iops; without it, list the runs.",
        ),
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", metavar="NAME", help="List only the runs of the host with this name.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE|RUN",
            autocompletion=completion.run_ids,
            help="List only the runs since a date, such as 2026-11, or since the run with this id; the latest run is "
            "compared with the first of them.",
        ),
    ] = None,
    usual: Annotated[
        bool,
        typer.Option("--usual", help="Show the usual values of each host: its last ten runs pooled, and their spread."),
    ] = False,
    output: Annotated[
        list[str] | None,
        output_option("HISTORY", "text, json"),
    ] = None,
    color: ColorOption = Color.AUTO,
) -> None:
    """List the runs measured here, or follow one metric over them."""
    from hostcheck.cli.output import parse_destinations, write_all
    from hostcheck.errors import UsageError
    from hostcheck.formats import HISTORY
    from hostcheck.spelling import closest
    from hostcheck.store.history import history as make
    from hostcheck.store.history import metrics_of
    from hostcheck.store.store import Store, default_path

    destinations = parse_destinations(output or (), HISTORY)
    store = Store(default_path())
    runs = store.runs(host=host, since=_begun(store, since) if since else "")
    known = metrics_of(runs)
    if metric and runs and metric not in known:
        near = closest(metric, known)
        remedy = (
            f"did you mean {near}?" if near else f"there are: {', '.join(known)}" if known else "no run has a figure"
        )
        raise UsageError(f"no run in the history has a figure of {metric}", remedy=remedy)
    asked = " ".join(filter(None, (host and f"of {host}", since and f"since {since}")))
    if usual and metric:
        raise UsageError("--usual shows all metrics", remedy="leave out the metric")
    document = make(runs, metric or "", compared=since is not None and bool(runs), asked=asked, with_usual=usual)
    write_all(destinations, HISTORY, document, style_for_stdout(color))


def _begun(store: "Store", since: str) -> str:
    """Return the time that a value of ``--since`` means: a date, or the start of the run with this id."""
    from hostcheck.run.times import is_moment

    # An id is hexadecimal without a dash; a date begins with a year and a dash, or is a year.
    return since if is_moment(since) else store.find(since).started
