"""Attack the disk test's directory: an ordinary user owns the folder above it, while root measures there.

``python -m tests.attacks.swapped_scratch [SECONDS]`` (root; 300 s by default). The refusal of such a folder is switched
off in the process that measures, so that the second line of defence, descriptors and inodes, must hold by itself.
Afterwards root's files and a block device are as they were, and nothing is left of hostcheck.
"""

import contextlib
import hashlib
import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.attacks.attacker import NAMES

USER = 65534
DEVICE_BYTES = 64 << 20
RUN_SECONDS = 60.0
KILLED = 0.4
"""How many of the runs are killed at any moment, for the guard to clean up after."""

SHORT = """
import sys
from hostcheck.bench.disk import options
from hostcheck.host import trusted
if sys.argv.pop(1) == "unsafe":
    trusted._refuse_others = lambda path, found: None
jobs = ("seqwrite", "randwrite", "wal", "churn")
options.PRESETS = {"quick": options.DiskOptions(jobs, budget_seconds=0, seconds=1, ramp_seconds=0, file_bytes=16 << 20)}
from hostcheck.cli import main
main()
"""
"""The command with short jobs; and, where asked for, without the refusal: only a test can switch it off."""


@dataclass
class Outcome:
    """What came of an attack.

    Attributes:
        ends: how often the runs ended how.
        wrong: what should not have happened.
    """

    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Arena:
    """Folders of root's and of the user's, and a block device."""

    def __init__(self, top: Path) -> None:
        """Make them."""
        self.top, self.precious, self.home = top, top / "precious", top / "home"
        top.chmod(0o755)
        self.precious.mkdir()
        for name in NAMES:
            (self.precious / name).write_bytes(secrets.token_bytes(4096))
            (self.precious / name).chmod(0o600)
        for folder in (self.home, self.home / "arena"):
            folder.mkdir()
            os.chown(folder, USER, USER)
        image = top / "image"
        image.write_bytes(secrets.token_bytes(DEVICE_BYTES))
        found = subprocess.run(["losetup", "--find", "--show", image], check=True, capture_output=True, text=True)
        self.device = Path(found.stdout.strip())
        self.before = self.state()

    def state(self) -> dict[str, object]:
        """All that must not change: contents, owners, modes and times of root's files, and what is on the device."""
        os.sync()
        state: dict[str, object] = {
            path.name: self.described(path) for path in (self.precious, *self.precious.iterdir())
        }
        state["device"] = hashlib.sha256(self.device.read_bytes()).hexdigest()
        return {**state, "names": sorted(os.listdir(self.top)), "names of root's": sorted(os.listdir(self.precious))}

    @staticmethod
    def described(path: Path) -> tuple[object, ...]:
        """What is known of one file.

        Where the path itself led when it was first followed, only the refusal can know: a directory may be made, and
        removed, in the folder of root's that the user's link led to then, which changes that folder's time.
        """
        found = path.lstat()
        described = (found.st_mode, found.st_uid, found.st_gid)
        if path.is_dir():
            return described
        return *described, found.st_size, found.st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest()

    def roots(self) -> list[Path]:
        """What root has in the user's folders."""
        return [path for path in self.home.glob("**/*") if path.lstat().st_uid == 0]

    def close(self) -> None:
        """Give the device back."""
        subprocess.run(["losetup", "--detach", self.device], check=True)


