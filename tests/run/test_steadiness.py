"""What follows from the turns of a rate: its variation, and its slowest turn."""

from dataclasses import replace

import pytest

from hostcheck.comparison.pool import pool
from hostcheck.run.steadiness import measured, measured_ids, steadiness_of
from hostcheck.run.validate import contradiction
from tests.turning import MOVING, STILL, VARIATION, WORST, WRITE, in_turns


def test_the_variation_and_the_slowest_turn_follow_from_the_samples(run_of):
    run = run_of("a", in_turns(MOVING, apart=0.1))
    varies, slowest = measured(run, VARIATION), measured(run, WORST)
    assert (varies.unit, varies.better, varies.state) == ("%", "lower", "ok")
    assert varies.value == pytest.approx(42.5, abs=1)
    assert varies.interval[0] < varies.value < varies.interval[1]
    assert (slowest.value, slowest.interval[1]) == (21_000, 21_000)
    assert slowest.settings["turn_seconds"] == 1
    assert measured_ids(run) == (WRITE, VARIATION, WORST)
    assert measured(run, WRITE) is run.metrics[0]


def test_no_variation_is_less_than_what_is_in_every_one(run_of):
    for values in ((40_000, 38_000, 1_000, 42_000, 40_000, 39_000, 41_000), (40_000,) * 7):
        found = measured(run_of("a", in_turns(values)), VARIATION)
        assert found.interval[0] == pytest.approx(3)
        assert found.interval[0] <= found.value


def test_of_bytes_it_is_in_their_unit(run_of):
    run = run_of("a", in_turns((900, 1000, 1100, 1000, 950), "disk.seqread.bandwidth"))
    slowest = measured(run, "disk.seqread.worst.bandwidth")
    assert (slowest.value, slowest.unit) == (pytest.approx(900), "MB/s")


def test_slices_of_a_throttle_that_end_in_a_half_second_are_no_movement(run_of):
    cut = measured(run_of("a", in_turns(STILL, apart=0.2)), VARIATION)
    steps = measured(run_of("a", in_turns(STILL, apart=0.2, steps=True)), VARIATION)
    assert cut.value > 20
    assert steps.value == pytest.approx(3, abs=0.1)


def few(rate):
    return replace(rate, samples=rate.samples[:4])


def uncounted(rate):
    return replace(rate, samples=tuple(replace(each, detail={"iops": each.value}) for each in rate.samples))


@pytest.mark.parametrize(
    "change",
    [
        few,
        uncounted,
        lambda rate: replace(rate, estimator="geometric-mean-t/1"),
        lambda rate: replace(rate, state="skipped", value=None, interval=None, samples=()),
        lambda rate: replace(rate, unit="s"),
    ],
    ids=["few turns", "no half seconds", "samples at a stretch", "not measured", "a time"],
)
def test_of_other_figures_nothing_follows(run_of, change):
    rate = change(in_turns(MOVING))
    run = run_of("a", rate)
    assert measured(run, VARIATION) is measured(run, WORST) is steadiness_of(rate) is None
    assert measured_ids(run) == (WRITE,)


def test_what_is_partial_stays_partial(run_of):
    rate = replace(in_turns(MOVING), state="partial", reason="5 of 7")
    assert measured(run_of("a", rate), VARIATION).state == "partial"


def test_between_and_within_turns_and_the_slowest_stretches():
    found = steadiness_of(in_turns(MOVING, apart=0.1))
    assert found.within == pytest.approx(0.1414, rel=0.01)
    assert found.between == pytest.approx(0.42, abs=0.02)
    assert (found.half_second, found.turn, found.five_seconds) == (pytest.approx(18_900), 21_000, None)
    long = {"t": [n / 2 for n in range(1, 15)], "iops": [40_000.0] * 2 + [10_000.0] * 10 + [40_000.0] * 2}
    assert steadiness_of(in_turns(STILL, series=long)).five_seconds == pytest.approx(10_000, rel=0.01)


def test_runs_that_are_pooled_are_known_by_how_far_theirs_lie_apart(run_of):
    runs = [run_of("a", in_turns(values), id=str(n)) for n, values in enumerate((MOVING, MOVING[::-1], STILL))]
    alike, apart = measured(pool(runs[:2]), VARIATION), measured(pool(runs), VARIATION)
    assert alike.interval[1] / alike.interval[0] < apart.interval[1] / apart.interval[0]
    assert measured(pool(runs), WORST).value == 21_000


def test_a_file_that_has_it_contradicts_itself(run_of):
    run = run_of("a", in_turns(MOVING))
    forged = run.with_metrics((measured(run, VARIATION),))
    assert contradiction(run) is None
    assert contradiction(forged) == f"{VARIATION} is in the file, but follows from the samples of {WRITE}"
