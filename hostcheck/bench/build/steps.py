"""Read the steps of a build and their times from the output of each kind of builder."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hostcheck.bench.build.buildkit_trace import Trace
from hostcheck.bench.build.made import ENDED, STEP
from hostcheck.bench.engine.objects import Fields, read_object

_TRACE = "moby.buildkit.trace"


@dataclass(slots=True)
class BuilderOutput:
    """What a builder reported.

    Attributes:
        steps: (instruction, seconds) of each step, in order.
        doing: the instruction that is running, if the builder reports the start of instructions.
        error: the builder's message if the build failed; empty otherwise.
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
    """Read the output of the classic builder or Podman: one JSON object a line, with a line at the start of each step.

    Args:
        lines: the lines of the engine's response.
        output: receives the steps and the error.
        note: called with each text, and with ENDED when the builder has finished.
        clock: a function that returns seconds.
    """
    since = clock()
    pulled = False
    for message in _messages(lines, output):
        text = message.text("stream")
        pulled = pulled or message.text("status").startswith("Pulling ")
        note(text)
        if step := STEP.match(text):
            now = clock()
            if output.doing:
                output.steps.append((output.doing, now - since))
            output.doing, since = step[1].strip(), now
    if output.doing:
        output.steps.append((output.doing, clock() - since))
    if pulled and not output.error:
        output.error = "an image was pulled during the build: the time includes the registry and the network"
    note(ENDED)


def read_buildkit(lines: Iterator[bytes], output: BuilderOutput, nonce: str) -> None:
    """Read the output of BuildKit: one JSON object a line, with BuildKit's start and end time of each step.

    If the times cannot be decoded, the build stays valid without the times of its steps.
    """
    trace = Trace()
    readable = True
    for message in _messages(lines, output):
        if readable and message.text("id") == _TRACE:
            try:
                trace.add(message.text("aux"))
            except (ValueError, TypeError):
                readable = False
    if readable:
        output.steps = trace.steps(nonce)


def _messages(lines: Iterator[bytes], output: BuilderOutput) -> Iterator[Fields]:
    for line in lines:
        message = read_object(line)
        if error := message.text("error"):
            output.error = " ".join(error.split())
        else:
            yield message
