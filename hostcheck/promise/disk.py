"""``disk``: judge the class of a disk by its speed and by the name that the kernel gives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from hostcheck.comparison.throttled import held_metrics
from hostcheck.promise.facts import disks_of, is_alone, word_of
from hostcheck.promise.measured import DISK, not_measured
from hostcheck.promise.model import Judged, Sure
from hostcheck.promise.own_limits import OUTSIDE, own_io_limit
from hostcheck.promise.plain import PLAIN, between, in_memory
from hostcheck.promise.rules import Rule, all_of, fact, metric
from hostcheck.promise.words import join
from hostcheck.quantities import duration
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import RANDOM_READ, RANDOM_READ_GAIN, RANDOM_READ_QD1, SEQUENTIAL_READ, WAL
from hostcheck.run.model import NONE, Run
from hostcheck.run.underload import bounds_of
from hostcheck.thresholds import Threshold

Class = Literal["nvme", "ssd"]
CLASSES: tuple[Class, ...] = get_args(Class)

_SATA = 600.0
"""Maximum of Serial ATA 3.0 in MB/s: 6 Gbit/s less the overhead of 8b/10b encoding. No SATA disk is faster."""
_LOCAL = 0.3e-3
"""Longest random read of local NVMe flash, in seconds: 4 KiB take 0.1 ms, and virtualization adds as much."""
_FLASH = 1e-3
"""Longest random read that only flash reaches, in seconds: half a turn at 15,000 per minute alone takes 2 ms."""
_SLOW = 2.5e-3
"""A slower random read is as slow as a rotating disk, in seconds. Flash behind a network takes less."""
_DEEP = 3.0
"""Minimum gain of flash: its rate with 32 requests in flight, divided by its rate with one.

A rotating disk gains about a factor of two by sorting requests.
"""
_DEEPER = metric(f"{RANDOM_READ_GAIN} >= {_DEEP:g}", "32 at a time against one")
_KEPT: Mapping[Class, tuple[Rule, ...]] = {
    "ssd": (metric(f"{RANDOM_READ_QD1} > {1 / _FLASH:.0f}", "kept, with the next"), _DEEPER),
    "nvme": (
        metric(f"{RANDOM_READ_QD1} > {1 / _LOCAL:.0f}", "kept, with the next two"),
        _DEEPER,
        metric(f"{SEQUENTIAL_READ} > {_SATA:g}", "more than SATA carries"),
    ),
}
_SLOWER = metric(f"{RANDOM_READ_QD1} < {1 / _SLOW:.0f}", "broken")
_SAYS = (
    fact('fact = "virt.vm", equals = "none"', "kept, with the next, by names"),
    fact('fact = "virt.container", equals = "none"'),
)
_HOW = (
    "fio: 4 KiB random reads one at a time and 32 in flight, sequential reads of 1 MiB, past the page cache; "
    "and the kernel's name of the disk where no hypervisor stands between"
)
_POSSIBLE = (
    "A cache of the machine below the guest may have answered the reads.",
    "The disk may be thinly provisioned, or shared with other guests.",
)
_QUICK = " (random reads, one at a time; bench --quick leaves them out)"
_OTHERS = "The other disks of this host, which were not measured, may be of another class."


def _has_others(run: Run) -> bool:
    """Return whether the host has disks that were not measured and may be of another class."""
    disks = disks_of(run) or ()
    alike = word_of(run, "virt.vm") == NONE and is_alone(run) is True and len({disk.says for disk in disks}) == 1
    return len(disks) > 1 and not alike


def _own_limit(run: Run) -> str:
    """Return the buyer's own I/O limit that may be why random reads are slow, in words; empty if there is none."""
    assert isinstance(_SLOWER.asked, Threshold)
    return own_io_limit(run, _SLOWER.asked, _measured(run))


def _measured(run: Run) -> Metric:
    """Return the random reads, one at a time, of a run that has them."""
    figure = run.metric(RANDOM_READ_QD1)
    assert figure is not None
    return figure


