"""``hostcheck bench --only disk`` ended by every signal in every phase, each found by looking; nothing may stay."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.real

PATIENCE_SECONDS = 60.0


class Bench:
    """A bench of the disk in a folder, and where it is: seen from outside."""

    def __init__(self, top: Path) -> None:
        self.folder, self.run = top / "disk", top / "run.json"
        self.folder.mkdir()
        self.environment = {**os.environ, "XDG_DATA_HOME": str(top / "data"), "DOCKER_HOST": f"unix://{top}/none"}
        self.argv = [
            sys.executable,
            "-m",
            "hostcheck",
            "bench",
            "--quick",
            "--no-store",
            "--allow-low-space",
            "--only",
            "disk",
        ]
        self.argv += ["--dir", str(self.folder), "-o", str(self.run)]
        self.process: psutil.Popen

    def start(self) -> None:
        self.process = psutil.Popen(
            self.argv,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            # Where the tests were started with nohup, what they start would ignore it too.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )

    def jobs(self) -> list[psutil.Process]:
        """The fio that runs now: none between two jobs."""
        return [
            process
            for process in psutil.process_iter(["name", "cwd"])
            if process.info["name"] == "fio" and str(process.info["cwd"]).startswith(str(self.folder))
        ]

    def job(self) -> str:
        """The name of the job file that runs now; empty for none."""
        for process in self.jobs():
            try:
                return Path(process.cmdline()[-1]).stem
            except (psutil.Error, IndexError):
                continue
        return ""

    def until(self, condition) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert self.process.poll() is None, self.process.stderr.read().decode()
            assert time.monotonic() < deadline
            time.sleep(0.005)

    def left(self) -> list[str]:
        """All that is there and should not be: processes at work in the folder or about it, and files."""
        processes = []
        for process in psutil.process_iter():
            try:
                about = " ".join(process.cmdline())
                if str(self.folder) in about + process.cwd() and process.status() != psutil.STATUS_ZOMBIE:
                    processes.append(about)
            except psutil.Error:
                continue
        files = [path.name for path in (*self.folder.iterdir(), *self.folder.parent.glob(".run.json.*"))]
        return processes + files


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    if bench.process.is_running():
        bench.process.kill()
        bench.process.wait()


def making(bench):
    """The directory is just there."""
    bench.until(lambda: any(bench.folder.iterdir()))


def layout(bench):
    bench.until(lambda: any(path.stat().st_blocks for path in bench.folder.glob("*/test-file")))


def ramp(bench):
    bench.until(lambda: bench.job() == "seqread")


def measuring(bench):
    """Whether a job has run longer than its ramp of one second, by fio's own CPU time and age."""
    ramp(bench)
    (job, *_) = bench.jobs()
    bench.until(lambda: time.time() - job.create_time() > 1.5)


def between(bench):
    ramp(bench)
    bench.until(lambda: bench.job() != "seqread")


def saving(bench):
    """The run file is written anew after the first job."""
    ramp(bench)
    before = bench.run.stat().st_ino
    bench.until(lambda: bench.run.stat().st_ino != before)


