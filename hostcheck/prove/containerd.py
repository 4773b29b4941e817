"""Prove containerd by ctr: one container in a new containerd namespace, which is removed with all its content.

ctr sets no limit on processes, and makes no network without a CNI configuration: the steps for these are left out.
Source: https://github.com/containerd/containerd/tree/main/cmd/ctr.
"""

import os
import re
import time
from pathlib import Path
from uuid import uuid4

from hostcheck.busybox import Busybox
from hostcheck.labels import PROCESS, labels
from hostcheck.outlive import removed
from hostcheck.process import is_alive
from hostcheck.prove import script
from hostcheck.prove.engine_api import RefusedError
from hostcheck.prove.program import run
from hostcheck.prove.trial import LIMIT_SECONDS, MEMORY_BYTES, Step, Steps

SOCKETS = ("/run/containerd/containerd.sock", "/run/k3s/containerd/containerd.sock", "/run/k0s/containerd.sock")
"""Paths of the sockets of: containerd as a service; k3s and RKE2; k0s."""

_NAME = "hostcheck-prove-"
_REMOVAL_SECONDS = 15.0
_POLL_SECONDS = 0.1
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}
"""Go's name of an architecture (GOARCH) by the machine name of uname(2), for those that differ."""


def answers(socket: str) -> bool:
    """Whether a containerd answers at a socket.

    Raises:
        FileNotFoundError: if ctr is not installed.
    """
    try:
        run(["ctr", "-a", socket, "version"], LIMIT_SECONDS)
    except RefusedError:
        return False
    return True


def prove(socket: str, busybox: Busybox) -> Steps:
    """Prove the containerd at a socket; return the result of each step, by its name."""
    run_id = uuid4().hex
    namespace = f"{_NAME}{run_id[:12]}"
    ctr = ["ctr", "-a", socket, "-n", namespace]
    steps: Steps = {}
    try:
        with removed(lambda: _remove(ctr, namespace)):
            steps = _tried(socket, ctr, namespace, run_id, busybox)
    except OSError as error:
        return {**steps, "removed": Step(ok=False, seen=str(error))}
    return {**steps, "removed": Step(ok=True, seen="nothing of it is left")}


def _tried(socket: str, ctr: list[str], namespace: str, run_id: str, busybox: Busybox) -> Steps:
    """Try all steps, and return their results.

    Errors are caught here: if they reached the context that removes the objects, it would wait longer.
    """
    try:
        _remove_leftovers(socket)
        return _try(ctr, namespace, run_id, busybox)
    except RefusedError as refused:
        return {"start": refused.step}


def _try(ctr: list[str], namespace: str, run_id: str, busybox: Busybox) -> Steps:
    marks = [f"{key}={value}" for key, value in labels(run_id).items()]
    run([*ctr, "namespaces", "create", namespace, *marks], LIMIT_SECONDS)
    machine = os.uname().machine
    image = busybox.image(f"{namespace}:proof", labels(run_id), _ARCHITECTURES.get(machine, machine))
    try:
        run([*ctr, "images", "import", "-"], LIMIT_SECONDS, image)
    except RefusedError as refused:
        return {"layer": Step(refused.step.ok, f"containerd did not take the image: {refused}")}
    # The control group has a name of our own: the default one would remain after the namespace is removed.
    limits = ["--rm", "--cgroup", f"/{namespace}", "--memory-limit", str(MEMORY_BYTES)]
    name = run([*ctr, "images", "ls", "-q"], LIMIT_SECONDS).split()[0]
    try:
        printed = run([*ctr, "run", *limits, name, namespace, *script.command()], LIMIT_SECONDS)
    except RefusedError as refused:
        return {"start": refused.step}
    steps = script.judge(script.lines_of(printed), networked=False)
    del steps["pids"]
    if steps["memory"].ok is False and len(Path("/proc/swaps").read_text(encoding="ascii").splitlines()) > 1:
        steps["memory"] = Step(None, f"{steps['memory'].seen}; the host swaps, and ctr limits no swap")
    return steps


def _remove(ctr: list[str], namespace: str) -> None:
    """Remove the namespace and all in it.

    It is tried until the namespace is gone: containerd deletes layers and content a moment after their image.

    Raises:
        OSError: if a part could not be removed.
    """
    deadline = time.monotonic() + _REMOVAL_SECONDS
    problem = ""
    while _listed(ctr, namespace):
        if time.monotonic() > deadline:
            raise OSError(f"containerd did not remove the namespace {namespace}: {problem}")
        for kind, removal in (
            (["tasks", "ls", "-q"], ["tasks", "rm", "-f"]),
            (["containers", "ls", "-q"], ["containers", "rm"]),
            (["images", "ls", "-q"], ["images", "rm", "--sync"]),
        ):
            try:
                things = run([*ctr, *kind], LIMIT_SECONDS).split()
                if things:
                    run([*ctr, *removal, *things], LIMIT_SECONDS)
            except RefusedError as refused:
                problem = str(refused)
        try:
            run([*ctr, "namespaces", "rm", namespace], LIMIT_SECONDS)
        except RefusedError as refused:
            problem = str(refused)
            time.sleep(_POLL_SECONDS)


def _listed(ctr: list[str], namespace: str) -> bool:
    try:
        return namespace in run([*ctr, "namespaces", "ls", "-q"], LIMIT_SECONDS).split()
    except RefusedError as refused:
        raise OSError(str(refused)) from refused


def _remove_leftovers(socket: str) -> None:
    """Remove the namespaces that earlier proofs left behind, if the process that made them has ended.

    Raises:
        RefusedError: if containerd refuses.
        OSError: if a part could not be removed.
    """
    for line in run(["ctr", "-a", socket, "namespaces", "ls"], LIMIT_SECONDS).splitlines():
        found = re.match(rf"({_NAME}\S+)\s.*\b{re.escape(PROCESS)}=([\d-]+)", line)
        if found and is_alive(found[2]) is False:
            _remove(["ctr", "-a", socket, "-n", found[1]], found[1])
