"""A private Docker engine for one run, with its own socket, data and containerd, and no network.

The engine is removed completely after the run.
"""

import contextlib
import json
import os
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from hostcheck.bench.base import CannotRun
from hostcheck.bench.cleanup.kernel_objects import (
    SHIM_SOCKETS,
    kill_members,
    kill_strays,
    remove_cgroups,
    unmount_below,
)
from hostcheck.bench.disk.location import ENGINE_ROOT, mount_of, nearest_existing
from hostcheck.bench.scratch import Scratch
from hostcheck.host.lookup import FOLDERS, PROXIES, environment, own_folders, programs
from hostcheck.host.unix_http import get_json
from hostcheck.run_folder import RUN_FOLDER

START_SECONDS = 60.0
"""Seconds that the engine may take to start."""

ANSWER_SECONDS = 5.0
"""Seconds that one answer may take while the engine starts."""

END_SECONDS = 10.0
"""Seconds that the engine's processes may take to end after SIGTERM."""

_BYSTANDERS = (
    Path("/etc/docker/key.json"),
    Path("/etc/docker"),
    SHIM_SOCKETS,
    SHIM_SOCKETS.parent,
    Path("/run/docker/plugins"),
    Path("/run/docker"),
)
"""Files that the engine makes outside its own folders. They are removed if they did not exist before."""


_UNFIT = ",%*?["
"""Characters that the path of the data folder must not have: boltdb, dockerd or containerd would misread them."""


class PrivateEngine:
    """A context manager: entering starts the engine, leaving removes it. Needs root.

    Attributes:
        url: the address of the engine's socket, "unix:///…".
        data_root: the folder of the engine's images and containers.
        log: the log file of dockerd.
    """

    def __init__(self, directory: Path | None) -> None:
        """Take the folder for the engine's data; None for the file system of Docker's default data folder."""
        self._parent = directory or nearest_existing(ENGINE_ROOT)
        self._cleanup = ExitStack()
        self._processes: list[subprocess.Popen[bytes]] = []
        self.url = ""
        self.data_root = self.log = self._parent

    def __enter__(self) -> "PrivateEngine":
        """Start the engine, and wait until it responds.

        Raises:
            CannotRun: if the user is not root, dockerd or containerd is not installed, the folder's path cannot be
                used, or the engine does not start.
        """
        if os.geteuid() != 0:
            raise CannotRun("starting a private engine needs root", "run as root, or start docker")
        _require_fit(self._parent)
        mount_of(self._parent)
        dockerd, containerd = _program("dockerd"), _program("containerd")
        try:
            self._start(dockerd, containerd)
        except BaseException:
            self._cleanup.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop the engine, and remove all that it made."""
        self._cleanup.close()

    def _start(self, dockerd: str, containerd: str) -> None:
        made = [path for path in _BYSTANDERS if not path.exists()]
        self._cleanup.callback(_remove_made, made)
        data = self._cleanup.enter_context(Scratch(self._parent, "engine"))
        state = self._cleanup.enter_context(Scratch(RUN_FOLDER, "engine"))
        # The folder's name is random, so the cgroup gets a unique name too.
        cgroup = state.path.name.lstrip(".")
        self._cleanup.callback(self._end, data.path, state.path, cgroup)
        self.data_root = data.path / "docker"
        self.url = f"unix://{state.path}/docker.sock"
        # The engine inherits the lock: if hostcheck is killed, the folders stay locked as long as the engine runs.
        locks = (data.lock, state.lock)
        # Without its own containerd, dockerd would use the host's containerd, whose containers must not be touched.
        settings = containerd_settings(data.path / "containerd", state.path)
        (state.path / "containerd.toml").write_text(settings, encoding="utf-8")
        (state.path / "daemon.json").write_text("{}\n", encoding="utf-8")
        self._spawn([containerd, "--config", f"{state.path}/containerd.toml"], state.path / "containerd.log", locks)
        self.log = state.path / "dockerd.log"
        self._spawn([dockerd, *dockerd_options(self.data_root, state.path, cgroup)], self.log, locks)
        self._wait(self.log)

    def _spawn(self, argv: list[str], log: Path, keep_open: tuple[int, ...]) -> None:
        with log.open("wb") as file:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                # Ctrl-C on the terminal must reach only hostcheck, which then stops the engine in order.
                start_new_session=True,
                pass_fds=keep_open,
                cwd="/",
                # The engine needs the user's proxy settings to pull an image that the user names.
                env=environment(PROXIES),
            )
        self._processes.append(process)

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            for process in self._processes:
                if process.poll() is not None:
                    name = Path(str(process.args[0])).name  # type: ignore[index]  # a list, as given above
                    raise CannotRun(
                        f"{name} ended with exit code {process.returncode}: {last_line(log.with_name(f'{name}.log'))}",
                        "correct the cause that the message names, or start docker yourself",
                    )
            answer = get_json(self.url.removeprefix("unix://"), "/version", ANSWER_SECONDS)
            if answer is not None and answer[0] == 200:
                return
            time.sleep(0.05)
        raise CannotRun(
            f"dockerd did not respond within {START_SECONDS:.0f} s: {last_line(log)}", "start docker yourself"
        )

    def _end(self, data: Path, state: Path, cgroup: str) -> None:
        # First the containers, which dockerd would stop slowly. Then dockerd, before the containerd that it needs.
        kill_members(cgroup)
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        remove_remains(data, state, cgroup)


def remove_remains(data: Path, state: Path, cgroup: str) -> None:
    """Kill the remaining processes of a private engine, and remove its mounts, cgroups and shim sockets.

    Args:
        data: the engine's folder on the disk.
        state: the engine's folder in RUN_FOLDER.
        cgroup: the name of the engine's cgroup.
    """
    kill_members(cgroup)
    kill_strays((data, state))
    unmount_below((data, state))
    remove_cgroups(cgroup)


def dockerd_options(data_root: Path, state: Path, cgroup: str) -> list[str]:
    """Return options with which dockerd does not use the host's configuration, network or sysctls (dockerd(8))."""
    return [
        "--config-file", f"{state}/daemon.json",
        "--data-root", str(data_root),
        "--exec-root", f"{state}/exec",
        "--pidfile", f"{state}/docker.pid",
        "--host", f"unix://{state}/docker.sock",
        "--containerd", f"{state}/containerd.sock",
        "--exec-opt", "native.cgroupdriver=cgroupfs",
        "--cgroup-parent", f"/{cgroup}",
        "--bridge", "none",
        "--iptables=false",
        "--ip6tables=false",
        "--ip-forward=false",
        "--ip-masq=false",
        "--userland-proxy=false",
    ]  # fmt: skip


