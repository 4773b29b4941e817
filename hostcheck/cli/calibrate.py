"""``hostcheck calibrate``: check hostcheck's measurements on disks of known speed."""

import sys
from typing import Annotated

import typer

from hostcheck.cli.options import Color, ColorOption, output_option, style_for_stdout
from hostcheck.counts import number_of


def calibrate(
    tier: Annotated[
        list[str] | None,
        typer.Option(
            "--tier", metavar="NAME|IOPS,MB/s", help="Speed of a disk; repeatable.", show_default="sata and nvme"
        ),
    ] = None,
    output: Annotated[
        list[str] | None,
        output_option("CALIBRATION", "text, json"),
    ] = None,
    color: ColorOption = Color.AUTO,
) -> None:
    """Measure disks of known speed: how far each figure is from the truth, and whether this host is quiet enough.

    Makes the disks in memory, with I/O limits of the kernel: needs root, and 2.2 GB of available memory.
    Ends with 0 when every figure is within 2 % of the truth, and with 3 when this host is not quiet enough to measure.
    """
    from threading import Event
    from uuid import uuid4

    from hostcheck.bench.base import CannotRun, Context, Interrupted, Options
    from hostcheck.bench.emulated.calibration import OPTIONS
    from hostcheck.bench.emulated.calibration import calibrate as measure
    from hostcheck.bench.emulated.tier import TIERS, parse_tier
    from hostcheck.cli.output import parse_destinations, write_all
    from hostcheck.cli.progress import TerminalProgress
    from hostcheck.cli.session import EXIT_INTERRUPTED, stop_on_signals
    from hostcheck.errors import CannotMeasureError, InconclusiveError
    from hostcheck.formats import CALIBRATION
    from hostcheck.run.calibration import Calibration

    destinations = parse_destinations(output or (), CALIBRATION)
    tiers = tuple(map(parse_tier, dict.fromkeys(tier or TIERS)))
    run_id, stop = uuid4().hex, Event()
    progress = TerminalProgress(sys.stderr, color)
    options = Options(given=(OPTIONS,))
    progress.note(f"measuring {number_of(len(tiers), 'disk')} of known speed: about {110 * len(tiers)} s")
    try:
        with stop_on_signals(stop, progress), progress:
            readings = tuple(
                measure(
                    tiers,
                    lambda disk: Context(run_id, options, progress, disk.path, stop=stop),
                    run_id,
                )
            )
    except CannotRun as cannot:
        raise CannotMeasureError(f"calibrating: {cannot.reason}", remedy=cannot.remedy) from cannot
    except Interrupted:
        progress.note("interrupted")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    calibration = Calibration(readings)
    write_all(destinations, CALIBRATION, calibration, style_for_stdout(color))
    if not calibration.is_quiet:
        raise typer.Exit(InconclusiveError.exit_code)
