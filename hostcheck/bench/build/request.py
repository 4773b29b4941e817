"""Send one build request, time its steps from the engine's output, and cancel it on a stop or a timeout."""

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import docker
import requests

from hostcheck.bench.build.archive import Archive
from hostcheck.bench.build.steps import BuilderOutput, read_buildkit, read_classic
from hostcheck.bench.engine.connection import REQUEST_ERRORS, error_text
from hostcheck.bench.engine.objects import lines, read_object

_POLL_SECONDS = 0.1

_COPY_SECONDS = 10.0
"""Seconds to wait for a COPY or ADD after a stop.

The classic builder does not cancel these steps, and would create their image later.
"""


Cut = Literal["stopped", "late", ""]


@dataclass(slots=True)
class BuildAnswer:
    """The outcome of a build.

    Attributes:
        output: the steps, and the engine's message if the build failed.
        cut: "stopped" if the user stopped the build, "late" if it exceeded the time limit, empty if it ran to its end.
    """

    output: BuilderOutput = field(default_factory=BuilderOutput)
    cut: Cut = ""


_LOST_CONTEXT = "http://build-context-"
"""BuildKit's URL of the request's body.

If containerd stores the images, Docker 26.1 looks up the URL's host in the DNS.
"""


def build(
    client: docker.APIClient,
    archive: Archive,
    nonce: str,
    *,
    builder: str,
    network: str,
    seconds: float,
    stop: threading.Event,
    labels: Mapping[str, str],
    note: Callable[[str], None] = lambda _text: None,
    dockerfile: str = "Dockerfile",
    target: str = "",
    arguments: Mapping[str, str] = MappingProxyType({}),
) -> BuildAnswer:
    """Build without cache, and return when the engine has finished or the build was cut off.

    Args:
        client: a connected client.
        archive: the build context.
        nonce: a value in the arguments of hostcheck's own build that is different in each build.
        builder: the builder's name, as in ``Engine.builder``. BuildKit and the classic builder both accept a context
            in the request's body; BuildKit needs a session only for secrets, registries and local folders (moby,
            builder/builder-next).
        network: network mode of the steps: "none", or "default" for the engine's default.
        seconds: time limit, after which the build is cancelled.
        stop: set when the user stops the run. A build in Podman is not cancelled.
        labels: labels of the built image. The images of earlier steps get none.
        note: called with each text that the classic builder writes.
        dockerfile: path of the Dockerfile in the archive.
        target: the stage to build; empty for the last one.
        arguments: the build arguments.

    Source: https://docs.docker.com/reference/api/engine/ (POST /build). The SDK's ``build`` hides the response,
    which is needed here to cancel a long step.
    """
    answer = BuildAnswer()
    parameters = {
        "version": "2" if builder == "buildkit" else "1",
        "nocache": "1",
        "rm": "1",
        "forcerm": "1",
        "networkmode": network,
        "buildargs": json.dumps(dict(arguments)),
        "labels": json.dumps(dict(labels)),
        "dockerfile": dockerfile,
        **({"target": target} if target else {}),
    }
    deadline = time.monotonic() + seconds
    # Podman's service crashes when the client of a build disconnects (4.3.1: a nil pointer in buildah's
    # StageExecutor.Execute), and others may use the service. So with Podman, a stop waits for the build's end.
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
                answer.output.error = read_object(response.content).text("message") or f"HTTP {response.status_code}"
            elif builder == "buildkit":
                read_buildkit(lines(response), answer.output, nonce)
                if _LOST_CONTEXT in answer.output.error:
                    answer.output.error += (
                        " (set DOCKER_BUILDKIT=0: BuildKit in this release of Docker loses the context)"
                    )
            else:
                read_classic(lines(response), answer.output, note)
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
    """Disconnect on a stop or a timeout until the context is left, and set ``answer.cut``.

    The engine cancels a build when its client disconnects.
    """
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
                # shutdown wakes the thread that is reading; close would not.
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
