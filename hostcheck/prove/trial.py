"""What a proof tries, and what came of each step."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hostcheck.host.base import SHOWN_LIMIT
from hostcheck.proofs import STEPS
from hostcheck.run.model import Evidence, Fact

MEMORY_BYTES = 32 << 20
"""The container's limit of memory. runc refuses to start one in much less."""

PIDS = 32
"""The container's limit of processes."""

LIMIT_SECONDS = 20.0
"""How long the proof of one engine may take: a second or two, unless the disk is slow."""

PORT = 8080
"""Where the container listens. A port from 1024 on needs no capability."""


_ID = re.compile(r"\b[0-9a-f]{32,}\b")


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one step.

    Attributes:
        ok: True, False, or None where it was not decided.
        seen: what was seen, or why there is no answer, on one line.
    """

    ok: bool | None
    seen: str


Steps = dict[str, Step]
"""What came of each step that was tried, by its name in STEPS."""


def fact_of(fact_id: str, steps: Mapping[str, Step]) -> Fact:
    """Return the fact of a proof: yes, no or unknown for each step, with what was seen of it.

    Args:
        fact_id: "prove.docker", …
        steps: those that were tried; the engine has the others not.
    """
    ordered = {name: steps[name] for name in STEPS if name in steps}
    words = {True: "for", False: "against", None: "silent"}
    evidence = tuple(
        Evidence(f"trial {name}", _shown(step.seen), f"{words[step.ok]}: {STEPS[name]}")
        for name, step in ordered.items()
    )
    return Fact(fact_id, {name: step.ok for name, step in ordered.items()}, evidence=evidence)


def _shown(text: str) -> str:
    """Return a text on one short line. What an engine says of a cause is at the end; ids in it are cut."""
    words = _ID.sub(lambda found: found[0][:12], " ".join(text.split()))
    if len(words) <= SHOWN_LIMIT:
        return words
    half = SHOWN_LIMIT // 2
    return f"{words[: half - 1]}…{words[-half:]}"
