"""Hosts with an sshd each, in namespaces of their own: Debian as this machine has it, without Python, or busybox alone.

As a program it runs the hosts of a specification until its standard input ends, and the kernel ends them with it,
whatever ends it: the mounts are in its mount namespace, each host is a PID namespace, and its parent's death kills it.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.chroots import busybox_alone
from tests.guests.image import shared_libraries
from tests.remote.sshd import make_keys

SSHD = "/usr/sbin/sshd"
PLACES = ("dev/shm", "run", "tmp", "var/tmp")
"""Where hosts keep what was not fetched."""
PASSWORD = "of-root-there"
DIES = "#!/bin/sh\nkill -TERM 1\nexec sleep 60\n"
"""A program of an audit's, with which the host dies: its sshd is the first process."""
HANGS = "ForceCommand /bin/sh -c 'kill -STOP $$; exec sleep 60'"

_SETTINGS = """ListenAddress 127.0.0.1:{port}
HostKey /etc/lab/host
AuthorizedKeysFile /etc/lab/keys
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
{more}
"""
_MOUNTED = """
root=$1 name=$2 kind=$3
hostname "$name"
case $kind in nspawn) ;; *)
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
esac
for place in dev/shm run tmp var/tmp; do
    mkdir -p "$root/$place"
    case $kind in full) mount --bind "$4" "$root/$place" ;; *) mount -t tmpfs -o mode=1777 tmpfs "$root/$place" ;; esac
done
test "$kind" = full || mkdir -p "$root/run/sshd"
case $kind in
    nspawn) exec systemd-nspawn --quiet --register=no --keep-unit --machine="$name" --directory="$root" --as-pid2 \
        --pipe /bin/sh -c 'mkdir -p /run/sshd && exec /usr/sbin/sshd -D -e -f /etc/lab/sshd_config' ;;
    *) exec chroot "$root" /usr/sbin/sshd -D -e -f /etc/lab/sshd_config ;;
esac
"""


@dataclass(frozen=True, slots=True)
class Member:
    """A host of the lab.

    Attributes:
        name: in the inventory.
        port: of its sshd on the loopback.
        kind: "debian", "bare" (Debian without Python), "nspawn", "busybox" or "full" (Debian without room).
        settings: further ones of its sshd.
        dies: whether it dies with the first program of an audit.
    """

    name: str
    port: int
    kind: str = "debian"
    settings: str = ""
    dies: bool = False


@contextlib.contextmanager
def running(folder: Path, members: Sequence[Member]) -> Iterator["Lab"]:
    """Run hosts, which all have the keys of the folder (``make_keys``)."""
    make_keys(folder)
    (folder / "members.json").write_text(json.dumps([asdict(each) for each in members]))
    argv = ["unshare", "--mount", "--propagation", "private", sys.executable, "-m", "tests.fleet.lab", folder]
    top = Path(__file__).parents[2]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            argv, cwd=top, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True
        )
    try:
        line = process.stdout.readline()
        assert line, (folder / "log").read_text()
        yield Lab(process.pid, json.loads(line))
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait()


@dataclass(frozen=True, slots=True)
class Lab:
    """Hosts that run.

    Attributes:
        pid: of the process that they end with.
        pids: of the parent of each host's first process, by name.
    """

    pid: int
    pids: Mapping[str, int]

    def first(self, name: str) -> int:
        """The first process of a host; 0 where it has ended."""
        found = descendants(self.pids[name])
        return found[0] if found else 0

    def left(self, name: str) -> list[str]:
        """What is on a host besides its own sshd: folders of hostcheck's, and processes."""
        first = self.first(name)
        if not first:
            return []
        # In a container of systemd-nspawn another process is the first one.
        inside = [pid for pid in descendants(self.pids[name]) if Path(f"/proc/{pid}/root").resolve() != Path("/")]
        root = Path(f"/proc/{(inside or [first])[0]}/root")
        folders = [str(each) for place in PLACES for each in (root / place).glob("hostcheck-*")]
        programs = [
            program
            for pid in inside
            if (program := _program(pid)) not in {"sshd", "systemd-nspawn", "(sd-stubinit)", ""}
        ]
        return folders + programs


