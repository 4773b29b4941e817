import pytest

from hostcheck.bench import runner
from hostcheck.bench.base import WORKLOADS, CannotRun, Context, EngineLost, Interrupted, Options, as_named
from hostcheck.errors import CannotMeasureError
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import MetricSpec
from hostcheck.run.model import HostIdentity, Run
from hostcheck.run.origins import INTERRUPTED_NOTE

SPECS = (MetricSpec("a.one", "s", "lower"), MetricSpec("a.two", "s", "lower"))


class Quiet:
    def __init__(self):
        self.said = []

    def start(self, what, seconds):
        pass

    def done(self, what, result):
        self.said.append((what, result))


def workload(*steps):
    """Make a workload class that gives metrics and raises exceptions in this order."""

    class Steps:
        name = "steps"

        def metrics(self, options):
            return SPECS if options.effort == "quick" else ()

        def measure(self, context):
            for step in steps:
                if isinstance(step, Exception):
                    raise step
                yield step

    return Steps


@pytest.fixture
def progress():
    return Quiet()


@pytest.fixture
def done(progress):
    """What was said to be done."""
    return progress.said


@pytest.fixture
def measure(monkeypatch, progress):
    def do(**workloads):
        saved = []
        monkeypatch.setattr(runner, "load_workload", lambda name: workloads[name]())
        context = Context("id", Options("quick"), progress)
        run = Run("id", "0.1.0", "2026-11-23T10:00:00Z", HostIdentity("a"))
        try:
            return runner.run_workloads(run, list(workloads), context, saved.append), saved
        except Interrupted:
            return None, saved

    return do


def metric(metric_id, value=1.0, state="ok"):
    return Metric(metric_id, "s", "lower", state, "" if state == "ok" else "reason", value)


def test_the_run_is_saved_after_each_metric(measure):
    run, saved = measure(x=workload(metric("a.one"), metric("a.two")))
    assert [len(each.metrics) for each in saved] == [1, 2, 2]
    assert [each.ended is None for each in saved] == [True, True, False]
    assert run == saved[-1]


def test_a_later_metric_of_the_same_id_replaces_the_earlier(measure):
    run, _ = measure(x=workload(metric("a.one", 1, "partial"), metric("a.one", 2), metric("a.two")))
    assert [(each.id, each.value) for each in run.metrics] == [("a.one", 2), ("a.two", 1.0)]


def test_a_workload_that_cannot_run_is_skipped_with_the_reason_and_the_others_still_run(measure):
    run, _ = measure(x=workload(CannotRun("no fio", "install fio")), y=workload(metric("b.one")))
    assert [(each.id, each.state) for each in run.metrics] == [
        ("a.one", "skipped"),
        ("a.two", "skipped"),
        ("b.one", "ok"),
    ]
    assert run.metrics[0].reason == "no fio; install fio"


def test_what_was_measured_before_a_workload_could_go_no_further_stands(measure):
    run, _ = measure(x=workload(metric("a.one"), CannotRun("disk full", "free some")))
    assert [(each.id, each.state) for each in run.metrics] == [("a.one", "ok"), ("a.two", "skipped")]


def test_an_interruption_keeps_what_was_measured_and_says_so(measure):
    run, saved = measure(x=workload(metric("a.one"), Interrupted()), y=workload(metric("b.one")))
    assert run is None
    assert [each.id for each in saved[-1].metrics] == ["a.one"]
    assert saved[-1].notes == (INTERRUPTED_NOTE,)
    assert saved[-1].ended is not None


def stopped(*, then):
    """Make a workload class during which the user asks to stop, and which then gives or raises this."""

    class Stopped(workload()):
        def measure(self, context):
            context.stop.set()
            if isinstance(then, Exception):
                raise then
            yield then

    return Stopped


@pytest.mark.parametrize("then", [metric("a.one"), CannotRun("listing containers: cut short", "look")])
def test_after_a_stop_whatever_goes_wrong_is_the_stop_and_nothing_is_begun(measure, then):
    run, saved = measure(x=stopped(then=then), y=workload(metric("b.one")))
    assert run is None
    assert all(each.state == "ok" and each.id != "b.one" for each in saved[-1].metrics)
    assert saved[-1].notes == (INTERRUPTED_NOTE,)


def test_of_a_lost_engine_the_remedy_is_said_once_and_the_first_cause_always(measure, done):
    lost = EngineLost("it hangs", "start it again")
    measure(
        x=workload(lost),
        y=workload(EngineLost("connection refused", "start docker")),
        z=workload(CannotRun("no fio", "x")),
    )
    assert done == [
        ("x", "skipped: it hangs; start it again"),
        ("y", "skipped: it hangs"),
        ("z", "skipped: no fio; x"),
    ]


@pytest.mark.parametrize("name", WORKLOADS)
def test_every_workload_of_the_table_loads_and_says_what_it_measures(name):
    loaded = runner.load_workload(name)
    assert loaded.name == name
    assert loaded.metrics


def test_what_the_user_named_is_not_skipped(measure):
    with pytest.raises(CannotMeasureError) as caught, as_named("unix:///none.sock", "measuring the build"):
        raise CannotRun("no engine answers", "start docker")
    assert str(caught.value) == "measuring the build: no engine answers; start docker"
    with pytest.raises(CannotMeasureError):
        measure(x=workload(metric("a.one"), caught.value))


@pytest.mark.parametrize("named", [None, False, ""])
def test_what_hostcheck_chose_itself_is_skipped(named):
    with pytest.raises(CannotRun), as_named(named, "measuring the build"):
        raise CannotRun("no engine answers", "start docker")
