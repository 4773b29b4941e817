"""One build asked of the engine, its steps timed as it tells of them, ended when the user or the clock says so."""

import json
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import docker
import requests

from hostcheck.bench.engine import REQUEST_ERRORS, error_text

_STEP = re.compile(r"(?:\[\d+/\d+\] )?(?:Step|STEP) \d+/\d+ ?: (.*)")
"""Docker's "Step 3/9 : RUN …" and Podman's "[1/2] STEP 3/9: RUN …"."""

_POLL_SECONDS = 0.1


@dataclass(slots=True)
class BuildAnswer:
    """What came of a build.

    Attributes:
        steps: (instruction, seconds) of each step, in order.
        error: the engine's own message when it failed; empty when it did not.
        cut: "stopped" by the user, or "late" when it took longer than allowed; empty when it ran to its end.
    """

    steps: list[tuple[str, float]] = field(default_factory=list)
    error: str = ""
    cut: str = ""


def build(
    client: docker.APIClient, archive: bytes, nonce: str, *, seconds: float, stop: threading.Event
) -> BuildAnswer:
    """Build without cache and network, and return when the engine has ended it.

    Source: https://docs.docker.com/reference/api/engine/ (POST /build). The SDK's own ``build`` hides the response,
    without which a step of a minute could not be cut short.
    """
    answer = BuildAnswer()
    parameters = {
        "version": "1",
        "nocache": "1",
        "rm": "1",
        "forcerm": "1",
        "networkmode": "none",
        "buildargs": json.dumps({"NONCE": nonce}),
    }
    deadline = time.monotonic() + seconds
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
            _hung_up(response, stop, deadline, answer),
        ):
            if response.status_code != 200:
                answer.error = str(response.json().get("message", response.text))
                return answer
            _read(response.iter_lines(), answer)
    except REQUEST_ERRORS as error:
        if not answer.cut:
            answer.error = answer.error or error_text(error)
    return answer


def _read(lines: Iterator[bytes], answer: BuildAnswer) -> None:
    """Follow the engine's stream: one JSON object a line, and a line of its own where a step begins."""
    doing, since = "", time.monotonic()
    for line in lines:
        if not line.strip():
            continue
        told = json.loads(line)
        if "error" in told:
            answer.error = " ".join(str(told["error"]).split())
        elif step := _STEP.match(told.get("stream", "")):
            now = time.monotonic()
            if doing:
                answer.steps.append((doing, now - since))
            doing, since = step[1].strip(), now
    if doing:
        answer.steps.append((doing, time.monotonic() - since))


@contextmanager
def _hung_up(
    response: requests.Response, stop: threading.Event, deadline: float, answer: BuildAnswer
) -> Iterator[None]:
    """Hang up when the user stops or time is over: the engine cancels a build whose client has gone."""
    done = threading.Event()
    line = socket.socket(fileno=os.dup(response.raw.fileno()))

    def watch() -> None:
        while not done.wait(_POLL_SECONDS):
            answer.cut = "stopped" if stop.is_set() else "late" if time.monotonic() > deadline else ""
            if answer.cut:
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
