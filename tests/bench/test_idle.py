from types import SimpleNamespace

import pytest

from hostcheck.bench import idle
from hostcheck.bench.base import CannotRun, Context, Interrupted, Options
from hostcheck.bench.build.workload import BuildWorkload
from hostcheck.bench.idle import await_calm, foreign_containers, require_alone, require_idle
from hostcheck.bench.storm.workload import StormWorkload


def engine_with(*labels):
    return SimpleNamespace(containers=lambda: [{"Id": "1", "Labels": label} for label in labels])


def test_containers_of_others_are_counted_and_this_runs_are_not():
    client = engine_with(None, {"io.hostcheck.run": "another"}, {"io.hostcheck.run": "me"})
    assert foreign_containers(client, "me") == 2
    with pytest.raises(CannotRun, match="2 other containers run in the engine"):
        require_alone(client, "me")


def test_an_engine_without_running_containers_is_ours():
    require_alone(engine_with({"io.hostcheck.run": "me"}), "me")


@pytest.mark.parametrize(
    ("seen", "is_idle"),
    [([49.9], True), ([100.0, 80.0, 10.0], True), ([50.0] * 30, False), ([99.0] * 29 + [49.0], True)],
)
def test_a_host_is_at_work_when_half_of_its_cpu_is_busy_and_stays_so(monkeypatch, seen, is_idle):
    looks = iter(seen)
    monkeypatch.setattr(idle.psutil, "cpu_percent", lambda seconds: next(looks))
    notes = []
    progress = SimpleNamespace(note=notes.append)
    if is_idle:
        require_idle(Context("me", Options(), progress))
    else:
        with pytest.raises(CannotRun, match="at least 50 % of the CPU was busy for 30 s"):
            require_idle(Context("me", Options(), progress))
    assert list(looks) == []
    # The wait is announced once, and only where there is one.
    assert len(notes) == (len(seen) > 1)


def test_where_a_busy_host_is_allowed_nothing_waits(monkeypatch):
    looks = iter([97.0])
    monkeypatch.setattr(idle.psutil, "cpu_percent", lambda seconds: next(looks))
    with pytest.raises(CannotRun, match="at least 97 % of the CPU was busy for 1 s"):
        require_idle(Context("me", Options(), progress=None, allowed=frozenset(("busy",))))


@pytest.mark.parametrize(
    ("seen", "began_under"), [([9.9], 9.9), ([100.0, 10.0, 3.0], 3.0), ([40.0] * 9 + [30.0], 30.0)]
)
def test_a_repeat_waits_a_moment_for_calm_and_then_begins_anyway(monkeypatch, seen, began_under):
    looks = iter(seen)
    monkeypatch.setattr(idle.psutil, "cpu_percent", lambda seconds: next(looks))
    assert await_calm(Context("me", Options(), progress=None)) == began_under
    assert list(looks) == []


@pytest.mark.parametrize("wait", [require_idle, await_calm])
def test_waiting_for_quiet_ends_when_the_user_stops_it(monkeypatch, wait):
    context = Context("me", Options(), progress=None)
    context.stop.set()
    monkeypatch.setattr(idle.psutil, "cpu_percent", lambda seconds: 100.0)
    with pytest.raises(Interrupted):
        wait(context)


@pytest.mark.real
@pytest.mark.parametrize("workload", [BuildWorkload(), StormWorkload()])
def test_where_containers_run_nothing_is_made_unless_forced(make_context, bystander, holdings, workload):
    before = holdings()
    began = []
    context = make_context(at=lambda what, _stop: began.append(what), allowed=frozenset())
    with pytest.raises(CannotRun) as caught:
        list(workload.measure(context))
    assert caught.value.reason == "1 other container runs in the engine, and would be disturbed"
    assert caught.value.remedy.endswith("or measure anyway with --allow-running")
    assert began == []
    assert holdings() == before
