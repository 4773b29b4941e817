"""A process that makes a disk of known speed, and on request an engine on it, and removes both at the end.

``disk-keeper TIER BYTES RUN [engine]`` (hostcheck.helper). One process is responsible for both, because the engine must
be removed before its disk.
"""

import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from hostcheck.bench.base import CannotRun
from hostcheck.bench.cleanup.keeper import keep
from hostcheck.bench.cleanup.kernel_objects import kill_strays, unmount_below
from hostcheck.bench.emulated.throttle import find_throttle, joined
from hostcheck.bench.emulated.tier import parse_tier
from hostcheck.bench.scratch import Scratch
from hostcheck.host.lookup import environment, find_program
from hostcheck.host.mounts import own_mounts
from hostcheck.run.calibration import Tier

PLACE = Path("/run")
SPARE_BYTES = 512 << 20
"""Bytes by which the tmpfs is larger than the disk."""


def make(undo: ExitStack, tier: Tier, size: int, run_id: str) -> dict[str, str]:
    """Make the disk: an ext4 file system in a file in memory, mounted through a loop device with I/O limits.

    Returns:
        A dict with the keys "path" (mount point), "device" (the loop device) and "group" (folder of the cgroup to join;
        empty if the limits apply to all processes).

    Raises:
        CannotRun: if a step fails.
    """
    scratch = undo.enter_context(Scratch(PLACE, run_id))
    memory, disk, image = scratch.path / "memory", scratch.path / "disk", scratch.path / "memory" / "image"
    memory.mkdir()
    disk.mkdir()
    # This step is undone last, after everything that uses the mounts has ended.
    undo.callback(unmount_below, (disk, memory))
    _run("mount", "-t", "tmpfs", "-o", f"size={size + SPARE_BYTES},mode=700", "hostcheck", str(memory))
    with image.open("wb") as file:
        file.truncate(size)
    # No lazy initialisation: it would write to the disk during the measurement.
    _run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(image))
    # At the unmount, the kernel detaches a loop device that mount has made (LO_FLAGS_AUTOCLEAR, loop(4)).
    _run("mount", "-o", "loop", str(image), str(disk))
    undo.callback(kill_strays, (scratch.path,))
    mount = next(mount for mount in own_mounts() if mount.mount_point == str(disk))
    membership = Path("/proc/self/cgroup").read_text(encoding="ascii")
    throttle = find_throttle(own_mounts(), membership, mount.device, scratch.path.name.lstrip("."))
    undo.callback(throttle.clear)
    throttle.set(tier)
    return {"path": str(disk), "device": mount.source, "group": str(throttle.group or "")}


def start_engine(undo: ExitStack, disk: dict[str, str]) -> dict[str, str]:
    """Start a private engine whose data is on the disk.

    Returns:
        A dict with the keys "engine" (its address) and "log" (its log file).

    Raises:
        CannotRun: if the engine does not start.
    """
    # Imported late: most disks have no engine, and importing Docker's SDK takes long.
    from hostcheck.bench.engine.private import PrivateEngine  # noqa: PLC0415 - see above

    undo.enter_context(joined(Path(disk["group"]) if disk["group"] else None))
    engine = undo.enter_context(PrivateEngine(Path(disk["path"])))
    return {"engine": engine.url, "log": str(engine.log)}


def _run(*words: str) -> None:
    try:
        argv = [str(find_program(words[0])), *words[1:]]
        subprocess.run(argv, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment())
    except FileNotFoundError as error:
        raise CannotRun(f"{words[0]} is not installed", "install util-linux and e2fsprogs") from error
    except PermissionError as error:
        raise CannotRun(str(error.strerror), "install util-linux and e2fsprogs") from error
    except subprocess.CalledProcessError as error:
        lines = [line.strip() for line in error.stderr.splitlines() if line.strip()]
        said = lines[0] if lines else f"exit code {error.returncode}"
        raise CannotRun(
            f"cannot make an emulated disk: {words[0]}: {said}",
            "run hostcheck on the host itself instead of in a container",
        ) from error


def main(words: Sequence[str]) -> None:
    """Keep the disk and the engine until standard input is closed."""
    keep(lambda undo: _make_all(undo, words))


def _make_all(undo: ExitStack, words: Sequence[str]) -> dict[str, str]:
    tier, size, run_id, *more = words
    disk = make(undo, parse_tier(tier), int(size), run_id)
    return disk | (start_engine(undo, disk) if more else {})
