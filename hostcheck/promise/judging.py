"""Judge the lines of a promise by a run."""

from collections.abc import Sequence
from dataclasses import replace

from hostcheck.promise.facts import PROMISED
from hostcheck.promise.machine import Virtualization
from hostcheck.promise.measured import of_this_host
from hostcheck.promise.model import Finding, Line, Outcome
from hostcheck.run.model import Fact, Run


def profiles_of(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the profiles whose verdicts are needed for the lines."""
    return tuple(dict.fromkeys(profile for line in lines for profile in line.asks.profiles))


def judge_lines(lines: Sequence[Line], run: Run, notes: Sequence[str] = ()) -> Outcome:
    """Judge each line.

    Args:
        lines: the lines of the promise.
        run: the run, with new verdicts of the profiles that ``profiles_of`` returns.
        notes: notes for the reader of the outcome.
    """
    promised = next((line.asks.name for line in lines if isinstance(line.asks, Virtualization)), None)
    known = {} if promised is None else {PROMISED: Fact(PROMISED, promised)}
    own = replace(of_this_host(run), facts={**run.facts, **known})
    return Outcome(tuple(Finding(line, line.asks.judge(own)) for line in lines), run, tuple(notes))
