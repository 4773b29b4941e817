"""A Podman service of the tests' own, set up as people set it up."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hostcheck.bench.cleanup.kernel_objects import unmount_below

SETTINGS: Mapping[str, Mapping[str, str]] = {
    "containers": {"default_ulimits": '["nofile=1024:1024", "nproc=1024:1024"]'},
    "network": {},
    "engine": {"lock_type": '"file"'},
}
"""Of containers.conf, as TOML: what lets Podman run beside a low limit of open files, and beside other tests."""

RUNC = shutil.which("runc", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
USUAL = ("--cgroup-manager", "cgroupfs", *(("--runtime", RUNC) if RUNC else ()))
"""Debian's crun knows no hybrid control groups; runc, which docker.io brings, does."""


def containers_conf(more: Mapping[str, str]) -> str:
    """Return the text of containers.conf with more values, each by its table and key ("engine.events_logger")."""
    tables = {name: dict(values) for name, values in SETTINGS.items()}
    for name, value in more.items():
        table, _, key = name.partition(".")
        tables[table][key] = value
    return "".join(
        f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())
        for name, values in tables.items()
    )


@contextmanager
def served(folder: Path, settings: Mapping[str, str] | None = None, options: tuple[str, ...] = USUAL) -> Iterator[str]:
    """Start a service, yield its address, and end it with all its mounts.

    Args:
        folder: where its data goes.
        settings: values of containers.conf, as TOML.
        options: of podman.
    """
    conf, socket, said = folder / "containers.conf", folder / "podman.sock", folder / "log"
    conf.write_text(containers_conf(settings or {}))
    # Podman refuses one whose path is longer than 50 characters.
    run = Path(tempfile.mkdtemp(prefix="podman-"))
    folders = ("--root", f"{folder}/root", "--runroot", f"{run}/run", "--tmpdir", f"{run}/tmp")
    with said.open("w") as log:
        service = subprocess.Popen(
            ["podman", *folders, *options, "system", "service", "--time", "0", f"unix://{socket}"],
            env={**os.environ, "CONTAINERS_CONF": str(conf)},
            stderr=log,
        )
    try:
        deadline = time.monotonic() + 60
        while not socket.exists():
            assert service.poll() is None, said.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield f"unix://{socket}"
    finally:
        service.terminate()
        service.wait(60)
        unmount_below((folder, run))
        shutil.rmtree(run)
