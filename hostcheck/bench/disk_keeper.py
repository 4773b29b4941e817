"""Keep a disk of known speed for another process, and remove it when that one ends, however it ends.

A program of its own, ``python -m hostcheck.bench.disk_keeper TIER BYTES RUN``: it makes the disk, says where it is in
one line of JSON, and waits until its standard input is closed. The kernel closes it for a process that was killed, so
nothing stays behind then either.
"""

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

from hostcheck.bench.base import CannotRun
from hostcheck.bench.remains import kill_strays, unmount_below
from hostcheck.bench.scratch import Scratch
from hostcheck.bench.target import own_mounts
from hostcheck.bench.throttle import find_throttle
from hostcheck.bench.tier import parse_tier
from hostcheck.errors import CannotMeasureError, UsageError

PLACE = Path("/run")
SPARE_BYTES = 512 << 20
"""What the file system that holds the disk has beside it."""


def main() -> None:
    """Make, tell, wait, remove."""
    signal.signal(signal.SIGTERM, _leave)
    tier, size, run_id = sys.argv[1:4]
    with ExitStack() as undo:
        try:
            told = _make(undo, tier, int(size), run_id)
        except (CannotRun, CannotMeasureError, UsageError) as error:
            told = {"error": str(getattr(error, "reason", error)), "remedy": getattr(error, "remedy", "")}
        _say(told)
        sys.stdin.buffer.read()


def _make(undo: ExitStack, tier: str, size: int, run_id: str) -> dict[str, str]:
    speed = parse_tier(tier)
    scratch = undo.enter_context(Scratch(PLACE, run_id))
    memory, disk, image = scratch.path / "memory", scratch.path / "disk", scratch.path / "memory" / "image"
    memory.mkdir()
    disk.mkdir()
    # Last to be undone: nobody may hold what is to be unmounted.
    undo.callback(unmount_below, (disk, memory))
    _run("mount", "-t", "tmpfs", "-o", f"size={size + SPARE_BYTES},mode=700", "hostcheck", str(memory))
    with image.open("wb") as file:
        file.truncate(size)
    # All of it at once: what a journalled file system puts off would be written while it is measured.
    _run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(image))
    # A loop device of mount's own is cleared by the kernel when it is unmounted (LO_FLAGS_AUTOCLEAR, loop(4)).
    _run("mount", "-o", "loop", str(image), str(disk))
    undo.callback(kill_strays, (scratch.path,))
    mount = next(mount for mount in own_mounts() if mount.mount_point == str(disk))
    membership = Path("/proc/self/cgroup").read_text(encoding="ascii")
    throttle = find_throttle(own_mounts(), membership, mount.device, scratch.path.name.lstrip("."))
    undo.callback(throttle.clear)
    throttle.set(speed)
    return {"path": str(disk), "device": mount.source, "group": str(throttle.group or "")}


def _run(*words: str) -> None:
    try:
        subprocess.run(words, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise CannotRun(f"{words[0]} is not installed", "install util-linux and e2fsprogs") from error
    except subprocess.CalledProcessError as error:
        said = next(
            (line.strip() for line in error.stderr.splitlines() if line.strip()), f"exit code {error.returncode}"
        )
        raise CannotRun(
            f"making a disk of known speed: {words[0]}: {said}", "run as root, on the host itself"
        ) from error


def _say(told: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def _leave(_number: int, _frame: object) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    os.chdir("/")
    main()
