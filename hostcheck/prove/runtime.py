"""Prove a bare runtime, runc or crun, if no engine answers: it runs a container from a bundle that is made here.

Source: https://github.com/opencontainers/runtime-spec/blob/main/bundle.md, config.md and config-linux.md.
"""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from hostcheck.busybox import Busybox
from hostcheck.host.own_folder import make_own, opened, remove_own
from hostcheck.outlive import removed
from hostcheck.prove import script
from hostcheck.prove.engine_api import RefusedError
from hostcheck.prove.program import run
from hostcheck.prove.trial import LIMIT_SECONDS, MEMORY_BYTES, PIDS, Step, Steps

_MOUNTS: tuple[tuple[str, str, str, list[str]], ...] = (
    ("/proc", "proc", "proc", []),
    ("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
    ("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]),
    ("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
    ("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]),
)
_CUTS = (("memory",), ("pids",), ("memory", "pids"))
"""Limits to leave out of a container that does not start, in the order of the attempts: they find the limit that
prevents the start."""
_CAPABILITIES = ["CAP_KILL", "CAP_AUDIT_WRITE", "CAP_NET_BIND_SERVICE"]
"""The container's capabilities: those in the configuration that ``runc spec`` writes."""


def prove(runtime: str, data_root: str, busybox: Busybox) -> Steps:
    """Prove a runtime; return the result of each step, by its name.

    Args:
        runtime: "runc" or "crun".
        data_root: the folder whose file system the proof writes to; the bundle is in a new folder below it.
        busybox: the program of the container.
    """
    name = f".hostcheck-runtime-{os.urandom(4).hex()}"
    own = f"hostcheck-prove-{name[-8:]}"
    steps: Steps = {}
    try:
        with opened(Path(data_root)) as above, removed(lambda: _remove(runtime, data_root, above, name, own)):
            lock = make_own(above, name)
            try:
                steps = _try(runtime, Path(data_root, name), own, busybox)
            finally:
                os.close(lock)
    except OSError as error:
        return {
            **steps,
            "removed" if steps else "layer": Step(ok=False, seen=f"{data_root}: {error.strerror or error}"),
        }
    return {**steps, "removed": Step(ok=True, seen="nothing of it is left")}


def _try(runtime: str, bundle: Path, own: str, busybox: Busybox) -> Steps:
    program = bundle / "rootfs" / "bin" / "busybox"
    program.parent.mkdir(parents=True)
    program.write_bytes(busybox.data)
    program.chmod(0o755)
    missed: Steps = {}
    try:
        printed = _run(runtime, bundle, own, ())
    except RefusedError as refused:
        seen = Step(refused.step.ok, f"{runtime}: {refused}")
        for cut in _CUTS if refused.proves else ():
            with contextlib.suppress(RefusedError):
                printed = _run(runtime, bundle, own, cut)
                missed = dict.fromkeys(cut, seen)
                break
        if not missed:
            return {"start": seen}
    steps = script.judge(script.lines_of(printed), networked=False) | missed
    del steps["cow"]
    if steps["layer"].ok:
        steps["layer"] = Step(ok=True, seen=f"{steps['layer'].seen}, below {bundle.parent}")
    return steps


def _run(runtime: str, bundle: Path, own: str, cut: tuple[str, ...]) -> str:
    """Run the container without the limits in ``cut``, and return its output.

    Raises:
        RefusedError: if the container does not start.
    """
    configuration = _configuration(own)
    for limit in cut:
        del configuration["linux"]["resources"][limit]
    (bundle / "config.json").write_text(json.dumps(configuration), encoding="utf-8")
    return run([runtime, "--root", f"{bundle}/state", "run", "-b", str(bundle), own], LIMIT_SECONDS)


def _configuration(own: str) -> dict[str, Any]:
    return {
        "ociVersion": "1.0.2",
        "process": {
            "user": {"uid": 0, "gid": 0},
            "args": script.command(),
            "env": ["PATH=/bin"],
            "cwd": "/",
            "capabilities": dict.fromkeys(("bounding", "effective", "permitted"), _CAPABILITIES),
            "noNewPrivileges": True,
        },
        "root": {"path": "rootfs"},
        "hostname": "proof",
        "mounts": [
            {"destination": place, "type": kind, "source": source, "options": options}
            for place, kind, source, options in _MOUNTS
        ],
        "linux": {
            "cgroupsPath": f"/{own}",
            "namespaces": [{"type": kind} for kind in ("pid", "network", "ipc", "uts", "mount")],
            "resources": {
                "devices": [{"allow": False, "access": "rwm"}],
                "memory": {"limit": MEMORY_BYTES, "swap": MEMORY_BYTES},
                "pids": {"limit": PIDS},
            },
        },
    }


def _remove(runtime: str, data_root: str, above: int, name: str, own: str) -> None:
    """Remove the container, then its bundle. Both are found by name: the process that made them may have been killed.

    Raises:
        OSError: if a part could not be removed.
    """
    state = Path(data_root, name, "state")
    if (state / own).exists():
        try:
            run([runtime, "--root", str(state), "delete", "--force", own], LIMIT_SECONDS)
        except RefusedError as refused:
            raise OSError(str(refused)) from refused
    remove_own(above, name)
