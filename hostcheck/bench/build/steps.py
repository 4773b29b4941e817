"""The steps of a build and their times, read from the stream that each builder writes."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hostcheck.bench.build.buildkit_trace import Trace
from hostcheck.bench.build.made import ENDED, STEP

_TRACE = "moby.buildkit.trace"


@dataclass(slots=True)
class BuilderOutput:
    """What a builder reported.

    Attributes:
        steps: (instruction, seconds) of each step, in order.
        doing: the instruction under way, where the builder reports each as it begins.
        error: the builder's own message when it failed; empty when it did not.
    """

    steps: list[tuple[str, float]] = field(default_factory=list)
    doing: str = ""
    error: str = ""


def read_classic(
    lines: Iterator[bytes],
    output: BuilderOutput,
    note: Callable[[str], None] = lambda _text: None,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Follow the classic builder, or Podman's: one JSON object a line; a separate line announces each step.

    Args:
        lines: of the engine's response.
        output: receives the steps and the error.
        note: called with each text, and with ENDED when the builder has finished.
        clock: returns seconds.
    """
    since = clock()
    pulled = False
    for message in _messages(lines, output):
        text = message.get("stream", "")
        pulled = pulled or message.get("status", "").startswith("Pulling ")
        note(text)
        if step := STEP.match(text):
            now = clock()
            if output.doing:
                output.steps.append((output.doing, now - since))
            output.doing, since = step[1].strip(), now
    if output.doing:
        output.steps.append((output.doing, clock() - since))
    if pulled and not output.error:
        output.error = "an image was pulled during the build: the time includes a registry's"
    note(ENDED)


def read_buildkit(lines: Iterator[bytes], output: BuilderOutput, nonce: str) -> None:
    """Follow BuildKit: one JSON object a line, with BuildKit's own start and end time of each step.

    A trace that cannot be decoded does not make the build invalid: only the times of its steps are missing.
    """
    trace = Trace()
    readable = True
    for message in _messages(lines, output):
        if readable and message.get("id") == _TRACE:
            try:
                trace.add(message.get("aux", ""))
            except (ValueError, TypeError):
                readable = False
    if readable:
        output.steps = trace.steps(nonce)


def _messages(lines: Iterator[bytes], output: BuilderOutput) -> Iterator[dict[str, str]]:
    for line in lines:
        if line.strip():
            message = json.loads(line)
            if "error" in message:
                output.error = " ".join(str(message["error"]).split())
            else:
                yield message
