"""Hosts of an inventory, each by a real sshd on the loopback: some let in and answer, others do not."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.remote.sshd import free_port, server

HUNG = "98765"
"""Seconds that a shell which hangs would sleep: by them it is found among the processes."""


@contextlib.contextmanager
def inventory(folder: Path) -> Iterator[Path]:
    """Make an inventory of hosts named after what becomes of them, and run what serves them."""
    (folder / "good").mkdir()
    (folder / "hung").mkdir()
    hang = f"ForceCommand /bin/sh -c 'kill -STOP $$; exec sleep {HUNG}'"
    with server(folder / "good") as port, server(folder / "hung", hang) as stopped:
        other = (folder / "hung" / "host.pub").read_text().split()
        known = [(folder / "good" / "host.pub").read_text().split(), other]
        names = [f"[127.0.0.1]:{port}", f"[127.0.0.1]:{stopped}"]
        lines = [f"{name} {key[0]} {key[1]}\n" for name, key in zip(names, known, strict=True)]
        (folder / "known").write_text("".join(lines) + f"other-key {other[0]} {other[1]}\n")
        common = f"-o UserKnownHostsFile={folder}/known -o IdentitiesOnly=yes -o BatchMode=yes"
        path = folder / "hosts.ini"
        path.write_text(
            "[web]\n"
            f"good ansible_port={port} hostcheck_failure_domain=rack-1\n"
            f"other-key ansible_port={port} ansible_ssh_extra_args='-o HostKeyAlias=other-key'\n"
            "[db]\n"
            f"hung ansible_port={stopped} ansible_ssh_private_key_file={folder}/hung/user\n"
            f"refused ansible_port={port} ansible_user=nobody\n"
            f"gone ansible_port={free_port()}\n"
            "[all:vars]\n"
            "ansible_host=127.0.0.1\n"
            "ansible_user=root\n"
            f"ansible_ssh_private_key_file={folder}/good/user\n"
            f"ansible_ssh_common_args='{common}'\n"
            f"ansible_control_path_dir={folder}/cp\n"
        )
        yield path


def hung(seconds: str = HUNG) -> list[int]:
    """The processes of shells that hang, and would sleep so long."""
    found = subprocess.run(["pgrep", "-f", f"[k]ill -STOP.*{seconds}"], capture_output=True, text=True).stdout
    return [int(number) for number in found.split() if int(number) != os.getpid()]


def left() -> list[str]:
    """The folders that an audit has left where hosts keep what was not fetched."""
    places = (Path("/dev/shm"), Path("/run"), Path("/tmp"), Path("/var/tmp"))
    return [str(path) for place in places for path in place.glob("hostcheck-" + "[0-9a-f]" * 40)]
