"""``cpus`` and ``dedicated_cpu``: judged by the CPU time of all threads under load, and the steal during it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hostcheck.counts import number_of
from hostcheck.promise.facts import fact_of, number_of_fact, own_container
from hostcheck.promise.model import Judged
from hostcheck.promise.rules import Rule, all_of, fact, metric, one_of
from hostcheck.promise.words import cpus
from hostcheck.run.details import CpuDetail
from hostcheck.run.metrics import CPUS_DELIVERED, STEAL, USUAL_STEAL
from hostcheck.run.model import Run, Sample
from hostcheck.run.steadiness import measured
from hostcheck.run.underload import in_demand, loaded

_ENOUGH = 0.95
"""Share of the promised CPU time that is enough: the host's own work takes the rest."""
_NONE_TAKEN, _TAKEN = 1.0, 2.0
"""Steal in percent of all CPUs.

Less than the first may be the hypervisor's own work, which a guest sees as steal. More than the second breaks
the line.
"""
_HOUR = 3600.0
_SAMPLES, _APART = 6, 300.0
"""Minimum number of samples under load, and minimum seconds from the start of one to the start of the next."""
_OWN = (
    fact('fact = "virt.vm", equals = "none"', "kept, with the next"),
    fact('fact = "virt.container", equals = "none"'),
)
_KEPT = (
    metric(f"{STEAL} < {_NONE_TAKEN:g}", "kept: in each sample of an hour"),
    fact('fact = "hw.steal_counted", equals = true', "where no sample has any"),
)
_BROKEN = metric(f"{USUAL_STEAL} > {_TAKEN:g}", "broken: median and mean")
_STOPPED = 50.0
"""A quota explains missing CPU time if it stopped threads in at least this percentage of its periods.

If other work on this host takes the CPUs, a quota stops threads only now and then.
"""
_LIMITED = "A run outside of the control group that limits this process, if the limit is not the seller's."
_HOW = (
    "a program that only computes, a thread on each CPU: the CPU time of its threads, and steal in /proc/stat meanwhile"
)
_NOT_SHOWN = "Steal at other hours. A guest on the other thread of a core takes no time, so steal does not show it."
_COMMAND = "hostcheck bench --only cpu -o run.json"
_LONG = "hostcheck bench --endurance 24h -o run.json"


@dataclass(frozen=True, slots=True)
class Cpus:
    """A promised number of CPUs.

    Attributes:
        count: the number of CPUs.
    """

    count: int
    profiles: tuple[str, ...] = ()

    @property
    def translation(self) -> tuple[str, ...]:
        """The rules of the line, as a profile or a policy writes them."""
        return tuple(map(str, (self._there, *self._limit, self._delivered)))

    @property
    def _there(self) -> Rule:
        return fact(f'fact = "hw.cpus", at_least = {self.count}')

    @property
    def _limit(self) -> tuple[Rule, ...]:
        return (
            fact('fact = "hw.cpu.limit", equals = "none"', "or the next"),
            fact(f'fact = "hw.cpu.limit", at_least = {_ENOUGH * self.count:g}'),
        )

    @property
    def _delivered(self) -> Rule:
        return metric(f"{CPUS_DELIVERED} >= {_ENOUGH * self.count:g}", "under load, in each sample")

    @property
    def expected(self) -> str:
        """The requirement in words."""
        return f"{cpus(self.count)}, delivered under load"

    def judge(self, run: Run) -> Judged:
        """Judge the number of CPUs, and the CPU time that they delivered under load."""
        count, limit = number_of_fact(run, "hw.cpus"), number_of_fact(run, "hw.cpu.limit")
        samples = loaded(run)
        enough = all((CpuDetail(sample.detail).threads or 0) >= self.count for sample in samples)
        evidence = [*([f"this process may use {cpus(count)}"] if count is not None else []), *_in_words(samples)]
        if limit is not None:
            evidence.append(f"a control group limits this process to {cpus(limit)}")
        facts = "Cpus_allowed_list, and the quotas of control groups"
        own = own_container(run)
        few, limited = self._there.status(run) == "fail", one_of(self._limit, run) == "fail"
        if own and (few or limited):
            found = f"hostcheck ran {own}, whose limits may be of who started it"
            changes = "An audit outside of the container, or as root."
            return Judged("cannot tell", found, "", tuple(evidence), facts, changes)
        if few:
            changes = "A run that may use all CPUs, if it was this process's own mask that left some out."
            return Judged("broken", cpus(count or 0), "certain", tuple(evidence), facts, changes)
        if limited:
            found = f"a control group limits this process to the time of {cpus(limit or 0)}"
            return Judged("broken", found, "certain", tuple(evidence), facts, _LIMITED)
        given = measured(run, CPUS_DELIVERED)
        if given is None or given.interval is None or not enough:
            found = (
                "the CPUs are there" if count is not None else f"the CPUs are unknown: {fact_of(run, 'hw.cpus').reason}"
            )
            found += "; what they deliver under load was not measured"
            return Judged("cannot tell", found, "", tuple(evidence), _HOW, "A measurement under load.", _COMMAND)
        delivered = self._delivered.status(run)
        ends = dict.fromkeys(f"{edge:.2f}" for edge in given.interval)
        shown = f"{' to '.join(ends)} CPUs' time a second"
        if delivered == "pass":
            return Judged("kept", shown, "measured", tuple(evidence), _HOW, "A longer run that finds less.")
        if delivered == "fail" and _was_taken(samples, self.count):
            return Judged("broken", shown, "measured", tuple(evidence), _HOW, "Another run that finds all of them.")
        found = f"{shown}: " + (
            "it varies" if delivered == "unknown" else "other work on this host may have taken the rest"
        )
        return Judged("cannot tell", found, "", tuple(evidence), _HOW, "A run while the host is idle.", _COMMAND)


