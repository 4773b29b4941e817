#!/usr/bin/env python3
"""Whether ``--explain-launch`` names what was made slow: the runtime, the firewall, the disk. Root.

    .venv/bin/python benchmarks/own/launch_causes.py [RUNS [CASE]]

Four engines of its own, one after the other, those with a bridge in network namespaces of their own: as usual; with a
runtime that waits for 200 ms each time it is called; with 8,000 rules in the firewall's NAT table; and on an emulated
disk of 350 I/Os a second, without a bridge. CASE is one of them: usual, runtime, firewall or disk. Each is explained
RUNS times (5) as ``hostcheck bench`` does it, but with storms of three and of one kind only. Prints, as Markdown, what
the launch and removal of one container goes to in each run, the largest first: ``>`` stands only where the turns of
that run show that everything before it takes longer than everything after it. Ends with 1 where what was made slow is
not alone in the first rank of each run, or where two runs show opposite orders of two causes.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from statistics import fmean
from unittest.mock import patch
from uuid import uuid4

from hostcheck.bench.base import Context, Options
from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.emulated.tier import parse_tier
from hostcheck.bench.engine import private
from hostcheck.bench.engine.private import PrivateEngine
from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm import workload
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.workload import StormWorkload
from hostcheck.comparison.launch_parts import CAUSES, ranked, turns_of
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import ALONE

RULES = 8000
WAIT_SECONDS = 0.2
TURNS = 5
DISK_BYTES = 3 << 30
RESTORE = "/usr/sbin/iptables-restore"
BRIDGED = ("--bridge", "--iptables", "--ip-forward", "--ip-masq")
"""Options of a private engine that keep it from having a bridge."""


class Quiet:
    """A progress that reports nothing."""

    def start(self, what: str, seconds: float) -> None:
        """Report nothing."""

    def done(self, what: str, result: str) -> None:
        """Report nothing."""

    def note(self, text: str) -> None:
        """Report nothing."""


@contextmanager
def engine(*options: str) -> Iterator[str]:
    """Start an engine with a bridge and these options, and yield its address."""
    usual = private.dockerd_options

    def chosen(data_root: Path, state: Path, cgroup: str) -> list[str]:
        words = iter(usual(data_root, state, cgroup))
        kept = []
        for word in words:
            if word == "--bridge":
                next(words)
            elif not word.startswith(BRIDGED):
                kept.append(word)
        return [*kept, "--bip", "10.213.0.1/24", *options]

    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(private, "dockerd_options", chosen),
        PrivateEngine(Path(folder)) as own,
    ):
        yield own.url


@contextmanager
def slow_runtime() -> Iterator[str]:
    """Start an engine whose runtime waits each time before it works."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, "slow-runc")
        program.write_text(f'#!/bin/sh\nsleep {WAIT_SECONDS}\nexec runc "$@"\n', encoding="ascii")
        program.chmod(0o755)
        with engine("--add-runtime", f"slow={program}", "--default-runtime", "slow") as url:
            yield url


@contextmanager
def many_rules() -> Iterator[str]:
    """Start an engine with thousands of NAT rules in its chain, as its published ports make them; none matches."""
    with engine() as url:
        rules = "".join(f"-A DOCKER -d 198.51.{number >> 8}.{number & 255}/32 -j RETURN\n" for number in range(RULES))
        restore(f"*nat\n{rules}COMMIT\n")
        yield url


def restore(rules: str) -> None:
    """Add rules to the firewall of this network namespace."""
    subprocess.run([RESTORE, "--noflush"], input=rules, text=True, check=True)


@contextmanager
def slow_disk() -> Iterator[str]:
    """Start an engine on a disk of 350 I/Os a second."""
    with known_disk(parse_tier("sata"), DISK_BYTES, uuid4().hex, engine=True) as disk:
        assert disk.engine is not None
        yield disk.engine


@contextmanager
def elsewhere(case: str) -> Iterator[str]:
    """Let another process start the engine of a case in a network namespace of its own, and yield its address.

    The kernel says only in the first one which programs end, so that this process stays there.
    """
    script = f"/usr/sbin/ip link set lo up; exec {sys.executable} {__file__} serve {case}"
    argv = ["/usr/bin/unshare", "--net", "/bin/sh", "-c", script]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.communicate("")


def serve(case: str) -> int:
    """Start the engine of a case, write its address, and remove it at the end of the input."""
    with SERVED[case]() as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        sys.stdin.read()
    return 0


