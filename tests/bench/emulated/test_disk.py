"""A disk of known speed: its limits hold, and nothing of it stays, however the process that wanted it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.emulated import disk as module
from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.emulated.tier import TIERS, parse_tier
from tests.leaks import children_with

SIZE = 128 << 20
PATIENCE_SECONDS = 60

# A shell without job control starts what is in the background with interrupts ignored, and children inherit that.
HOLD = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.emulated.tier import TIERS, parse_tier
import subprocess
with known_disk(TIERS["sata"], 128 << 20, "holding1") as disk:
    worker = subprocess.Popen(["sleep", "300"], cwd=disk.path, start_new_session=True)
    print(worker.pid, flush=True)
    time.sleep(300)
"""


def state() -> set[tuple[str, str]]:
    """All that a disk of ours could leave behind; what others leave may go meanwhile."""
    loops = [path.parent.name for path in Path("/sys/block").glob("loop*/loop")]
    knobs = Path("/sys/fs/cgroup/blkio").glob("blkio.throttle.*_device")
    limits = [f"{path.name} {line}" for path in knobs for line in path.read_text().splitlines()]
    mounts = [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if ".hostcheck-" in line]
    folders = [path.name for path in Path("/run").glob(".hostcheck-*")]
    keepers = subprocess.run(["pgrep", "-f", "_helper disk-keeper"], capture_output=True, text=True).stdout.split()
    kinds = {"loop": loops, "limit": limits, "mount": mounts, "folder": folders, "keeper": keepers}
    return {(kind, one) for kind, found in kinds.items() for one in found}


def left(before: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """What is there, and was not before, once it has had the time to go."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while state() - before and time.monotonic() < deadline:
        time.sleep(0.2)
    return state() - before


@pytest.mark.real
def test_the_limits_hold_and_nothing_stays():
    before = state()
    with known_disk(TIERS["sata"], SIZE, "limits01") as disk:
        assert {kind for kind, _ in state() - before} >= {"loop", "mount", "folder", "keeper"}
        began = time.monotonic()
        words = ["dd", "if=/dev/zero", f"of={disk.path}/file", "bs=4k", "count=1050", "oflag=direct"]
        subprocess.run(words, check=True, capture_output=True)
        seconds = time.monotonic() - began
    # 1,050 writes are three seconds' worth; without a limit they take a few hundredths.
    assert seconds > 2.5
    assert left(before) == set()


@pytest.mark.real
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_process_that_is_killed_leaves_nothing(number):
    before = state()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    with holder.stdout:
        worker = int(holder.stdout.readline())
    assert state() - before
    holder.send_signal(number)
    try:
        holder.wait(PATIENCE_SECONDS)
    finally:
        holder.kill()
    assert left(before) == set()
    assert not Path(f"/proc/{worker}").exists() or "\nState:\tZ" in Path(f"/proc/{worker}/status").read_text()


@pytest.mark.real
def test_a_keeper_that_is_terminated_removes_the_disk():
    before = state()
    with known_disk(TIERS["sata"], SIZE, "keeper01"):
        (keeper,) = children_with(psutil.Process(), "disk-keeper")
        keeper.terminate()
        assert left(before) == set()


@pytest.mark.real
def test_limits_that_do_not_hold_are_noticed(monkeypatch):
    # A disk that is far faster than what was asked for.
    slow = module.KnownDisk
    monkeypatch.setattr(module, "KnownDisk", lambda tier, path, device, *_: slow(parse_tier("10,120"), path, device))
    before = state()
    with (
        pytest.raises(CannotRun, match="limits of the emulated disk have no effect"),
        known_disk(parse_tier("900000,9000"), SIZE, "nolimit1"),
    ):
        pass
    assert left(before) == set()


def test_without_root_it_says_so(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(CannotRun, match="needs root"), known_disk(TIERS["sata"], SIZE, "noroot01"):
        pass


def test_without_the_memory_it_says_how_much_it_wants(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(module, "SPARE_MEMORY", 1 << 60)
    wanted = pytest.raises(CannotRun, match=r"needs [\d,]+ MB of available memory")
    with wanted, known_disk(TIERS["sata"], SIZE, "nomemory"):
        pass