def containerd_settings(root: Path, state: Path) -> str:
    """Return the configuration of a containerd for one private dockerd (containerd-config.toml(5))."""
    return f"""version = 2
root = {_toml(root)}
state = {_toml(state / "containerd")}
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = {_toml(state / "containerd.sock")}
[plugins."io.containerd.internal.v1.opt"]
path = {_toml(root / "opt")}
"""


def _toml(path: Path) -> str:
    """Return a path as a TOML basic string: JSON's escapes and one more (https://toml.io/en/v1.0.0#string)."""
    return json.dumps(str(path), ensure_ascii=False).replace("\x7f", "\\u007f")


def last_line(log: Path) -> str:
    """Return the last line of a log file that is not blank, or why there is none."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        return f"cannot read the log: {error.strerror}"
    return next((line.strip() for line in reversed(lines) if line.strip()), "the log is empty")


def _require_fit(folder: Path) -> None:
    """Refuse a folder in which the engine would fail to start with a misleading message.

    Raises:
        CannotRun: if the path contains a character of _UNFIT, or is not UTF-8.
    """
    path = str(folder)
    if unfit := next((character for character in _UNFIT if character in path), ""):
        why = f"its path contains {unfit!r}"
    elif any("\udc80" <= character <= "\udcff" for character in path):
        # Python represents bytes that are not UTF-8 as surrogates (PEP 383), which a TOML file cannot contain.
        why = "its path is not UTF-8"
    else:
        return
    raise CannotRun(f"an engine cannot keep its data in {path}: {why}", "name another folder with --dir")


def _program(name: str) -> str:
    passed_over: list[str] = []
    # su keeps an ordinary user's PATH, which lacks the folders of daemons.
    for path in programs(name, [*own_folders(), *FOLDERS], passed_over):
        return str(path)
    reason = "; ".join([f"{name} is not installed", *passed_over])
    raise CannotRun(reason, "install docker (Debian and Ubuntu: docker.io)")


def _remove_made(paths: list[Path]) -> None:
    for path in paths:
        # A folder that another engine uses by now is not empty, and is kept.
        with contextlib.suppress(OSError):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
