"""Runs of the captured hosts. The facts of each are collected once."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from hostcheck.audit import audit_host
from hostcheck.profiles.loader import load
from hostcheck.run.model import Run
from hostcheck.verdicts import judge

HOSTS = Path(__file__).parents[1] / "hosts"
NAMES = tuple(sorted(path.name for path in HOSTS.iterdir() if path.is_dir()))


@cache
def _seen(name: str) -> Run:
    return audit_host(HOSTS / name / "root", profiles=("docker",))


def audited(name: str, profiles: tuple[str, ...], roles: tuple[str, ...] = ()) -> Run:
    """Return the run that an audit makes of a captured host."""
    run = _seen(name)
    verdicts = tuple(verdict for profile in profiles for verdict in judge(load(profile), run.facts, roles))
    return replace(run, verdicts=verdicts, profiles=profiles, roles=roles)
