"""Whatever ends the process: no visit is lost, none is made twice, and the limit of what is written holds."""

import threading
from dataclasses import replace

import pytest

from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.endurance import going
from hostcheck.bench.endurance.plan import Plan
from hostcheck.bench.endurance.state import State
from hostcheck.bench.session import Measured, Silent
from hostcheck.errors import CannotMeasureError
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.model import HostIdentity, Run

PLAN = Plan(1000.0, 100.0, 10.0, 0.2, limit_bytes=100 * 10**6, workloads=("disk",), seed=5)
MEGABYTES = 16


class Killed(BaseException):
    """SIGKILL: nothing after it runs."""


class Machine:
    """A clock that moves when it is waited for, and visits that are counted."""

    def __init__(self, monkeypatch):
        self.now = PLAN.begun
        self.visits = []
        self.jobs = []
        self.kill_after = None
        monkeypatch.setattr(going, "checked", lambda request: request)
        monkeypatch.setattr(going, "audited", self.begin)
        monkeypatch.setattr(going, "measure_audited", self.measure)

    def begin(self, request):
        self.jobs.append(request.options.of(DiskOptions).jobs)
        return Run(f"{len(self.visits):032x}", "0.1.0", "2026-11-30T00:00:00.000Z", HostIdentity("here"))

    def measure(self, run, request, **_):
        self.now += 0.2
        self.step()
        self.visits.append(self.now)
        writes = "randwrite" in request.options.of(DiskOptions).jobs
        detail = {"iops": MEGABYTES * 1e6 / 4096, "runtime_seconds": 0.8, "file_bytes": 1}
        sample = Sample(1.0, started="2026-11-30T00:00:00.000Z", detail=detail)
        metric = Metric(
            "disk.randwrite.iops", "IOPS", "higher", "ok", value=1.0, samples=(sample,), settings={"block_bytes": 4096}
        )
        return Measured(replace(run, metrics=(metric,) if writes else ()), stopped=False, failure=None)

    def step(self):
        if self.kill_after is not None:
            self.kill_after -= 1
            if self.kill_after <= 0:
                self.kill_after = None
                raise Killed

    def wait(self, seconds):
        self.step()
        self.now += seconds
        return False

    def is_set(self):
        return False


def go(machine, state):
    return going.go_on(state, PLAN, Silent(), machine, clock=lambda: machine.now)


@pytest.fixture
def machine(monkeypatch):
    return Machine(monkeypatch)


def test_each_visit_is_made_at_its_moment(machine, tmp_path):
    state = State(tmp_path / "endurance")
    state.begin(PLAN)
    assert go(machine, state)
    assert state.made() == set(range(10))
    assert [round(ended - 0.2, 6) for ended in machine.visits] == [round(due, 6) for _, due in PLAN.moments()]


@pytest.mark.parametrize("step", range(1, 20))
def test_killed_at_any_step_it_goes_on_without_a_loss_and_without_a_repeat(machine, tmp_path, step):
    state = State(tmp_path / "endurance")
    state.begin(PLAN)
    machine.kill_after = step
    with pytest.raises(Killed):
        go(machine, state)
    before = state.made()
    assert State(tmp_path / "endurance").plan() == PLAN
    assert go(machine, State(tmp_path / "endurance"))
    assert state.made() == set(range(10))
    # A visit that was killed leaves nothing, and is the only one that is begun again.
    assert len(machine.visits) == 10
    assert len(machine.jobs) <= 11
    assert before < state.made()


def test_a_visit_whose_period_is_past_is_missed_and_said(machine, tmp_path):
    state = State(tmp_path / "endurance")
    state.begin(PLAN)
    machine.now += 35
    assert go(machine, state)
    assert state.made() == set(range(3, 10))
    said = going.standing(state, PLAN, machine.now).in_words(machine.now)
    assert said.startswith("7 of 10 measurements are made, 3 missed; ")


def test_a_host_that_slept_through_a_period_makes_no_visit_of_it_later(machine, tmp_path):
    state = State(tmp_path / "endurance")
    state.begin(PLAN)
    wait = machine.wait

    def sleep(seconds):
        machine.wait = wait
        return wait(seconds + 35)

    machine.wait = sleep
    assert go(machine, state)
    # It wakes in the fifth period.
    assert state.made() == set(range(4, 10))


def test_no_more_is_written_than_was_said(machine, tmp_path):
    state = State(tmp_path / "endurance")
    state.begin(PLAN)
    assert go(machine, state)
    # 16 MB for each visit that writes: the sixth would be the last that fits into 100 MB.
    assert going.standing(state, PLAN, machine.now).written_bytes <= PLAN.limit_bytes
    assert [jobs for jobs in machine.jobs if "randwrite" not in jobs]


def test_the_users_stop_ends_it_and_keeps_what_was_made(machine, tmp_path):
    state = State(tmp_path / "endurance")
    state.begin(PLAN)
    stop = threading.Event()
    stop.set()
    assert not going.go_on(state, PLAN, Silent(), stop, clock=lambda: PLAN.begun)
    assert state.made() == set()


def test_two_processes_never_make_the_visits_of_one_endurance(tmp_path):
    state, other = State(tmp_path / "endurance"), State(tmp_path / "endurance")
    with state.held():
        assert other.holder() is not None
        with pytest.raises(CannotMeasureError, match="under way in another process"), other.held():
            pass
    assert other.holder() is None
    with other.held():
        pass


def test_a_damaged_file_is_left_out_and_a_damaged_plan_is_named(tmp_path):
    state = State(tmp_path / "endurance")
    state.begin(PLAN)
    state.path(0).write_text("{")
    (state.folder / "visit-1.json").write_text("{}")
    assert list(state.runs()) == []
    (state.folder / "plan.json").write_text("[]")
    with pytest.raises(
        CannotMeasureError, match=r"reading the endurance run in .*: it is not the plan of an endurance run; remove "
    ):
        state.plan()
    state.remove()
    assert state.plan() is None
