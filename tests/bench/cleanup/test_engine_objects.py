import subprocess
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import requests
from docker.errors import APIError

from hostcheck.bench.base import CannotRun
from hostcheck.bench.cleanup import engine_objects as subject
from hostcheck.bench.cleanup.engine_objects import SETTLE_SECONDS, Leftover, leftovers, removal, remove_once, sweep
from hostcheck.process import own_process

RUN = {"label": "io.hostcheck.run=me"}


def refusal(status):
    response = requests.Response()
    response.status_code = status
    return APIError("refused", response=response, explanation=f"status {status}")


class FakeClient:
    """An engine that returns the given listings one after the other, and records the requests."""

    def __init__(self, containers=(), images=(), refuse=None):
        self.lists = {"containers": list(containers), "images": list(images)}
        self.refuse = refuse
        self.asked = []

    def _next(self, kind):
        return [{"Id": name} for name in (self.lists[kind].pop(0) if self.lists[kind] else ())]

    def containers(self, *, all, filters):  # noqa: A002 - the SDK's name
        self.asked.append(("containers", filters))
        return self._next("containers")

    def networks(self, *, filters):
        return []

    def images(self, *, filters):
        self.asked.append(("images", filters))
        return self._next("images")

    def remove_container(self, name, *, v, force):
        self.asked.append(("remove container", name))
        if self.refuse:
            raise self.refuse

    def remove_image(self, name, *, force, noprune):
        assert noprune
        self.asked.append(("remove image", name))


class Clock:
    def __init__(self):
        self.now = 0.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
        self.slept.append(seconds)


def swept(client):
    clock = Clock()
    sweep(client, "me", sleep=clock.sleep, clock=clock)
    return clock


def test_containers_go_before_the_images_they_hold():
    client = FakeClient([["c1", "c2"]], [["i1"]])
    assert remove_once(client, "me") == 3
    assert client.asked == [
        ("containers", RUN),
        ("remove container", "c1"),
        ("remove container", "c2"),
        ("images", RUN),
        ("remove image", "i1"),
    ]


def test_two_empty_listings_some_time_apart_end_it():
    client = FakeClient()
    assert swept(client).slept == [SETTLE_SECONDS]
    assert len(client.asked) == 4


def test_what_the_engine_makes_late_is_found():
    client = FakeClient([["c1"], [], ["c2"], [], []])
    swept(client)
    assert ("remove container", "c2") in client.asked
    assert client.lists["containers"] == []


@pytest.mark.parametrize("status", [404, 409])
def test_what_is_gone_or_going_is_no_error(status):
    swept(FakeClient([["c1"]], refuse=refusal(status)))


def test_what_remains_is_reported():
    with pytest.raises(CannotRun, match="status 500"):
        swept(FakeClient([["c1"]] * 1000, refuse=refusal(500)))


def test_an_engine_that_is_given_up_is_tried_once():
    class Lost(FakeClient):
        def containers(self, **_):
            self.asked.append("containers")
            raise requests.ConnectionError("it hangs")

    client, clock = Lost(), Clock()
    with pytest.raises(CannotRun, match="it hangs"):
        sweep(client, "me", give_up=lambda: True, sleep=clock.sleep, clock=clock)
    assert (client.asked, clock.slept) == (["containers"], [])


@pytest.mark.parametrize(
    ("url", "program", "begins"),
    [
        (
            "unix:///var/run/docker.sock",
            "docker",
            "docker ps -aq --filter label=io.hostcheck.run=me | xargs -r docker rm",
        ),
        ("unix:///a b.sock", "docker", "docker --host 'unix:///a b.sock' ps -aq --filter"),
        ("unix:///run/podman/podman.sock", "podman", "podman --url unix:///run/podman/podman.sock ps -aq"),
    ],
)
def test_the_command_that_removes_a_runs_things_names_the_engine_where_it_must(url, program, begins):
    assert removal("me", url, program).startswith(begins)


def test_a_lost_engine_is_retried_and_then_reported():
    class Lost(FakeClient):
        def containers(self, **_):
            raise requests.ConnectionError("gone")

    with pytest.raises(CannotRun, match="gone"):
        swept(Lost())


def test_where_objects_remain_no_pipe_of_the_process_that_goes_on_is_left(monkeypatch):
    def remain(*_, **__):
        raise CannotRun("gone", "")

    heartbeat = SimpleNamespace(is_over=lambda: True, is_own=False)
    engine = SimpleNamespace(url="unix:///none", name="docker", keeps_cache=False, heartbeat=heartbeat)
    context = SimpleNamespace(run_id="me", aftermath=SimpleNamespace(remains=[]))
    monkeypatch.setattr(subject, "sweep", remain)
    monkeypatch.setattr(subject, "build_turn", lambda *_: nullcontext())
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as sweeper:
        monkeypatch.setattr(subject, "start_helper", lambda *_: sweeper)
        with subject.swept(engine, None, context):
            pass
        assert (sweeper.stdin.closed, sweeper.stdout.closed) == (True, True)
    assert "gone; objects of this run may remain" in context.aftermath.remains[0]


def test_leftovers_are_those_of_runs_whose_process_is_gone_or_not_visible():
    dead = "999999999-1-" + own_process().rpartition("-")[2]

    def thing(name, **labels):
        return {"Id": name, "Labels": {"io.hostcheck": "1", **labels}}

    class Marked(FakeClient):
        def containers(self, **_):
            return [
                thing("dead", **{"io.hostcheck.run": "r1", "io.hostcheck.process": dead}),
                thing("alive", **{"io.hostcheck.run": "r2", "io.hostcheck.process": own_process()}),
                thing("elsewhere", **{"io.hostcheck.run": "r3", "io.hostcheck.process": f"{dead}0"}),
                thing("not a run's"),
            ]

        def images(self, **_):
            return [thing("old", **{"io.hostcheck.run": "r1", "io.hostcheck.process": dead})]

    assert leftovers(Marked(), "unix:///none") == (
        Leftover("container", "dead", "r1", orphaned=True),
        Leftover("container", "elsewhere", "r3", orphaned=False),
        Leftover("image", "old", "r1", orphaned=True),
    )
