"""``hostcheck capture``: record what the audit reads of this host, without private data, to audit it elsewhere."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hostcheck.cli.options import ExperimentsOption

STDOUT = "-"
SUFFIXES = (".tar.gz", ".tgz")
"""Permitted suffixes of a capture's file name. It may also have none."""


def capture(
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="Write the capture to FILE, such as host.tar.gz; - is stdout."),
    ] = None,
    list_: Annotated[
        bool,
        typer.Option(
            "--list",
            help="List the files of the capture, and what was removed from each; nothing is written without -o.",
        ),
    ] = False,
    script: Annotated[
        bool,
        typer.Option(
            "--script",
            help="Print a shell program that captures a host without hostcheck. It does not remove private data.",
        ),
    ] = False,
    scrub: Annotated[
        Path | None,
        typer.Option(
            "--scrub",
            metavar="FILE",
            help="Remove private data from a run file or from the output of --script, instead of capturing this host.",
            show_default=False,
        ),
    ] = None,
    experiments: ExperimentsOption = True,
) -> None:
    """Record what the audit reads of this host, without what is private: hostcheck audit --capture FILE replays it."""
    from hostcheck.capture.listing import listing, summary
    from hostcheck.capture.take import take
    from hostcheck.capture.write import MODE, archive, captured_at
    from hostcheck.cli.hosts import open_asked, say_what_is_missing
    from hostcheck.cli.messages import write_message
    from hostcheck.cli.options import Color, style_for_list
    from hostcheck.cli.output import print_document, print_text
    from hostcheck.errors import UsageError
    from hostcheck.outfile import write_bytes
    from hostcheck.run.times import utc

    if script:
        from hostcheck.remote.program import script as program

        if output is not None or list_ or scrub is not None:
            raise UsageError("--script prints a program, and captures nothing", remedy="leave out the other options")
        print_text(program().removesuffix("\n"))
        return
    if scrub is not None and _is_run(scrub):
        _write_scrubbed(scrub, output)
        return
    if output is None and not list_:
        raise UsageError("nothing to do", remedy="name a file with -o, or ask for --list or --script")
    if output == STDOUT and list_:
        raise UsageError("--list and the capture both go to standard output", remedy="give the capture a file")
    if output == STDOUT and sys.stdout.isatty():
        raise UsageError(
            "a capture is binary data, which a terminal cannot show", remedy="name a file with -o, or redirect it"
        )
    if output not in {None, STDOUT}:
        _refuse_unfit(Path(output or ""))
    time = captured_at()
    host = open_asked(None, None, None, scrub, experiments=experiments)
    say_what_is_missing(host)
    taken = take(host, utc(time))
    if list_:
        print_text(listing(taken, style_for_list(Color.NEVER).width))
    if output is None:
        return
    packed = archive(taken.kept, time)
    if output == STDOUT:
        print_document(packed)
    else:
        write_bytes(Path(output), packed, mode=MODE)
    write_message(summary(taken, output, len(packed), "this host" if scrub is None else scrub.name))


def _refuse_unfit(path: Path) -> None:
    """Refuse a name with the suffix of another format, and a missing folder, before the host is read.

    Raises:
        UsageError: if the name or the folder is refused.
    """
    from hostcheck.cli.output import refuse_missing_folder
    from hostcheck.errors import UsageError

    if path.suffix and not path.name.endswith(SUFFIXES):
        raise UsageError(
            f"the capture {path}: the name of a capture ends with {SUFFIXES[0]}",
            remedy=f"call it {path.stem}{SUFFIXES[0]}",
        )
    refuse_missing_folder("the capture", path)


def _is_run(path: Path) -> bool:
    from hostcheck.filekinds import kind_of

    kind = kind_of(path)
    return kind is not None and kind.name == "run"


def _write_scrubbed(path: Path, output: str | None) -> None:
    """Write a run file without private data.

    Raises:
        UsageError: if no output is named, or the file is not a run.
    """
    from hostcheck.capture.private import find_private
    from hostcheck.capture.runs import scrubbed
    from hostcheck.cli.output import parse_destinations, write_all
    from hostcheck.errors import UsageError
    from hostcheck.formats import AUDIT
    from hostcheck.formats.terminal import Style
    from hostcheck.host.opening import open_host
    from hostcheck.run.files import read_run

    if output is None:
        raise UsageError("nothing to do", remedy="name a file for the scrubbed run with -o clean.json")
    if output.endswith(SUFFIXES):
        raise UsageError(
            f"the scrubbed run {output}: it is a run file as {path} is, and not a capture", remedy="call it clean.json"
        )
    destinations = parse_destinations((f"json:{output}",), AUDIT, inputs=(path,))
    (run,) = scrubbed([read_run(path)], find_private(open_host(experiments=False)))
    write_all(destinations, AUDIT, run, Style())
