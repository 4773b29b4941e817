"""A disk of known speed: its limits hold, and nothing of it stays, however the process that wanted it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.emulated import disk as module
from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.emulated.tier import TIERS, parse_tier

SIZE = 128 << 20

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


def state() -> dict[str, object]:
    """All that a disk of ours could leave behind."""
    loops = {path.parent.name for path in Path("/sys/block").glob("loop*/loop")}
    limits = {path.name: path.read_text() for path in Path("/sys/fs/cgroup/blkio").glob("blkio.throttle.*_device")}
    mounts = [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if ".hostcheck-" in line]
    folders = [path.name for path in Path("/run").glob(".hostcheck-*")]
    keepers = subprocess.run(["pgrep", "-f", "_helper disk-keeper"], capture_output=True, check=False).stdout
    return {"loops": loops, "limits": limits, "mounts": mounts, "folders": folders, "keepers": keepers}


def settled(before: dict[str, object]) -> dict[str, object]:
    deadline = time.monotonic() + 30
    while state() != before and time.monotonic() < deadline:
        time.sleep(0.2)
    return state()


@pytest.mark.real
def test_the_limits_hold_and_nothing_stays():
    before = state()
    with known_disk(TIERS["sata"], SIZE, "limits01") as disk:
        assert state() != before
        began = time.monotonic()
        words = ["dd", "if=/dev/zero", f"of={disk.path}/file", "bs=4k", "count=1050", "oflag=direct"]
        subprocess.run(words, check=True, capture_output=True)
        seconds = time.monotonic() - began
    # 1,050 writes are three seconds' worth; without a limit they take a few hundredths.
    assert seconds > 2.5
    assert settled(before) == before


@pytest.mark.real
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_process_that_is_killed_leaves_nothing(number):
    before = state()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    worker = int(holder.stdout.readline())
    assert state() != before
    holder.send_signal(number)
    try:
        holder.wait(30)
    finally:
        holder.kill()
    assert settled(before) == before
    assert not Path(f"/proc/{worker}").exists() or "\nState:\tZ" in Path(f"/proc/{worker}/status").read_text()


@pytest.mark.real
def test_a_keeper_that_is_terminated_removes_the_disk():
    before = state()
    with known_disk(TIERS["sata"], SIZE, "keeper01"):
        (pid,) = subprocess.run(
            ["pgrep", "-f", "_helper disk-keeper [0-9]+ sata"], capture_output=True, text=True, check=True
        ).stdout.split()
        os.kill(int(pid), signal.SIGTERM)
        assert settled(before) == before


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
    assert settled(before) == before


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