PHASES = (making, layout, ramp, measuring, between, saving)
SIGNALS = (signal.SIGTERM, signal.SIGKILL)
SAME_HANDLER = (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
"""They have the handler of SIGTERM (hostcheck.cli.session), so they need a case, and not a matrix, each."""


@pytest.mark.parametrize(
    ("number", "phase"),
    [*((number, phase) for number in SIGNALS for phase in PHASES), *((number, measuring) for number in SAME_HANDLER)],
    ids=lambda value: getattr(value, "__name__", None) or value.name,
)
def test_ended_it_leaves_nothing(bench, number, phase):
    bench.start()
    phase(bench)
    bench.process.send_signal(number)
    code = bench.process.wait(PATIENCE_SECONDS)
    assert code == (-signal.SIGKILL if number == signal.SIGKILL else 130)
    if number != signal.SIGKILL:
        # What can be removed in order is gone before the command has ended.
        assert bench.left() == []
    gone = time.monotonic() + PATIENCE_SECONDS
    while bench.left() and time.monotonic() < gone:
        time.sleep(0.05)
    assert bench.left() == []


@pytest.mark.parametrize(
    "number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGUSR1, signal.SIGXCPU], ids=lambda number: number.name
)
def test_ended_by_what_no_program_expects_it_leaves_nothing(bench, number):
    bench.start()
    measuring(bench)
    bench.process.send_signal(number)
    assert bench.process.wait(PATIENCE_SECONDS) == -number
    gone = time.monotonic() + PATIENCE_SECONDS
    while bench.left() and time.monotonic() < gone:
        time.sleep(0.05)
    assert bench.left() == []


def test_a_terminal_that_is_closed_ends_it_in_order(bench):
    pid, terminal = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        os.execve(sys.executable, bench.argv, bench.environment)
    bench.process = psutil.Process(pid)
    bench.process.poll = lambda: None
    layout(bench)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 130
    assert bench.left() == []


def test_under_nohup_it_outlives_the_terminal(bench):
    bench.argv = ["nohup", *bench.argv]
    bench.start()
    layout(bench)
    bench.process.send_signal(signal.SIGHUP)
    bench.until(lambda: bench.job() == "seqread")
    bench.process.send_signal(signal.SIGTERM)
    assert bench.process.wait(PATIENCE_SECONDS) == 130
    assert bench.left() == []


def test_a_users_shell_in_the_folder_is_left_alone(bench):
    bench.start()
    layout(bench)
    (scratch,) = bench.folder.iterdir()
    with subprocess.Popen(["sleep", "600"], cwd=scratch) as shell:
        try:
            bench.process.kill()
            bench.process.wait()
            gone = time.monotonic() + PATIENCE_SECONDS
            while scratch.exists() and time.monotonic() < gone:
                time.sleep(0.05)
            assert not scratch.exists()
            assert shell.poll() is None
        finally:
            shell.kill()


def table(path: Path) -> list[list[str]]:
    """The words of each line; none where the file went away: others' control groups come and go."""
    try:
        return [line.split() for line in path.read_text().splitlines()]
    except OSError:
        return []


class KnownDisk:
    """The parts of a calibration's disk, identified by its run among those of others at the same time."""

    def __init__(self, bench: Bench) -> None:
        keepers = []

        def kept():
            keepers[:] = [
                process.cmdline() for process in bench.process.children() if "disk-keeper" in process.cmdline()
            ]
            return keepers

        bench.until(kept)
        self.mark = f".hostcheck-{keepers[0][-1][:8]}-"
        self.number = ""

    def mounts(self) -> list[str]:
        return [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if self.mark in line]

    def is_made(self) -> bool:
        """Whether it is mounted and limited; remembers its device's number."""
        numbers = [line.split()[2] for line in self.mounts() if "/dev/loop" in line]
        self.number = numbers[0] if numbers else ""
        return bool(self.limits())

    def limits(self) -> list[str]:
        """The limits on its device, as long as no other disk has it."""
        if not self.number:
            return []
        minor = self.number.split(":")[1]
        backing = Path(f"/sys/block/loop{minor}/loop/backing_file")
        if table(backing) and self.mark not in str(table(backing)):
            return []
        knobs = (*Path("/sys/fs/cgroup").glob("**/blkio.throttle.*_device"), *Path("/sys/fs/cgroup").glob("*/io.max"))
        return [str(knob) for knob in knobs if any(words[:1] == [self.number] for words in table(knob))]

    def left(self) -> list[str]:
        loops = [path for path in Path("/sys/block").glob("loop*/loop/backing_file") if self.mark in str(table(path))]
        folders = [*Path("/run").glob(f"{self.mark}*"), *Path("/sys/fs/cgroup").glob(f"{self.mark.lstrip('.')}*")]
        return [*self.mounts(), *self.limits(), *map(str, (*loops, *folders))]


def disk_is_begun(bench, disk):
    """It is in the making: a file system in memory, without a disk in it."""
    bench.until(disk.mounts)


def disk_is_made(bench, disk):
    bench.until(disk.is_made)


def disk_is_measured(bench, disk):
    disk_is_made(bench, disk)
    bench.until(lambda: any(process.name() == "fio" for process in bench.process.children()))


@pytest.mark.parametrize("phase", [disk_is_begun, disk_is_made, disk_is_measured], ids=lambda phase: phase.__name__)
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_ended_while_it_calibrates_it_leaves_nothing(bench, number, phase):
    bench.argv = [sys.executable, "-m", "hostcheck", "calibrate", "--tier", "sata"]
    bench.start()
    disk = KnownDisk(bench)
    phase(bench, disk)
    assert disk.left()
    family = bench.process.children(recursive=True)
    bench.process.send_signal(number)
    assert bench.process.wait(PATIENCE_SECONDS) == (-signal.SIGKILL if number == signal.SIGKILL else 130)
    gone = time.monotonic() + PATIENCE_SECONDS
    while disk.left() and time.monotonic() < gone:
        time.sleep(0.05)
    assert disk.left() == []
    assert psutil.wait_procs(family, PATIENCE_SECONDS)[1] == []
