"""End runs by each signal at moments spread over them, and look at what is left once their processes have ended.

``python -m tests.attacks.signals [answers|hangs|restarts] [MOMENTS]`` (root; 30 moments by default). The engine is a
real one of the tests' own, and answers all the time; or it is stopped (SIGSTOP) at the same moment and goes on 20 s
later; or it is killed then, and started again 5 s later. One run is under way at a time.
Afterwards nothing of them may be left in the engine, on a disk, mounted, locked, or at work, and none that was ended
may have ended with 0.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Literal
from uuid import uuid4

import psutil

from hostcheck.bench.build.made import killed_builds
from hostcheck.bench.disk.location import ENGINE_ROOT, nearest_existing
from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.engine.private import PrivateEngine
from hostcheck.bench.scratch import leftovers

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
HANGS_SECONDS = 20.0
GONE_SECONDS = 5.0
PATIENCE_SECONDS = 180.0
"""For the processes of a run to end."""

Ill = Literal["answers", "hangs", "restarts"]

SHORT = """
import sys
from dataclasses import replace
from pathlib import Path
from hostcheck.bench.build import options as build_options
from hostcheck.bench.build import workload as build
from hostcheck.bench import idle
from hostcheck.bench.engine import heartbeat
from hostcheck.bench import stopping
from hostcheck.bench.storm import options as storm_options
hung, repeats, containers, folder = sys.argv[1:5]
del sys.argv[1:5]
if float(hung):
    heartbeat.HUNG_SECONDS, heartbeat.PING_SECONDS = float(hung), float(hung) / 6
often = stopping.Repeats(int(repeats), int(repeats), 0)
build_options.PRESETS = {"quick": build_options.BuildOptions(often)}
storm_options.PRESETS = {"quick": storm_options.StormOptions(often)}
storm_options.USUAL_CONTAINERS = int(containers)
build.data_dir = lambda name: Path(folder)
idle.MOST_READINGS = 1
from hostcheck.cli import main
main()
"""
"""The command with a small build and a small storm, on a host that may be at work, and with less patience where that is
not 0."""


class SickEngine:
    """A Docker engine that can be stopped, and killed and started again."""

    def __init__(self, private: PrivateEngine) -> None:
        """Take one that runs."""
        self.private = private
        self.url = private.url

    @property
    def pid(self) -> int:
        """dockerd's."""
        return self.private._processes[1].pid

    def stop(self) -> None:
        """Let it hang."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it hang no longer."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it at once; its containers live on."""
        os.kill(self.pid, signal.SIGKILL)
        self.private._processes[1].wait()

    def start(self) -> None:
        """Start it again."""
        containerd, dockerd = self.private._processes
        self.private._processes = [containerd]
        log = self.private.data_root.parent / "again.log"
        self.private._spawn(list(dockerd.args), log, ())
        self.private._wait(log)

    @contextlib.contextmanager
    def ill(self, ill: Ill, seconds: float) -> Iterator[None]:
        """Let it be ill for so long, from now on; it is well when the context is left."""
        if ill == "answers":
            yield
            return
        begin, end = (self.stop, self.go_on) if ill == "hangs" else (self.kill, self.start)
        begin()
        timer = threading.Timer(seconds, end)
        timer.start()
        try:
            yield
        finally:
            timer.join()

    def holdings(self) -> dict[str, object]:
        """All that it holds."""
        with find_engine(self.url).connect() as client:
            return {
                "containers": sorted(one["Id"] for one in client.containers(all=True)),
                "images": sorted(one["Id"] for one in client.images(all=True)),
                "networks": sorted(one["Name"] for one in client.networks()),
                "volumes": sorted(one["Name"] for one in client.volumes()["Volumes"] or ()),
                "cache": sorted((one["ID"] for one in client.df()["BuildCache"] or ()), key=itemgetter(0)),
            }


@contextlib.contextmanager
def sick_engine(top: Path) -> Iterator[SickEngine]:
    """Have such an engine."""
    with PrivateEngine(top) as private:
        yield SickEngine(private)


