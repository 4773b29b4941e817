"""Boots a guest in software, has it run commands, and gives what each of them printed."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .cpio import Archive
from .image import base_image, kernel_files

EMULATOR = "qemu-system-x86_64"
LONGEST_SECONDS = 240
AUDIT_MEGABYTES = 384
"""Memory that an audit works in: the kernel's, Python's, and what stays free."""
BOOT_OPTIONS = "console=ttyS0 quiet loglevel=0 panic=1 reboot=t"

CGROUP_V2 = "mount -t cgroup2 cgroup2 /sys/fs/cgroup"

# An engine's data would be on a real file system, not on the kernel's first one.
DATA_DISK = """
modprobe -a virtio_pci virtio_blk
mkdir -p /var/lib
mount -t ext4 /dev/vda /var/lib"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one command printed, and its exit code."""

    code: int
    output: str


class Guests:
    """Boots guests that all hold the same: the files are gathered once."""

    def __init__(self, folder, kernel):
        self.kernel = kernel
        self._base, self._modules = base_image(), kernel_files(self.kernel)
        self._disk = folder / "disk"
        with self._disk.open("wb") as file:
            file.truncate(64 << 20)
        subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", str(self._disk)], check=True)

    def ask(
        self,
        commands,
        *,
        settle=(),
        machine="pc",
        cpu="max",
        options=(),
        modules=True,
        files=b"",
        megabytes=AUDIT_MEGABYTES,
        seconds=LONGEST_SECONDS,
    ):
        """Boot one, and let it answer.

        Args:
            commands: name -> shell command, run one after the other.
            settle: shell lines to run before them.
            machine: the emulator's ``-machine``.
            cpu: its ``-cpu``.
            options: further options of it.
            modules: whether the kernel's modules and configuration are there.
            files: an archive of what this guest holds beside what all do.
            megabytes: memory that the commands work in, beside what the guest holds.
            seconds: until it is ended.

        Returns:
            name -> Answer.
        """
        reports = [
            f'echo; echo "<<<{name}"; ({command}) >/out 2>&1; code=$?; cat /out; echo; echo ">>>{name} $code"'
            for name, command in commands.items()
        ]
        script = Archive()
        script.write("/script", "\n".join([*settle, *reports, ""]))
        parts = (self._base, *((self._modules,) if modules else ()), files, script.bytes())
        # The kernel unpacks one copy from another, and what it holds grows with the Python of this machine.
        memory = megabytes + 2 * sum(map(len, parts)) // 10**6
        hardware = ["-machine", machine, "-cpu", cpu, "-m", str(memory), *self._drive(machine)]
        console = self._run(parts, [*hardware, *options], seconds)
        return {name: _answer(name, console) for name in commands}

    def _drive(self, machine):
        if machine.startswith("microvm"):
            return ()
        # What the guest writes is forgotten: all guests share the disk.
        return ("-drive", f"file={self._disk},format=raw,if=virtio,snapshot=on")

    def _run(self, parts, options, seconds):
        with tempfile.TemporaryDirectory() as folder:
            initramfs = Path(folder, "initramfs")
            with initramfs.open("wb") as file:
                file.writelines(parts)
            # Whatever ends this process ends the guest.
            command = ["setpriv", "--pdeathsig", "KILL", EMULATOR, "-accel", "tcg"]
            command += ["-nodefaults", "-nographic", "-no-reboot"]
            command += ["-serial", "stdio", "-kernel", str(self.kernel.image), "-initrd", str(initramfs)]
            return _within_time([*command, "-append", BOOT_OPTIONS, *options], seconds)


def _within_time(command, seconds):
    """Run the emulator; end it by its id if it does not end by itself."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, **pipes) as guest:
        try:
            console, _ = guest.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            guest.kill()
            console = guest.communicate()[0] + b"\n(it was ended after its time)\n"
        except BaseException:
            guest.kill()
            raise
    return console.replace(b"\r", b"").decode(errors="replace")


def _answer(name, console):
    said = re.search(rf"^<<<{name}\n(.*)\n>>>{name} (\d+)$", console, re.MULTILINE | re.DOTALL)
    assert said, f"the guest did not answer {name}; the end of its console:\n{console[-6000:]}"
    return Answer(int(said[2]), said[1])
