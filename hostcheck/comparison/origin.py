"""Report when the figures were measured or published, and which files hold them."""

from collections.abc import Iterator, Sequence

from hostcheck.comparison.model import Comparison
from hostcheck.comparison.ranking import NAMED, few
from hostcheck.run.model import Run
from hostcheck.run.origins import marks_of_run

ID_LENGTH = 8
"""Number of digits of a run's id that are written. The history finds a run by them."""


def origin(comparison: Comparison) -> tuple[str, ...]:
    """Return a sentence for each kind of origin: "Measured by hostcheck on 2026-11-24: a in a.json, b in b.json."."""
    return tuple(_sentences(comparison))


def days(runs: Sequence[Run]) -> str:
    """Return on which days runs began: "on 2026-11-24", "from 2026-11-23 to 2026-11-24"."""
    first, *later = sorted({run.started[:10] for run in runs})
    return f"from {first} to {later[-1]}" if later else f"on {first}"


def where(comparison: Comparison, place: int) -> str:
    """Return a host and the files of its runs, or the ids of its runs if it is unknown which files they are from."""
    runs = comparison.sources[place]
    found = [comparison.files.get(run.id) or ("" if run.is_published else f"run {run.id[:ID_LENGTH]}") for run in runs]
    files = list(dict.fromkeys(filter(None, found)))
    return f"{comparison.names[place]} in {few(files)}" if files else comparison.names[place]


def _sentences(comparison: Comparison) -> Iterator[str]:
    found: dict[str, list[int]] = {}
    for place, run in enumerate(comparison.runs):
        if any(metric.value is not None for metric in run.metrics):
            found.setdefault(_kind(run), []).append(place)
    for kind, places in found.items():
        when = days([run for place in places for run in comparison.sources[place]])
        if len(places) > NAMED:
            yield f"{kind} {when}."
        else:
            yield f"{kind} {when}: {', '.join(where(comparison, place) for place in places)}."


def _kind(run: Run) -> str:
    if run.is_published:
        return "Published by others"
    return "Imported, begun" if "imported" in marks_of_run(run) else "Measured by hostcheck"
