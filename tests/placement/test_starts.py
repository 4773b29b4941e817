"""What fits starts in a real engine, and what does not is refused there."""

import json
import subprocess
import sys

import pytest

from tests.placement.starts import OPTIONS

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def outcomes():
    argv = ["unshare", "--net", "--mount", "--propagation", "private", sys.executable, "-m", "tests.placement.starts"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


DIFFERS = "-p 8081-8085:80"
"""A range whose first port a program holds: engines differ in whether they try the next."""


def test_what_engines_differ_in_is_not_foreseen(outcomes):
    assert outcomes[DIFFERS][0] == "cannot tell"


def test_what_a_scheduler_set_aside_is_what_the_engine_says(outcomes):
    assert outcomes["set aside"] == ["mesos 512 mesos-held"]


@pytest.mark.parametrize("options", [each for each in OPTIONS if each != DIFFERS])
def test_what_is_foreseen_is_what_comes(outcomes, options):
    foreseen, code, said = outcomes[options]
    assert foreseen == ("fits" if code == 0 else "does not fit"), said