@dataclass(frozen=True, slots=True)
class Dedicated:
    """CPUs that no other guest uses."""

    profiles: tuple[str, ...] = ()

    @property
    def translation(self) -> tuple[str, ...]:
        """The rules of the line, as a profile or a policy writes them."""
        return tuple(map(str, (*_OWN, *_KEPT, _BROKEN)))

    @property
    def expected(self) -> str:
        """The requirement in words."""
        return "CPUs of its own: no steal over an hour under load"

    def judge(self, run: Run) -> Judged:
        """Judge the steal under load over an hour or more. On a machine without a hypervisor, the line is kept."""
        if all_of(_OWN, run) == "pass" and not fact_of(run, "virt.vm").conflicts:
            found = "no hypervisor: the CPUs are this machine's own"
            return Judged("kept", found, "certain", (found,), "hostcheck audit (virt.vm)", "Evidence of a hypervisor.")
        samples = in_demand(run)
        evidence = tuple(_in_words(samples))
        steals = [sample.conditions.steal_percent or 0.0 for sample in samples]
        span = _span(samples)
        if span < _HOUR or _spread(samples) < _SAMPLES:
            under = (
                f"steal under load is known for {number_of(round(span / 60), 'minute')}"
                if samples
                else "steal under load was not measured"
            )
            found = f"{under}; {_SAMPLES} samples, each {_APART / 60:.0f} minutes apart, over an hour are needed"
            return Judged("cannot tell", found, "", evidence, _HOW, "A longer measurement under load.", _LONG)
        mean = sum(steals) / len(steals)
        shown = (
            f"{mean:.1f} % steal on average, {max(steals):.1f} % at most, in {len(samples)} samples under load over "
            f"{span / 3600:.1f} hours"
        )
        if _BROKEN.status(run) == "pass":
            return Judged("broken", shown, "measured", evidence, _HOW, "Hours under load without steal.")
        untouched, counted = (rule.status(run) == "pass" for rule in _KEPT)
        if untouched:
            if max(steals) > 0 or counted:
                return Judged("kept", shown, "measured", evidence, _HOW, _NOT_SHOWN)
            found = f"{shown}; whether this kernel would count it is unknown"
            return Judged("cannot tell", found, "", evidence, _HOW, "A hypervisor that lets its guests count steal.")
        return Judged("cannot tell", shown, "", evidence, _HOW, "A longer measurement under load.", _LONG)


def _was_taken(samples: Sequence[Sample], count: int) -> bool:
    """Return whether steal or a quota explains the missing CPU time in more than half of the samples.

    Steal explains it if it is at least half of what is missing of ``count`` CPUs.
    """
    taken = 0
    for sample in samples:
        missing = count - (CpuDetail(sample.detail).cpus_delivered or 0)
        steal = (sample.conditions.steal_percent or 0) / 100 * (CpuDetail(sample.detail).threads or 0)
        stopped = (CpuDetail(sample.detail).quota_stops_percent or 0) >= _STOPPED
        taken += steal >= missing / 2 or stopped
    return 2 * taken > len(samples)


def _times(samples: Sequence[Sample]) -> list[tuple[float, float]]:
    """Return the start and the end of each sample in Unix seconds, sorted.

    Samples without a valid start are left out.
    """
    times = []
    for sample in samples:
        try:
            begin = datetime.fromisoformat(sample.started.replace("Z", "+00:00")).timestamp()
        except ValueError:
            continue
        times.append((begin, begin + sample.seconds))
    return sorted(times)


def _span(samples: Sequence[Sample]) -> float:
    """Return the seconds from the beginning of the first sample to the end of the last."""
    times = _times(samples)
    return max(end for _, end in times) - times[0][0] if times else 0.0


def _spread(samples: Sequence[Sample]) -> int:
    """Return the largest number of samples that begin at least ``_APART`` seconds after one another."""
    number, last = 0, float("-inf")
    for begin, _ in _times(samples):
        if begin - last >= _APART:
            number, last = number + 1, begin
    return number


def _in_words(samples: Sequence[Sample]) -> list[str]:
    given = [each for sample in samples if (each := CpuDetail(sample.detail).cpus_delivered) is not None]
    steals = [sample.conditions.steal_percent for sample in samples if sample.conditions.steal_percent is not None]
    lines = []
    if given:
        lines.append(f"{len(given)} samples under load: {min(given):.2f} – {max(given):.2f} CPUs' time a second")
    if steals:
        lines.append(f"steal meanwhile: {min(steals):.1f} – {max(steals):.1f} %")
    return lines
