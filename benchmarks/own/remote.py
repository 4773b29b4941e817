#!/usr/bin/env python3
"""What an audit by ssh costs: exchanges, bytes, seconds over a slow link, and the CPU time of the host's side.

    .venv/bin/python benchmarks/own/remote.py [ROUNDS]          (root, with OpenSSH's server)

A real sshd on the loopback, behind a proxy that delays each byte by half a round trip of 100 ms. Seconds are counted
from the program's first line, once the connection stands; the handshake is counted apart. The CPU time is that of
busybox with the whole program, its children included. Prints medians with the least and the most, as Markdown.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from hostcheck.audit import audit_host
from hostcheck.profiles.loader import names
from hostcheck.remote.connection import Connection
from hostcheck.remote.host import RemoteHost
from hostcheck.remote.opening import open_remote
from hostcheck.remote.program import script

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.remote.sshd import client, delayed, server

ROUND_TRIP = 0.1


class Timed(Connection):
    """A connection that notes when its command started, and when the program's first answer came."""

    started = answered = 0.0

    def __enter__(self) -> "Timed":
        self.started = time.monotonic()
        super().__enter__()
        return self

    def exchange(self, text: str) -> Iterator[bytes]:
        """Exchange lines, and note when the first one came."""
        for line in super().exchange(text):
            self.answered = self.answered or time.monotonic()
            yield line


def audited(address: str) -> tuple[float, float, int, int]:
    """Audit a host for every profile: seconds of the handshake and after it, exchanges, bytes received."""
    opened = open_remote(address, None, experiments=True)
    assert opened.connection is not None
    connection = Timed(opened.connection._argv, address)  # noqa: SLF001  the same command
    audit_host(RemoteHost(opened.known, connection, experiments=True), profiles=names())
    ended = time.monotonic()
    handshake = connection.answered - connection.started
    return handshake, ended - connection.answered, connection.exchanges, connection.received


def cpu_of_busybox() -> float:
    """Run the program by busybox; return the CPU time of it and its children, seconds."""
    program = script().encode()
    before = os.times()
    subprocess.run(["/bin/busybox", "sh"], input=program, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def row(title: str, values: list[float], form: str) -> str:
    """Return a row of the table."""
    parts = (statistics.median(values), min(values), max(values))
    return f"| {title} | " + " | ".join(format(part, form) for part in parts) + " |"


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = Path(name)
        with server(folder) as port, delayed(port, ROUND_TRIP) as (late, _):
            os.environ.update(client(folder, late))
            found = [audited(f"ssh://root@127.0.0.1:{late}") for _ in range(rounds)]
    cpu = [cpu_of_busybox() for _ in range(rounds)]
    handshakes, seconds, exchanges, received = (list(column) for column in zip(*found, strict=True))
    sys.stdout.write(
        f"| {len(names())} profiles, a round trip of 100 ms | median | least | most |\n|---|---|---|---|\n"
    )
    rows = (
        row("exchanges", exchanges, ".0f"),
        row("KiB received", [each / 1024 for each in received], ".0f"),
        row("seconds of the handshake", handshakes, ".1f"),
        row("seconds after it", seconds, ".1f"),
        row("seconds of CPU, busybox", cpu, ".2f"),
    )
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
