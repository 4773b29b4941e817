"""What experiments of the network and of control groups say, as witnesses that outrank every file."""

from collections.abc import Mapping
from typing import Any

from hostcheck.probes.witness import Witness
from hostcheck.run.model import Evidence

_NO_PRIVILEGE = frozenset({"EPERM", "EACCES"})
_NOT_THERE = frozenset({"ENOENT"})
"""A group without the controller's file: nobody has enabled the controller for groups below yet, as engines do."""

_NOT_THE_THING = frozenset({"namespace", "time", "program"})
"""Stages that were before the thing itself: what failed there says nothing of it."""


def judge_trial(source: str, result: Mapping[str, Any] | None, meaning: str) -> Witness:
    """Judge one result of an experiment (``hostcheck.host.experiments``).

    Args:
        source: what was tried, in words.
        result: {"ok", "error", "stage"}; None where it was not made.
        meaning: what success means, in words.
    """
    if not result:
        return Witness(None, Evidence(source, None, "not tried"))
    if result.get("ok"):
        return Witness(answer=True, evidence=Evidence(source, "ok", f"for: {meaning}"))
    stage, error = str(result.get("stage", "")), str(result.get("error", ""))
    shown = ": ".join(filter(None, (stage, error)))
    if error in _NO_PRIVILEGE:
        return Witness(
            None, Evidence(source, shown, "silent: not permitted"), f"{source} was not permitted: run as root"
        )
    if stage in _NOT_THE_THING or error in _NOT_THERE:
        return Witness(None, Evidence(source, shown, "silent"), f"{source} could not be tried ({shown})")
    return Witness(answer=False, evidence=Evidence(source, shown, "against: it does not work"))
