"""A session without a terminal: no signal, no command line, no exit code. What it measures with stands in for fio."""

import sys
from dataclasses import replace
from threading import Event

import pytest

from hostcheck.bench import runner, session
from hostcheck.bench.base import CannotRun, Options
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.request import BenchRequest
from hostcheck.errors import CannotMeasureError, UsageError
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import MetricSpec
from hostcheck.run.origins import INTERRUPTED_NOTE

ONE = Metric("disk.one.seconds", "s", "lower", "ok", "", 1.0)
TWO = replace(ONE, id="disk.two.seconds")
SPECS = tuple(MetricSpec(each.id, each.unit, each.better) for each in (ONE, TWO))
REQUEST = BenchRequest(workloads=("disk",), options=Options("quick"), profiles=("docker",), name="node")


class Notes(session.Silent):
    def __init__(self):
        self.said = []

    def note(self, text):
        self.said.append(text)


@pytest.fixture
def measuring(monkeypatch):
    """Let a workload of these steps be what is measured: metrics, exceptions, and functions of the context."""

    def use(*steps):
        class Steps:
            name = "disk"

            def metrics(self, _options):
                return SPECS

            def measure(self, context):
                for step in steps:
                    if isinstance(step, Exception):
                        raise step
                    if isinstance(step, Metric):
                        yield step
                    else:
                        step(context)

        monkeypatch.setattr(runner, "load_workload", lambda _name: Steps())

    def no_engine(*_arguments):
        raise CannotRun("no engine", "start one")

    monkeypatch.setattr(session, "find_engine", no_engine)
    monkeypatch.setattr(session, "clean_up_killed_runs", lambda _directory, _engine: iter(()))
    monkeypatch.setattr(sys, "argv", ["notebook"])
    return use


def test_a_run_is_audited_measured_and_given_to_save_after_each_metric(measuring):
    measuring(ONE, TWO)
    saved = []
    run = session.measure(REQUEST, save=saved.append)
    assert (run.host.name, run.profiles) == ("node", ("docker",))
    assert [metric.id for metric in run.metrics] == [ONE.id, TWO.id]
    assert [len(each.metrics) for each in saved] == [1, 2, 2]
    assert saved[-1] == run
    assert "cgroup.mode" in run.facts


def test_a_workload_that_cannot_run_is_skipped_with_the_reason(measuring):
    measuring(CannotRun("no fio", "install it"))
    run = session.measure(REQUEST)
    assert [(metric.state, metric.reason) for metric in run.metrics] == [("skipped", "no fio; install it")] * 2


def test_a_stop_returns_what_was_measured_by_then(measuring):
    stop, notes = Event(), Notes()
    cut_short = CannotRun("the request was cut short", "try again")
    measuring(ONE, lambda context: (stop.set(), context.aftermath.remains.append("one image is left")), cut_short)
    saved = []
    run = session.measure(REQUEST, stop=stop, save=saved.append, progress=notes)
    assert [metric.id for metric in run.metrics] == [ONE.id]
    assert run.notes[-1] == INTERRUPTED_NOTE
    assert saved[-1] == run
    assert notes.said == ["one image is left"]


def test_a_mistake_after_a_stop_is_reported_and_the_run_is_still_returned(measuring):
    stop, notes = Event(), Notes()
    measuring(ONE, lambda _context: stop.set(), ZeroDivisionError("division by zero"))
    run = session.measure(REQUEST, stop=stop, progress=notes)
    assert [metric.id for metric in run.metrics] == [ONE.id]
    assert notes.said == [
        "after the stop, an internal error of hostcheck occurred: ZeroDivisionError: division by zero"
    ]


def test_what_could_not_be_removed_is_an_error_after_the_run_was_saved(measuring):
    measuring(ONE, TWO, lambda context: context.aftermath.remains.append("one image is left; docker rmi it"))
    saved = []
    with pytest.raises(CannotMeasureError, match="one image is left; docker rmi it"):
        session.measure(REQUEST, save=saved.append)
    assert len(saved[-1].metrics) == 2


def test_an_error_of_save_ends_the_session(measuring):
    measuring(ONE, TWO)

    def full(_run):
        raise UsageError("writing run.json: no space left on device")

    with pytest.raises(UsageError, match="no space left"):
        session.measure(REQUEST, save=full)


def test_a_folder_that_is_not_there_is_refused_before_anything_is_measured(measuring, tmp_path):
    measuring(ONE)
    with pytest.raises(CannotMeasureError, match="cannot start the measurement"):
        session.measure(replace(REQUEST, directory=tmp_path / "none"))


def test_a_job_that_needs_more_space_than_there_is_is_refused_before_anything_is_measured(
    measuring, tmp_path, monkeypatch
):
    measuring(ONE)
    monkeypatch.setattr(session, "_layers", lambda _request: tmp_path)
    (tmp_path / "own.fio").write_text("; hostcheck: metric=my.a.iops figure=iops\n[a]\nrw=read\nsize=100t\n")
    options = replace(DiskOptions.preset("quick"), own_jobs=(tmp_path / "own.fio",))
    for directory in (None, tmp_path):
        request = replace(REQUEST, directory=directory, options=Options("quick", given=(options,)))
        with pytest.raises(CannotMeasureError, match="cannot start the measurement: the files of your jobs take"):
            session.checked(request)
    assert session.checked(replace(REQUEST, workloads=("cpu",))).workloads == ("cpu",)
