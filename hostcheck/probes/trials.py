"""Turn results of experiments into witnesses, which outrank what files say."""

from collections.abc import Mapping
from typing import Any

from hostcheck.host.base import Host
from hostcheck.probes.witness import Witness
from hostcheck.run.model import Evidence

_NO_PRIVILEGE = frozenset({"EPERM", "EACCES"})
_NOT_THERE = frozenset({"ENOENT"})
"""The control group has no file of the controller, which is not enabled for child groups yet. An engine enables it."""

_PREPARATION = frozenset({"namespace", "time", "program"})
"""Stages before the operation itself: an error there does not show whether it would work."""


def attempt(host: Host, name: str, /, *, harmless: bool, **arguments: str) -> Mapping[str, Any] | None:
    """Make an experiment, or return its recorded result; None if it was not made.

    Args:
        host: the host.
        name: the name of the experiment (``hostcheck.host.experiments.perform``).
        harmless: whether the experiment makes the kernel load no module. Any other is not made on a running host, which
            an audit must not change.
        arguments: the arguments of the experiment.
    """
    return host.experiment(name, **arguments) if harmless or not host.running else None


def untried(what: str, answers: Mapping[str, Any] | None) -> str:
    """Return the reason for an unknown fact if an experiment did not try everything.

    Args:
        what: what it should try, in the plural.
        answers: the result of the experiment; None if it was not made.
    """
    if answers is None:
        return f"the {what} were not tried: audit the host itself, without --no-experiments"
    return f"not all {what} were tried, because the time limit was reached: audit again"


def judge_trial(source: str, result: Mapping[str, Any] | None, meaning: str) -> Witness:
    """Judge one result of an experiment (``hostcheck.host.experiments.perform``).

    Args:
        source: a description of the trial.
        result: a dict with the keys "ok", "error" and "stage"; None if the experiment was not made.
        meaning: a description of success.
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
    if stage in _PREPARATION or error in _NOT_THERE:
        return Witness(None, Evidence(source, shown, "silent"), f"{source} could not be tried ({shown})")
    return Witness(answer=False, evidence=Evidence(source, shown, "against: it does not work"))
