"""A run file that an audit just wrote is judged as the gate judges the host."""

import json
from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path

import pytest

from hostcheck.gate.decision import decide
from hostcheck.gate.policy import Policy
from hostcheck.profiles.loader import load, names
from hostcheck.run.codec import from_json
from hostcheck.run.files import dumps
from tests.effort import TIMES
from tests.forked import hostcheck_forked
from tests.gate.hosts import HOSTS, NAMES, audited

TOP = Path(__file__).parents[2]
ASKED = [
    (profile, roles)
    for profile in names()
    for roles in chain.from_iterable(combinations(load(profile).roles, size) for size in range(3))
]

PART = 9 if TIMES == 1 else 3


def as_read(run):
    """Return a run as it is read from its file."""
    return from_json(json.loads(dumps(run)))


@pytest.mark.parametrize(("number", "host"), list(enumerate(NAMES)), ids=NAMES)
def test_a_fresh_run_file_decides_as_the_gate_does_live(number, host):
    facts = as_read(audited(host, names())).facts
    # Each profile with its roles on a part of the hosts, and on all of them without any, below.
    for turn, (profile, roles) in enumerate(ASKED[number % PART :: PART]):
        run = audited(host, (profile,), roles)
        # The facts, nine tenths of a file, are the same for every profile.
        read = replace(as_read(replace(run, facts={})), facts=facts)
        fail_on = ("required", "recommended")[(turn + number // PART) % 2]
        live = decide(run, Policy((profile,), roles, fail_on), source="live")
        for policy in (Policy(fail_on=fail_on), Policy((profile,), roles, fail_on)):
            judged = decide(read, policy)
            assert (judged.outcome, judged.findings) == (live.outcome, live.findings), (profile, roles)
            assert judged.notes == live.notes == ()


@pytest.mark.parametrize("host", NAMES)
def test_a_fresh_run_file_decides_as_the_gate_does_live_for_every_profile_at_once(host):
    run = audited(host, names())
    live = decide(run, Policy(names()), source="live")
    judged = decide(as_read(run), Policy())
    assert (judged.outcome, judged.findings, judged.notes) == (live.outcome, live.findings, ())


def hostcheck(*arguments):
    return hostcheck_forked(*arguments, cwd=TOP)


@pytest.mark.parametrize("host", ["openvz-host", "wsl2"])
def test_the_commands_agree(host, tmp_path):
    root, file = HOSTS / host / "root", tmp_path / "run.json"
    asked = ("-p", "kubernetes", "-p", "docker", "--role", "worker")
    assert hostcheck("audit", "--root", root, *asked, "-o", f"json:{file}").returncode == 0
    live = hostcheck("gate", "--root", root, *asked, "-o", "json:-")
    judged = hostcheck("gate", "--run", file, "-o", "json:-")
    assert (judged.returncode, judged.stderr) == (live.returncode, "")
    assert json.loads(judged.stdout)["findings"] == json.loads(live.stdout)["findings"]
