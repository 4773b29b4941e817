"""Words for the origin of a run's values, if they are not plain measurements of that host."""

import re
from collections.abc import Iterator

from hostcheck.run.details import DiskDetail
from hostcheck.run.measured import Metric
from hostcheck.run.model import Run

EMULATED_NOTE = "Emulated: "
"""Prefix of the note in a run whose disk was emulated (``bench --tier``)."""

INTERRUPTED_NOTE = "the measurement was interrupted: later metrics are missing"
"""The note in a run that the user stopped."""
SCRUBBED_NOTE = "Scrubbed: names of hosts and users, addresses, ids, serial numbers and paths are replaced"
"""The note in a run from which private data was removed."""
_LOOPBACK = re.compile(r"(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[?::1?\]?)(?::\d+)?", re.IGNORECASE)


def is_origin(note: str) -> bool:
    """Return whether a note is about the origin of all values of a run: an emulated disk, or an interrupted run."""
    return note.startswith(EMULATED_NOTE) or note == INTERRUPTED_NOTE


def marks_of_run(run: Run) -> tuple[str, ...]:
    """Return the words that apply to the whole run: emulated, imported, incomplete, published.

    A run is incomplete if it was interrupted, or has not ended because it was killed.
    """
    measured = [metric for metric in run.metrics if metric.value is not None]
    found = {
        "emulated": is_emulated(run),
        "imported": bool(measured) and all(map(is_imported, measured)),
        "incomplete": not run.is_published and _is_cut_short(run) and bool(measured),
        "published": run.is_published,
    }
    return tuple(word for word, holds in found.items() if holds)


def is_emulated(run: Run) -> bool:
    """Return whether the disk was emulated (``bench --tier``)."""
    return any(note.startswith(EMULATED_NOTE) for note in run.notes)


def _is_cut_short(run: Run) -> bool:
    return run.ended is None or INTERRUPTED_NOTE in run.notes


def marks_of_metric(metric: Metric) -> Iterator[str]:
    """Yield the words that apply to one metric: imported, partial or published."""
    if is_imported(metric):
        yield "imported"
    if metric.state in {"partial", "published"}:
        yield metric.state


def is_imported(metric: Metric) -> bool:
    """Return whether the value is from another program's output, without conditions and without a check."""
    return any(DiskDetail(sample.detail).imported for sample in metric.samples)


def lacks(metric: Metric) -> str:
    """Return in words why an imported value is not ranked; empty if it is ranked."""
    said = (sample.detail.get("lacks") for sample in metric.samples if sample.valid)
    return next((text for text in said if isinstance(text, str)), "")


def is_of_own_peer(metric: Metric) -> bool:
    """Return whether the peer of a network metric was the host itself, so that no data left the host."""
    own = any(sample.detail.get("own_address") is True for sample in metric.samples)
    return own or is_loopback(str(metric.settings.get("peer", "")))


def is_loopback(peer: str) -> bool:
    """Return whether a peer (HOST, HOST:PORT or [ADDRESS]:PORT) is written as a loopback address or name."""
    return _LOOPBACK.fullmatch(peer) is not None


def marked(name: str, marks: tuple[str, ...]) -> str:
    """Return a host's name, followed by those marks that it does not contain: "Old SATA (emulated)"."""
    missing = [word for word in marks if word not in name.casefold()]
    return f"{name} ({', '.join(missing)})" if missing else name
