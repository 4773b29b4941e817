"""The proofs of an audit as text: what a container of each engine did, and which checks this contradicts."""

from collections.abc import Mapping

from hostcheck.formats.terminal import Style
from hostcheck.plaintext import plain
from hostcheck.proofs import is_proof, seen
from hostcheck.run.model import Fact, Run

_INDENT = 4
_LABEL = 10
_WORDS = {False: "not", None: "unknown", True: "proved"}


def render(run: Run, style: Style) -> list[str]:
    """Return the lines: a paragraph for each engine with a proof, then notes on contradictions."""
    lines = [line for fact in run.facts.values() if is_proof(fact.id) for line in _proof(fact, style)]
    return lines + [style.wrap(note, 0) for note in run.notes] if lines else []


def _proof(fact: Fact, style: Style) -> list[str]:
    value = fact.value if isinstance(fact.value, Mapping) else {}
    lines = []
    for answer, word in _WORDS.items():
        steps = "; ".join(seen(fact, step) for step, ok in value.items() if ok is answer)
        if steps:
            body = style.wrap(steps, _INDENT + _LABEL)
            lines.append(f"{' ' * _INDENT}{style.paint(f'{word:<{_LABEL}}', 'dim')}{body[_INDENT + _LABEL :]}")
    return [style.paint(plain(fact.id), "bold"), *lines] if lines else []
