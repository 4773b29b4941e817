"""Further answers on each host in a few words: a row for each question, a cell for each host.

The findings of the comparison say this in whole sentences. Both use one judgement.
"""

from collections.abc import Callable, Iterator

from hostcheck.comparison.durability import ETCD_SECONDS, fast_enough_for_etcd
from hostcheck.comparison.labels import in_a_sentence, label
from hostcheck.comparison.model import Comparison
from hostcheck.comparison.single_requests import seconds_of_request
from hostcheck.comparison.steadiness import moved_rates, movement, of_disk_rate
from hostcheck.comparison.throttled import held_rates, whose
from hostcheck.counts import number_of
from hostcheck.quantities import Scale
from hostcheck.report.environment import device_of
from hostcheck.report.fitness import NOT_KNOWN, Fit, FitRow
from hostcheck.report.set_up import set_up_in_brief
from hostcheck.run.measured import SPENT
from hostcheck.run.metrics import RANDOM_READ_QD1, RANDOM_WRITE_QD1, WAL
from hostcheck.run.model import Run
from hostcheck.run.origins import is_emulated, marks_of_run

_MS = Scale("ms", 1e3)


def glance(comparison: Comparison) -> Iterator[FitRow]:
    """Yield a row for each question that has an answer for at least one host."""
    for title, answer in _ROWS:
        cells = tuple(map(answer, comparison.runs))
        if any(cell != NOT_KNOWN for cell in cells):
            yield FitRow(title, cells)
    found = set_up_in_brief(comparison)
    if any(found):
        yield FitRow("Set up", tuple(Fit("", "", said) if said else NOT_KNOWN for said in found))


def _real(run: Run) -> Fit:
    """Return whether the values are of a real disk, as far as can be known, and what they are of."""
    if run.is_published:
        return Fit("published", "not measured", "as published by others")
    if "imported" in marks_of_run(run):
        return Fit("imported", "not checked", "imported from another program's output")
    if is_emulated(run):
        return Fit("warn", "no, emulated", "in memory, slowed by hostcheck")
    device = device_of(run)
    if not device:
        return NOT_KNOWN
    virtual = run.facts.get("virt.vm")
    if virtual is None or not virtual.known:
        return Fit("unknown", "not known:", f"measured on {device}")
    if virtual.value == "none":
        return Fit("", "", f"measured on {device}, not in a virtual machine")
    return Fit("unknown", "cannot be seen:", f"{device} is a disk of a guest ({virtual.value})")


def _limit(run: Run) -> Fit:
    held = held_rates(run)
    if held:
        return Fit("warn", held, whose(run))
    fell = [metric.id for metric in run.metrics if of_disk_rate(metric) and metric.reason.endswith(SPENT)]
    if fell:
        others = f" and {number_of(len(fell) - 1, 'more rate', 'more rates')}" if len(fell) > 1 else ""
        return Fit("unknown", "not known:", f"{in_a_sentence(label(fell[0]))}{others} fell: {SPENT}")
    # Where nothing was judged, nothing is known.
    return Fit("", "", "none was detected, of the provider or others") if _has_rates(run) else NOT_KNOWN


def _steady(run: Run) -> Fit:
    if not _has_rates(run):
        return NOT_KNOWN
    moved = moved_rates(run)
    if not moved:
        return Fit("pass", "yes", "no rate moved by 10 %")
    others = f" and {number_of(len(moved) - 1, 'more rate', 'more rates')}" if len(moved) > 1 else ""
    return Fit("warn", "no", f"{movement(moved[0])}{others}")


def _etcd(run: Run) -> Fit:
    wal = run.metric(WAL)
    if wal is None or wal.value is None:
        return NOT_KNOWN
    look, words = _FOR_ETCD[fast_enough_for_etcd(wal)]
    return Fit(look, words, f"1 commit in 100 takes {_MS.amount(wal.value)} ms (limit {_MS.amount(ETCD_SECONDS)})")


def _requests(run: Run) -> Fit:
    times = [(word, seconds_of_request(run, metric)) for word, metric in _REQUESTS]
    said = [f"{word} {_MS.amount(seconds)}" for word, seconds in times if seconds is not None]
    return Fit("", "", f"{', '.join(said)} ms") if said else NOT_KNOWN


def _has_rates(run: Run) -> bool:
    return any(map(of_disk_rate, run.metrics))


_FOR_ETCD = {True: ("pass", "fast enough"), False: ("fail", "too slow"), None: ("unknown", "not known")}
_REQUESTS = (("read", RANDOM_READ_QD1), ("write", RANDOM_WRITE_QD1))
_ROWS: tuple[tuple[str, Callable[[Run], Fit]], ...] = (
    ("Real disk", _real),
    ("I/O limit", _limit),
    ("Steady", _steady),
    ("For etcd", _etcd),
    ("One random request", _requests),
)
