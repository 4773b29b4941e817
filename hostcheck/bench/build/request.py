"""One build request: its steps are timed from the engine's stream; it is cancelled on a stop or a timeout."""

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

from hostcheck.bench.build.steps import BuilderOutput, read_buildkit, read_classic
from hostcheck.bench.engine.connection import REQUEST_ERRORS, error_text

_POLL_SECONDS = 0.1

_COPY_SECONDS = 10.0
"""How long to wait for a COPY or ADD: the classic builder does not cancel it, and would create its image later."""


Cut = Literal["stopped", "late", ""]


@dataclass(slots=True)
class BuildAnswer:
    """The outcome of a build.

    Attributes:
        output: its steps, and the engine's own message when it failed.
        cut: "stopped" by the user, or "late" when it took longer than allowed; empty when it ran to its end.
    """

    output: BuilderOutput = field(default_factory=BuilderOutput)
    cut: Cut = ""


_LOST_CONTEXT = "http://build-context-"
"""BuildKit's URL of the request's body. Docker 26.1 looks its host up in the DNS where containerd keeps the images."""


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
    """Build without cache, and return when the engine has finished.

    Args:
        client: connected already.
        archive: the context, USTAR.
        nonce: the value of the argument NONCE, another one for each build.
        builder: as in Engine. BuildKit takes a context in the request's body as the classic builder does; buildx and a
            session are only needed for secrets, registries and folders of the client's (moby, builder/builder-next).
        network: of the steps: "none", or "default" for the engine's default.
        seconds: after which the build is cancelled.
        stop: set when the user stops the run; it does not cancel a build of Podman's.
        labels: of the image that is built. The images of the steps before it have none.
        note: called with each text of the classic builder, as it arrives.

    Source: https://docs.docker.com/reference/api/engine/ (POST /build). The SDK's own ``build`` hides the response,
    which is needed to cancel a step that takes a minute.
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
                answer.output.error = str(response.json().get("message", response.text))
            elif builder == "buildkit":
                read_buildkit(response.iter_lines(), answer.output, nonce)
                if _LOST_CONTEXT in answer.output.error:
                    answer.output.error += " (set DOCKER_BUILDKIT=0: BuildKit of this release loses the context)"
            else:
                read_classic(response.iter_lines(), answer.output, note)
    except REQUEST_ERRORS as error:
        if not answer.cut:
            answer.output.error = answer.output.error or error_text(error)
    if stop.is_set():
        answer.cut = "stopped"
    return answer


@contextmanager
def _hung_up(
    response: requests.Response, stop: threading.Event, deadline: float, answer: BuildAnswer
) -> Iterator[None]:
    """Disconnect on a stop or a timeout: the engine cancels a build when its client disconnects."""
    done = threading.Event()
    line = socket.socket(fileno=os.dup(response.raw.fileno()))

    def watch() -> None:
        patience = _COPY_SECONDS
        while not done.wait(_POLL_SECONDS):
            cut: Cut = "stopped" if stop.is_set() else "late" if time.monotonic() > deadline else ""
            if cut and answer.output.doing.upper().startswith(("COPY", "ADD")) and patience > 0:
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
