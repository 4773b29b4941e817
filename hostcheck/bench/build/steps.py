"""The steps of a build and their times, read from what each builder tells while it builds."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hostcheck.bench.build.buildkit_trace import Trace
from hostcheck.bench.build.made import ENDED, STEP

_TRACE = "moby.buildkit.trace"


@dataclass(slots=True)
class Told:
    """What a builder told.

    Attributes:
        steps: (instruction, seconds) of each step, in order.
        doing: the instruction under way, where the builder says each as it begins.
        error: the builder's own message when it failed; empty when it did not.
    """

    steps: list[tuple[str, float]] = field(default_factory=list)
    doing: str = ""
    error: str = ""


def read_classic(
    lines: Iterator[bytes],
    told: Told,
    note: Callable[[str], None] = lambda _text: None,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Follow the classic builder, or Podman's: one JSON object a line, and a line of its own where a step begins.

    Args:
        lines: of the engine's answer.
        told: takes the steps, and the error.
        note: is given each text, and ENDED when the builder has ended by itself.
        clock: tells seconds.
    """
    since = clock()
    pulled = False
    for message in _messages(lines, told):
        text = message.get("stream", "")
        pulled = pulled or message.get("status", "").startswith("Pulling ")
        note(text)
        if step := STEP.match(text):
            now = clock()
            if told.doing:
                told.steps.append((told.doing, now - since))
            told.doing, since = step[1].strip(), now
    if told.doing:
        told.steps.append((told.doing, clock() - since))
    if pulled and not told.error:
        told.error = "an image was pulled in the time of the build, which is a registry's and not this host's"
    note(ENDED)


def read_buildkit(lines: Iterator[bytes], told: Told, nonce: str) -> None:
    """Follow BuildKit: one JSON object a line, and in it what BuildKit itself noted of when each step ran.

    A trace that cannot be decoded makes no build invalid: its steps are missing, its whole time is not.
    """
    trace = Trace()
    readable = True
    for message in _messages(lines, told):
        if readable and message.get("id") == _TRACE:
            try:
                trace.add(message.get("aux", ""))
            except (ValueError, TypeError):
                readable = False
    if readable:
        told.steps = trace.steps(nonce)


def _messages(lines: Iterator[bytes], told: Told) -> Iterator[dict[str, str]]:
    for line in lines:
        if line.strip():
            message = json.loads(line)
            if "error" in message:
                told.error = " ".join(str(message["error"]).split())
            else:
                yield message
