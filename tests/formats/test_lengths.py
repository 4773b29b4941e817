"""How long the answers in a terminal are at most: audit 25 lines, gate 15, bench 30 with the line on the page."""

from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.formats import AUDIT, BENCH, GATE
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import weigh
from hostcheck.gate.policy import Policy
from hostcheck.run.files import read_run
from hostcheck.run.model import HostIdentity, Run, Verdict

SAMPLE = Path(__file__).parents[2] / "reports" / "sample"
WHY = "Engines of today call it deprecated and will drop it within a few years. Then they start no container at all."
FIX = "Boot with another option of the kernel, and set it where this machine is started. Then restart the engine."
COMMAND = "sed -i 's/^GRUB_CMDLINE_LINUX=\"/&a.long=option of.the=kernel /' /etc/default/grub && update-grub"


def found(number, *, long):
    """A verdict of the kinds in turn, with texts as short or as long as those of real ones."""
    status, severity = (("fail", "required"), ("warn", "recommended"), ("unknown", "required"))[number % 3]
    title = f"Check number {number}, on control groups" if long else f"Check {number}"
    said = "the kernel has it, and the engine counts it as one of those that it does not use" if long else "missing"
    command = COMMAND if number % 2 else ""
    return Verdict("docker", f"c.{number}", status, severity, "x", said, WHY, FIX, "a page", title, said, command)


def run_with(count, *, long):
    identity = HostIdentity("node-1", "6.1.0", "x86_64", 2, 8 << 30, "Debian GNU/Linux 12 (bookworm)")
    verdicts = tuple(found(number, long=long) for number in range(count))
    return Run("1" * 32, "0.1.0", "2026-11-29T00:00:00Z", identity, verdicts=verdicts)


@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
@pytest.mark.parametrize("count", [*range(9), 40])
def test_an_audit_has_at_most_25_lines_and_counts_what_it_leaves_out(count, long):
    lines = AUDIT.load("text")(run_with(count, long=long), Style()).splitlines()
    assert len(lines) <= 25
    assert_complete(lines, count)


@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
@pytest.mark.parametrize("count", [*range(1, 9), 40])
def test_a_gate_has_at_most_15_lines_and_counts_what_it_leaves_out(count, long):
    decision = weigh(run_with(count, long=long), Policy(profiles=("docker",)))
    decision = replace(decision, notes=("a note that is as long as notes of the gate are, on what was not judged",) * 3)
    lines = GATE.load("text")(decision, Style()).splitlines()
    assert len(lines) <= 15
    assert_complete(lines, count)


def assert_complete(lines, count):
    """Check that each finding is shown or counted."""
    shown = sum(line[:2] in {"✗ ", "! ", "? "} for line in lines)
    left = [int(line.split()[1]) for line in lines if line.startswith("and ")]
    assert shown + sum(left) == count


@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
@pytest.mark.parametrize("count", [1, 6, 40])
def test_it_says_why_the_first_finding_matters(count, long):
    text = AUDIT.load("text")(run_with(count, long=long), Style())
    assert "\n    Engines of today call it deprecated and will drop it within a few years.\n" in text


@pytest.mark.parametrize("hosts", [1, 2])
@pytest.mark.parametrize("count", [*range(9), 40])
def test_bench_has_at_most_29_lines_before_that_of_the_page(count, hosts):
    runs = [read_run(SAMPLE / name) for name in ("sata.json", "host.json")][-hosts:]
    sentence = (
        "The disk moved within the run: random write 14,322 – 18,622 IOPS, and nothing in its system explains it."
    )
    comparison = replace(compare(runs), findings=tuple(f"{number}: {sentence}" for number in range(count)))
    lines = BENCH.load("text")(comparison, Style()).splitlines()
    assert len(lines) <= 29
    said = [line for line in lines if line.partition(":")[0].isdigit()]
    left = [int(line.split()[1]) for line in lines if line.startswith("and ") and "more finding" in line]
    assert len(said) + sum(left) >= count
