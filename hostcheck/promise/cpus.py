"""``cpus`` and ``dedicated_cpu``: judged by the CPU time of all threads under load, and the steal during it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hostcheck.counts import number_of
from hostcheck.promise.facts import WITHHELD, Place, fact_of, in_place, number_of_fact, place_of, withheld
from hostcheck.promise.model import Judged
from hostcheck.promise.rules import Rule, all_of, fact, metric, one_of
from hostcheck.promise.words import cpus
from hostcheck.run.details import CpuDetail
from hostcheck.run.measured import Sample
from hostcheck.run.metrics import CPUS_DELIVERED, STEAL, USUAL_STEAL
from hostcheck.run.model import Run
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
"""Minimum share of a quota's periods with stopped threads, in percent, for the quota to explain what is missing.

If other work of this host takes the CPUs, a quota stops threads now and then.
"""
_RULE = f"broken is a median and a mean above {_TAKEN:g} %, and kept is each sample below {_NONE_TAKEN:g} %"
_NOT_WITHHELD = fact('fact = "hw.cpus.withheld_by", equals = "none"', "or it is unknown")
_FACTS = "the CPUs that the kernel knows, Cpus_allowed_list, and the quotas of control groups"
_OUTSIDE = "A run without the limits of this process: taskset, or a control group with a quota or a set of CPUs."
_HOW = (
    "a program that only computes, a thread on each CPU: the CPU time of its threads, and steal in /proc/stat meanwhile"
)
_NOT_SHOWN = "Steal at other hours. Steal also does not show a guest on the other hardware thread of a core."
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
        """The rules of the line."""
        of_container = (*self._limit("hw.init.cpu_limit"), self._there("hw.init.cpus"))
        return tuple(map(str, (self._present, _NOT_WITHHELD, *of_container, self._delivered)))

    @property
    def _present(self) -> Rule:
        return fact(f'fact = "hw.cpus.present", at_least = {self.count}', "outside of a container")

    def _there(self, fact_id: str) -> Rule:
        return fact(f'fact = "{fact_id}", at_least = {self.count}', "in a container")

    def _limit(self, fact_id: str) -> tuple[Rule, ...]:
        return (
            fact(f'fact = "{fact_id}", equals = "none"', "or the next"),
            fact(f'fact = "{fact_id}", at_least = {_ENOUGH * self.count:g}', "in a container"),
        )

    @property
    def _delivered(self) -> Rule:
        return metric(f"{CPUS_DELIVERED} >= {_ENOUGH * self.count:g}", "under load, in each sample")

    @property
    def expected(self) -> str:
        """The requirement in words."""
        return f"{cpus(self.count)}, delivered under load"

    def judge(self, run: Run) -> Judged:
        """Judge the number of CPUs, and the delivered CPU time."""
        count, limit = number_of_fact(run, "hw.cpus"), number_of_fact(run, "hw.cpu.limit")
        samples = loaded(run)
        enough = all((CpuDetail(sample.detail).threads or 0) >= self.count for sample in samples)
        evidence = [*([f"this process may use {cpus(count)}"] if count is not None else []), *_in_words(samples)]
        if limit is not None:
            evidence.append(f"a control group limits this process to {cpus(limit)}")
        place = place_of(run)
        shares = {"machine": self._of_machine, "sold": self._of_container}
        few = shares[place](run, evidence) if place in shares else None
        few = few or self._of_process(run, place, evidence)
        if few is not None:
            return few
        given = measured(run, CPUS_DELIVERED)
        if given is None or given.interval is None or not enough:
            found = (
                "the CPUs are there" if count is not None else f"the CPUs are unknown: {fact_of(run, 'hw.cpus').reason}"
            )
            found += "; the CPU time that they deliver under load was not measured"
            return Judged("cannot tell", found, "", tuple(evidence), _HOW, "A measurement under load.", _COMMAND)
        delivered = self._delivered.status(run)
        ends = dict.fromkeys(f"{edge:.2f}" for edge in given.interval)
        shown = f"{' to '.join(ends)} CPUs' time a second"
        if delivered == "pass":
            return Judged("kept", shown, "measured", tuple(evidence), _HOW, "A longer run that finds less.")
        if delivered == "fail" and _was_stolen(samples, self.count):
            return Judged("broken", shown, "measured", tuple(evidence), _HOW, "Another run that finds all of them.")
        found = f"{shown}: " + ("it varies" if delivered == "unknown" else _what_took(samples))
        return Judged("cannot tell", found, "", tuple(evidence), _HOW, "A run while the host is idle.", _COMMAND)

    def _of_machine(self, run: Run, evidence: list[str]) -> Judged | None:
        """Return the finding that the machine has fewer CPUs; None if that is not known."""
        present = number_of_fact(run, "hw.cpus.present")
        if present is not None:
            evidence.append(f"the machine has {cpus(present)}")
        if self._present.status(run) != "fail":
            return None
        found = f"the kernel knows of {cpus(present or 0)}"
        if not (rest := withheld(run, "hw.cpus.withheld_by")):
            changes = "More CPUs, added by the seller."
            return Judged("broken", found, "certain", tuple(evidence), _FACTS, changes)
        found += f", and {rest}"
        return Judged("cannot tell", found, "", tuple(evidence), _FACTS, WITHHELD)

    def _of_container(self, run: Run, evidence: list[str]) -> Judged | None:
        """Return the finding that a container, as a whole, was given less CPU; None if that is not known."""
        first, limit = number_of_fact(run, "hw.init.cpus"), number_of_fact(run, "hw.init.cpu_limit")
        if one_of(self._limit("hw.init.cpu_limit"), run) == "fail":
            found = f"a control group limits this container to the time of {cpus(limit or 0)}"
            return Judged("broken", found, "certain", tuple(evidence), _FACTS, "A larger quota, by the seller.")
        if self._there("hw.init.cpus").status(run) != "fail":
            return None
        found = f"this container may use {cpus(first or 0)}"
        changes = "More CPUs, by the seller; or CPUAffinity= in this container's own systemd, if that leaves some out."
        return Judged("broken", found, "likely", tuple(evidence), _FACTS, changes)

    def _of_process(self, run: Run, place: Place, evidence: list[str]) -> Judged | None:
        """Return the finding that this process, whoever limits it, may use less; None if it may use enough."""
        count, limit = number_of_fact(run, "hw.cpus"), number_of_fact(run, "hw.cpu.limit")
        limited = one_of(self._limit("hw.cpu.limit"), run) == "fail"
        if self._there("hw.cpus").status(run) != "fail" and not limited:
            return None
        if where := in_place(place):
            found = f"hostcheck ran {where}, whose limits may come from whoever started it"
            changes = "An audit outside of the container, or as root."
            return Judged("cannot tell", found, "", tuple(evidence), _FACTS, changes)
        what = f"is limited to the time of {cpus(limit or 0)}" if limited else f"may use {cpus(count or 0)}"
        found = f"this process {what}, and it is unknown whether the seller set this limit"
        return Judged("cannot tell", found, "", tuple(evidence), _FACTS, _OUTSIDE)


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
            found = "there is no hypervisor: the CPUs belong to this machine"
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
            found = f"{under}; {_SAMPLES} samples, {_APART / 60:.0f} minutes apart, over an hour, are needed"
            return Judged("cannot tell", found, "", evidence, _HOW, "A longer measurement under load.", _LONG)
        mean = sum(steals) / len(steals)
        shown = (
            f"{mean:.1f} % steal on average, {max(steals):.1f} % at most, in {len(samples)} samples under load over "
            f"{span / 3600:.1f} hours"
        )
        if _BROKEN.status(run) == "pass":
            found = f"{shown}; {_RULE}"
            return Judged("broken", found, "measured", evidence, _HOW, "Hours under load without steal.")
        untouched, counted = (rule.status(run) == "pass" for rule in _KEPT)
        if untouched:
            if max(steals) > 0 or counted:
                return Judged("kept", shown, "measured", evidence, _HOW, _NOT_SHOWN)
            found = f"{shown}; whether this kernel would count it is unknown"
            return Judged("cannot tell", found, "", evidence, _HOW, "A hypervisor that lets its guests count steal.")
        return Judged("cannot tell", f"{shown}; {_RULE}", "", evidence, _HOW, "A longer measurement under load.", _LONG)


def _was_stolen(samples: Sequence[Sample], count: int) -> bool:
    """Return whether steal explains half of the missing CPU time in most samples."""
    stolen = 0
    for sample in samples:
        missing = count - (CpuDetail(sample.detail).cpus_delivered or 0)
        steal = (sample.conditions.steal_percent or 0) / 100 * (CpuDetail(sample.detail).threads or 0)
        stolen += steal >= missing / 2
    return 2 * stolen > len(samples)


def _what_took(samples: Sequence[Sample]) -> str:
    """Return in words the cause of most of the CPU time that the threads did not get, if it was measured."""
    others = idle = 0.0
    for sample in samples:
        detail, busy = CpuDetail(sample.detail), sample.conditions.busy_percent
        if busy is None or detail.threads is None or detail.cpus_delivered is None:
            return "the cause of the rest was not measured"
        others += max(0.0, busy / 100 * detail.threads - detail.cpus_delivered)
        idle += max(0.0, 1 - (busy + (sample.conditions.steal_percent or 0)) / 100) * detail.threads
    stops = sum((CpuDetail(sample.detail).quota_stops_percent or 0) >= _STOPPED for sample in samples)
    if 2 * stops > len(samples):
        return "a control group's quota stopped the threads"
    if others > idle:
        return "other work on this host took most of the rest"
    return "most of the rest was idle: neither other work here nor steal took it"


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
