"""``hostcheck bench`` killed by SIGKILL at a moment given by the engine's events, and what it leaves."""

import os
import subprocess
import sys
import time
from contextlib import closing

import psutil
import pytest

from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.cleanup.earlier_runs import clean_up_killed_runs

pytestmark = pytest.mark.real

PATIENCE_SECONDS = 120

OWN_BUILD = "build of one's own"
DENSITY = "storm of more and more"
OWN = (
    b"\xef\xbb\xbf# escape=`\r\nFROM bystander:1 `\r\n AS one\r\nCOPY Dockerfile /a/\r\nRUN true\r\n"
    b"from scratch\r\nADD rootfs.tar /\r\nRUN echo $((1<<20))\r\nRUN sleep 60\r\n"
)


@pytest.fixture
def start(tmp_path, engine):
    """Start a bench of one part in the tests' engine, to be killed by the test."""
    started = []

    folder = tmp_path / "application"
    folder.mkdir()
    (folder / "Dockerfile").write_bytes(OWN)
    (folder / "rootfs.tar").write_bytes(find_busybox().rootfs())

    def start(part, buildkit):
        environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "DOCKER_BUILDKIT": buildkit}
        environment.pop("DOCKER_HOST", None)
        argv = [
            sys.executable,
            "-m",
            "hostcheck",
            "bench",
            "--quick",
            "--allow-busy",
            "--allow-running",
            "--no-store",
            "--only",
            part.split()[0],
            *(["--context", folder] if part == OWN_BUILD else []),
            *(["--density", "60"] if part == DENSITY else []),
            "--engine",
            engine.url,
        ]
        process = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def event(client, kind, action, count=1):
    """Wait for the count-th event of a kind ("container", "image") since now."""
    since = time.time()

    def wait():
        with closing(client.events(since=since, filters={"type": kind, "event": action}, decode=True)) as events:
            for _ in range(count):
                assert next(events)

    return wait


def step_of_buildkit(client):
    """Wait until BuildKit is in the middle of a build: its cache shows it, no event does."""
    before = len(client.df()["BuildCache"])
    return lambda: until(lambda: len(client.df()["BuildCache"]) >= before + 5)


def until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def killed_with_its_children(process):
    """Kill a bench and what it started at once, as the end of a service's control group does."""
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for member in family:
        member.suspend()
    for member in family:
        member.kill()
    psutil.wait_procs(family[1:], PATIENCE_SECONDS)


PHASES = {
    "loading the image": ("storm", "0", lambda client: event(client, "image", "load")),
    "the first step of a build": ("build", "0", lambda client: event(client, "container", "start")),
    "a later step of a build": ("build", "0", lambda client: event(client, "container", "die", 4)),
    "a stage of one's own": (OWN_BUILD, "0", lambda client: event(client, "container", "start", 3)),
    "a step of BuildKit": ("build", "1", step_of_buildkit),
    "creating a storm": ("storm", "0", lambda client: event(client, "container", "create", 6)),
    "starting a storm": ("storm", "0", lambda client: event(client, "container", "start", 8)),
    "removing a storm": ("storm", "0", lambda client: event(client, "container", "destroy", 9)),
    "the second twenty of more and more": (DENSITY, "0", lambda client: event(client, "container", "start", 30)),
}
"""What is measured, by which builder, and the moment: a storm has a canary and two warm-up containers before it."""


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.usefixtures("bystanders")
def test_killed_it_leaves_nothing_in_an_engine_that_others_use(start, client, holdings, phase):
    before = holdings()
    part, buildkit, moment = PHASES[phase]
    wait = moment(client)
    process = start(part, buildkit)
    wait()
    (sweeper,) = psutil.Process(process.pid).children()
    process.kill()
    until(lambda: holdings() == before)
    assert psutil.wait_procs([sweeper], PATIENCE_SECONDS)[1] == []
    assert holdings() == before


AT_ONCE = (
    "loading the image",
    "a stage of one's own",
    "creating a storm",
    "starting a storm",
    "the second twenty of more and more",
)


@pytest.mark.parametrize("phase", AT_ONCE)
@pytest.mark.usefixtures("bystanders")
def test_killed_with_all_it_started_the_next_start_removes_what_is_left(start, client, holdings, phase, engine):
    before = holdings()
    part, buildkit, moment = PHASES[phase]
    wait = moment(client)
    process = start(part, buildkit)
    wait()
    killed_with_its_children(process)
    process.wait()
    until(lambda: holdings() != before)
    said = "cleaned up after a killed run: removed "
    assert sum(line.startswith(said) for line in clean_up_killed_runs(None, engine)) == 1
    assert holdings() == before
    assert not any(line.startswith(said) for line in clean_up_killed_runs(None, engine))
