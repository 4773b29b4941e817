"""Find hosts that were slow in the same minutes: they may share a disk, a hypervisor or a network.

The slowness of a host in a minute is the median over its samples of that minute, each relative to the median of the
host's samples of the same metric. So a host that is always slow is not found, but one that was slower for a while is. A
binomial test decides whether more hosts were slow in a minute than by chance; its probability is the share of slow
minutes over all hosts. All minutes are tested together, as in ``hostcheck.stats.outliers``.
"""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from hostcheck.run.model import Run
from hostcheck.run.times import parse_time

SLOW = 1.25
"""A minute is slow if the host took at least this many times as long as usual."""

FEWEST = 3
"""Minimum number of slow hosts in a minute: two at once are often chance."""

LEAST_SAMPLES = 3
"""Minimum number of samples of a metric: with fewer, their median is not the usual speed."""

RATE = 0.05
"""Maximum expected share of chance findings among the minutes that are found (false discovery rate)."""


@dataclass(frozen=True, slots=True)
class SlowMinute:
    """A minute in which more hosts were slow than by chance.

    Attributes:
        minute: minutes since the epoch.
        domain: the failure domain whose hosts are counted; empty for all hosts.
        slow: the indexes of the slow hosts.
        measured: number of hosts that were measured in that minute.
        times: how many times slower than usual they were: the median of the slow hosts.
    """

    minute: int
    domain: str
    slow: tuple[int, ...]
    measured: int
    times: float


@dataclass(slots=True)
class Minutes:
    """How slow each host was in each minute.

    Attributes:
        hosts: for each minute, the indexes of the hosts that were measured.
        times: for each minute, how many times slower than usual each of these hosts was.
    """

    hosts: "dict[int, array[int]]" = field(default_factory=dict)
    times: "dict[int, array[float]]" = field(default_factory=dict)

    def add(self, host: int, run: Run) -> None:
        """Add the samples of a host's run; ``host`` is its index."""
        found: dict[int, list[float]] = {}
        for metric in run.metrics:
            samples = [(sample.started, sample.value) for sample in metric.samples if sample.started and sample.value]
            if len(samples) < LEAST_SAMPLES or min(value for _, value in samples) <= 0:
                continue
            usual = median(value for _, value in samples)
            for started, value in samples:
                slower = usual / value if metric.better == "higher" else value / usual
                found.setdefault(_minute(started), []).append(math.log(slower))
        for minute, slower_by in found.items():
            self.hosts.setdefault(minute, array("L")).append(host)
            self.times.setdefault(minute, array("d")).append(math.exp(median(slower_by)))

    def shared(self, domains: Sequence[str]) -> list[SlowMinute]:
        """Return the minutes in which more hosts were slow than by chance, in order of time.

        Args:
            domains: the failure domain of each host; empty if unknown.
        """
        measured = sum(map(len, self.times.values()))
        slow = sum(times >= SLOW for column in self.times.values() for times in column)
        if not slow or slow == measured:
            return []
        share, tested = slow / measured, []
        for minute in sorted(self.hosts):
            for domain, count, found in self._of_domains(minute, domains):
                if count >= FEWEST:
                    tested.append((_at_least(len(found), count, share), minute, domain, count, found))
        ordered = sorted(chance for chance, *_ in tested)
        counts = [chance for place, chance in enumerate(ordered, 1) if chance <= RATE * place / len(ordered)]
        limit = max(counts, default=-1.0)
        return [
            SlowMinute(minute, domain, tuple(found), count, median(found.values()))
            for chance, minute, domain, count, found in tested
            if chance <= limit and len(found) >= FEWEST
        ]

    def _of_domains(self, minute: int, domains: Sequence[str]) -> Iterable[tuple[str, int, dict[int, float]]]:
        """Yield for one minute the groups that are tested: all hosts (domain ""), and the hosts of each domain.

        Each has the domain, the number of hosts, and how many times slower than usual each slow host was, by its index.
        """
        rows = list(zip(self.hosts[minute], self.times[minute], strict=True))
        yield "", len(rows), {host: times for host, times in rows if times >= SLOW}
        for domain, count in sorted(Counter(domains[host] for host, _ in rows).items()):
            if domain and count < len(rows):
                yield domain, count, {h: times for h, times in rows if times >= SLOW and domains[h] == domain}


def _minute(started: str) -> int:
    return int(parse_time(started).timestamp() // 60)


def _at_least(slow: int, count: int, share: float) -> float:
    """Return the probability that at least ``slow`` of ``count`` hosts are slow; ``share`` is that of each host."""
    logs = (
        math.lgamma(count + 1)
        - math.lgamma(number + 1)
        - math.lgamma(count - number + 1)
        + number * math.log(share)
        + (count - number) * math.log1p(-share)
        for number in range(slow, count + 1)
    )
    return min(1.0, math.fsum(map(math.exp, logs)))