def small_build(top: Path) -> None:
    """Make the definition of a build that takes a second or two."""
    folder = top / "definition" / "build"
    folder.mkdir(parents=True)
    (folder / "context.toml").write_text('seed = "t"\npackages = 2\nfiles_per_package = 2\nsizes = [10]\n')
    (folder / "Dockerfile").write_text(
        "FROM scratch AS first\nADD rootfs.tar /\nCOPY tree.tar /\nRUN tar -xf tree.tar && sleep 1\n"
        "FROM scratch\nCOPY --from=first /package-000 /\n"
    )


class Run:
    """A run of ``hostcheck bench``, and the processes that it and others with the same engine started."""

    def __init__(
        self,
        url: str,
        top: Path,
        *,
        definition: Path,
        hung: float = 0.0,
        repeats: int = 1,
        containers: int = 5,
        parts: Sequence[str] = ("build", "storm"),
        buildkit: str = "0",
    ) -> None:
        """Start it."""
        self.url = url
        self.mark = f"HOSTCHECK_TEST={uuid4().hex}"
        name, _, value = self.mark.partition("=")
        environment = {**os.environ, "XDG_DATA_HOME": str(top / "data"), "DOCKER_BUILDKIT": buildkit, name: value}
        environment.pop("DOCKER_HOST", None)
        top.mkdir(exist_ok=True)
        self.file = top / "run.json"
        self.file.unlink(missing_ok=True)
        argv = [sys.executable, "-c", SHORT, str(hung), str(repeats), str(containers), str(definition / "definition")]
        argv += [
            "bench",
            "--quick",
            "--no-store",
            "--allow-busy",
            "--allow-running",
            "--engine",
            url,
            "-o",
            str(self.file),
        ]
        for part in parts:
            argv += ["--only", part]
        self.process = subprocess.Popen(
            argv,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.said: list[str] = []

    def until_said(self, words: str) -> None:
        """Wait until it says so.

        Raises:
            AssertionError: when it ends without.
        """
        for line in self.process.stderr or ():
            self.said.append(line.strip())
            if words in line:
                return
        raise AssertionError(self.said)

    def end(self) -> int:
        """Wait until it has ended; return its exit code, and keep what it said."""
        assert self.process.stderr is not None
        if not self.process.stderr.closed:
            _, rest = self.process.communicate()
            self.said += rest.splitlines()
        return self.process.returncode

    def processes(self) -> list[psutil.Process]:
        """Those of it that live."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                words = process.cmdline()
                # Helpers have an environment of their own; the engine itself is about this address, too.
                helps = "_helper" in words and self.url in words
                marked = self.mark in Path(f"/proc/{process.pid}/environ").read_text().split("\0")
                if (helps or marked) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def until_gone(self) -> list[str]:
        """Wait for all its processes; return those that go on."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return [" ".join(process.cmdline()) for process in left]


def on_this_machine(top: Path, engine: SickEngine) -> dict[str, object]:
    """All that a run could leave outside its engine: folders that no process holds any more, mounts, lists, locks."""
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    data = engine.private.data_root.stat()
    lock = f"*-{data.st_dev:x}-{data.st_ino:x}.lock"
    return {
        "folders": [str(path) for place in (nearest_existing(ENGINE_ROOT), Path("/run")) for path in leftovers(place)],
        "mounts": sorted(mount for mount in mounts if str(top) in mount),
        "builds": list(killed_builds(engine.url)),
        # One that no process holds, of a run killed before its sweeper had begun, goes at the next start.
        "locks": [
            str(path) for folder in ("/run", "/run/hostcheck") for path in Path(folder).glob(lock) if is_locked(path)
        ],
    }


def is_locked(path: Path) -> bool:
    """Whether a process holds a lock on this file."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@dataclass
class Attack:
    """Runs that are ended, and what came of them.

    Attributes:
        top: a folder for all of it.
        engine: what they measure.
        ill: what happens to it together with the signals.
        seconds: for how long.
        ends: how often they ended how.
        wrong: what should not have happened.
        slowest: seconds from a signal that can be heeded to the run's end, of the run that took longest.
    """

    top: Path
    engine: SickEngine
    ill: Ill
    seconds: float
    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def state(self) -> object:
        """All that must be as it was."""
        return self.engine.holdings(), on_this_machine(self.top, self.engine)

    def undisturbed(self) -> float:
        """Let a run end by itself; return how long it took, in seconds."""
        began = time.monotonic()
        run = self.start(SIGNALS[0], 0)
        if run.end():
            self.wrong.append(f"undisturbed one ended with {run.end()}: {run.said}")
        return time.monotonic() - began

    def start(self, number: signal.Signals, turn: int) -> Run:
        """Start a run; in turns one of the three builds by BuildKit, whose cache has no labels."""
        buildkit = int(turn % len(SIGNALS) == SIGNALS.index(number))
        return Run(self.engine.url, self.top / number.name, definition=self.top, buildkit=str(buildkit))

    def end_at(self, moment: float | str, turn: int = 0) -> None:
        """End a run by each signal so many seconds after its begin, or when it says so; wait for what it started."""
        for number in SIGNALS:
            self.end_by(number, moment, turn)

    def end_by(self, number: signal.Signals, moment: float | str, turn: int) -> None:
        """End a run by one signal."""
        before = self.state()
        run = self.start(number, turn)
        if isinstance(moment, str):
            run.until_said(moment)
            when = f"at {moment!r}"
        else:
            time.sleep(moment)
            when = f"after {moment:.2f} s"
        with self.engine.ill(self.ill, self.seconds):
            late = run.process.poll() is not None
            run.process.send_signal(number)
            began = time.monotonic()
            self.judge(number, run.end(), " | ".join(run.said), when, late=late)
            self.slowest = max(self.slowest, time.monotonic() - began)
        self.wrong += [f"{number.name} {when}: still at work: {one}" for one in run.until_gone()]
        if (after := self.state()) != before:
            self.wrong.append(f"{number.name} {when}: {before} became {after}")

    def judge(self, number: signal.Signals, code: int, said: str, when: str, *, late: bool) -> None:
        """Note how a run ended, and whether it may end so."""
        remains = ", said what remains" if "may remain" in said else ""
        self.ends[f"{number.name}: {'over by then' if late else code}{remains}"] += 1
        # A program that is being ended by itself, all being removed, heeds no signal any more.
        heeded = {-number} if number == signal.SIGKILL else {130, -number} if "storm of 5" in said else {130}
        if (not late and code not in heeded) or "Traceback" in said or "mistake in hostcheck" in said:
            self.wrong.append(f"{number.name} {when} ended with {code}: {said}")


def attack(ill: Ill, moments: int, top: Path, seconds: float) -> Attack:
    """End runs at so many moments by each signal, with an engine that is ill for so long from then on."""
    small_build(top)
    with sick_engine(top) as engine:
        attack = Attack(top, engine, ill, seconds)
        long = attack.undisturbed()
        for turn in range(moments):
            attack.end_at(long * (turn + 0.5) / moments, turn)
    return attack


def main() -> None:
    """Attack, and say what came of it."""
    ill: Ill = sys.argv[1] if len(sys.argv) > 1 else "answers"  # type: ignore[assignment]  # as given
    moments = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    seconds = HANGS_SECONDS if ill == "hangs" else GONE_SECONDS
    with tempfile.TemporaryDirectory(prefix="hostcheck-signals-", dir="/var/tmp") as top:
        outcome = attack(ill, moments, Path(top), seconds)
    sys.stdout.writelines(f"{count:5} {how}\n" for how, count in sorted(outcome.ends.items()))
    sys.stdout.write(f"slowest end after a signal: {outcome.slowest:.1f} s\n")
    sys.exit("\n".join(outcome.wrong) or 0)


if __name__ == "__main__":
    main()
