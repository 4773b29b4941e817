"""One build asked of the engine, its steps timed as it tells of them, ended when the user or the clock says so."""

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import docker
import requests

from hostcheck.bench.build.steps import Told, read_buildkit, read_classic
from hostcheck.bench.engine.connection import REQUEST_ERRORS, error_text

_POLL_SECONDS = 0.1

_COPY_SECONDS = 10.0
"""How long a COPY or ADD is let end: the classic builder does not cancel it, and its image would come afterwards."""


Cut = Literal["stopped", "late", ""]


@dataclass(slots=True)
class BuildAnswer:
    """What came of a build.

    Attributes:
        told: its steps, and the engine's own message when it failed.
        cut: "stopped" by the user, or "late" when it took longer than allowed; empty when it ran to its end.
    """

    told: Told = field(default_factory=Told)
    cut: Cut = ""


_LOST_CONTEXT = "http://build-context-"
"""Where BuildKit finds the request's body. Docker 26.1 looks for it in the DNS where containerd keeps the images."""


def build(
    client: docker.APIClient,
    archive: bytes,
    nonce: str,
    *,
    builder: str,
    network: str,
    seconds: float,
    stop: threading.Event,
    labels: Mapping[str, str],
    note: Callable[[str], None] = lambda _text: None,
) -> BuildAnswer:
    """Build without cache, and return when the engine has ended it.

    Args:
        client: connected already.
        archive: the context, USTAR.
        nonce: the value of the argument NONCE, another one for each build.
        builder: as in Engine. BuildKit takes a context in the request's body as the classic builder does; buildx and a
            session are only needed for secrets, registries and folders of the client's (moby, builder/builder-next).
        network: of the steps: "none", or "default" for the engine's own.
        seconds: after which it is cut short.
        stop: set when the user asks to stop; Podman's build is not cut short by it.
        labels: of the image that is built. Those of the steps before it have none.
        note: is given what the classic builder says, as it comes.

    Source: https://docs.docker.com/reference/api/engine/ (POST /build). The SDK's own ``build`` hides the response,
    without which a step of a minute could not be cut short.
    """
    answer = BuildAnswer()
    parameters = {
        "version": "2" if builder == "buildkit" else "1",
        "nocache": "1",
        "rm": "1",
        "forcerm": "1",
        "networkmode": network,
        "buildargs": json.dumps({"NONCE": nonce}),
        "labels": json.dumps(dict(labels)),
    }
    deadline = time.monotonic() + seconds
    # Podman's service breaks down when the client of a build hangs up (4.3.1: a nil pointer in buildah's
    # StageExecutor.Execute), and others may use it: there the user waits until the build is over.
    hang_up = threading.Event() if builder == "buildah" else stop
    try:
        with (
            client.post(
                f"{client.base_url}/v{client.api_version}/build",
                params=parameters,
                data=archive,
                headers={"Content-Type": "application/x-tar"},
                stream=True,
                timeout=seconds,
            ) as response,
            _hung_up(response, hang_up, deadline, answer),
        ):
            if response.status_code != 200:
                answer.told.error = str(response.json().get("message", response.text))
            elif builder == "buildkit":
                read_buildkit(response.iter_lines(), answer.told, nonce)
                if _LOST_CONTEXT in answer.told.error:
                    answer.told.error += " (set DOCKER_BUILDKIT=0: BuildKit of this release loses the context)"
            else:
                read_classic(response.iter_lines(), answer.told, note)
    except REQUEST_ERRORS as error:
        if not answer.cut:
            answer.told.error = answer.told.error or error_text(error)
    if stop.is_set():
        answer.cut = "stopped"
    return answer


@contextmanager
def _hung_up(
    response: requests.Response, stop: threading.Event, deadline: float, answer: BuildAnswer
) -> Iterator[None]:
    """Hang up when the user stops or time is over: the engine cancels a build whose client has gone."""
    done = threading.Event()
    line = socket.socket(fileno=os.dup(response.raw.fileno()))

    def watch() -> None:
        patience = _COPY_SECONDS
        while not done.wait(_POLL_SECONDS):
            cut: Cut = "stopped" if stop.is_set() else "late" if time.monotonic() > deadline else ""
            if cut and answer.told.doing.upper().startswith(("COPY", "ADD")) and patience > 0:
                patience -= _POLL_SECONDS
                continue
            answer.cut = cut
            if cut:
                # shutdown, unlike close, wakes the thread that is reading.
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
                return

    watcher = threading.Thread(target=watch, name="hang up", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        line.close()
