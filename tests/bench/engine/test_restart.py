import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.restart import despite_restarts, retried
from hostcheck.run.measured import Sample
from hostcheck.run.metrics import MetricSpec

ONE, TWO = MetricSpec("a.one", "s", "lower"), MetricSpec("a.two", "s", "lower")
GOOD = {ONE: Sample(1.0), TWO: Sample(2.0)}
BAD = {ONE: Sample(1.0), TWO: Sample(2.0, valid=False, reason="EOF", seconds=3.0)}


class Heart:
    """Tells of what broke, each thing once, and notes how often it was asked."""

    def __init__(self, *broken):
        self.broken, self.asked = list(broken), 0

    def recover(self):
        self.asked += 1
        return self.broken.pop(0) if self.broken else ""


def fail():
    raise CannotRun("listing containers: EOF", "look")


def test_without_a_failure_the_heartbeat_is_not_asked():
    heart = Heart("it broke")
    assert despite_restarts(heart, (ONE, TWO), lambda: GOOD, fail) == (GOOD, False)
    assert heart.asked == 0


def test_a_failure_that_is_no_restart_stays_what_it_is():
    assert despite_restarts(Heart(), (ONE, TWO), lambda: BAD, fail) == (BAD, False)
    with pytest.raises(CannotRun, match="listing containers: EOF"):
        despite_restarts(Heart(), (ONE, TWO), fail, fail)


@pytest.mark.parametrize("take", [lambda: BAD, fail])
def test_after_a_restart_no_sample_counts_and_the_first_cause_is_said(take):
    mended = []
    taken, restarted = despite_restarts(Heart("it broke"), (ONE, TWO), take, lambda: mended.append(1))
    assert restarted
    assert mended == [1]
    assert list(taken) == [ONE, TWO]
    for sample in taken.values():
        assert (sample.value, sample.valid) == (None, False)
        assert sample.reason == "the engine was restarted during this sample: it broke"
    assert taken[TWO].seconds == (3.0 if take is not fail else 0.0)


def test_what_is_not_measured_is_done_once_more_after_a_restart():
    tries = []

    def do():
        tries.append(1)
        return "made" if len(tries) > 1 else fail()

    mended = []
    assert retried(Heart("it broke"), do, lambda: mended.append(1)) == "made"
    assert (tries, mended) == ([1, 1], [1])
    with pytest.raises(CannotRun, match="EOF"):
        retried(Heart(), fail, fail)
