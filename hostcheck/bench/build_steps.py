"""The steps of a build and their times, read from what each builder tells while it builds."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hostcheck.bench.build_trace import Trace

_STEP = re.compile(r"(?:\[\d+/\d+\] )?(?:Step|STEP) \d+/\d+ ?: (.*)")
"""Docker's "Step 3/9 : RUN …" and Podman's "[1/2] STEP 3/9: RUN …"."""

_TRACE = "moby.buildkit.trace"


@dataclass(slots=True)
class Told:
    """What a builder told.

    Attributes:
        steps: (instruction, seconds) of each step, in order.
        error: the builder's own message when it failed; empty when it did not.
    """

    steps: list[tuple[str, float]] = field(default_factory=list)
    error: str = ""


def read_classic(lines: Iterator[bytes], told: Told, clock: Callable[[], float] = time.monotonic) -> None:
    """Follow the classic builder, or Podman's: one JSON object a line, and a line of its own where a step begins."""
    doing, since = "", clock()
    for message in _messages(lines, told):
        if step := _STEP.match(message.get("stream", "")):
            now = clock()
            if doing:
                told.steps.append((doing, now - since))
            doing, since = step[1].strip(), now
    if doing:
        told.steps.append((doing, clock() - since))


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
