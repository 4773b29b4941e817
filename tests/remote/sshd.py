"""A real sshd on the loopback for one test, with keys made for it, and OpenSSH's own client that knows them."""

import contextlib
import os
import select
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path


def free_port() -> int:
    """A port of the loopback that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def make_keys(folder: Path) -> None:
    """Make a key of the host, one of the user, and the list of keys that let root in."""
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    (folder / "keys").write_text((folder / "user.pub").read_text())


@contextlib.contextmanager
def server(folder: Path, *settings: str) -> Iterator[int]:
    """Run sshd, and give its port. Root logs in with the key of ``client``."""
    make_keys(folder)
    port = free_port()
    lines = (
        f"ListenAddress 127.0.0.1:{port}",
        f"HostKey {folder}/host",
        f"AuthorizedKeysFile {folder}/keys",
        "PermitRootLogin prohibit-password",
        "StrictModes no",
        "UsePAM no",
        "PidFile none",
        *settings,
    )
    (folder / "sshd_config").write_text("\n".join(lines) + "\n")
    made = not Path("/run/sshd").exists()
    Path("/run/sshd").mkdir(exist_ok=True)  # where sshd confines the part of it that is not trusted
    sshd = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", folder / "sshd_config"], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield port
    finally:
        sshd.terminate()
        sshd.wait()
        if made:
            Path("/run/sshd").rmdir()


def client(folder: Path, port: int) -> dict[str, str]:
    """Return an environment in which ``ssh`` is OpenSSH's client with the test's key and known host."""
    public = (folder / "host.pub").read_text().split()
    (folder / "known").write_text(f"[127.0.0.1]:{port} {public[0]} {public[1]}\n")
    (folder / "config").write_text(
        f"Host *\n IdentityFile {folder}/user\n IdentitiesOnly yes\n UserKnownHostsFile {folder}/known\n"
        "BatchMode yes\n RemoteCommand echo wrong\n ForwardAgent yes\n"
    )
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "ssh").write_text(f'#!/bin/sh\nexec /usr/bin/ssh -F {folder}/config "$@"\n')
    (programs / "ssh").chmod(0o755)
    return {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}


@contextlib.contextmanager
def delayed(port: int, seconds: float) -> Iterator[tuple[int, list[float]]]:
    """Pass connections on to a port, each byte late by half of a round trip. Gives a port, and when the client sent."""
    sent: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=_serve, args=(listening, port, seconds / 2, sent))
        serving.start()
        try:
            yield listening.getsockname()[1], sent
        finally:
            listening.shutdown(socket.SHUT_RDWR)  # accept(2) ends
            serving.join()


def _serve(listening: socket.socket, port: int, late: float, sent: list[float]) -> None:
    """Serve until nothing listens any more; then end each connection, and its threads."""
    ends: list[socket.socket] = []
    passing: list[threading.Thread] = []
    with contextlib.suppress(OSError):
        while True:
            ends.append(listening.accept()[0])
            ends.append(socket.create_connection(("127.0.0.1", port)))
            for source, target, times in ((*ends[-2:], sent), (*ends[:-3:-1], [])):
                passing.append(threading.Thread(target=_pass_on, args=(source, target, late, times)))
                passing[-1].start()
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    for thread in passing:
        thread.join()
    for end in ends:
        end.close()


def _pass_on(source: socket.socket, target: socket.socket, late: float, sent: list[float]) -> None:
    """Hand on what arrives, in its order, each part when it is due."""
    waiting: list[tuple[float, bytes]] = []
    open_ = True
    while open_ or waiting:
        due = waiting[0][0] - time.monotonic() if waiting else None
        if due is not None and due <= 0:
            with contextlib.suppress(OSError):
                target.sendall(waiting.pop(0)[1])
            continue
        if not open_:
            time.sleep(due or 0)
            continue
        if select.select([source], [], [], due)[0]:
            part = b""
            with contextlib.suppress(OSError):
                part = source.recv(1 << 16)
            open_ = bool(part)
            sent.append(time.monotonic())
            if part:
                waiting.append((time.monotonic() + late, part))
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
