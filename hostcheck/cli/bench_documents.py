"""Find the runs that ``hostcheck bench`` compares its run with, and write its documents."""

from collections.abc import Sequence
from dataclasses import replace

from hostcheck.cli.keeping import known_of
from hostcheck.cli.messages import write_message
from hostcheck.cli.output import Destination, write_all
from hostcheck.comparison.compare import compare as compare_runs
from hostcheck.comparison.model import Comparison
from hostcheck.errors import CannotMeasureError, UnwrittenError
from hostcheck.formats import BENCH
from hostcheck.formats.terminal import Style
from hostcheck.host.identity import identify
from hostcheck.host.opening import open_host
from hostcheck.run.model import Run
from hostcheck.store.folder import StoreError
from hostcheck.store.named import read_named
from hostcheck.store.names import is_relative
from hostcheck.store.store import Store, default_path
from hostcheck.store.usual import read_relative


def compared(runs: Sequence[Run]) -> Comparison:
    """Return the comparison of runs. Earlier runs of their hosts, from the history, show how much runs differ."""
    return compare_runs(runs, history=known_of(runs))


def write_documents(
    destinations: Sequence[Destination],
    run: Run,
    comparison: Comparison,
    style: Style,
    elsewhere: CannotMeasureError | None = None,
) -> None:
    """Write every document, and print the path of each HTML page.

    Args:
        destinations: the documents to write.
        run: the measured run.
        comparison: the comparison of the run with other runs.
        style: the style of the text.
        elsewhere: the error that says where the run is, if its own file could not be written while it was measured.

    Raises:
        CannotMeasureError: ``elsewhere``, if a document cannot be written.
        UnwrittenError: if a document cannot be written, and the run is in its file.
    """
    try:
        write_all(destinations, BENCH, lambda name: run if name == "json" else comparison, style)
    except UnwrittenError as error:
        if elsewhere is None:
            raise
        raise elsewhere from error
    for page in destinations:
        if page.format == "html" and not page.is_stdout:
            write_message(f"the page is {page.path}")


def is_run_file(destination: Destination) -> bool:
    """Return whether a destination is a run file."""
    return destination.format == "json" and not destination.is_stdout


def history(*, needed: bool) -> Store | None:
    """Return the history. If the user has no home folder, and it is not needed, write a message and return None.

    Raises:
        StoreError: if there is no home folder and the history is needed.
    """
    try:
        return Store(default_path())
    except StoreError as error:
        if needed:
            raise
        write_message(f"the run is not in the history, but in its file: {error}")
        return None


def runs_to_compare(store: Store | None, names: Sequence[str], name: str | None) -> list[Run]:
    """Return the runs to compare with: files, reference runs, runs of the history, and earlier runs of this host.

    Raises:
        UsageError: if a name has no run.
        StoreError: if the history cannot be read.
    """
    here = identify(open_host(None, experiments=False))
    host = replace(here, name=name or here.name)
    return [read_relative(each, host, store=store) if is_relative(each) else read_named(each) for each in names]
