"""The limits of a proof, and the results of its steps."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hostcheck.host.base import SHOWN_LIMIT
from hostcheck.proofs import STEPS
from hostcheck.run.model import Evidence, Fact

MEMORY_BYTES = 32 << 20
"""The container's memory limit. runc refuses to start a container with much less."""

PIDS = 32
"""The container's limit on the number of processes."""

LIMIT_SECONDS = 20.0
"""Time limit in seconds for the proof of one engine. A proof takes a second or two, unless the disk is slow."""

PORT = 8080
"""The port on which the container listens. Ports above 1023 need no capability."""


_ID = re.compile(r"\b[0-9a-f]{32,}\b")


@dataclass(frozen=True, slots=True)
class Step:
    """The result of one step.

    Attributes:
        ok: whether it succeeded; None if that could not be decided.
        seen: the observation, or the reason why there is no answer, on one line.
    """

    ok: bool | None
    seen: str


Steps = dict[str, Step]
"""The result of each step that was tried, by its name in STEPS."""


def fact_of(fact_id: str, steps: Mapping[str, Step]) -> Fact:
    """Return the fact of a proof. Its value maps each step to True, False or None (unknown); its evidence says why.

    Args:
        fact_id: the fact's id, such as "prove.docker".
        steps: the results of the steps that were tried.
    """
    ordered = {name: steps[name] for name in STEPS if name in steps}
    words = {True: "for", False: "against", None: "silent"}
    evidence = tuple(
        Evidence(f"trial {name}", _shown(step.seen), f"{words[step.ok]}: {STEPS[name]}")
        for name, step in ordered.items()
    )
    return Fact(fact_id, {name: step.ok for name, step in ordered.items()}, evidence=evidence)


def _shown(text: str) -> str:
    """Return a text on one line of at most SHOWN_LIMIT characters, with long ids cut to 12 digits.

    If it is longer, its middle is left out: engines report the cause at the end.
    """
    words = _ID.sub(lambda found: found[0][:12], " ".join(text.split()))
    if len(words) <= SHOWN_LIMIT:
        return words
    half = SHOWN_LIMIT // 2
    return f"{words[: half - 1]}…{words[-half:]}"
