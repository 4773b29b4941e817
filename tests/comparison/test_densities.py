import pytest

from hostcheck.comparison.densities import bend, densities
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import HELD, MEMORY_EACH
from hostcheck.run.model import HostIdentity, Run


@pytest.mark.parametrize(
    ("makespans", "number"),
    [
        ([2.0, 2.1, 1.9, 2.0, 2.2, 2.1], None),
        ([2.0, 2.1, 1.9, 2.0, 2.6, 2.7, 3.0], 100),
        ([2.0, 2.1, 1.9, 2.6, 2.0, 2.0], None),
        ([2.0, 2.0, 2.0, 2.0, 9.0], None),
        ([2.0, 2.0, 2.0, 9.0, 9.0], 80),
        ([2.0, 4.0], None),
        ([], None),
    ],
)
def test_a_launch_bends_where_every_further_batch_takes_longer(makespans, number):
    assert bend([(20 * place, makespan) for place, makespan in enumerate(makespans, 1)]) == number


def test_the_number_that_a_host_held_is_said_with_its_end_and_its_bend():
    makespans = (2.0, 2.0, 2.0, 9.0, 9.0)
    steps = [{"containers": 20 * place, "makespan": seconds} for place, seconds in enumerate(makespans, 1)]
    sample = Sample(100.0, detail={"density": steps, "density_ended": "only 700 MB of memory is available"})
    metrics = [
        Metric(HELD, "containers", "higher", "ok", "", 100.0, None, (sample,)),
        Metric(MEMORY_EACH, "MB", "lower", "ok", "", 27.3, None, (sample,)),
    ]
    run = Run("id", "0.1.0", "2026-11-23T10:00:00Z", HostIdentity("a"))
    (said,) = densities("here", run.with_metrics(metrics))
    assert said == (
        "here held 100 containers, 27 MB each; then only 700 MB of memory is available. "
        "From 80 containers on, each batch of 20 takes at least a quarter longer than the first batch."
    )
    assert list(densities("here", run)) == []
