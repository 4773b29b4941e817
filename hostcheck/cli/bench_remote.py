"""``hostcheck bench ssh://HOST``: run ``hostcheck bench`` on the host, and fetch its run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import typer

from hostcheck.api import write_run
from hostcheck.cli.messages import write_message
from hostcheck.cli.run_file import default_run_path
from hostcheck.errors import UsageError
from hostcheck.remote.bench import RemoteBench, find_executable
from hostcheck.run.files import run_of_bytes
from hostcheck.run.model import Run
from hostcheck.store.folder import StoreError
from hostcheck.store.store import Store

_HERE = {"address", "attach", "executable", "compare", "output", "verbose", "no_store", "color"}
"""Parameters that are used on this machine, and not passed to the host."""

_OF_HERE = {
    "job": "--job",
    "build_context": "--context",
    "dockerfile": "--dockerfile",
    "tier": "--tier",
    **{name: f"--{name}" for name in ("endurance", "status", "stop")},
}
"""Parameters that cannot be passed to the host, because they name files of this machine, give two runs, or outlast the
executable there."""


@dataclass(frozen=True, slots=True)
class There:
    """The result of a measurement on a host.

    Attributes:
        run: the run with all metrics.
        code: the exit code of hostcheck on the host.
    """

    run: Run
    code: int


def words_of(context: typer.Context) -> list[str]:
    """Return the options that are passed to the host, as words of a command line.

    Raises:
        UsageError: if the user gave an option that cannot be passed to a host.
    """
    words: list[str] = []
    for parameter in context.command.params:
        name = parameter.name or ""
        source = context.get_parameter_source(name)
        if name in _HERE or source is None or source.name != "COMMANDLINE":
            continue
        if name in _OF_HERE:
            raise UsageError(
                f"{_OF_HERE[name]} cannot be used with a host at ssh://",
                remedy="leave it out, or run hostcheck on that host",
            )
        words += _words(parameter.opts[0], context.params[name])
    return words


def _words(option: str, value: object) -> list[str]:
    if isinstance(value, bool):
        return [option] if value else []
    values = value if isinstance(value, (list, tuple)) else [value]
    return [word for each in values for word in (option, str(each.value if isinstance(each, Enum) else each))]


def measure_there(
    address: str,
    words: Sequence[str],
    *,
    executable: Path | None,
    attach: str | None,
    saved_to: Path | None,
    store: Store | None,
    sustained: float = 0.0,
) -> There:
    """Measure a host, or fetch a run that was started there earlier.

    Args:
        address: ssh://[user@]host[:port].
        words: the options of hostcheck on the host.
        executable: the file to copy; None to find one.
        attach: the folder of a run that was started earlier; None to start one.
        saved_to: the run file; None for one in the user's data folder.
        store: the history in which the finished run is kept; None to keep it in none.
        sustained: seconds of each load of ``--sustained``.

    Raises:
        CannotMeasureError: if the host cannot run hostcheck, or the connection is lost.
        UsageError: if the address, the folder or the executable is not valid.
    """
    bench = RemoteBench(address, attach or "")
    try:
        if attach is None:
            bench.begin(find_executable(executable), words, _name, sustained)
        bench.follow(_say)
    except Exception:
        raise
    except BaseException:  # what a signal raises, here and in hostcheck.cli
        if not bench.begun or not bench.stop():
            raise
        write_message("stopping the run on the host, and fetching what was measured")
        bench.follow(_say)
    kept: list[Run] = []
    code = bench.fetch(lambda data: _keep(data, address, kept.append, saved_to, store))
    if not kept:
        raise typer.Exit(code)
    return There(kept[0], code)


def _name(folder: str) -> None:
    write_message(
        f"copying the executable to {folder} on the host; if this command ends early, --attach {folder} fetches the run"
    )


def _say(line: str) -> None:
    write_message(line.removeprefix("hostcheck: "))


def _keep(data: bytes, address: str, take: Callable[[Run], None], saved_to: Path | None, store: Store | None) -> None:
    """Keep a run file that a host sent. It is validated like any file from an untrusted source."""
    if not data:
        write_message(f"{address} wrote no run file")
        return
    run = run_of_bytes(data, f"of {address}")
    take(run)
    if saved_to is not None:
        write_run(run, saved_to)
    if store is not None:
        try:
            store.keep(run)
        except StoreError as error:
            write_message(str(error))
        else:
            write_message(f"kept in the history as {run.id[:8]}")
            return
    if saved_to is None:
        place = default_run_path(run)
        write_run(run, place)
        write_message(f"the run is kept in {place}")
