"""``hostcheck compare`` and ``hostcheck report``: show runs side by side, in the terminal or as one HTML page."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from hostcheck.cli import completion
from hostcheck.cli.options import Color, ColorOption, output_option, style_for_stdout
from hostcheck.counts import number_of

if TYPE_CHECKING:
    from hostcheck.population.columns import Population
    from hostcheck.run.model import Run

RunsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="RUN...",
        autocompletion=completion.runs,
        help="Run files, reference:NAME or history:ID; the first is the baseline.",
    ),
]
NameOption = Annotated[
    list[str] | None,
    typer.Option(
        "--name",
        "-n",
        help="Name of a run's host; one for each RUN, in their order. Runs with equal names are pooled as one host.",
    ),
]
ReportedArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="RUN...",
        autocompletion=completion.runs,
        help="Run files, reference:NAME or history:ID; the first is the baseline. Or fleet:NAME.",
    ),
]
BaselineOption = Annotated[
    str | None, typer.Option("--baseline", help="The baseline: one of the RUNs, by its file or its host's name.")
]
ScrubOption = Annotated[
    bool,
    typer.Option(
        "--scrub",
        help="Replace the hosts' names, addresses, ids, serial numbers and paths, so that the result can be published.",
    ),
]


def compare(
    runs: RunsArgument,
    output: Annotated[
        list[str] | None,
        output_option("COMPARISON", "text, markdown, csv, json, html, pdf, png"),
    ] = None,
    name: NameOption = None,
    baseline: BaselineOption = None,
    scrub: ScrubOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Compare runs: each metric with its interval, and how many times faster or slower than the first."""
    _write_comparison(runs, name or (), baseline, output or (), "text", color, scrub=scrub)


def report(
    runs: ReportedArgument,
    output: Annotated[
        list[str],
        typer.Option(
            "--output",
            "-o",
            autocompletion=completion.formats_of("COMPARISON"),
            help="Write FILE or FORMAT:FILE (html, text, markdown, csv, json, pdf, png); repeatable.",
        ),
    ],
    name: NameOption = None,
    baseline: BaselineOption = None,
    scrub: ScrubOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Make the HTML page of one run, of several beside each other, or of a fleet."""
    population = _population(runs, name or (), output, whole=baseline is None and not scrub)
    if population is not None:
        from hostcheck.cli.output import parse_destinations, write_all
        from hostcheck.formats import POPULATION

        write_all(parse_destinations(output, POPULATION, inputs=runs), POPULATION, population, style_for_stdout(color))
        return
    _write_comparison(runs, name or (), baseline, output, "html", color, scrub=scrub)


def _population(
    files: Sequence[str], names: Sequence[str], outputs: Sequence[str], *, whole: bool
) -> "Population | None":
    """Return the hosts of a fleet, or of run files, if there are too many to show side by side.

    Return None if the runs are to be compared: few hosts, several runs of one host, or a document format that only a
    comparison has.

    Args:
        files: the runs, or a fleet.
        names: names for the hosts.
        outputs: values of ``-o``.
        whole: whether there is neither a baseline nor scrubbing.

    Raises:
        UsageError: if a fleet is combined with other runs or with options.
    """
    from hostcheck.errors import UsageError
    from hostcheck.fleet.state import PREFIX, Fleet

    fleets = [file for file in files if file.startswith(PREFIX)]
    if fleets:
        if len(files) > 1 or names or not whole:
            raise UsageError(
                f"{fleets[0]} cannot be combined with other runs, --name, --baseline or --scrub",
                remedy=f"write hostcheck report {fleets[0]} -o page.html",
            )
        from hostcheck.fleet.columns import population_of

        return population_of(Fleet.opened(fleets[0]))
    from hostcheck.cli.output import parse_destinations
    from hostcheck.formats import COMPARISON
    from hostcheck.population.columns import MOST_BESIDE

    destinations = parse_destinations(outputs, COMPARISON, inputs=files)
    if not whole or len(files) <= MOST_BESIDE or any(destination.format != "html" for destination in destinations):
        return None
    from hostcheck.population.reading import population_of_files

    return population_of_files(files, _checked(files, names))


def _checked(files: Sequence[str], names: Sequence[str]) -> Sequence[str]:
    """Return the names: none, or one for each file.

    Raises:
        UsageError: if the numbers of names and files differ.
    """
    from hostcheck.errors import UsageError

    if names and len(names) != len(files):
        raise UsageError(
            f"there are {number_of(len(files), 'run')} and {number_of(len(names), 'name')}",
            remedy="give --name once for each run, in the runs' order",
        )
    return names


def _by_run(ids: Sequence[str], files: Sequence[str]) -> Mapping[str, str]:
    """Return the file of each run by its id, without the ids that several files have: one file imported twice."""
    return {own: file for own, file in zip(ids, files, strict=True) if ids.count(own) == 1}


def _write_comparison(
    files: Sequence[str],
    names: Sequence[str],
    baseline: str | None,
    outputs: Sequence[str],
    default: str,
    color: Color,
    *,
    scrub: bool,
) -> None:
    """Read the runs, compare them, and write the documents. Without private names, their files have none either."""
    from hostcheck.cli.keeping import known_of
    from hostcheck.cli.output import parse_destinations, write_all
    from hostcheck.comparison.compare import compare as compare_runs
    from hostcheck.formats import COMPARISON
    from hostcheck.store.named import read_named

    names = _checked(files, names)
    read = [read_named(file) for file in files]
    files_of = {} if scrub else _by_run([run.id for run in read], files)
    runs = _in_order(_renamed(read, names, scrub=scrub), files, baseline, [run.host.name for run in read])
    destinations = parse_destinations(outputs, COMPARISON, default=default, inputs=files)
    comparison = compare_runs(runs, pooled=True, history=known_of(runs), files=files_of)
    write_all(destinations, COMPARISON, comparison, style_for_stdout(color))


def _renamed(runs: list["Run"], names: Sequence[str], *, scrub: bool) -> list["Run"]:
    """Return the runs with the given names, without private ones if they are to be scrubbed."""
    from dataclasses import replace

    if scrub:
        from hostcheck.capture.private import find_private
        from hostcheck.capture.runs import scrubbed
        from hostcheck.host.opening import open_host

        # A run of this machine holds more of its names than that of the host.
        runs = scrubbed(runs, find_private(open_host(experiments=False)))
    if not names:
        return runs
    return [replace(run, host=replace(run.host, name=name.strip())) for run, name in zip(runs, names, strict=True)]


def _in_order(runs: list["Run"], files: Sequence[str], baseline: str | None, asked_names: Sequence[str]) -> list["Run"]:
    """Return the runs with the baseline first, which is named by its file or by a name of its host."""
    from hostcheck.errors import UsageError

    if baseline is None:
        return runs
    by_file = [place for place, file in enumerate(files) if file == baseline]
    by_name = [place for place, run in enumerate(runs) if baseline in (run.host.name, asked_names[place])]
    if not by_file + by_name:
        known = ", ".join(dict.fromkeys(run.host.name for run in runs))
        raise UsageError(f"the baseline {baseline!r} is none of the runs", remedy=f"name one of them: {known}")
    first = (by_file + by_name)[0]
    return [runs[first], *runs[:first], *runs[first + 1 :]]
