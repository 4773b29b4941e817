"""Read the facts ``prove.*`` from proofs by real containers. They have precedence over inferences."""

from collections.abc import Iterable, Mapping

from hostcheck.run.model import Fact

STEPS: Mapping[str, str] = {
    "start": "a container starts",
    "layer": "it writes into its layer",
    "cow": "its layer shares the image, copy-on-write",
    "pids": "it cannot exceed its limit of processes",
    "memory": "it is killed at its limit of memory",
    "gateway": "it reaches the gateway of its bridge",
    "resolver": "it finds the engine's resolver",
    "port": "its port answers on the loopback",
    "removed": "it is removed, with all that was made for it",
}
"""Each step of a proof, and what its success means."""

_PREFIX = "prove."
_ROOTLESS = "_rootless"
_RUNTIME = "prove.runtime"
"""The proof of a runtime without an engine. It is used if the engine's proof has no answer."""


def is_proof(fact_id: str) -> bool:
    """Return whether the id of a fact or of a check belongs to a proof. A proof is made only on request."""
    return fact_id.startswith(_PREFIX)


def proved(facts: Mapping[str, Fact], engine: str, steps: Iterable[str]) -> tuple[bool | None, str]:
    """Return the combined result of several steps of a proof.

    Args:
        facts: by id.
        engine: the id of the engine's fact, such as "prove.docker"; empty for none.
        steps: names of steps.

    Returns:
        True if all steps succeeded, False if one failed, otherwise None; and what was observed, in words.
    """
    answers = [_step(facts, engine, step) for step in steps]
    refuted = [words for ok, words in answers if ok is False]
    if refuted:
        return False, "; ".join(refuted)
    if not answers or any(ok is None for ok, _ in answers):
        return None, ""
    return True, "; ".join(words for _, words in answers)


def _step(facts: Mapping[str, Fact], engine: str, step: str) -> tuple[bool | None, str]:
    # The runtime was run by root, which proves nothing about the engine of an ordinary user.
    for fact_id in (engine,) if engine.endswith(_ROOTLESS) else (engine, _RUNTIME):
        fact = facts.get(fact_id)
        ok = fact.value.get(step) if fact and fact.known and isinstance(fact.value, Mapping) else None
        if fact and isinstance(ok, bool):
            return ok, f"{fact_id.removeprefix(_PREFIX)}: {seen(fact, step)}"
    return None, ""


def seen(fact: Fact, step: str) -> str:
    """Return a step and what was observed, in words."""
    found = next((piece.value for piece in fact.evidence if piece.source == f"trial {step}"), None)
    return f"{step} ({found})" if found else step


def in_words(fact: Fact, wanted: Iterable[str]) -> str:
    """Return, in words, what was observed in the steps that did not succeed; if all did, the names of the steps."""
    value = fact.value if isinstance(fact.value, Mapping) else {}
    steps = tuple(wanted)
    missed = [step for step in steps if value.get(step) is not True]
    words = {False: "no ", None: "unknown: "}
    return "; ".join(f"{words[_state(value.get(step))]}{seen(fact, step)}" for step in missed) or ", ".join(steps)


def _state(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
