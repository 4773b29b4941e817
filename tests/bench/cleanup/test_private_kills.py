"""``hostcheck bench`` killed by SIGKILL while it has an engine, or a disk, of its own: neither is left."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.cleanup.kernel_objects import CGROUPS
from hostcheck.bench.cleanup.killed_runs import end_killed_runs
from hostcheck.bench.disk.location import ENGINE_ROOT, nearest_existing
from hostcheck.bench.engine.connection import find_engine

pytestmark = pytest.mark.real

PATIENCE_SECONDS = 120
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
PLACES = {nearest_existing(ENGINE_ROOT), Path("/run")}


class Traces:
    """What one bench, and all that it starts, makes on this machine; others may work on it at the same time."""

    def __init__(self):
        self.others = set(psutil.Process().children(recursive=True))
        self.makers = set()
        self.names = set()

    def now(self):
        """Tell what there is of it: processes by their parents, folders by their maker, the rest by the folders."""
        processes = [process.pid for process in self.processes()]
        self.makers |= {str(pid) for pid in processes}
        for folder in (folder for place in PLACES for folder in place.glob(".hostcheck-*")):
            with suppress(OSError):
                if (folder / "owner").read_text().rpartition(" ")[2].strip() in self.makers:
                    self.names.add(folder.name.lstrip("."))
        mounts = Path("/proc/self/mountinfo").read_text().splitlines()
        backing = [path.read_text() for path in Path("/sys/block").glob("loop*/loop/backing_file")]
        folders = [str(folder) for place in PLACES for folder in place.glob(".hostcheck-*")]
        cgroups = [top for top, _, _ in os.walk(CGROUPS)]
        return processes + [
            line for line in (*mounts, *backing, *folders, *cgroups) if any(n in line for n in self.names)
        ]

    def processes(self):
        ours = set(psutil.Process().children(recursive=True)) - self.others
        return [process for process in ours if lives(process)]


@pytest.fixture(autouse=True)
def adoption():
    """What a bench starts and leaves becomes this process's child during a test (prctl(2)); then it is waited for."""
    assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1) == 0
    yield
    assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0) == 0
    for child in psutil.Process().children():
        if not lives(child):
            child.wait()


def lives(process):
    with suppress(psutil.Error):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def engine_folder(bench):
    """Where the engine of this bench has its socket; None as long as there is none."""
    keepers = {child.pid for child in psutil.Process(bench.pid).children()}
    for folder in Path("/run").glob(".hostcheck-engine-*"):
        with suppress(OSError):
            if int((folder / "owner").read_text().rpartition(" ")[2]) in keepers:
                return folder
    return None


def engine_begins(bench):
    until(lambda: engine_folder(bench))


def disk_is_mounted(bench):
    until(lambda: any("/disk " in mounts(child) for child in psutil.Process(bench.pid).children()))


def mounts(keeper):
    """The mounts of the run that this process keeps a disk for; none if it keeps none, or has ended."""
    with suppress(psutil.Error):
        words = keeper.cmdline()
        if "disk-keeper" in words:
            lines = Path("/proc/self/mountinfo").read_text().splitlines()
            return "\n".join(line for line in lines if words[words.index("disk-keeper") + 4][:8] in line)
    return ""


def engine_tells(action, count):
    """Wait for the count-th event of this kind in the engine of the bench's own."""

    def wait(bench):
        found = []

        def answers():
            with suppress(CannotRun):
                if folder := engine_folder(bench):
                    found.append(find_engine(f"unix://{folder}/docker.sock"))
            return found

        until(answers)
        filters = {"type": "container", "event": action}
        with found[0].connect() as client, closing(client.events(since=1, filters=filters, decode=True)) as events:
            for _ in range(count):
                assert next(events)

    return wait


PRIVATE = ("--only", "build", "--private-engine")
STORM = ("--only", "storm", "--private-engine")
TIER = ("--only", "storm", "--tier", "sata")

PHASES = {
    "the engine starts": (STORM, engine_begins),
    "a step of the build": (PRIVATE, engine_tells("start", 2)),
    "creating the storm": (STORM, engine_tells("create", 6)),
    "removing the storm": (STORM, engine_tells("destroy", 9)),
    "the disk is made": (TIER, disk_is_mounted),
    "the engine on the disk starts": (TIER, engine_begins),
    "creating the storm on the disk": (TIER, engine_tells("create", 6)),
}


@pytest.fixture
def bench(tmp_path):
    """Start a bench; give its process and what it makes."""
    traces = Traces()
    # No engine answers there: of --tier, only the emulated disk is measured.
    environment = {
        **os.environ,
        "XDG_DATA_HOME": str(tmp_path),
        "DOCKER_HOST": f"unix://{tmp_path}/no.sock",
    }
    started = []

    def start(*options):
        argv = [sys.executable, "-m", "hostcheck", "bench", "--quick", "--allow-busy", "--no-store", *options]
        started.append(subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return started[0], traces

    yield start
    started[0].kill()
    started[0].wait()


@pytest.mark.parametrize("phase", PHASES)
def test_killed_it_leaves_neither_engine_nor_disk(bench, phase):
    options, moment = PHASES[phase]
    process, traces = bench(*options)
    moment(process)
    assert len(traces.now()) > 1
    process.kill()
    process.wait()
    until(lambda: not traces.now())
    assert traces.names


def limits():
    """The limits on disks in the hierarchy's root of cgroup v1; version 2 has them in groups, which are traces."""
    files = CGROUPS.glob("*/blkio.throttle.*_device")
    return {(path.name, line) for path in files for line in path.read_text().splitlines()}


def test_killed_with_all_it_started_the_next_start_removes_engine_disk_and_limits(bench):
    before = limits()
    process, traces = bench(*TIER)
    engine_tells("create", 6)(process)
    assert len(traces.now()) > 1
    ours = traces.processes()
    for one in ours:
        one.suspend()
    for one in ours:
        one.kill()
    process.wait()
    psutil.wait_procs(ours, PATIENCE_SECONDS)
    assert traces.now()
    assert len([path for path in end_killed_runs() if path.name.lstrip(".") in traces.names]) == 2
    until(lambda: not traces.now())
    assert limits() <= before


def test_killed_together_with_its_keeper_the_engine_is_ended_at_the_next_start_and_no_earlier(bench):
    process, traces = bench(*STORM)
    engine_tells("create", 6)(process)
    folder = engine_folder(process)
    # As long as its keeper is alive, no other run may stop it.
    assert folder not in list(end_killed_runs())
    keepers = psutil.Process(process.pid).children()
    process.send_signal(signal.SIGSTOP)
    for one in (*keepers, process):
        one.kill()
    process.wait()
    psutil.wait_procs(keepers, PATIENCE_SECONDS)
    assert traces.now()
    assert folder in list(end_killed_runs())
    until(lambda: not traces.now())


def test_a_private_engine_that_ends_is_not_waited_for_and_nothing_is_left_of_it(tmp_path):
    traces = Traces()
    argv = [sys.executable, "-m", "hostcheck", "bench", "--quick", "--allow-busy", "--no-store", *STORM]
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    process = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        engine_tells("create", 6)(process)
        os.kill(int((engine_folder(process) / "docker.pid").read_text()), signal.SIGKILL)
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 4, said
    last = said.splitlines()[-1]
    assert last.startswith(
        "hostcheck: the measurement with the engine ended early: hostcheck's private engine ended (last line of its "
    ), said
    assert last.endswith("); run the command again with --debug"), said
    assert not any(word in said for word in ("may remain", "docker --host", "was not back", "the engine's log")), said
    until(lambda: not traces.now())