def run(arena: Arena, mode: str, most: float = RUN_SECONDS) -> tuple[int, str]:
    """Measure in the user's folder, and kill that after so many seconds; return the exit code and what was said."""
    argv = [sys.executable, "-c", SHORT, mode, "bench", "--quick", "--no-store", "--allow-low-space", "--only", "disk"]
    argv += ["--dir", str(arena.home / "arena"), "-o", str(arena.top / "run.json")]
    environment = {**os.environ, "XDG_DATA_HOME": str(arena.top / "data"), "DOCKER_HOST": f"unix://{arena.top}/none"}
    with subprocess.Popen(
        argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            _, said = process.communicate(timeout=most)
        except subprocess.TimeoutExpired:
            process.kill()
            _, said = process.communicate()
    return process.returncode, said


def judge(arena: Arena, code: int, said: str, outcome: Outcome) -> None:
    """Note how a run ended, and whether it may end so."""
    last = said.strip().rpartition("\n")[2]
    result = arena.top / "run.json"
    try:
        metrics = json.loads(result.read_text())["metrics"]
    except (OSError, ValueError):
        metrics = []
    result.unlink(missing_ok=True)
    if code == 0:
        outcome.ends["measured in its own folder"] += 1
        if not metrics or any(metric["state"] == "skipped" for metric in metrics):
            outcome.wrong.append(f"ended with 0 and measured nothing: {said}")
    elif code == 4 and last.startswith("hostcheck: ") and "Traceback" not in said:
        kind = next((kind for kind in ("right after it was made", "stopped measuring") if kind in last), "refused")
        outcome.ends[f"4, {kind}"] += 1
    elif code == -signal.SIGKILL:
        outcome.ends["killed"] += 1
    else:
        outcome.wrong.append(f"ended with {code}: {said}")


def attack(seconds: float, top: Path) -> Outcome:
    """Let root measure over and over, while the user attacks, for so long; then look at what has changed."""
    outcome, arena = Outcome(), Arena(top)
    try:
        code, said = run(arena, "safe")
        if code != 4 or "could put another folder in its place" not in said:
            outcome.wrong.append(f"the unsafe folder was not refused: {code}: {said}")
        with attacker(arena):
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                left = max(1.0, deadline - time.monotonic())
                most = min(left, random.uniform(0.5, 7)) if random.random() < KILLED else left
                judge(arena, *run(arena, "unsafe", most), outcome)
        settle(arena, outcome)
        shutil.rmtree(arena.top / "data", ignore_errors=True)
        outcome.wrong += [
            f"changed: {what}" for what, state in arena.state().items() if state != arena.before.get(what)
        ]
    finally:
        arena.close()
    return outcome


@contextlib.contextmanager
def attacker(arena: Arena) -> Iterator[None]:
    """Let the user attack meanwhile."""
    script = Path(__file__).with_name("attacker.py")
    argv = [sys.executable, str(script), str(arena.home), str(arena.precious), str(arena.device)]
    with subprocess.Popen(argv, start_new_session=True) as process:
        try:
            yield
            if process.poll() is not None:
                raise RuntimeError("the attacker gave up")
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def settle(arena: Arena, outcome: Outcome) -> None:
    """Wait for the guards, and look at what is left."""
    deadline = time.monotonic() + 60
    while (left := working(arena)) and time.monotonic() < deadline:
        time.sleep(0.1)
    outcome.wrong += [f"still at work: {process}" for process in left]
    for path in arena.roots():
        # A folder that was exchanged before hostcheck could open it stays, empty, and the error says so.
        if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            outcome.ends["empty folders left"] += 1
        else:
            outcome.wrong.append(f"left: {path}")
    lost = outcome.ends["4, right after it was made"] + outcome.ends["killed"]
    if outcome.ends["empty folders left"] > lost:
        outcome.wrong.append(f"more empty folders are left than were lost: {outcome.ends}")


def working(arena: Arena) -> list[str]:
    """Processes that are in the user's folder, or about it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            where = str((process / "cwd").readlink())
            if int(process.name) != os.getpid() and str(arena.home) in f"{words} {where}":
                found.append(f"{words} in {where}")
    return found


def main() -> None:
    """Attack for so many seconds, and say what came of it."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 300.0
    with tempfile.TemporaryDirectory(prefix="hostcheck-attack-", dir="/var/tmp") as top:
        outcome = attack(seconds, Path(top))
    sys.stdout.writelines(f"{count:5} {how}\n" for how, count in outcome.ends.most_common())
    sys.exit("\n".join(outcome.wrong) or 0)


if __name__ == "__main__":
    main()
