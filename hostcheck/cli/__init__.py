"""The command line. Each command is a small file that imports other modules only when it runs."""

import signal
import sys
from collections.abc import Iterable
from types import FrameType
from typing import Annotated, NoReturn

import typer

from hostcheck.cli.command import WRONG_COMMAND_LINE, Command, Group
from hostcheck.cli.debug import debugging
from hostcheck.cli.messages import write_message
from hostcheck.cli.output import load
from hostcheck.errors import CannotMeasureError, HostcheckError, NoReaderError, UnwrittenError, UsageError
from hostcheck.exhausted import limit_remedy
from hostcheck.streams import discard_output

COMMANDS: dict[str, str] = {
    "audit": "hostcheck.cli.audit:audit",
    "bench": "hostcheck.cli.bench:bench",
    "compare": "hostcheck.cli.compare:compare",
    "report": "hostcheck.cli.compare:report",
    "import": "hostcheck.cli.importing:import_",
    "gate": "hostcheck.cli.gate:gate",
    "fleet": "hostcheck.cli.fleet:fleet",
    "fits": "hostcheck.cli.fits:fits",
    "promise": "hostcheck.cli.promise:promise",
    "locate": "hostcheck.cli.locate:locate",
    "calibrate": "hostcheck.cli.calibrate:calibrate",
    "capture": "hostcheck.cli.capture:capture",
    "history": "hostcheck.cli.history:history",
    "checks": "hostcheck.cli.checks:checks",
    "clean": "hostcheck.cli.clean:clean",
}
"""The place of each command, "module:function", by its name, in the order of the help."""

EXIT_INTERRUPTED = 130


class _Stop(BaseException):
    """SIGINT or SIGTERM. Not KeyboardInterrupt: typer would turn that into exit code 1."""


def _show_version(value: bool) -> None:
    if value:
        from hostcheck import __version__

        typer.echo(f"hostcheck {__version__}")
        raise typer.Exit


def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show where in the code an error came from.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Is this Linux server fit for containers? Audit it, benchmark it, compare it, gate on it: with evidence."""


def _app(names: Iterable[str]) -> typer.Typer:
    app = typer.Typer(
        name="hostcheck",
        cls=Group,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for name in names:
        command = load(COMMANDS[name])
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name, cls=Command)(command)
    return app


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise _Stop

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        # Where a command is named first, its options alone are made: those of all cost a twentieth of an audit.
        named = [name for name in sys.argv[1:2] if name in COMMANDS]
        exit_code = _app(named or COMMANDS)(standalone_mode=False)
        sys.stdout.flush()
        sys.exit(exit_code)
    except _Stop:
        discard_output()
        _fail(EXIT_INTERRUPTED, "interrupted")
    except WRONG_COMMAND_LINE as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()  # type: ignore[attr-defined]
            sys.exit(UsageError.exit_code)
        from hostcheck.cli.wrong import in_our_words

        wrong = in_our_words(error)
        _say_as_plugin(str(wrong))
        _fail(wrong.exit_code, wrong.line)
    except NoReaderError as error:
        _fail(error.exit_code)
    except UnwrittenError as error:
        _fail(error.exit_code, error.line)
    except HostcheckError as error:
        _show_if_debugging()
        _say_as_plugin(str(error))
        _fail(error.exit_code, error.line)
    except Exception as error:  # noqa: BLE001 - python's own exit code for a crash is 1, which is the gate's "no"
        _show_if_debugging()
        if isinstance(error, OSError) and (remedy := limit_remedy(error=error.errno)):
            _say_as_plugin(str(error.strerror))
            _fail(CannotMeasureError.exit_code, f"{error.strerror}; {remedy}")
        problem = f"a mistake in hostcheck itself: {type(error).__name__}: {error}"
        _say_as_plugin(problem)
        _fail(CannotMeasureError.exit_code, f"{problem}; run it with --debug and report what it shows")


def _show_if_debugging() -> None:
    if debugging():
        import traceback

        traceback.print_exc()


def _say_as_plugin(problem: str) -> None:
    """If Nagios output was requested, report the problem as UNKNOWN and exit: exit code 2 would mean CRITICAL."""
    if "gate" in sys.argv and any(argument.endswith("nagios:-") for argument in sys.argv):
        from hostcheck.formats.decision_nagios import UNKNOWN, unknown

        try:
            sys.stdout.write(unknown(problem))
            sys.stdout.flush()
        except UnwrittenError as error:
            _fail(UNKNOWN, problem, str(error))
        sys.exit(UNKNOWN)


def _fail(exit_code: int, *messages: str) -> NoReturn:
    for message in messages:
        write_message(message)
    sys.exit(exit_code)