SERVED: Mapping[str, Callable[[], AbstractContextManager[str]]] = {
    "usual": engine,
    "runtime": slow_runtime,
    "firewall": many_rules,
}
CASES: Mapping[str, tuple[str, Callable[[], AbstractContextManager[str]]]] = {
    "usual": ("as usual", partial(elsewhere, "usual")),
    "runtime": (f"a runtime that waits {1000 * WAIT_SECONDS:.0f} ms", partial(elsewhere, "runtime")),
    "firewall": (f"{RULES:,} NAT rules", partial(elsewhere, "firewall")),
    "disk": ("a disk of 350 I/Os a second", slow_disk),
}
"""By what should be named: what each is, and how to make it. As usual anything may be."""


def one_kind(*, has_bridge: bool, **_: bool) -> tuple[str, ...]:
    """Return the one kind of storm that is launched beside the container alone."""
    return ("port",) if has_bridge else ("none",)


def explained(url: str) -> Metric:
    """Explain a launch once.

    Raises:
        RuntimeError: when a container failed.
    """
    options = StormOptions(Repeats(TURNS, TURNS, 0), (3,), explain=True)
    context = Context(
        uuid4().hex,
        Options(given=(options,)),
        Quiet(),
        docker_host=url,
        allowed=frozenset(("busy", "running", "low-space")),
    )
    with patch.object(workload, "variants_of", one_kind):
        found = {metric.id: metric for metric in StormWorkload().measure(context)}[ALONE]
    if found.value is None:
        raise RuntimeError(found.reason)
    return found


@dataclass(frozen=True, slots=True)
class Order:
    """The causes of one run: those of a rank take longer than those of the later ones, and the turns show it."""

    ranks: Sequence[Sequence[str]]
    said: str

    @property
    def before(self) -> frozenset[tuple[str, str]]:
        """Each two causes of which the first takes longer."""
        return frozenset((one, other) for rank, later in combinations(self.ranks, 2) for one in rank for other in later)


def order_of(metric: Metric) -> Order:
    """Return what the time of one run goes to, in the ranks that its turns force, with the mean of each cause."""
    _, turns = turns_of(metric)
    if not turns:
        raise RuntimeError(f"not observed: {metric.samples[0].detail.get('parts_unknown')}")
    means = {cause: fmean(turn[cause] for turn in turns) for cause in CAUSES}
    causes = sorted((cause for cause in CAUSES if means[cause]), key=lambda cause: -means[cause])
    ranks = ranked(turns, causes)
    said = " > ".join(", ".join(f"{cause} {1000 * means[cause]:.0f} ms" for cause in rank) for rank in ranks)
    return Order(ranks, said)


def judge(expected: str, orders: Sequence[Order]) -> tuple[bool, str]:
    """Return whether each run names what is expected and none contradicts another, and the verdict in words."""
    firsts = [" or ".join(order.ranks[0]) for order in orders]
    shown = frozenset[tuple[str, str]]().union(*(order.before for order in orders))
    against = sorted(f"{one} and {other}" for one, other in shown if one < other and (other, one) in shown)
    as_expected = expected == "usual" or all(first == expected for first in firsts)
    words = f"in the other order in another run: {'; '.join(against) or 'none'}"
    return as_expected and not against, f"first: {', '.join(firsts)}; {words}"


def cpu_ticks() -> tuple[int, int]:
    """Return the ticks of the CPUs since the boot, and how many of them the hypervisor took."""
    with Path("/proc/stat").open(encoding="ascii") as file:
        ticks = [int(word) for word in file.readline().split()[1:9]]
    return sum(ticks), ticks[7]


def run_once(url: str) -> tuple[Order, str]:
    """Explain a launch once, and return its order and, in words, how busy the machine was."""
    before = cpu_ticks()
    order = order_of(explained(url))
    whole, stolen = (now - then for now, then in zip(cpu_ticks(), before, strict=True))
    return order, f"load {os.getloadavg()[0]:.1f}, steal {100 * stolen / whole:.1f} %"


def main() -> int:
    """Explain each case as often as asked, and compare."""
    if sys.argv[1:2] == ["serve"]:
        return serve(sys.argv[2])
    runs = max(1, int(sys.argv[1])) if len(sys.argv) > 1 else 5
    chosen = sys.argv[2:] or list(CASES)
    missed = False
    for expected in chosen:
        name, make = CASES[expected]
        sys.stdout.write(f"{name}\n\n")
        orders = []
        with make() as url:
            for _ in range(runs):
                order, conditions = run_once(url)
                orders.append(order)
                sys.stdout.write(f"- {order.said} ({conditions})\n")
                sys.stdout.flush()
        right, words = judge(expected, orders)
        missed = missed or not right
        sys.stdout.write(f"\n{words}\n\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