@dataclass(frozen=True, slots=True)
class DiskClass:
    """A promised class of disk.

    Attributes:
        name: "nvme" or "ssd".
    """

    name: Class
    profiles: tuple[str, ...] = ()

    @property
    def translation(self) -> tuple[str, ...]:
        """The rules of the line, as a profile or a policy writes them."""
        return tuple(map(str, (*_KEPT[self.name], _SLOWER, *_SAYS)))

    @property
    def expected(self) -> str:
        """The class in words."""
        return "an NVMe disk, by its speed" if self.name == "nvme" else "a solid-state disk, by its speed"

    def judge(self, run: Run) -> Judged:
        """Judge the disk by its measured figures; by the kernel's names only on a host without a hypervisor."""
        said = self._says(run)
        one = bounds_of(run.metric(RANDOM_READ_QD1))
        if one is None:
            if said:
                return Judged("kept", said, "certain", (said,), _HOW, "A measurement that contradicts this one.")
            return not_measured(run, (RANDOM_READ_QD1, RANDOM_READ, SEQUENTIAL_READ), DISK, _HOW, _QUICK)
        fastest, slowest = 1 / one[1], 1 / one[0]
        evidence = tuple(self._evidence(run, said))
        held = [metric.id for metric in held_metrics(run)]
        shown = f"{duration(fastest)} to {duration(slowest)} a random read, one at a time"
        if RANDOM_READ_QD1 in held:
            found = f"an I/O limit sets the speed ({shown}), which hides the class of the disk"
            changes = "A measurement without the limit. (Lines random_read and random_write are judged with the limit.)"
            return Judged("cannot tell", found, "", evidence, _HOW, changes)
        if _SLOWER.status(run) == "pass":
            if said:
                found = f"{said}, but {shown}"
                return Judged("cannot tell", found, "", evidence, _HOW, "A measurement while the host is idle.")
            found = f"{shown}: as slow as a rotating disk"
            if own := _own_limit(run):
                return Judged("cannot tell", f"{found}; {own}", "", evidence, _HOW, OUTSIDE, DISK)
            if own := between(run, _measured(run)):
                return Judged("cannot tell", f"{found}; {own}", "", evidence, _HOW, PLAIN, DISK)
            if _has_others(run):
                found += ", on the one that was measured; this host has others"
                return Judged("cannot tell", found, "", evidence, _HOW, "The same measurement on each disk.", DISK)
            return Judged("broken", found, "likely", evidence, _HOW, "Reads of less than 2.5 ms, while it is idle.")
        return self._fast(run, shown, evidence, said)

    def _fast(self, run: Run, shown: str, evidence: tuple[str, ...], said: str) -> Judged:
        if said or all_of(_KEPT[self.name], run) == "pass":
            if not said and (own := in_memory(_measured(run))):
                return Judged("cannot tell", f"{shown}; {own}", "", evidence, _HOW, PLAIN, DISK)
            sure: Sure = "certain" if said else "likely"
            changes = "The model of the disk, from the seller; or reads that stay slow when no cache can answer them."
            possible = (*_POSSIBLE, *((_OTHERS,) if _has_others(run) else ()))
            return Judged("kept", shown, sure, evidence, _HOW, changes, possible=() if said else possible)
        found = f"{shown}: faster than a rotating disk, but not only {self.expected.split(',')[0]} is so fast"
        changes = "The model of the disk, from the seller; or a measurement while the host is idle."
        return Judged("cannot tell", found, "", evidence, _HOW, changes, possible=_POSSIBLE)

    def _says(self, run: Run) -> str:
        """Return a sentence with the kernel's names of the disks, if they prove the class; otherwise an empty text.

        They prove it if all disks are of this class and no hypervisor could have chosen the names.
        """
        disks = disks_of(run)
        if all_of(_SAYS, run) != "pass" or not disks:
            return ""
        flash = [
            disk
            for disk in disks
            if disk.transport == "nvme" or (self.name == "ssd" and disk.is_local and disk.says == "flash")
        ]
        if len(flash) < len(disks):
            return ""
        return f"without a hypervisor, the kernel's disks are {join([disk.name for disk in disks])}"

    def _evidence(self, run: Run, said: str) -> list[str]:
        lines = [said] if said else []
        names = {
            RANDOM_READ_QD1: "random reads, one at a time",
            RANDOM_READ: "random reads, 32 in flight",
            SEQUENTIAL_READ: "sequential reads",
        }
        for metric_id, name in names.items():
            metric, bounds = run.metric(metric_id), bounds_of(run.metric(metric_id))
            if metric is not None and bounds is not None:
                lines.append(f"{name}: {bounds[0]:,.0f} – {bounds[1]:,.0f} {metric.unit}")
        one, sequential = bounds_of(run.metric(RANDOM_READ_QD1)), bounds_of(run.metric(SEQUENTIAL_READ))
        if one is not None and sequential is not None:
            ends = (sequential[0] / one[1], sequential[1] / one[0])
            lines.append(f"{ends[0]:.3g} – {ends[1]:.3g} MB are read in sequence in the time of one random read")
        if (commit := bounds_of(run.metric(WAL))) is not None:
            lines.append(f"fdatasync, 99th percentile: {duration(commit[0])} – {duration(commit[1])}")
        disks = disks_of(run) or ()
        if not said and disks and word_of(run, "virt.vm") not in {NONE, None}:
            lines.append(f"the kernel calls it {join([disk.name for disk in disks])}, as the hypervisor presents it")
        return lines
