"""Read the steps of a build and their times from the output of each kind of builder."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hostcheck.bench.build.buildkit_trace import Trace
from hostcheck.bench.build.made import ENDED, STEP
from hostcheck.bench.engine.objects import Fields, read_object
from hostcheck.bench.engine.reasons import LONGEST, reason_of, without_dump

_TRACE = "moby.buildkit.trace"

_LAST_LINES = 3
_LINE_CHARACTERS = 120
_TAIL_CHARACTERS = 4096
_OF_BUILDER = ("--->", "-->", "Removing intermediate container")
"""Starts of the lines that the builder itself writes between the outputs of two steps."""


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
    tail = ""
    for message in _messages(lines, output):
        text = message.text("stream")
        pulled = pulled or message.text("status").startswith("Pulling ")
        note(text)
        tail = (tail + text)[-_TAIL_CHARACTERS:]
        if step := STEP.match(text):
            now = clock()
            if output.doing:
                output.steps.append((output.doing, now - since))
            output.doing, since, tail = step[1].strip(), now, ""
    if output.error and output.doing:
        output.error = failure(output.error, output.doing, tail)
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
    if output.error and readable and trace.failed:
        output.error = failure(output.error, *trace.failed)


def failure(error: str, step: str, output: str) -> str:
    """Return a builder's error with the step that failed, and the last lines that this step printed."""
    lines = [" ".join(line.split()) for line in output.splitlines()]
    printed = [line for line in lines if line and not line.startswith(_OF_BUILDER) and without_dump(line) == line]
    shown = [line[:_LINE_CHARACTERS] for line in printed[-_LAST_LINES:]]
    if (command := step.partition(" ")[2]) and len(error) > LONGEST:
        # The builder repeats the whole command before it says how it ended.
        error = error.replace(command, "…")
    said = f"{reason_of(error)} (step: {step[:_LINE_CHARACTERS]})"
    return f"{said}; its last lines: {' | '.join(shown)}" if shown else said


def _messages(lines: Iterator[bytes], output: BuilderOutput) -> Iterator[Fields]:
    for line in lines:
        message = read_object(line)
        if error := message.text("error"):
            output.error = " ".join(error.split())
        else:
            yield message