def descendants(pid: int) -> list[int]:
    """All processes below a process, the nearest first."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        one = waiting.pop(0)
        with contextlib.suppress(OSError):
            children = [int(each) for each in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
            found += children
            waiting += children
    return found


def _program(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def _run(*argv: object) -> None:
    subprocess.run([str(word) for word in argv], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def _root(folder: Path, member: Member) -> Path:
    """Make a host's root: this machine's with a layer above, which is on the lab's own file system."""
    if member.kind == "busybox":
        root = busybox_alone(folder)
        for file in (SSHD, *map(str, shared_libraries(SSHD))):
            (root / file.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, root / file.lstrip("/"))
        (root / "etc").mkdir()
        (root / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/bin/false\n")
        return root
    place = folder / "disk" / member.name
    if member.kind == "full":
        place.mkdir()
        _run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place)
    for name in ("upper", "work", "root", "data", "room"):
        (place / name).mkdir(parents=True)
    root = place / "root"
    _run("mount", "-t", "overlay", "-o", f"lowerdir=/,upperdir={place}/upper,workdir={place}/work", "overlay", root)
    with (root / "etc/passwd").open("a") as file:
        file.write("ops:x:4242:4242::/home/ops:/bin/sh\n")
    secret = subprocess.run(["openssl", "passwd", "-6", PASSWORD], check=True, capture_output=True, text=True).stdout
    (root / "etc/shadow").write_text(f"root:{secret.strip()}:19000:0:99999:7:::\nops:*:19000:0:99999:7:::\n")
    (root / "home/ops").mkdir()
    os.chown(root / "home/ops", 4242, 4242)
    (root / "data").mkdir(exist_ok=True)
    _run("mount", "--bind", place / "data", root / "data")
    if member.kind == "bare":
        for name in ("bin", "local/bin"):
            for program in (root / "usr" / name).glob("python*"):
                program.unlink()
    if member.dies:
        (root / "usr/local/sbin/uname").write_text(DIES)
        (root / "usr/local/sbin/uname").chmod(0o755)
    return root


def _started(folder: Path, member: Member) -> subprocess.Popen:
    root = _root(folder, member)
    lab = root / "etc/lab"
    lab.mkdir()
    for name in ("host", "keys"):
        shutil.copy(folder / name, lab / name)
    (lab / "host").chmod(0o600)
    (lab / "sshd_config").write_text(_SETTINGS.format(port=member.port, more=member.settings))
    room = root.parent / "room"
    if member.kind == "full":
        # Where sshd confines a part of it there is a folder, and room for nothing else.
        (room / "sshd").mkdir()
        with contextlib.suppress(OSError), (root.parent / "all").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
    apart = ["unshare", "--mount", "--pid", "--uts", "--fork", "--kill-child", "--propagation", "private"]
    argv = [
        "setpriv",
        "--pdeathsig",
        "KILL",
        *apart,
        "sh",
        "-euc",
        _MOUNTED,
        "sh",
        root,
        member.name,
        member.kind,
        room,
    ]
    return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def main() -> None:
    """Run the hosts of a folder until the standard input ends."""
    folder = Path(sys.argv[1])
    members = [Member(**each) for each in json.loads((folder / "members.json").read_text())]
    with (folder / "image").open("wb") as file:
        file.truncate(4 << 30)
    _run("mkfs.ext4", "-q", "-F", folder / "image")
    (folder / "disk").mkdir()
    _run("mount", "-o", "loop", folder / "image", folder / "disk")
    pids = {member.name: _started(folder, member).pid for member in members}
    time.sleep(1)
    sys.stdout.write(json.dumps(pids) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
