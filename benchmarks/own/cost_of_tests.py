#!/usr/bin/env python3
"""What tests cost in seconds of CPU, their children's counted: for the tables WIDE and FIRST_CASE of tests/tiers.py.

    .venv/bin/python benchmarks/own/cost_of_tests.py [OPTIONS AND FILES OF PYTEST]

Runs the tests that need no other program in one process (another choice with -m). What a fixture of a file or of the
session takes is counted for the test that asks for it first. Prints the whole, what collecting took, and each
function of a second or more.
"""

import os
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

LEAST_SECONDS = 1.0


def spent() -> float:
    """Return the seconds of CPU so far, user and system, of this process and of its children that ended."""
    return sum(os.times()[:4])


class Costs:
    """Keeps what each test took, from the set-up to the teardown."""

    def __init__(self) -> None:
        """Begin with none."""
        self.tests: dict[str, float] = {}
        self.collecting = 0.0

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Time the collection."""
        start = spent()
        try:
            return (yield)
        finally:
            self.collecting = spent() - start

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Time a test."""
        start = spent()
        try:
            return (yield)
        finally:
            self.tests[item.nodeid] = spent() - start

    def functions(self) -> dict[str, list[float]]:
        """Return what the cases of each function took."""
        found: dict[str, list[float]] = {}
        for test, seconds in self.tests.items():
            found.setdefault(test.partition("[")[0], []).append(seconds)
        return found


def main(arguments: list[str]) -> int:
    """Run the tests and print the table; return pytest's exit code."""
    os.chdir(Path(__file__).parents[2])
    # As in bin/test: without bytecode, each process of a test compiles hostcheck again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    costs = Costs()
    code = pytest.main(["-q", "-m", "not real", *arguments], plugins=[costs])
    lines = [f"\n{len(costs.tests)} tests, {spent():.0f} s of CPU, {costs.collecting:.1f} s of it to collect", ""]
    lines += ["| seconds of CPU | cases | first case | test |", "|---|---|---|---|"]
    functions = costs.functions()
    for name in sorted(functions, key=lambda name: -sum(functions[name])):
        seconds = functions[name]
        if sum(seconds) >= LEAST_SECONDS:
            lines.append(f"| {sum(seconds):.1f} | {len(seconds)} | {seconds[0]:.2f} | `{name}` |")
    sys.stdout.write("\n".join(lines) + "\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
